// SPDX-License-Identifier: Apache-2.0
/**
 * A device's state folder: `window.bin` (the flash and what lies behind it, devices/silicon/layout.h) and, while a board
 * runs, `lock` with the simulator's process id. Copying the folder of a stopped device copies the device.
 */
import { closeSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { takeLock } from "../lock.js";
import { BoardError } from "./error.js";
import {
  APP0_OFFSET,
  CUT_HALF,
  FLASH_OFFSET,
  OTP_OFFSET,
  OTP_SIZE,
  POWER_ON_OFFSET,
  POWER_ON_SIZE,
  PowerOnField,
  REGISTERS_OFFSET,
  REGISTERS_SIZE,
  RegisterField,
} from "./layout.js";
import { decodeReport, encodePowerOn, type PowerOn, type PowerOnReport, profileOf } from "./power-on.js";
import type { BoardProfile } from "./profile.js";
import { Programmer } from "./programmer.js";
import { LOCK_NAME, openWindow, prepareFolder, WINDOW_NAME } from "./state-folder.js";

/** Where an app's image lies in the window. */
export interface PlacedApp {
  readonly offset: number;
  readonly length: number;
}

/** An open state folder. Close it when the board has stopped. */
export class DeviceState {
  readonly windowPath: string;
  readonly #lockPath: string;
  readonly #file: number;
  #isOpen = true;

  /**
   * @param folder - made when it does not exist, with an erased flash.
   * @param profile - of a new device; undefined: "iak", or what the device was made with.
   * @throws BoardError STATE - in use by another process, no state folder of this version, or no room for it.
   * @throws BoardError BOARD_PROFILE - the device was made with another one.
   */
  constructor(folder: string, profile?: BoardProfile) {
    prepareFolder(folder);
    this.windowPath = join(folder, WINDOW_NAME);
    this.#lockPath = join(folder, LOCK_NAME);
    const owner = takeLock(this.#lockPath);
    if (owner !== undefined) throw new BoardError("STATE", `the state folder is in use by process ${owner}`);
    try {
      this.#file = openWindow(folder, profile);
    } catch (error) {
      rmSync(this.#lockPath, { force: true });
      throw error;
    }
  }

  /** What the device was made with. */
  get profile(): BoardProfile {
    return profileOf(this.#readWord(POWER_ON_OFFSET + PowerOnField.flags));
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

  /** Has a board that runs, or starts later, lose its power at this operation since power-on; 0: never. */
  writeCut(operation: number, bytes = CUT_HALF): void {
    const words = Buffer.alloc(8);
    words.writeUInt32LE(operation, 0);
    words.writeUInt32LE(bytes, 4);
    this.write(POWER_ON_OFFSET + PowerOnField.cut_operation, words);
  }

  /** What writeCut, or the start, said. */
  readCut(): { operation: number; bytes: number } {
    const words = Buffer.from(this.read(POWER_ON_OFFSET + PowerOnField.cut_operation, 8));
    return { operation: words.readUInt32LE(0), bytes: words.readUInt32LE(4) };
  }

  /** The flash as a programmer at the device's pins has it. */
  get programmer(): Programmer {
    return new Programmer(this);
  }

  /**
   * Whether the device starts with its boot program: it has a firmware in its flash, or something in its OTP. A device
   * that has neither starts with the engine's file.
   */
  get hasBoot(): boolean {
    return this.read(OTP_OFFSET, OTP_SIZE).some((byte) => byte !== 0) || this.programmer.hasFirmware;
  }

  /**
   * Puts an app image into app0. The same image again changes nothing.
   * @throws BoardError APP_SIZE - empty or larger than the slot.
   */
  writeApp(image: Uint8Array): PlacedApp {
    this.programmer.write("app0", image);
    return { offset: FLASH_OFFSET + APP0_OFFSET, length: image.length };
  }

  /** Also sets the registers back, as each start does. */
  writePowerOn(powerOn: PowerOn): void {
    writeSync(this.#file, encodePowerOn(powerOn), 0, POWER_ON_SIZE, POWER_ON_OFFSET);
    this.write(REGISTERS_OFFSET, new Uint8Array(REGISTERS_SIZE));
  }

  /** Whether the board was off in order before, or new: false when its power failed, or its simulator did. */
  get wasSwitchedOff(): boolean {
    return this.#readWord(POWER_ON_OFFSET + PowerOnField.switched_off) === 1;
  }

  /** To be said once the board's process has ended, when no power was cut. */
  noteSwitchedOff(): void {
    this.write(POWER_ON_OFFSET + PowerOnField.switched_off, Uint8Array.of(1, 0, 0, 0));
  }

  /** Device time after which the watchdog bites, microseconds; undefined: it is off. */
  get watchdogUs(): number | undefined {
    const bytes = Buffer.from(this.read(REGISTERS_OFFSET + RegisterField.watchdog_us, 8));
    const us = Number(bytes.readBigUInt64LE(0));
    return us === 0 ? undefined : us;
  }

  #readWord(offset: number): number {
    return Buffer.from(this.read(offset, 4)).readUInt32LE(0);
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
