// SPDX-License-Identifier: Apache-2.0
/** COSE_Sign1: one signer (RFC 9052 §4.2, §4.4). Bytes in and bytes out; the key stays a handle. */
import type { CborLimits } from "../cbor/value.js";
import type { Crypto, KeyId } from "../contracts/crypto.js";
import { findSignAlgorithm, type SignAlgorithm } from "./algorithms.js";
import {
  type Authenticated,
  type AuthenticatedOptions,
  type AuthenticatedReadOptions,
  createAuthenticated,
  parseAuthenticatedHeaders,
  type Scheme,
  verifyAuthenticated,
} from "./authenticated.js";
import { encodeStructure, type UnverifiedHeaders } from "./message.js";

const SIGN1 = Object.freeze<Scheme<SignAlgorithm, Pick<Crypto, "signMessage">, Pick<Crypto, "verifyMessage">>>({
  tag: 18,
  items: 4,
  context: "Signature1",
  find: findSignAlgorithm,
  lengthCode: "COSE_SIGNATURE_LENGTH",
  prove: (crypto, key, algorithm, bytes) => crypto.signMessage(key, algorithm.psaAlg, bytes),
  verify: (crypto, key, algorithm, bytes, signature) => crypto.verifyMessage(key, algorithm.psaAlg, bytes, signature),
});

export type Sign1Options = AuthenticatedOptions;
export type Sign1VerifyOptions = AuthenticatedReadOptions;

/**
 * Signs a payload. RFC 9052 §4.4.
 * @param key - handle that allows `signMessage` with the algorithm.
 * @returns The encoded COSE_Sign1, deterministic CBOR, new bytes.
 * @throws TypeError - payload, kid or externalAad is no Uint8Array, or a header value has no CBOR.
 * @throws ProtocolError COSE_ALG_UNSUPPORTED - not in our table. The header rules of `checkHeaders` bind us as well:
 * COSE_LABEL, COSE_DUPLICATE_LABEL (alg or kid given twice, too), COSE_HEADER_VALUE, COSE_CRIT.
 * @throws SecurityError - what `Crypto.signMessage` throws.
 */
export function createSign1(crypto: Pick<Crypto, "signMessage">, key: KeyId, options: Sign1Options): Uint8Array {
  return createAuthenticated(SIGN1, crypto, key, options);
}

/**
 * Verifies a COSE_Sign1 and returns its content. RFC 9052 §4.4.
 * @param key - handle that allows `verifyMessage`; see `parseSign1Headers` for choosing one by kid.
 * @param message - COSE_Sign1, tagged (18) or untagged, at most `limits.length` bytes.
 * @returns Views into `message` (no copies): valid while the caller leaves `message` alone.
 * @throws SecurityError PSA_ERROR_INVALID_SIGNATURE - the signature does not match, or has the wrong length.
 * @throws ProtocolError COSE_ALG_MISSING, COSE_ALG_UNPROTECTED, COSE_ALG_UNSUPPORTED, COSE_ALG_NOT_ALLOWED - about alg.
 * @throws ProtocolError COSE_CRIT_UNKNOWN - crit names what neither we nor the caller process.
 * @throws ProtocolError COSE_PAYLOAD_MISSING, COSE_PAYLOAD_UNEXPECTED - no payload, or one inside and one beside the message.
 * @throws ProtocolError COSE_TAG, COSE_STRUCTURE, the header codes of `checkHeaders`, CBOR codes - not a COSE_Sign1.
 * @throws SecurityError - what else `Crypto.verifyMessage` throws.
 */
export function verifySign1(
  crypto: Pick<Crypto, "verifyMessage">,
  key: KeyId,
  message: Uint8Array,
  options: Sign1VerifyOptions = {},
): Authenticated {
  return verifyAuthenticated(SIGN1, crypto, key, message, options);
}

/**
 * Parses a COSE_Sign1 and returns its headers, unverified; never its payload.
 * @throws ProtocolError COSE_TAG, COSE_STRUCTURE, the header codes of `checkHeaders`, CBOR codes - not a COSE_Sign1.
 */
export function parseSign1Headers(message: Uint8Array, limits?: CborLimits): UnverifiedHeaders {
  return parseAuthenticatedHeaders(SIGN1, message, limits);
}

/** The bytes that are signed: Sig_structure with one signer, RFC 9052 §4.4. */
export function sigStructure(protectedBytes: Uint8Array, externalAad: Uint8Array, payload: Uint8Array): Uint8Array {
  return encodeStructure(SIGN1.context, protectedBytes, externalAad, payload);
}
