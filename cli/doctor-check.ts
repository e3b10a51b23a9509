// SPDX-License-Identifier: Apache-2.0
/** One line of `thimble doctor`. */
export interface Check {
  /** Stays the same from release to release. */
  readonly id: string;
  readonly title: string;
  /** `optional`: absent, and only some work needs it. */
  readonly state: "ok" | "missing" | "optional";
  readonly detail: string;
  /** What to do when it is missing. */
  readonly advice?: string;
  /** The same in parts, for scripts. */
  readonly facts?: Readonly<Record<string, string | number | null>>;
}
