// SPDX-License-Identifier: Apache-2.0
/** What a build of specs leaves for a run. */

export interface BuiltSpec {
  /** Absolute. */
  readonly file: string;
  /** Its module in the image. */
  readonly module: string;
  readonly image: SpecImage;
  /** Whether it, or what it imports, may use `.only`. */
  readonly mentionsOnly: boolean;
}

/** The image of a tester. */
interface SpecImage {
  /** Which bytes of `images`. */
  readonly offset: number;
  readonly length: number;
  /** Where file and line to its positions are: `readLines` of compiler/lines.ts. */
  readonly lines: string;
}

export interface BuiltSpecs {
  /** File with all images, one after the other. */
  readonly images: string;
  /** In the order of their files. */
  readonly specs: readonly BuiltSpec[];
  /** Whether one of them has the device in hand. */
  readonly usesDevice: boolean;
  /** Whether there is an app for it: a manifest with a module `main`. */
  readonly hasApp: boolean;
}
