// SPDX-License-Identifier: Apache-2.0
/**
 * Records: a frame in the clear, AES-128-CCM over entries or a part of a checkpoint. The nonce is the record's place; what is
 * authenticated with it is the tag that lies just before it, and the frame. docs/formats/sealed-store.md.
 */
import { concatBytes } from "../bytes/bytes.js";
import type { FlashArea } from "./flash-area.js";
import { FRAME_LENGTH, recordSize, TAG_LENGTH } from "./geometry.js";
import type { Seals } from "./seals.js";

/** Bits 13 to 15 of a frame's first word. */
export const RecordFlag = Object.freeze({
  /** The commit mark: this record and those before it since the last one take effect. */
  commit: 1,
  /** Entries that the cleaner copied: they take effect at once. */
  move: 2,
  /** A part of a checkpoint; no entries. */
  checkpoint: 4,
  /** The number of the block that follows; no entries. */
  continued: 6,
} as const);

const LENGTH_MASK = 0x1fff;

/** Where an epoch's records are sealed: its salt, and the place of its header in the block. */
export interface EpochPlace {
  readonly salt: Uint8Array;
  readonly offset: number;
}

export interface PlacedRecord {
  readonly number: number;
  readonly offset: number;
  /** Of the next record or header, when there is one. */
  readonly end: number;
  readonly flags: number;
  readonly content: Uint8Array;
  readonly tag: Uint8Array;
}

function frameOf(contentLength: number, flags: number, headerUnits: number): Uint8Array {
  const frame = new Uint8Array(FRAME_LENGTH);
  const view = new DataView(frame.buffer);
  view.setUint16(0, contentLength | (flags << 13), true);
  view.setUint16(2, headerUnits, true);
  return frame;
}

/** The frame at a place, not verified; undefined: no record can lie there. */
export function readFrame(
  area: FlashArea,
  number: number,
  offset: number,
): { readonly length: number; readonly end: number; readonly headerOffset: number } | undefined {
  const { align, blockLength, headerSize, recordMax } = area.geometry;
  if (offset < headerSize || offset + FRAME_LENGTH + TAG_LENGTH > blockLength) return undefined;
  const view = new DataView(area.read(number, offset, FRAME_LENGTH).buffer);
  const length = view.getUint16(0, true) & LENGTH_MASK;
  const size = recordSize(length, align);
  const headerOffset = view.getUint16(2, true) * align;
  if (length === 0 || size > recordMax || offset + size > blockLength || headerOffset + headerSize > offset) {
    return undefined;
  }
  return { length, end: offset + size, headerOffset };
}

/** The record at a place, as it is to be programmed. @param previous - the tag just before it. */
export function sealRecord(
  area: FlashArea,
  seals: Seals,
  number: number,
  offset: number,
  epoch: EpochPlace,
  previous: Uint8Array,
  flags: number,
  content: Uint8Array,
): Uint8Array {
  const { align } = area.geometry;
  const size = recordSize(content.length, align);
  const filled = new Uint8Array(size - FRAME_LENGTH - TAG_LENGTH);
  filled.set(content);
  const frame = frameOf(content.length, flags, epoch.offset / align);
  return concatBytes(frame, seals.seal(epoch.salt, number, offset, concatBytes(previous, frame), filled));
}

/** The record at a place under an epoch; undefined: none that verifies. */
export function openRecord(
  area: FlashArea,
  seals: Seals,
  number: number,
  offset: number,
  salt: Uint8Array,
): PlacedRecord | undefined {
  const frame = readFrame(area, number, offset);
  if (frame === undefined) return undefined;
  const bytes = area.read(number, offset - TAG_LENGTH, TAG_LENGTH + frame.end - offset);
  const additional = bytes.subarray(0, TAG_LENGTH + FRAME_LENGTH);
  const filled = seals.open(salt, number, offset, additional, bytes.subarray(TAG_LENGTH + FRAME_LENGTH));
  if (filled === undefined) return undefined;
  return {
    number,
    offset,
    end: frame.end,
    flags: (bytes[TAG_LENGTH + 1] as number) >> 5,
    content: filled.subarray(0, frame.length),
    tag: bytes.slice(bytes.length - TAG_LENGTH),
  };
}
