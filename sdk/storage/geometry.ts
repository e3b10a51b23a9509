// SPDX-License-Identifier: Apache-2.0
/** How the format of docs/formats/sealed-store.md fits a flash. All sizes are bytes unless they say blocks. */
import type { FlashStatus } from "../contracts/flash.js";
import { ProtocolError } from "../errors/security-error.js";

/** Bytes of a block or epoch header before it is filled up to whole write units. */
export const HEADER_LENGTH = 64;
export const TAG_LENGTH = 16;
/** Length and flags, header distance: in the clear, in front of each record. */
export const FRAME_LENGTH = 4;
/** What one entry takes in a checkpoint; two are there while one is being written. */
export const CHECKPOINT_ENTRY = 13;
/** What entries take is counted in units of so many bytes. */
export const COST_UNIT = 16;
/** Blocks that hold no entries: the one being written, and room for the cleaner and for what power cuts leave. */
export const RESERVE_BLOCKS = 5;
/** Content of the record that a block ends with. */
export const CONTINUED_LENGTH = 4;
/** How many blocks in a row may be missing from the log, worn or torn. */
export const GAP_MAX = 16;

const BLOCK_MIN = 512;
const BLOCKS_MIN = 12;
const BLOCKS_MAX = 32768;
const ALIGN_MAX = 64;
const RECORD_MIN = 128;
/** A record is decrypted whole to read one entry of it. */
const RECORD_MAX = 2048;

export interface Geometry {
  readonly blockLength: number;
  readonly blocks: number;
  /** Of a write unit. */
  readonly align: number;
  readonly erased: number;
  /** Of a header, in whole write units. */
  readonly headerSize: number;
  /** Of the largest record, frame and tag included, in whole write units. */
  readonly recordMax: number;
  /** Of the largest record's content. */
  readonly contentMax: number;
  /** What a block holds at least, however badly records fit. */
  readonly blockRoom: number;
  /** What all entries may take. */
  readonly capacity: number;
  /** Largest value. */
  readonly valueMax: number;
}

/** @param align - a power of two. */
export function roundUp(length: number, align: number): number {
  return (length + align - 1) & -align;
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(value) && value > 0 && (value & (value - 1)) === 0;
}

function requireFit(fits: boolean, what: string): void {
  if (!fits) throw new ProtocolError("STORAGE_GEOMETRY", what);
}

/** @throws ProtocolError STORAGE_GEOMETRY - blocks, units or erase value that the format does not have. */
export function geometryOf({ blockLength, blocks, writeAlign, eraseValue }: FlashStatus): Geometry {
  requireFit(eraseValue === 0 || eraseValue === 0xff, `erase value ${eraseValue}: 0 or 255`);
  requireFit(isPowerOfTwo(writeAlign) && writeAlign <= ALIGN_MAX, `write unit of ${writeAlign} bytes: 1, 2, 4 to 64`);
  requireFit(
    Number.isInteger(blockLength) && blockLength >= BLOCK_MIN && blockLength % writeAlign === 0,
    `blocks of ${blockLength} bytes: ${BLOCK_MIN} or more, in whole write units`,
  );
  requireFit(blockLength / writeAlign <= 65536, `blocks of ${blockLength} bytes: at most 65536 write units`);
  requireFit(
    Number.isInteger(blocks) && blocks >= BLOCKS_MIN && blocks <= BLOCKS_MAX,
    `${blocks} blocks: ${BLOCKS_MIN} to ${BLOCKS_MAX}`,
  );
  const headerSize = roundUp(HEADER_LENGTH, writeAlign);
  const eighth = Math.floor((blockLength - headerSize) / 8 / writeAlign) * writeAlign;
  const recordMax = Math.min(Math.max(eighth, RECORD_MIN), RECORD_MAX);
  const blockRoom = blockLength - headerSize - recordSize(CONTINUED_LENGTH, writeAlign) - recordMax + writeAlign;
  return Object.freeze({
    blockLength,
    blocks,
    align: writeAlign,
    erased: eraseValue,
    headerSize,
    recordMax,
    contentMax: recordMax - FRAME_LENGTH - TAG_LENGTH,
    blockRoom,
    capacity: (blocks - RESERVE_BLOCKS) * blockRoom,
    valueMax: Math.floor((blocks * blockLength) / 4),
  });
}

/** What a record with this content takes. */
export function recordSize(contentLength: number, align: number): number {
  return roundUp(FRAME_LENGTH + contentLength + TAG_LENGTH, align);
}
