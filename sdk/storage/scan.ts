// SPDX-License-Identifier: Apache-2.0
/**
 * Reads a block from its header on, and holds each header and record against the tag before it. A record is handed on when
 * what follows it is known: a write that read back wrong, and was done again elsewhere, may read right later.
 */
import { ProtocolError } from "../errors/security-error.js";
import type { FlashArea } from "./flash-area.js";
import { roundUp, TAG_LENGTH } from "./geometry.js";
import { type PlacedHeader, readHeader } from "./header.js";
import { openRecord, type PlacedRecord } from "./record.js";
import type { Seals } from "./seals.js";

export interface Visitor {
  header(header: PlacedHeader): void;
  record(record: PlacedRecord): void;
}

/** Where a block's verified content ends. */
export interface BlockEnd {
  readonly header: PlacedHeader;
  readonly tag: Uint8Array;
  readonly offset: number;
}

export function sameTag(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < TAG_LENGTH; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Bytes that stay free after the last whole record: a unit that was programmed in part may read as erased. */
export function gapAfter(align: number): number {
  return roundUp(TAG_LENGTH, align);
}

/** The next header inside a block that verifies, from `offset` on. */
function findHeader(area: FlashArea, seals: Seals, number: number, offset: number): PlacedHeader | undefined {
  const { align, blockLength, headerSize } = area.geometry;
  const last = blockLength - headerSize;
  if (offset > last) return undefined;
  const bytes = area.read(number, offset, blockLength - offset);
  for (let at = 0; offset + at <= last; at += align) {
    if (bytes[at] !== 0x54 || bytes[at + 1] !== 0x53) continue;
    const header = readHeader(area, seals, number, offset + at);
    if (header !== undefined) return header;
  }
  return undefined;
}

/**
 * Beyond the last whole record there may be one that power or a bad unit cut off, and nothing else.
 * @throws ProtocolError STORAGE_DAMAGED - a whole record lies there: one before it does not verify.
 */
function requireNothingBeyond(area: FlashArea, seals: Seals, { header, offset }: BlockEnd): void {
  const { number } = header;
  const { align, blockLength } = area.geometry;
  if (offset >= blockLength) return;
  const last = area.lastUsed(number, offset, blockLength);
  for (let at = offset + align; at < last; at += align) {
    if (openRecord(area, seals, number, at, header.salt) === undefined) continue;
    throw new ProtocolError("STORAGE_DAMAGED", `a record of block ${number} does not verify`, offset);
  }
}

function broken(number: number, offset: number): never {
  throw new ProtocolError("STORAGE_DAMAGED", `the chain of block ${number} is broken`, offset);
}

/**
 * @param until - the tag that the next block is linked to: reading ends there. Undefined: this is the last block.
 * @throws ProtocolError STORAGE_DAMAGED - something does not verify or was removed, or the tag is not met.
 */
export function scanBlock(
  area: FlashArea,
  seals: Seals,
  first: PlacedHeader,
  until: Uint8Array | undefined,
  visitor: Visitor,
): BlockEnd {
  const { headerSize, align } = area.geometry;
  const { number } = first;
  let header = first;
  let tag = first.tag;
  let offset = headerSize;
  let held: PlacedRecord | undefined;
  let before = tag;
  const release = (): void => {
    if (held !== undefined) visitor.record(held);
    held = undefined;
  };
  visitor.header(first);
  for (;;) {
    if (until !== undefined && sameTag(tag, until)) {
      release();
      return { header, tag, offset };
    }
    const record = openRecord(area, seals, number, offset, header.salt);
    if (record !== undefined) {
      release();
      held = record;
      before = tag;
      tag = record.tag;
      offset = record.end;
      continue;
    }
    const inner = findHeader(area, seals, number, offset + gapAfter(align));
    if (inner === undefined) break;
    if (held !== undefined && sameTag(inner.link, before)) held = undefined;
    else if (!sameTag(inner.link, tag)) broken(number, offset);
    release();
    visitor.header(inner);
    header = inner;
    tag = inner.tag;
    offset = inner.offset + headerSize;
  }
  if (until !== undefined) broken(number, offset);
  release();
  const end = { header, tag, offset };
  requireNothingBeyond(area, seals, end);
  return end;
}
