// SPDX-License-Identifier: Apache-2.0
/** The tag of COSE_Mac0 and COSE_Mac: HMAC (RFC 9053 §3.1), or AES-CBC-MAC with a key of the algorithm's length (§3.2). */
import type { Crypto, KeyId } from "../contracts/crypto.js";
import { type MacAlgorithm, requireKeyBits } from "./algorithms.js";

/** @throws ProtocolError COSE_KEY_USE - an AES key of another length. SecurityError - as `Crypto.macCompute`. */
export function computeTag(
  crypto: Pick<Crypto, "macCompute" | "getKeyAttributes">,
  key: KeyId,
  algorithm: MacAlgorithm,
  authenticated: Uint8Array,
): Uint8Array {
  requireKeyBits(crypto, key, algorithm);
  return crypto.macCompute(key, algorithm.psaAlg, authenticated);
}

/** @throws ProtocolError COSE_KEY_USE - an AES key of another length. SecurityError - as `Crypto.macVerify`. */
export function verifyTag(
  crypto: Pick<Crypto, "macVerify" | "getKeyAttributes">,
  key: KeyId,
  algorithm: MacAlgorithm,
  authenticated: Uint8Array,
  tag: Uint8Array,
): void {
  requireKeyBits(crypto, key, algorithm);
  crypto.macVerify(key, algorithm.psaAlg, authenticated, tag);
}
