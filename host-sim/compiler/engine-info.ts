// SPDX-License-Identifier: Apache-2.0
/** What the engine says of itself: version, instruction sizes and built-in identifiers, asked from xs-compile. */
import { execFileSync } from "node:child_process";
import { xsCompilePath } from "../engine/paths.js";

export interface EngineInfo {
  /** Major, minor, patch of XS. */
  readonly version: readonly [number, number, number];
  /** Well-known symbols: identifiers below this are not names. */
  readonly symbols: number;
  /** For each instruction its name and size: > 0 whole size, 0 an identifier follows, -n an n-byte length follows. */
  readonly codes: readonly (readonly [string, number])[];
  /** Built-in identifiers in order. */
  readonly ids: readonly string[];
}

let known: EngineInfo | undefined;

/** Asks once a process. */
export function engineInfo(): EngineInfo {
  known ??= JSON.parse(execFileSync(xsCompilePath(), ["info"], { encoding: "utf8" })) as EngineInfo;
  return known;
}
