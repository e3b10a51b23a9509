// SPDX-License-Identifier: Apache-2.0
/** IEEE 754 numbers in 16, 32 and 64 bits, and the shortest of them that holds a value (RFC 8949 §4.1, §4.2.2). */

/** By division: XS as boards have it multiplies and negates the integer 0 to 0, never to -0. */
const NEGATIVE_ZERO = 1 / Number.NEGATIVE_INFINITY;

/** Bytes of the shortest float that holds `value` exactly. A NaN counts as the quiet one without payload: 2. */
export function shortestFloatLength(value: number): 2 | 4 | 8 {
  if (Number.isNaN(value) || decodeHalf(encodeHalf(value)) === value) return 2;
  return Math.fround(value) === value ? 4 : 8;
}

/**
 * Bits of the half-precision float for `value`, meaningful when `value` fits one: bits that do not fit are cut off, and
 * what is too large becomes infinite, so `decodeHalf(encodeHalf(v)) === v` tells whether it fits.
 */
export function encodeHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (magnitude >= 65536) return sign | 0x7c00;
  if (magnitude < 2 ** -14) return sign | Math.trunc(magnitude * 2 ** 24); // subnormal: units of 2^-24
  let exponent = 1; // as it is written, 15 more than it stands for
  let unit = 2 ** -14;
  while (magnitude >= 2 * unit) {
    unit *= 2;
    exponent++;
  }
  return sign | (exponent << 10) | Math.trunc((magnitude / unit - 1) * 1024);
}

/** The number that 16 bits stand for. Every NaN becomes NaN. */
export function decodeHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (bits === 0x8000) return NEGATIVE_ZERO;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
