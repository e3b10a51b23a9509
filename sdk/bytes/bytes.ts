// SPDX-License-Identifier: Apache-2.0
/** Joining and comparing byte strings. Nothing here is meant for secrets: JavaScript promises no constant time. */

/** Throws a TypeError that names the argument unless `value` is a Uint8Array. */
export function requireBytes(value: unknown, label: string): asserts value is Uint8Array {
  if (!(value instanceof Uint8Array)) {
    throw new TypeError(`${label}: expected a Uint8Array, got ${value === null ? "null" : typeof value}`);
  }
}

/** Returns a new array that holds the parts one after the other. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  return joinBytes(parts);
}

/** As `concatBytes`, for parts whose number a stranger chose: each argument of a call is a slot of XS's small stack. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) {
    requireBytes(part, "concatBytes part");
    length += part.length;
  }
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/**
 * Tells whether two public byte strings are the same.
 * It looks at every byte of equal lengths, yet it is for public data only (digests, key identifiers): secrets are
 * compared behind the crypto contract, by `equalConstantTime` or `macVerify`.
 */
export function equalPublicBytes(a: Uint8Array, b: Uint8Array): boolean {
  requireBytes(a, "equalPublicBytes a");
  requireBytes(b, "equalPublicBytes b");
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

/**
 * Orders byte strings bytewise, a prefix before what it begins (the map key order of RFC 8949 §4.2.1).
 * @returns negative when `a` comes first, positive when `b` does, 0 when they are the same.
 */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  requireBytes(a, "compareBytes a");
  requireBytes(b, "compareBytes b");
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
