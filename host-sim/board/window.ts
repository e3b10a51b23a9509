// SPDX-License-Identifier: Apache-2.0
/**
 * A device's state folder: `window.bin` (the flash and what lies behind it, devices/silicon/layout.h) and, while a board
 * runs, `lock` with the simulator's process id. Copying the folder of a stopped device copies the device.
 */
import { closeSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { FLASH_ERASED, FLASH_SECTOR_SIZE, FLASH_WRITE_UNIT } from "../../devices/io/partitions.js";
import { takeLock } from "../lock.js";
import { BoardError } from "./error.js";
import {
  APP0_OFFSET,
  APP0_SIZE,
  CUT_HALF,
  POWER_ON_OFFSET,
  POWER_ON_SIZE,
  PowerOnField,
  PROGRAMMED_OFFSET,
} from "./layout.js";
import { decodeReport, encodePowerOn, type PowerOn, type PowerOnReport } from "./power-on.js";
import { LOCK_NAME, openWindow, prepareFolder, WINDOW_NAME } from "./state-folder.js";

/** An open state folder. Close it when the board has stopped. */
export class DeviceState {
  readonly windowPath: string;
  readonly #lockPath: string;
  readonly #file: number;
  #isOpen = true;

  /**
   * @param folder - made when it does not exist, with an erased flash.
   * @throws BoardError STATE - in use by another process, no state folder of this version, or no room for it.
   */
  constructor(folder: string) {
    prepareFolder(folder);
    this.windowPath = join(folder, WINDOW_NAME);
    this.#lockPath = join(folder, LOCK_NAME);
    const owner = takeLock(this.#lockPath);
    if (owner !== undefined) throw new BoardError("STATE", `the state folder is in use by process ${owner}`);
    try {
      this.#file = openWindow(folder);
    } catch (error) {
      rmSync(this.#lockPath, { force: true });
      throw error;
    }
  }

  read(offset: number, length: number): Uint8Array {
    const out = Buffer.alloc(length);
    readSync(this.#file, out, 0, length, offset);
    return out;
  }

  /** Writes past the flash model: what somebody does to a device from outside. */
  write(offset: number, bytes: Uint8Array): void {
    writeSync(this.#file, bytes, 0, bytes.length, offset);
  }

  /** Has a board that runs, or starts later, lose its power at this flash operation since power-on; 0: never. */
  writeCut(operation: number, bytes = CUT_HALF): void {
    const words = Buffer.alloc(8);
    words.writeUInt32LE(operation, 0);
    words.writeUInt32LE(bytes, 4);
    this.write(POWER_ON_OFFSET + PowerOnField.cut_operation, words);
  }

  /**
   * Puts an app image into app0 as a programmer would: erases whole sectors, programs whole units, the last one filled
   * with 0xFF. The same image again changes nothing.
   * @throws BoardError APP_SIZE - empty or larger than the slot.
   */
  writeApp(image: Uint8Array): { offset: number; length: number } {
    if (image.length === 0 || image.length > APP0_SIZE) {
      throw new BoardError("APP_SIZE", `the app image has ${image.length} bytes; its slot takes 1 to ${APP0_SIZE}`);
    }
    const slot = Buffer.alloc(APP0_SIZE, FLASH_ERASED);
    slot.set(image);
    const bitmap = Buffer.alloc(APP0_SIZE / FLASH_WRITE_UNIT / 8);
    const units = Math.ceil(image.length / FLASH_WRITE_UNIT);
    for (let unit = 0; unit < units; unit++) bitmap[unit >> 3] = (bitmap[unit >> 3] ?? 0) | (1 << (unit & 7));
    const sectors = Math.ceil(image.length / FLASH_SECTOR_SIZE) * FLASH_SECTOR_SIZE;
    if (!slot.subarray(0, sectors).equals(this.read(APP0_OFFSET, sectors))) {
      writeSync(this.#file, slot, 0, APP0_SIZE, APP0_OFFSET);
      writeSync(this.#file, bitmap, 0, bitmap.length, PROGRAMMED_OFFSET + APP0_OFFSET / FLASH_WRITE_UNIT / 8);
    }
    return { offset: APP0_OFFSET, length: image.length };
  }

  writePowerOn(powerOn: PowerOn): void {
    writeSync(this.#file, encodePowerOn(powerOn), 0, POWER_ON_SIZE, POWER_ON_OFFSET);
  }

  readReport(): PowerOnReport {
    return decodeReport(this.read(POWER_ON_OFFSET, POWER_ON_SIZE));
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    // The board wipes the seed when it starts; a board that never started has not.
    writeSync(this.#file, Buffer.alloc(32), 0, 32, POWER_ON_OFFSET + PowerOnField.seed);
    closeSync(this.#file);
    rmSync(this.#lockPath, { force: true });
  }
}
