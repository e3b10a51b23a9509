// SPDX-License-Identifier: Apache-2.0
/** COSE signature algorithms that we carry out, and their names in the crypto contract. A new one is a new row. */
import type { SignAlg } from "../contracts/crypto.js";

/** IANA COSE algorithm numbers: ES256 (RFC 9053 §2.1; deprecated by RFC 9864, and what PSA tokens use), ESP256 (RFC 9864 §2.1). */
export const CoseAlgorithm = Object.freeze({ ES256: -7, ESP256: -9 } as const);

export interface SignAlgorithm {
  readonly id: number;
  readonly name: string;
  readonly psaAlg: SignAlg;
  readonly signatureLength: number;
}

const SIGN_ALGORITHMS: readonly SignAlgorithm[] = Object.freeze([
  Object.freeze({
    id: CoseAlgorithm.ES256,
    name: "ES256",
    psaAlg: "DETERMINISTIC_ECDSA_SHA_256",
    signatureLength: 64,
  } as const),
  Object.freeze({
    id: CoseAlgorithm.ESP256,
    name: "ESP256",
    psaAlg: "DETERMINISTIC_ECDSA_SHA_256",
    signatureLength: 64,
  } as const),
]);

/** @param id - from a header: any CBOR value. @returns The row, or undefined when the algorithm is not carried out. */
export function findSignAlgorithm(id: unknown): SignAlgorithm | undefined {
  return SIGN_ALGORITHMS.find((algorithm) => algorithm.id === id);
}
