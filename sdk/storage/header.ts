// SPDX-License-Identifier: Apache-2.0
/**
 * Headers: at the start of each block, and inside a block where a mount goes on writing. A header names its block, begins
 * an epoch by its salt, is linked to the tag before it and says from where the log is to be read. docs/formats/sealed-store.md.
 */
import type { FlashArea } from "./flash-area.js";
import { HEADER_LENGTH, TAG_LENGTH } from "./geometry.js";
import { SALT_LENGTH, type Seals } from "./seals.js";

const MAGIC = 0x5354; // "TS", little endian
const VERSION = 1;
const FIELDS_LENGTH = HEADER_LENGTH - TAG_LENGTH;

/** Bits of `flags`. */
export const HeaderFlag = Object.freeze({
  /** A whole checkpoint begins in the block that reading begins with. */
  checkpoint: 1,
  /** Written by a recovery that has not come to its end. */
  recovering: 2,
} as const);

export interface Header {
  readonly number: number;
  /** Blocks from the one where reading begins to this one. */
  readonly back: number;
  readonly flags: number;
  /** Commits so far. */
  readonly commits: number;
  readonly salt: Uint8Array;
  /** The tag before this header. */
  readonly link: Uint8Array;
}

/** A header as it lies in the flash. */
export interface PlacedHeader extends Header {
  readonly offset: number;
  readonly tag: Uint8Array;
}

/** What the tag is of: all in front of it and the header's place in its block. */
function authenticated(bytes: Uint8Array, offset: number): Uint8Array {
  const fields = bytes.slice(0, bytes.length - TAG_LENGTH + 4);
  new DataView(fields.buffer).setUint32(fields.length - 4, offset, true);
  return fields;
}

/** @returns `headerSize` bytes: 48 of fields, filled with zeros, and the tag at the end. */
export function encodeHeader(header: Header, offset: number, seals: Seals, headerSize: number): Uint8Array {
  const bytes = new Uint8Array(headerSize);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, MAGIC, true);
  view.setUint8(2, VERSION);
  view.setUint32(4, header.number, true);
  view.setUint16(8, header.back, true);
  view.setUint16(10, header.flags, true);
  view.setUint32(12, header.commits, true);
  bytes.set(header.salt, 16);
  bytes.set(header.link, 16 + SALT_LENGTH);
  bytes.set(seals.headerTag(authenticated(bytes, offset)), headerSize - TAG_LENGTH);
  return bytes;
}

/** The block number that a block says it has, not verified; undefined: there is no header of this format. */
export function claimedNumber(area: FlashArea, physical: number): number | undefined {
  const view = new DataView(area.read(physical, 0, 8).buffer);
  if (view.getUint16(0, true) !== MAGIC || view.getUint8(2) !== VERSION) return undefined;
  const number = view.getUint32(4, true);
  return area.physical(number) === physical ? number : undefined;
}

/** The header of block `number` at `offset`; undefined: none that verifies. */
export function readHeader(area: FlashArea, seals: Seals, number: number, offset: number): PlacedHeader | undefined {
  const { headerSize } = area.geometry;
  const bytes = area.read(number, offset, headerSize);
  const view = new DataView(bytes.buffer);
  if (view.getUint16(0, true) !== MAGIC || view.getUint8(2) !== VERSION) return undefined;
  if (view.getUint32(4, true) !== number) return undefined;
  const tag = bytes.slice(headerSize - TAG_LENGTH);
  if (!seals.isHeaderTag(authenticated(bytes, offset), tag)) return undefined;
  return {
    number,
    back: view.getUint16(8, true),
    flags: view.getUint16(10, true),
    commits: view.getUint32(12, true),
    salt: seals.knownSalt(bytes.slice(16, 16 + SALT_LENGTH)),
    link: bytes.slice(16 + SALT_LENGTH, FIELDS_LENGTH),
    offset,
    tag,
  };
}
