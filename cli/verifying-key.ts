// SPDX-License-Identifier: Apache-2.0
/** Public keys on P-256 that signatures are verified with. */
import type { Crypto, KeyId } from "../sdk/contracts/crypto.js";

const VERIFYING = Object.freeze({
  type: "ECC_PUBLIC_KEY_SECP_R1",
  bits: 256,
  usage: ["verifyMessage"],
  alg: "DETERMINISTIC_ECDSA_SHA_256",
} as const);

/**
 * @param publicKey - 0x04‖x‖y.
 * @throws SecurityError PSA_ERROR_INVALID_ARGUMENT - no point of the curve.
 */
export function importVerifying(crypto: Crypto, publicKey: Uint8Array): KeyId {
  return crypto.importKey(VERIFYING, publicKey);
}
