// SPDX-License-Identifier: Apache-2.0
/** A manifest as it was read, and what the steps of one resolution share. */
import type { Place } from "./error.js";
import type { JsonNode } from "./json.js";
import type { StandIns } from "./stand-ins.js";
import type { Variables } from "./variables.js";

/** What all steps of one resolution share. */
export interface Context {
  readonly platform: string;
  readonly variables: Variables;
  readonly standIns: StandIns;
  readonly allowNatives: boolean;
  readonly warnings: string[];
  /** Manifests read and folders listed, or looked for in vain. */
  readonly inputs: Set<string>;
}

export interface Manifest {
  readonly file: string;
  readonly directory: string;
  readonly root: JsonNode;
  /** The root, then the section for the platform if there is one. */
  readonly sections: readonly JsonNode[];
  readonly standIn: boolean;
  readonly includedFrom: Place | undefined;
  place(line: number): Place;
}
