// SPDX-License-Identifier: Apache-2.0
/** COSE_Mac0: one key that both sides have (RFC 9052 §6.2, §6.3). Bytes in and bytes out; the key stays a handle. */
import { requireBytes } from "../bytes/bytes.js";
import type { CborLimits } from "../cbor/value.js";
import type { Crypto, KeyId } from "../contracts/crypto.js";
import { ProtocolError } from "../errors/security-error.js";
import { findMacAlgorithm } from "./algorithms.js";
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

const KIND = Object.freeze({ tag: 17, items: 4 });
const CONTEXT = "MAC0";

export interface Mac0Options extends MessageOptions {
  readonly payload: Uint8Array;
}

/**
 * Authenticates a payload. RFC 9052 §6.3.
 * @param key - HMAC handle that allows `signMessage` with the algorithm.
 * @returns The encoded COSE_Mac0, deterministic CBOR, new bytes.
 * @throws TypeError, ProtocolError - as `createSign1`. SecurityError - what `Crypto.macCompute` throws.
 */
export function createMac0(crypto: Pick<Crypto, "macCompute">, key: KeyId, options: Mac0Options): Uint8Array {
  const { payload, externalAad = new Uint8Array(0) } = options;
  requireBytes(payload, "payload");
  const algorithm = requireAlgorithm(findMacAlgorithm, options.algorithm);
  const headers = makeHeaders(options, algorithm.id);
  const authenticated = encodeStructure(CONTEXT, headers.protectedBytes, externalAad, payload);
  return writeMessage(KIND, headers, options, payload, crypto.macCompute(key, algorithm.psaAlg, authenticated));
}

export interface Mac0VerifyOptions extends ReadOptions {
  /** The payload of a message that carries none. */
  readonly detachedPayload?: Uint8Array;
}

export interface VerifiedMac0 {
  /** View into the message, or the detached payload that was given. */
  readonly payload: Uint8Array;
  readonly protectedHeader: HeaderMap;
  /** Not covered by the tag. */
  readonly unprotectedHeader: HeaderMap;
  readonly algorithm: number;
}

/**
 * Verifies a COSE_Mac0 and returns its content. RFC 9052 §6.3. The tag has exactly the algorithm's length.
 * @param key - HMAC handle that allows `verifyMessage`.
 * @param message - COSE_Mac0, tagged (17) or untagged, at most `limits.length` bytes.
 * @returns Views into `message` (no copies): valid while the caller leaves `message` alone.
 * @throws SecurityError PSA_ERROR_INVALID_SIGNATURE - the tag does not match, or has another length (COSE_TAG_LENGTH).
 * @throws ProtocolError - all others that `verifySign1` names. SecurityError - what else `Crypto.macVerify` throws.
 */
export function verifyMac0(
  crypto: Pick<Crypto, "macVerify">,
  key: KeyId,
  message: Uint8Array,
  options: Mac0VerifyOptions = {},
): VerifiedMac0 {
  const { externalAad = new Uint8Array(0), detachedPayload, limits } = options;
  const { content, reader, ...headers } = readMessage(message, KIND, limits);
  const tag = reader.readBytes();
  reader.end();
  const algorithm = acceptHeaders(headers, findMacAlgorithm, options);
  const payload = chooseContent(content, detachedPayload);
  if (tag.length !== algorithm.tagLength) {
    throw new ProtocolError("COSE_TAG_LENGTH", `expected ${algorithm.tagLength} bytes of tag`);
  }
  const authenticated = encodeStructure(CONTEXT, headers.protectedBytes, externalAad, payload);
  crypto.macVerify(key, algorithm.psaAlg, authenticated, tag);
  const { protectedHeader, unprotectedHeader } = headers;
  return Object.freeze({ payload, protectedHeader, unprotectedHeader, algorithm: algorithm.id });
}

/** Parses a COSE_Mac0 and returns its headers, unverified; never its payload. @throws ProtocolError - not a COSE_Mac0. */
export function parseMac0Headers(message: Uint8Array, limits?: CborLimits): UnverifiedHeaders {
  const { reader, ...parsed } = readMessage(message, KIND, limits);
  reader.readBytes();
  reader.end();
  return unverifiedHeaders(parsed);
}
