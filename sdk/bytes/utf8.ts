// SPDX-License-Identifier: Apache-2.0
/** Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. XS has no global TextEncoder. */
import { requireBytes } from "./bytes.js";

const CHUNK = 64; // characters handed to one call: each takes a slot of the small XS stack

/** Four bytes at a time: on XS each access to a byte is a call. */
function isAscii(chunk: Uint8Array): boolean {
  const { length } = chunk;
  const view = new DataView(chunk.buffer, chunk.byteOffset, length);
  let bits = 0;
  let i = 0;
  for (const end = length - 3; i < end; i += 4) bits |= view.getInt32(i);
  for (; i < length; i++) bits |= view.getInt8(i);
  return (bits & 0x80808080) === 0;
}

/** By code points, as XS takes twice as long for each of the "char codes", and a call for each character is longer still. */
function fromAscii(chunk: Uint8Array): string {
  return Reflect.apply(String.fromCodePoint, undefined, chunk);
}

/** Length of the valid sequence at `i`, 0 when there is none. The ranges are those of the table in RFC 3629 §4. */
function sequenceLength(bytes: Uint8Array, i: number): number {
  const first = bytes[i] as number;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (i + length > bytes.length) return 0;
  const second = bytes[i + 1] as number;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let k = i + 2; k < i + length; k++) {
    if (((bytes[k] as number) & 0xc0) !== 0x80) return 0;
  }
  return length;
}

/**
 * Reads UTF-8. A byte order mark is a character like any other.
 * @returns The text, or where the first sequence begins that is not valid.
 */
export function readUtf8(bytes: Uint8Array): string | number {
  requireBytes(bytes, "readUtf8");
  const { length: end } = bytes;
  if (end <= CHUNK && isAscii(bytes)) return fromAscii(bytes); // most texts are, and need no parts
  const parts: string[] = [];
  let i = 0;
  while (i < end) {
    const chunk = bytes.subarray(i, i + CHUNK);
    if (isAscii(chunk)) {
      parts.push(fromAscii(chunk));
      i += CHUNK;
      continue;
    }
    const codePoints: number[] = [];
    for (const chunkEnd = i + CHUNK; i < chunkEnd && i < end; ) {
      const length = sequenceLength(bytes, i);
      if (length === 0) return i;
      codePoints.push(codePointAt(bytes, i, length));
      i += length;
    }
    parts.push(String.fromCodePoint(...codePoints));
  }
  return parts.join("");
}

/** As `readUtf8`, of the caller's own bytes. @throws RangeError - they are not valid UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  const text = readUtf8(bytes);
  if (typeof text === "string") return text;
  throw new RangeError(`decodeUtf8: expected UTF-8, got an invalid sequence at byte ${text}`);
}

function codePointAt(bytes: Uint8Array, i: number, length: number): number {
  const first = bytes[i] as number;
  if (length === 1) return first;
  let codePoint = first & (0x7f >> length);
  for (let k = i + 1; k < i + length; k++) codePoint = (codePoint << 6) | ((bytes[k] as number) & 0x3f);
  return codePoint;
}

/** What XS has beyond the language: a text as the engine keeps it, where a character that is not ASCII, or NUL, has more bytes than one. */
const engine = ArrayBuffer as { fromString?(text: string): ArrayBuffer };

/**
 * A text of at most CHUNK characters, when all are ASCII. Without help of the engine by index, for which XS would count from
 * the start of the text: a long one takes less by its iterator, which makes objects.
 */
function encodeShortAscii(text: string): Uint8Array | undefined {
  if (typeof text !== "string" || text.length > CHUNK) return undefined;
  if (engine.fromString !== undefined) {
    const bytes = new Uint8Array(engine.fromString(text));
    return bytes.length === text.length ? bytes : undefined;
  }
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) {
    const c = text.charCodeAt(i);
    if (c >= 0x80) return undefined;
    bytes[i] = c;
  }
  return bytes;
}

/**
 * How many bytes `text` takes in UTF-8. Needs no memory of that size.
 * @throws TypeError, RangeError - as `encodeUtf8`.
 */
export function utf8Length(text: string): number {
  if (typeof text !== "string") throw new TypeError(`encodeUtf8: expected a string, got ${typeof text}`);
  let length = 0;
  for (const character of text) {
    const c = character.codePointAt(0) as number;
    if (c >= 0xd800 && c <= 0xdfff) throw new RangeError("encodeUtf8: expected text, got half of a surrogate pair");
    length += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  }
  return length;
}

/**
 * Writes UTF-8. Takes the bytes of the result and no more: a text may be a large part of a board's heap.
 * @throws TypeError - `text` is no string.
 * @throws RangeError - `text` holds half of a surrogate pair, which UTF-8 cannot say.
 */
export function encodeUtf8(text: string): Uint8Array {
  const short = encodeShortAscii(text);
  if (short !== undefined) return short;
  const bytes = new Uint8Array(utf8Length(text));
  let at = 0;
  for (const character of text) {
    const c = character.codePointAt(0) as number;
    if (c < 0x80) bytes[at++] = c;
    else {
      if (c < 0x800) bytes[at++] = 0xc0 | (c >> 6);
      else {
        if (c < 0x10000) bytes[at++] = 0xe0 | (c >> 12);
        else {
          bytes[at++] = 0xf0 | (c >> 18);
          bytes[at++] = 0x80 | ((c >> 12) & 0x3f);
        }
        bytes[at++] = 0x80 | ((c >> 6) & 0x3f);
      }
      bytes[at++] = 0x80 | (c & 0x3f);
    }
  }
  return bytes;
}
