// SPDX-License-Identifier: Apache-2.0
/** Names for the figures that a board leaves in its power-on block: devices/runtime/instruments.c has the same places. */
import type { PowerOnReport } from "./power-on.js";

export const Instrument = Object.freeze({
  firstLineTicks: 0,
  slotBytes: 1,
  chunkBytes: 2,
  stackBytes: 3,
  keyBytes: 4,
  xsReserved: 5,
  cHeap: 6,
  heapUsed: 7,
  heapLimit: 8,
  bootTrust: 9,
  bootCopy: 10,
  bootFirmware: 11,
  bootApp: 12,
  bootMeasure: 13,
  bootToRuntime: 14,
} as const);

/** One tick of the mps2-an505 timer, with QEMU's `-icount shift=0`. */
export const INSTRUCTIONS_PER_TICK = 50;

/** @returns the figure; 0 where the board left none (an app that wrote no line). */
export function instrument(report: PowerOnReport, which: keyof typeof Instrument): number {
  return Number(report.instruments[Instrument[which]] ?? 0n);
}
