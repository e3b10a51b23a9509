// SPDX-License-Identifier: Apache-2.0
/** Writes DER (X.690 §10) of what is small: tag, length, content. */

export const SEQUENCE = 0x30;
export const INTEGER = 0x02;
export const OCTET_STRING = 0x04;

/** @param content - at most 65535 bytes in all. */
export function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const joined = Buffer.concat(content);
  const length = joined.length < 0x80 ? [joined.length] : [0x82, joined.length >> 8, joined.length & 0xff];
  // In as few bytes as it can be.
  if (length.length > 1 && joined.length < 0x100) length.splice(0, 2, 0x81);
  return Buffer.concat([Uint8Array.of(tag, ...length), joined]);
}
