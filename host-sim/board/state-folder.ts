// SPDX-License-Identifier: Apache-2.0
/** What may be a device's state folder: a new one, an empty one, or one that this version of Thimble made. */
import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { FLASH_ERASED, FLASH_SIZE } from "../../devices/io/partitions.js";
import { BoardError } from "./error.js";
import {
  COUNTER_SIZE,
  COUNTERS_MAX,
  COUNTERS_OFFSET,
  FLASH_OFFSET,
  OTP_OFFSET,
  OTP_SIZE,
  POWER_ON_MAGIC,
  POWER_ON_OFFSET,
  POWER_ON_SIZE,
  POWER_ON_VERSION,
  PowerOnField,
  PROGRAMMED_OFFSET,
  PROGRAMMED_SIZE,
  REGISTERS_OFFSET,
  REGISTERS_SIZE,
  WINDOW_SIZE,
} from "./layout.js";
import { profileFlag, profileOf } from "./power-on.js";
import { type BoardProfile, newProfile, requireSameProfile } from "./profile.js";

export const WINDOW_NAME = "window.bin";
export const LOCK_NAME = "lock";
const PARTIAL_NAME = `${WINDOW_NAME}.new`;
/** What a board writes to while it runs. The rest of the window is a hole in the file. */
const WRITTEN: readonly (readonly [offset: number, size: number, content: number])[] = Object.freeze([
  [PROGRAMMED_OFFSET, PROGRAMMED_SIZE, 0],
  [POWER_ON_OFFSET, POWER_ON_SIZE, 0],
  [REGISTERS_OFFSET, REGISTERS_SIZE, 0],
  [OTP_OFFSET, OTP_SIZE, 0],
  [COUNTERS_OFFSET, COUNTERS_MAX * COUNTER_SIZE, 0],
  [FLASH_OFFSET, FLASH_SIZE, FLASH_ERASED],
]);
const BLOCK = 512;
const PIECE = 0x10000;
const OTHER_VERSION = "Use that version for it, or another folder. Nothing was changed.";

/** @throws BoardError STATE - with what the system said, when that is a lack of room. */
function refuseFull(folder: string, error: unknown): never {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== "ENOSPC" && code !== "EDQUOT" && code !== "EFBIG") throw error;
  const size = WRITTEN.reduce((sum, [, bytes]) => sum + bytes, 0);
  const message = `there is no room for the device's state, ${Math.ceil(size / 1024)} KiB in ${folder} (${code})`;
  throw new BoardError("STATE", message, { cause: error });
}

/**
 * Makes the folder where there is none.
 * @throws BoardError STATE - it is a file, or a folder with something else in it.
 */
export function prepareFolder(folder: string): void {
  if (existsSync(folder) && !statSync(folder).isDirectory()) {
    throw new BoardError("STATE", `${folder} is a file: a device's state is a folder`);
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (existsSync(join(folder, WINDOW_NAME))) return;
  const known = [LOCK_NAME, PARTIAL_NAME];
  const isOurs = (name: string): boolean => known.includes(name) || name.startsWith(`${LOCK_NAME}.`);
  const other = readdirSync(folder).find((name) => !isOurs(name) && !name.startsWith("."));
  if (other === undefined) return;
  const what = `${folder} is no device's state and not empty (it has ${other})`;
  throw new BoardError("STATE", `${what}. Name a folder of its own: it is made when it is not there.`);
}

/** Makes the window of a new device: whole, or not at all. */
function createWindow(folder: string, profile: BoardProfile): void {
  const partial = join(folder, PARTIAL_NAME);
  try {
    const file = openSync(partial, "w", 0o600);
    try {
      ftruncateSync(file, WINDOW_SIZE);
      for (const [offset, size, content] of WRITTEN) fill(file, offset, size, content);
      const block = Buffer.alloc(POWER_ON_SIZE);
      block.writeUInt32LE(POWER_ON_MAGIC, PowerOnField.magic);
      block.writeUInt32LE(POWER_ON_VERSION, PowerOnField.version);
      block.writeUInt32LE(profileFlag(profile), PowerOnField.flags);
      block.writeUInt32LE(1, PowerOnField.switched_off);
      writeAll(file, block, POWER_ON_OFFSET);
    } finally {
      closeSync(file);
    }
    renameSync(partial, join(folder, WINDOW_NAME));
  } catch (error) {
    rmSync(partial, { force: true });
    refuseFull(folder, error);
  }
}

/** In pieces: a buffer as large as the flash would take longer than writing it. */
function fill(file: number, offset: number, size: number, content: number): void {
  const piece = Buffer.alloc(Math.min(size, PIECE), content);
  for (let at = 0; at < size; at += PIECE) writeAll(file, piece.subarray(0, size - at), offset + at);
}

/** A write may end early, where a disk is full: the next one says why. */
function writeAll(file: number, bytes: Uint8Array, offset: number): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, offset + at);
}

/** @throws BoardError STATE - the file is no window, or one of another version. @returns what it was made with. */
function checkWindow(file: number, path: string): BoardProfile {
  const { size } = fstatSync(file);
  if (size !== WINDOW_SIZE) {
    const what = `${path} is not a window of this version of Thimble: it has ${size} bytes, not ${WINDOW_SIZE}`;
    throw new BoardError("STATE", `${what}. ${OTHER_VERSION}`);
  }
  const block = Buffer.alloc(12);
  readSync(file, block, 0, block.length, POWER_ON_OFFSET);
  const [magic, version] = [block.readUInt32LE(PowerOnField.magic), block.readUInt32LE(PowerOnField.version)];
  if (magic === POWER_ON_MAGIC && version === POWER_ON_VERSION) {
    return profileOf(block.readUInt32LE(PowerOnField.flags));
  }
  const isOldest = magic === 0 && version === 0;
  if (magic !== POWER_ON_MAGIC && !isOldest) {
    throw new BoardError("STATE", `${path} is no device's state. Name another folder. Nothing was changed.`);
  }
  const what = `${path} was written by another version of Thimble: its layout is ${version}, this one's ${POWER_ON_VERSION}`;
  throw new BoardError("STATE", `${what}. ${OTHER_VERSION}`);
}

/**
 * Gives each byte that a board may write a place on the disk: a copy may have holes, and a full disk would then end the
 * board in the middle of a write (SIGBUS).
 */
function allocate(file: number): void {
  const needed = WRITTEN.reduce((sum, [, size]) => sum + size, 0);
  if (fstatSync(file).blocks * BLOCK >= needed) return;
  for (const [offset, size] of WRITTEN) {
    const bytes = Buffer.alloc(size);
    readSync(file, bytes, 0, size, offset);
    writeAll(file, bytes, offset);
  }
}

/**
 * Opens the window of a device, and makes it when there is none.
 * @param profile - of a new device; undefined: "iak", or what the device was made with.
 * @returns its descriptor, for reading and writing.
 * @throws BoardError STATE - not ours, of another version, or there is no room for it. BOARD_PROFILE. Then nothing was changed.
 */
export function openWindow(folder: string, profile: BoardProfile | undefined): number {
  const path = join(folder, WINDOW_NAME);
  if (!existsSync(path)) createWindow(folder, newProfile(profile));
  const file = openSync(path, "r+");
  try {
    requireSameProfile(folder, checkWindow(file, path), profile);
    allocate(file);
    return file;
  } catch (error) {
    closeSync(file);
    refuseFull(folder, error);
  }
}
