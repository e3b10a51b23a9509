// SPDX-License-Identifier: Apache-2.0
/** How far it is to an app's first line on mps2-an505, and what memory it has taken then. */
import { INSTRUCTIONS_PER_TICK, instrument } from "../host-sim/board/instruments.js";
import { runBoard } from "../host-sim/board/run.js";
import { readFirmware } from "../host-sim/compiler/firmware.js";
import { enginePath } from "../host-sim/engine/paths.js";
import { buildImportingApp } from "./app.js";

export const FIRST_LINE_BUDGET = 1_000_000;
export const HEAP_BUDGET_KB = 96;
/** More than the default, which all of the SDK does not fit into. */
const ALL_HEAP = 512 * 1024;
export const START_METHOD = "QEMU -icount shift=0, from the start of the runtime in main() to the app's first trace()";

export interface StartFigures {
  readonly app: string;
  readonly instructions: number;
  /** In use at the first line: XS slots, chunks, tables of keys, and the stack as reserved. */
  readonly slotBytes: number;
  readonly chunkBytes: number;
  readonly keyBytes: number;
  readonly stackBytes: number;
  /** Taken from RAM so far: the XS heap's part and the C library's heap. */
  readonly takenBytes: number;
}

/** What an app can use: helpers that the firmware keeps to itself are loaded by these. */
function sdkModules(): string[] {
  const { modules, carried } = readFirmware();
  return [...modules, ...Object.keys(carried)].filter((name) => /^(thimble\/|embedded:|timer$|console$)/.test(name));
}

async function measureApp(app: string, modules: readonly string[], heapBytes = 0): Promise<StartFigures> {
  const result = await runBoard({
    board: "mps2-an505",
    program: enginePath("mps2-an505", "release"),
    app: buildImportingApp(modules, heapBytes),
    clock: "virtual",
    icount: true,
    // The same run each time: not even the seed differs.
    seed: new Uint8Array(32).fill(7),
    wallClockMs: 0,
  });
  const ticks = instrument(result.report, "firstLineTicks");
  if (ticks === 0) throw new Error(`${app} ended with "${result.reason}": ${result.text}\n${result.console}`);
  return {
    app,
    instructions: ticks * INSTRUCTIONS_PER_TICK,
    slotBytes: instrument(result.report, "slotBytes"),
    chunkBytes: instrument(result.report, "chunkBytes"),
    keyBytes: instrument(result.report, "keyBytes"),
    stackBytes: instrument(result.report, "stackBytes"),
    takenBytes: instrument(result.report, "xsReserved") + instrument(result.report, "cHeap"),
  };
}

export async function measureStart(): Promise<StartFigures[]> {
  const modules = sdkModules();
  return [
    await measureApp("empty app", []),
    await measureApp("imports thimble/device/crypto", ["thimble/device/crypto"]),
    await measureApp("imports thimble/attestation/verify and carries it", ["thimble/attestation/verify"]),
    await measureApp(`imports all of the SDK (${modules.length} modules), with a heap of 512 KiB`, modules, ALL_HEAP),
  ];
}
