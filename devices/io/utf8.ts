// SPDX-License-Identifier: Apache-2.0
/** UTF-8 for the firmware modules: XS has no TextEncoder. Pure functions. RFC 3629. */

/** Encodes; a lone surrogate becomes U+FFFD, as everywhere on the web. */
export function encodeUtf8(text: string): Uint8Array {
  const out: number[] = [];
  for (const character of text) {
    let point = character.codePointAt(0) ?? 0xfffd;
    if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd;
    if (point < 0x80) out.push(point);
    else if (point < 0x800) out.push(0xc0 | (point >> 6), 0x80 | (point & 0x3f));
    else if (point < 0x10000) out.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f));
    else {
      out.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 0x3f));
      out.push(0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f));
    }
  }
  return Uint8Array.from(out);
}

function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  if (first >= 0xf0 && first <= 0xf4) return 4;
  throw new RangeError("not UTF-8");
}

const SMALLEST = Object.freeze([0, 0, 0x80, 0x800, 0x10000] as const);

/** @throws RangeError when the bytes are not well-formed, shortest-form UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    const length = sequenceLength(first);
    let point = length === 1 ? first : first & (0x7f >> length);
    for (let i = 1; i < length; i++) {
      const next = bytes[at + i];
      if (next === undefined || (next & 0xc0) !== 0x80) throw new RangeError("not UTF-8");
      point = (point << 6) | (next & 0x3f);
    }
    if (point < (SMALLEST[length] ?? 0) || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
      throw new RangeError("not UTF-8");
    }
    text += String.fromCodePoint(point);
    at += length;
  }
  return text;
}
