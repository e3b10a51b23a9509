// SPDX-License-Identifier: Apache-2.0
/** CBOR (RFC 8949) item by item, also in forms that our own encoder does not write. An item is its bytes. */
import { encodeUtf8 } from "../../sdk/bytes/utf8.js";

export type Item = Uint8Array;
/** A map's entry: both halves as they are to stand there. */
export type Entry = readonly [key: Item, value: Item];

/** Bytes of an argument: 0 is the shortest form. */
export type Width = 0 | 1 | 2 | 4 | 8;

export function join(...items: readonly Item[]): Item {
  const joined = new Uint8Array(items.reduce((length, item) => length + item.length, 0));
  let at = 0;
  for (const item of items) {
    joined.set(item, at);
    at += item.length;
  }
  return joined;
}

function widthOf(argument: number): Width {
  if (argument < 24) return 0;
  if (argument < 0x100) return 1;
  if (argument < 0x10000) return 2;
  return argument < 0x100000000 ? 4 : 8;
}

/** A head: major type and argument. @param width - wider than the shortest, for variant forms. */
export function head(major: number, argument: number, width: Width = widthOf(argument)): Item {
  if (width === 0) return Uint8Array.of((major << 5) + argument);
  const bytes = new Uint8Array(1 + width);
  bytes[0] = (major << 5) + 24 + Math.log2(width);
  let rest = argument;
  for (let at = width; at > 0; at--) {
    bytes[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return bytes;
}

export const int = (value: number, width?: Width): Item =>
  value < 0 ? head(1, -1 - value, width) : head(0, value, width);
export const bytes = (content: Uint8Array, width?: Width): Item => join(head(2, content.length, width), content);
export const text = (content: string, width?: Width): Item => {
  const encoded = encodeUtf8(content);
  return join(head(3, encoded.length, width), encoded);
};
export const array = (...items: readonly Item[]): Item => join(head(4, items.length), ...items);
/** In the order given, duplicates and all. */
export const map = (...entries: readonly Entry[]): Item => join(head(5, entries.length), ...entries.flat());
export const tag = (number: number, item: Item): Item => join(head(6, number), item);

export const NULL: Item = Uint8Array.of(0xf6);
export const FALSE: Item = Uint8Array.of(0xf4);
export const TRUE: Item = Uint8Array.of(0xf5);
export const UNDEFINED: Item = Uint8Array.of(0xf7);
/** 12288.0 (0x3000) in half precision. */
export const FLOAT_3000: Item = Uint8Array.of(0xf9, 0x72, 0x00);
const BREAK: Item = Uint8Array.of(0xff);

/** Indefinite lengths (RFC 8949 §3.2): well-formed, and not to be used in a PSA token. */
export const looseArray = (...items: readonly Item[]): Item => join(Uint8Array.of(0x9f), ...items, BREAK);
export const looseMap = (...entries: readonly Entry[]): Item => join(Uint8Array.of(0xbf), ...entries.flat(), BREAK);
export const looseBytes = (...chunks: readonly Uint8Array[]): Item =>
  join(Uint8Array.of(0x5f), ...chunks.map((chunk) => bytes(chunk)), BREAK);
export const looseText = (...chunks: readonly string[]): Item =>
  join(Uint8Array.of(0x7f), ...chunks.map((chunk) => text(chunk)), BREAK);

/** As many bytes, all the same. */
export const filled = (length: number, byte = 0x5a): Uint8Array => new Uint8Array(length).fill(byte);
