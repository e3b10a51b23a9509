// SPDX-License-Identifier: Apache-2.0
/** COSE_Sign1: one signer (RFC 9052 §4.2, §4.4). Bytes in and bytes out; the key stays a handle. */
import { requireBytes } from "../bytes/bytes.js";
import type { CborLimits } from "../cbor/value.js";
import type { Crypto, KeyId } from "../contracts/crypto.js";
import { ProtocolError } from "../errors/security-error.js";
import { findSignAlgorithm } from "./algorithms.js";
import type { HeaderMap } from "./headers.js";
import {
  acceptHeaders,
  chooseContent,
  encodeStructure,
  type MessageOptions,
  makeHeaders,
  type ReadOptions,
  readMessage,
  requireAlgorithm,
  type UnverifiedHeaders,
  unverifiedHeaders,
  writeMessage,
} from "./message.js";

const KIND = Object.freeze({ tag: 18, items: 4 });

export interface Sign1Options extends MessageOptions {
  readonly payload: Uint8Array;
}

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
  const { payload, externalAad = new Uint8Array(0) } = options;
  requireBytes(payload, "payload");
  const algorithm = requireAlgorithm(findSignAlgorithm, options.algorithm);
  const headers = makeHeaders(options, algorithm.id);
  const signed = sigStructure(headers.protectedBytes, externalAad, payload);
  return writeMessage(KIND, headers, options, payload, crypto.signMessage(key, algorithm.psaAlg, signed));
}

export interface Sign1VerifyOptions extends ReadOptions {
  /** The payload of a message that carries none. */
  readonly detachedPayload?: Uint8Array;
}

export interface VerifiedSign1 {
  /** View into the message, or the detached payload that was given. */
  readonly payload: Uint8Array;
  readonly protectedHeader: HeaderMap;
  /** Not covered by the signature. */
  readonly unprotectedHeader: HeaderMap;
  readonly algorithm: number;
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
): VerifiedSign1 {
  const { externalAad = new Uint8Array(0), detachedPayload, limits } = options;
  const { content, reader, ...headers } = readMessage(message, KIND, limits);
  const signature = reader.readBytes();
  reader.end();
  const algorithm = acceptHeaders(headers, findSignAlgorithm, options);
  const payload = chooseContent(content, detachedPayload);
  if (signature.length !== algorithm.signatureLength) {
    throw new ProtocolError("COSE_SIGNATURE_LENGTH", `expected ${algorithm.signatureLength} bytes of signature`);
  }
  const signed = sigStructure(headers.protectedBytes, externalAad, payload);
  crypto.verifyMessage(key, algorithm.psaAlg, signed, signature);
  const { protectedHeader, unprotectedHeader } = headers;
  return Object.freeze({ payload, protectedHeader, unprotectedHeader, algorithm: algorithm.id });
}

/**
 * Parses a COSE_Sign1 and returns its headers, unverified; never its payload.
 * @throws ProtocolError COSE_TAG, COSE_STRUCTURE, the header codes of `checkHeaders`, CBOR codes - not a COSE_Sign1.
 */
export function parseSign1Headers(message: Uint8Array, limits?: CborLimits): UnverifiedHeaders {
  const { reader, ...parsed } = readMessage(message, KIND, limits);
  reader.readBytes();
  reader.end();
  return unverifiedHeaders(parsed);
}

/** The bytes that are signed: Sig_structure with one signer, RFC 9052 §4.4. */
export function sigStructure(protectedBytes: Uint8Array, externalAad: Uint8Array, payload: Uint8Array): Uint8Array {
  return encodeStructure("Signature1", protectedBytes, externalAad, payload);
}
