// SPDX-License-Identifier: Apache-2.0
/** COSE_Mac0: one key that both sides have (RFC 9052 §6.2, §6.3). Bytes in and bytes out; the key stays a handle. */
import type { CborLimits } from "../cbor/value.js";
import type { Crypto, KeyId } from "../contracts/crypto.js";
import { findMacAlgorithm, type MacAlgorithm } from "./algorithms.js";
import {
  type Authenticated,
  type AuthenticatedOptions,
  type AuthenticatedReadOptions,
  createAuthenticated,
  parseAuthenticatedHeaders,
  type Scheme,
  verifyAuthenticated,
} from "./authenticated.js";
import { computeTag, verifyTag } from "./mac-tag.js";
import type { UnverifiedHeaders } from "./message.js";

type Maker = Pick<Crypto, "macCompute" | "getKeyAttributes">;
type Verifier = Pick<Crypto, "macVerify" | "getKeyAttributes">;

const MAC0 = Object.freeze<Scheme<MacAlgorithm, Maker, Verifier>>({
  tag: 17,
  items: 4,
  context: "MAC0",
  find: findMacAlgorithm,
  lengthCode: "COSE_TAG_LENGTH",
  prove: computeTag,
  verify: verifyTag,
});

export type Mac0Options = AuthenticatedOptions;
export type Mac0VerifyOptions = AuthenticatedReadOptions;

/**
 * Authenticates a payload. RFC 9052 §6.3.
 * @param key - HMAC or AES handle that allows `signMessage` with the algorithm.
 * @returns The encoded COSE_Mac0, deterministic CBOR, new bytes.
 * @throws TypeError, ProtocolError - as `createSign1`; COSE_KEY_USE - an AES key of another length than the algorithm.
 * @throws SecurityError - what `Crypto.macCompute` throws.
 */
export function createMac0(crypto: Maker, key: KeyId, options: Mac0Options): Uint8Array {
  return createAuthenticated(MAC0, crypto, key, options);
}

/**
 * Verifies a COSE_Mac0 and returns its content. RFC 9052 §6.3. The tag has exactly the algorithm's length.
 * @param key - HMAC or AES handle that allows `verifyMessage`.
 * @param message - COSE_Mac0, tagged (17) or untagged, at most `limits.length` bytes.
 * @returns Views into `message` (no copies): valid while the caller leaves `message` alone.
 * @throws SecurityError PSA_ERROR_INVALID_SIGNATURE - the tag does not match, or has another length (COSE_TAG_LENGTH).
 * @throws ProtocolError COSE_KEY_USE - an AES key of another length than the algorithm; and all others that `verifySign1` names. SecurityError - what else `Crypto.macVerify` throws.
 */
export function verifyMac0(
  crypto: Verifier,
  key: KeyId,
  message: Uint8Array,
  options: Mac0VerifyOptions = {},
): Authenticated {
  return verifyAuthenticated(MAC0, crypto, key, message, options);
}

/** Parses a COSE_Mac0 and returns its headers, unverified; never its payload. @throws ProtocolError - not a COSE_Mac0. */
export function parseMac0Headers(message: Uint8Array, limits?: CborLimits): UnverifiedHeaders {
  return parseAuthenticatedHeaders(MAC0, message, limits);
}
