// SPDX-License-Identifier: Apache-2.0
/** What a board's silicon has, as devices/NAME/silicon.json says: the simulator gives the board that, no more. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Board, packageRoot } from "../engine/paths.js";

export interface Silicon {
  readonly board: Board;
  readonly flash: {
    readonly size: number;
    readonly sectorSize: number;
    readonly writeUnit: number;
    readonly erased: number;
    /** In order of offset, without a gap; `access` is an app's. */
    readonly partitions: ReadonlyArray<{
      readonly name: string;
      readonly offset: number;
      readonly size: number;
      readonly access: "none" | "read" | "write";
    }>;
  };
  readonly otp: { readonly size: number; readonly word: number };
  /** Monotonic counters, at most COUNTERS_MAX; 0: it has none. */
  readonly counters: number;
  /** The counter that tells the flash from an older copy of it: it rises at every commit (1), or at every N-th. Absent: none does. */
  readonly freshness?: { readonly counter: number; readonly every: number };
  /** `maxMs` 0: it has none. */
  readonly watchdog: { readonly maxMs: number };
}

export function readSilicon(board: Board): Silicon {
  return JSON.parse(readFileSync(join(packageRoot, "devices", board, "silicon.json"), "utf8")) as Silicon;
}
