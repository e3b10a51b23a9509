// SPDX-License-Identifier: Apache-2.0
/** Items: what a record holds one after the other. docs/formats/sealed-store.md. */
import { concatBytes } from "../bytes/bytes.js";
import { ProtocolError } from "../errors/security-error.js";
import { NAME_MAX } from "./entries.js";

export const ItemKind = Object.freeze({
  /** An entry with its value. */
  put: 1,
  /** The entry is no more. */
  delete: 2,
  /** An entry whose value lies in chunks. */
  long: 3,
  /** A part of a value. Its name is its number. */
  chunk: 4,
  /** Chunks that are no more: the name is the first one's number, the value how many. */
  drop: 5,
} as const);

/** Probe numbers: 0 to 7. */
export const PROBE_MAX = 7;
const DOMAIN_MASK = 0x1f;
const HEAD_LENGTH = 3;

export interface Item {
  readonly kind: number;
  readonly format: number;
  readonly domain: number;
  /** How often another entry's id was met before one was free for this entry. */
  readonly probe: number;
  readonly name: Uint8Array;
  readonly value: Uint8Array;
}

function lengthSize(length: number): number {
  return length < 0x80 ? 1 : 2;
}

export function itemSize(nameLength: number, valueLength: number): number {
  return HEAD_LENGTH + lengthSize(valueLength) + nameLength + valueLength;
}

/** @param item - its value has at most 16383 bytes. */
export function encodeItem({ kind, format, domain, probe, name, value }: Item): Uint8Array {
  const { length } = value;
  const head =
    length < 0x80
      ? Uint8Array.of(kind | (format << 4), domain | (probe << 5), name.length, length)
      : Uint8Array.of(kind | (format << 4), domain | (probe << 5), name.length, (length & 0x7f) | 0x80, length >> 7);
  return concatBytes(head, name, value);
}

/** Its content verified, so a record that does not parse is of a later format or a fault of ours. */
function malformed(): never {
  throw new ProtocolError("STORAGE_DAMAGED", "a record verifies, yet its items do not parse");
}

/** The items of a record's content; names and values are views into it. */
export function parseItems(content: Uint8Array): Item[] {
  const items: Item[] = [];
  let at = 0;
  while (at < content.length) {
    if (at + HEAD_LENGTH + 1 > content.length) malformed();
    const first = content[at] as number;
    const second = content[at + 1] as number;
    const nameLength = content[at + 2] as number;
    let valueLength = content[at + 3] as number;
    at += HEAD_LENGTH + 1;
    if (valueLength >= 0x80) {
      if (at >= content.length) malformed();
      valueLength = (valueLength & 0x7f) | ((content[at] as number) << 7);
      at++;
    }
    const kind = first & 0x0f;
    if (kind < ItemKind.put || kind > ItemKind.drop || nameLength > NAME_MAX) malformed();
    if (at + nameLength + valueLength > content.length) malformed();
    const name = content.subarray(at, at + nameLength);
    const value = content.subarray(at + nameLength, at + nameLength + valueLength);
    items.push({ kind, format: first >> 4, domain: second & DOMAIN_MASK, probe: second >> 5, name, value });
    at += nameLength + valueLength;
  }
  return items;
}

/**
 * The entry of a name in a record's content, without looking into the others; undefined: it is not there. Its value is
 * a view into it.
 */
export function findEntryItem(content: Uint8Array, domain: number, probe: number, name: Uint8Array): Item | undefined {
  const wanted = domain | (probe << 5);
  const { length } = name;
  const total = content.length;
  let at = 0;
  while (at + HEAD_LENGTH < total) {
    const first = content[at] as number;
    const nameLength = content[at + 2] as number;
    let valueLength = content[at + 3] as number;
    const isWanted = nameLength === length && content[at + 1] === wanted;
    at += HEAD_LENGTH + 1;
    if (valueLength >= 0x80) valueLength = (valueLength & 0x7f) | ((content[at++] as number) << 7);
    const valueAt = at + nameLength;
    const kind = first & 0x0f;
    if (isWanted && (kind === ItemKind.put || kind === ItemKind.long)) {
      let i = length - 1; // from the end: names often begin alike
      while (i >= 0 && content[at + i] === name[i]) i--;
      if (i < 0) {
        const end = valueAt + valueLength;
        if (end > total) malformed();
        return {
          kind,
          format: first >> 4,
          domain,
          probe,
          name,
          value: new Uint8Array(content.buffer, content.byteOffset + valueAt, valueLength),
        };
      }
    }
    at = valueAt + valueLength;
  }
  return undefined;
}

/** A number as a name or value of four bytes, little endian. */
export function encodeNumber(number: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, number, true);
  return bytes;
}

/** @throws ProtocolError STORAGE_DAMAGED - not four bytes. */
export function decodeNumber(bytes: Uint8Array): number {
  if (bytes.length !== 4) malformed();
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
}

/** The value of a `long` item: ten bytes. */
export interface LongValue {
  /** Number of its first chunk; the others follow. */
  readonly first: number;
  /** Bytes in the value. */
  readonly length: number;
  /** Bytes in each chunk but the last. */
  readonly chunkLength: number;
}

/** Bytes of it. */
export const LONG_LENGTH = 10;

export function chunkCount({ length, chunkLength }: LongValue): number {
  return Math.ceil(length / chunkLength);
}

export function encodeLong({ first, length, chunkLength }: LongValue): Uint8Array {
  const bytes = new Uint8Array(LONG_LENGTH);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, first, true);
  view.setUint32(4, length, true);
  view.setUint16(8, chunkLength, true);
  return bytes;
}

/** @throws ProtocolError STORAGE_DAMAGED - no such value. */
export function decodeLong(bytes: Uint8Array): LongValue {
  if (bytes.length !== LONG_LENGTH) malformed();
  const view = new DataView(bytes.buffer, bytes.byteOffset, LONG_LENGTH);
  const long = {
    first: view.getUint32(0, true),
    length: view.getUint32(4, true),
    chunkLength: view.getUint16(8, true),
  };
  if (long.chunkLength === 0) malformed();
  return long;
}

/** Bytes of a record that names this value's length; a value of more is split. @param room - largest content. */
export function inlineMax(nameLength: number, room: number): number {
  return room - HEAD_LENGTH - 2 - nameLength;
}
