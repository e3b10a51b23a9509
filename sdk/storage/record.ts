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

/** Bytes that a record is first thought to take: what has more is read a second time. */
const SIZE_GUESS = 128;

/** A record as it was read, with the tag just before it at the start: not verified. */
export interface SealedBytes {
  readonly number: number;
  readonly offset: number;
  /** Of all that the record takes. */
  readonly size: number;
  /** Of its content. */
  readonly length: number;
  /** Where the header of its epoch lies in the block. */
  readonly headerOffset: number;
  /** May be more. */
  readonly bytes: Uint8Array;
}

/** What lies at a place, not verified; undefined: no record can lie there. @param guess - bytes that it probably takes. */
export function readSealed(
  area: FlashArea,
  number: number,
  offset: number,
  guess = SIZE_GUESS,
): SealedBytes | undefined {
  const { align, blockLength, headerSize, recordMax } = area.geometry;
  const room = blockLength - offset;
  if (offset < headerSize || room < FRAME_LENGTH + TAG_LENGTH) return undefined;
  const start = offset - TAG_LENGTH;
  const there = TAG_LENGTH + (guess < room ? guess : room);
  let bytes = area.read(number, start, there);
  const length = ((bytes[TAG_LENGTH] as number) | ((bytes[TAG_LENGTH + 1] as number) << 8)) & LENGTH_MASK;
  const headerOffset = ((bytes[TAG_LENGTH + 2] as number) | ((bytes[TAG_LENGTH + 3] as number) << 8)) * align;
  const size = recordSize(length, align);
  if (length === 0 || size > recordMax || size > room || headerOffset + headerSize > offset) return undefined;
  if (TAG_LENGTH + size > there) bytes = area.read(number, start, TAG_LENGTH + size);
  return { number, offset, size, length, headerOffset, bytes };
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

/** The content of what was read, under an epoch; undefined: it does not verify. */
export function openContent(seals: Seals, sealed: SealedBytes, salt: Uint8Array): Uint8Array | undefined {
  const { number, offset, size, length } = sealed;
  const { buffer } = sealed.bytes;
  const additional = new Uint8Array(buffer, 0, TAG_LENGTH + FRAME_LENGTH);
  const bytes = new Uint8Array(buffer, TAG_LENGTH + FRAME_LENGTH, size - FRAME_LENGTH);
  const filled = seals.open(salt, number, offset, additional, bytes);
  return filled === undefined || size === FRAME_LENGTH + length + TAG_LENGTH
    ? filled
    : new Uint8Array(filled.buffer, filled.byteOffset, length);
}

/** What was read, under an epoch; undefined: it does not verify. */
export function openSealed(seals: Seals, sealed: SealedBytes, salt: Uint8Array): PlacedRecord | undefined {
  const content = openContent(seals, sealed, salt);
  if (content === undefined) return undefined;
  const { number, offset, size, bytes } = sealed;
  const flags = (bytes[TAG_LENGTH + 1] as number) >> 5;
  return { number, offset, end: offset + size, flags, content, tag: bytes.slice(size, TAG_LENGTH + size) };
}

/** The record at a place under an epoch; undefined: none that verifies. */
export function openRecord(
  area: FlashArea,
  seals: Seals,
  number: number,
  offset: number,
  salt: Uint8Array,
): PlacedRecord | undefined {
  const sealed = readSealed(area, number, offset);
  return sealed === undefined ? undefined : openSealed(seals, sealed, salt);
}
