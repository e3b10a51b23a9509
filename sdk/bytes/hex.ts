// SPDX-License-Identifier: Apache-2.0
/** Hexadecimal text. Lower case out, either case in, nothing else in. */
import { requireBytes } from "./bytes.js";

const DIGITS = "0123456789abcdef";
const PAIRS = /^(?:[0-9a-fA-F]{2})*$/;

/** Writes each byte as two lower-case digits. */
export function encodeHex(bytes: Uint8Array): string {
  requireBytes(bytes, "encodeHex");
  const pairs: string[] = [];
  for (const byte of bytes) pairs.push(DIGITS.charAt(byte >> 4) + DIGITS.charAt(byte & 15));
  return pairs.join("");
}

/**
 * Reads pairs of hexadecimal digits: no spaces, no `0x`.
 * @throws TypeError - `text` is no string.
 * @throws RangeError - an odd number of digits, or another character.
 */
export function decodeHex(text: string): Uint8Array {
  if (typeof text !== "string") throw new TypeError(`decodeHex: expected a string, got ${typeof text}`);
  if (!PAIRS.test(text)) throw new RangeError("decodeHex: expected pairs of hexadecimal digits, got something else");
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
