// SPDX-License-Identifier: Apache-2.0
/** What the crypto specs share. Keys are destroyed again: a board has 32 places. */
import { decodeHex } from "../../../sdk/bytes/hex.js";
import type { KeyAttributes, KeyId } from "../../../sdk/contracts/crypto.js";
import { crypto } from "../../harness/machine.js";

export { decodeHex as hex, encodeHex } from "../../../sdk/bytes/hex.js";
export { thrownBy } from "../thrown.js";

export const NONE = new Uint8Array(0);

/** ASCII text as bytes. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** A copy with one bit flipped. */
export function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
  return copy;
}

/** Runs `use` with a key and destroys the key, whatever happens. */
export function using<T>(key: KeyId, use: (key: KeyId) => T): T {
  try {
    return use(key);
  } finally {
    crypto.destroyKey(key);
  }
}

/** Imports a key for as long as `use` runs. */
export function withKey<T>(attributes: KeyAttributes, bytes: string, use: (key: KeyId) => T): T {
  return using(crypto.importKey(attributes, decodeHex(bytes)), use);
}

/** The bytes of a new key that allows export, which is destroyed. */
export function exported(key: KeyId): Uint8Array {
  return using(key, (made) => crypto.exportKey(made));
}
