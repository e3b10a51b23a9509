// SPDX-License-Identifier: Apache-2.0
/** The P-256 key of RFC 9052 Appendix C ("11"), which the public examples are signed with, in the forms the tests need. */
import { createNodeCrypto } from "../../devices/node/crypto.js";
import { decodeHex } from "../../sdk/bytes/hex.js";
import type { Crypto, KeyId } from "../../sdk/contracts/crypto.js";

export const KID = Uint8Array.of(0x31, 0x31);
export const X = decodeHex("bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff");
export const Y = decodeHex("20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e");
export const D = decodeHex("57c92077664146e876760c9520d054aa93c3afb04e306705db6090308507b4d3");
const ALG = "DETERMINISTIC_ECDSA_SHA_256";

/** A P-256 public key in a back-end. */
export function importPublic(crypto: Crypto, x: Uint8Array, y: Uint8Array): KeyId {
  const usage = ["verifyMessage"] as const;
  const point = Uint8Array.of(4, ...x, ...y);
  return crypto.importKey({ type: "ECC_PUBLIC_KEY_SECP_R1", bits: 256, usage, alg: ALG }, point);
}

/** A back-end with both halves of the key. */
export function exampleKeys(): { crypto: Crypto; signer: KeyId; verifier: KeyId } {
  const crypto = createNodeCrypto();
  const usage = ["signMessage"] as const;
  const signer = crypto.importKey({ type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage, alg: ALG }, D);
  return { crypto, signer, verifier: importPublic(crypto, X, Y) };
}
