// SPDX-License-Identifier: Apache-2.0
/** What can be read off a device while it runs, without asking it: its window is a file that it maps. */
import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { FLASH_SECTOR_SIZE, FLASH_WRITE_UNIT, PARTITIONS } from "../../devices/io/partitions.js";
import { instrument } from "../board/instruments.js";
import { POWER_ON_OFFSET, POWER_ON_SIZE, PROGRAMMED_OFFSET, PROGRAMMED_SIZE } from "../board/layout.js";
import { decodeReport } from "../board/power-on.js";

export interface Gauges {
  /** XS heap in use when the device last became idle, and what it may take; 0 where the board says nothing. */
  readonly heapBytes: number;
  readonly heapLimitBytes: number;
  /** Sectors that hold something, in bytes: of the two app slots, and of all other partitions. */
  readonly appBytes: number;
  readonly dataBytes: number;
  /** Flash operations since power-on. */
  readonly operations: number;
}

const BITMAP_BYTES_PER_SECTOR = FLASH_SECTOR_SIZE / FLASH_WRITE_UNIT / 8;

function isInAppSlot(offset: number): boolean {
  const partition = PARTITIONS.find((each) => offset < each.offset + each.size);
  return partition?.name.startsWith("app") ?? false;
}

function countSectors(bitmap: Uint8Array): { appBytes: number; dataBytes: number } {
  let appBytes = 0;
  let dataBytes = 0;
  for (let at = 0; at < bitmap.length; at += BITMAP_BYTES_PER_SECTOR) {
    if (bitmap.subarray(at, at + BITMAP_BYTES_PER_SECTOR).every((bits) => bits === 0)) continue;
    if (isInAppSlot((at / BITMAP_BYTES_PER_SECTOR) * FLASH_SECTOR_SIZE)) appBytes += FLASH_SECTOR_SIZE;
    else dataBytes += FLASH_SECTOR_SIZE;
  }
  return { appBytes, dataBytes };
}

/** @returns undefined while there is no such device. */
export function readGauges(stateFolder: string): Gauges | undefined {
  let file: number;
  try {
    file = openSync(join(stateFolder, "window.bin"), "r");
  } catch {
    return undefined;
  }
  try {
    const bitmap = Buffer.alloc(PROGRAMMED_SIZE);
    const block = Buffer.alloc(POWER_ON_SIZE);
    readSync(file, bitmap, 0, bitmap.length, PROGRAMMED_OFFSET);
    readSync(file, block, 0, block.length, POWER_ON_OFFSET);
    const report = decodeReport(block);
    return {
      heapBytes: instrument(report, "heapUsed"),
      heapLimitBytes: instrument(report, "heapLimit"),
      ...countSectors(bitmap),
      operations: report.operations,
    };
  } finally {
    closeSync(file);
  }
}
