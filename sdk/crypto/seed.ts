// SPDX-License-Identifier: Apache-2.0
/** A P-256 private key from a seed, as the Open Profile for DICE has it: RFC 6979 §3.2 with HMAC-SHA-512. */
import { concatBytes } from "../bytes/bytes.js";
import { SecurityError } from "../errors/security-error.js";
import type { Primitives } from "./primitives.js";

/** The first candidate is no scalar once in 2^32 seeds; this many in a row are a fault. */
const ATTEMPTS = 8;

/**
 * Steps b to h of RFC 6979 §3.2, the seed in the place of key and message; a candidate is the first 32 bytes of T.
 * @returns The scalar, 32 bytes.
 * @throws SecurityError PSA_ERROR_GENERIC_ERROR - no candidate is a scalar, which does not happen.
 */
export function scalarFromSeed(
  { hmac, publicKey }: Pick<Primitives, "hmac" | "publicKey">,
  seed: Uint8Array,
): Uint8Array {
  let key: Uint8Array = new Uint8Array(64);
  let value: Uint8Array = new Uint8Array(64).fill(1);
  const update = (...data: readonly Uint8Array[]): void => {
    key = hmac("SHA_512", key, concatBytes(value, ...data));
    value = hmac("SHA_512", key, value);
  };
  update(Uint8Array.of(0), seed);
  update(Uint8Array.of(1), seed);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    value = hmac("SHA_512", key, value);
    const candidate = value.slice(0, 32);
    if (publicKey("P-256", candidate)) return candidate;
    update(Uint8Array.of(0));
  }
  throw new SecurityError("PSA_ERROR_GENERIC_ERROR", "the seed gives no scalar");
}
