// SPDX-License-Identifier: Apache-2.0
/** Hexadecimal text. Lower case out, either case in, nothing else in. */
import { requireBytes } from "./bytes.js";

const DIGITS = "0123456789abcdef";
const CHUNK = 32; // bytes of one part: a part for each byte would take a board's heap many times the text

function refuse(): never {
  throw new RangeError("decodeHex: expected pairs of hexadecimal digits, got something else");
}

/** Writes each byte as two lower-case digits. */
export function encodeHex(bytes: Uint8Array): string {
  requireBytes(bytes, "encodeHex");
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += CHUNK) {
    let part = "";
    for (const byte of bytes.subarray(i, i + CHUNK)) part += DIGITS.charAt(byte >> 4) + DIGITS.charAt(byte & 15);
    parts.push(part);
  }
  return parts.join("");
}

/**
 * Reads pairs of hexadecimal digits: no spaces, no `0x`.
 * @throws TypeError - `text` is no string.
 * @throws RangeError - an odd number of digits, or another character.
 */
export function decodeHex(text: string): Uint8Array {
  if (typeof text !== "string") throw new TypeError(`decodeHex: expected a string, got ${typeof text}`);
  const bytes = new Uint8Array(text.length >> 1);
  let count = 0;
  let high = 0;
  // By the iterator: XS counts from the start of the text to find a character by its index.
  for (const character of text) {
    const digit = DIGITS.indexOf(character.toLowerCase());
    if (digit < 0) refuse();
    if (count % 2 === 0) high = digit << 4;
    else bytes[count >> 1] = high | digit;
    count++;
  }
  if (count % 2 !== 0) refuse();
  return bytes;
}
