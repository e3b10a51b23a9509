// SPDX-License-Identifier: Apache-2.0
/** Where headers and records lie in a flash, from what is not encrypted (docs/formats/sealed-store.md): an attacker sees that. */
import type { FlashShape } from "./flash-model.js";

const MAGIC = 0x5354;
const VERSION = 1;
const HEADER_BYTES = 64;
const RECORD_MAX = 2048;
const TAG_BYTES = 16;

/** From `start` up to `end`, offsets in the flash. */
export interface Part {
  readonly kind: "header" | "record";
  readonly block: number;
  /** Number of the block in the log. */
  readonly number: number;
  readonly start: number;
  readonly end: number;
}

function up(length: number, unit: number): number {
  return Math.ceil(length / unit) * unit;
}

export function headerLength({ writeAlign }: FlashShape): number {
  return up(HEADER_BYTES, writeAlign);
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The number of the block that a header at `offset` names; undefined: there is nothing like a header. */
function numberAt(bytes: Uint8Array, offset: number): number | undefined {
  const data = view(bytes);
  if (data.getUint16(offset, true) !== MAGIC || data.getUint16(offset + 2, true) !== VERSION) return undefined;
  return data.getUint32(offset + 4, true);
}

/** Headers and records of a block, in their order; none when it does not begin with a header. */
export function partsOf(bytes: Uint8Array, shape: FlashShape, block: number): Part[] {
  const { blockLength, writeAlign } = shape;
  const start = block * blockLength;
  const end = start + blockLength;
  const length = headerLength(shape);
  const number = numberAt(bytes, start);
  if (number === undefined) return [];
  const parts: Part[] = [];
  const headers = new Set<number>();
  const isHeader = (at: number) => at + length <= end && numberAt(bytes, at) === number;
  for (let at: number | undefined = start; at !== undefined; ) {
    const size = isHeader(at) ? length : recordLength(bytes, at, end, shape, headers);
    if (size === undefined) {
      at = nextHeader(at + up(Math.max(TAG_BYTES, writeAlign), writeAlign), end - length, writeAlign, isHeader);
      continue;
    }
    const kind = isHeader(at) ? "header" : "record";
    if (kind === "header") headers.add((at - start) / writeAlign);
    parts.push({ kind, block, number, start: at, end: at + size });
    at += size;
  }
  return parts;
}

function nextHeader(from: number, to: number, unit: number, isHeader: (at: number) => boolean): number | undefined {
  for (let at = from; at <= to; at += unit) if (isHeader(at)) return at;
  return undefined;
}

function recordLength(
  bytes: Uint8Array,
  at: number,
  end: number,
  { writeAlign }: FlashShape,
  headers: ReadonlySet<number>,
): number | undefined {
  if (at + 4 + TAG_BYTES >= end) return undefined;
  const length = view(bytes).getUint16(at, true) & 0x1fff;
  const size = up(4 + length + TAG_BYTES, writeAlign);
  const isWhole = length > 0 && size <= RECORD_MAX && at + size <= end;
  return isWhole && headers.has(view(bytes).getUint16(at + 2, true)) ? size : undefined;
}

/** Commits before a header. */
export function commitsAt(bytes: Uint8Array, header: Part): number {
  return view(bytes).getUint32(header.start + 12, true);
}

/** Whether a record is one that ends a commit. */
export function isMark(bytes: Uint8Array, { kind, start }: Part): boolean {
  return kind === "record" && view(bytes).getUint16(start, true) >> 13 === 1;
}

/** View of a block. */
export function blockOf(bytes: Uint8Array, { blockLength }: FlashShape, block: number): Uint8Array {
  return bytes.subarray(block * blockLength, (block + 1) * blockLength);
}

/** Blocks of the flash that have a header, in the order of the log. */
export function blocksInOrder(bytes: Uint8Array, { blockLength, blocks }: FlashShape): number[] {
  const numbers = Array.from({ length: blocks }, (_, block) => numberAt(bytes, block * blockLength));
  return numbers
    .flatMap((number, block) => (number === undefined ? [] : [{ number, block }]))
    .sort((a, b) => a.number - b.number)
    .map(({ block }) => block);
}

/** The number of the newest block; undefined when there is none. */
export function headNumber(bytes: Uint8Array, shape: FlashShape): number | undefined {
  const newest = blocksInOrder(bytes, shape).at(-1);
  return newest === undefined ? undefined : numberAt(bytes, newest * shape.blockLength);
}
