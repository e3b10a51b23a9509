// SPDX-License-Identifier: Apache-2.0
/** COSE_Encrypt0: one key that both sides have (RFC 9052 §5.2, §5.3). Bytes in and bytes out; the key stays a handle. */
import { requireBytes } from "../bytes/bytes.js";
import type { CborLimits } from "../cbor/value.js";
import type { Crypto, KeyId } from "../contracts/crypto.js";
import { ProtocolError } from "../errors/security-error.js";
import { type AeadAlgorithm, findAeadAlgorithm } from "./algorithms.js";
import { HeaderLabel, type HeaderMap } from "./headers.js";
import { nonceOf } from "./iv.js";
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

const KIND = Object.freeze({ tag: 16, items: 3 });
const CONTEXT = "Encrypt0";
/** Of headers and external_aad: what `Crypto.aeadDecrypt` takes, 65279, less the heads of Enc_structure. */
const AUTHENTICATED_MAX = 65279 - 16;
/** What `crit` may name here beside the labels of all messages. */
const IV_LABELS = Object.freeze([HeaderLabel.iv, HeaderLabel.partialIv]);

export interface Encrypt0Options extends MessageOptions {
  readonly plaintext: Uint8Array;
  /**
   * Short for label 5 in the unprotected bucket: the nonce, of the algorithm's length. Never twice with one key. Instead of
   * it a header may have a Partial IV (label 6).
   */
  readonly iv?: Uint8Array;
  /** What both sides know beside the message, for a Partial IV. */
  readonly contextIv?: Uint8Array;
}

export interface EncryptedMessage {
  /** The encoded COSE_Encrypt0, new bytes. */
  readonly message: Uint8Array;
  /** ciphertext‖tag: in the message too, unless it is detached. */
  readonly ciphertext: Uint8Array;
}

/**
 * Encrypts a plaintext. RFC 9052 §5.3.
 * @param key - handle that allows `encrypt` with the algorithm, of the algorithm's length.
 * @throws TypeError, ProtocolError - as `createSign1`; ProtocolError COSE_IV - as `nonceOf` in iv.ts.
 * @throws ProtocolError COSE_KEY_USE - the key has another length than the algorithm.
 * @throws SecurityError - what `Crypto.aeadEncrypt` throws.
 */
export function createEncrypt0(
  crypto: Pick<Crypto, "aeadEncrypt" | "getKeyAttributes">,
  key: KeyId,
  options: Encrypt0Options,
): EncryptedMessage {
  const { plaintext, externalAad = new Uint8Array(0), iv, contextIv } = options;
  requireBytes(plaintext, "plaintext");
  const algorithm = requireAlgorithm(findAeadAlgorithm, options.algorithm);
  const headers = makeHeaders(options, algorithm.id, iv);
  const nonce = nonceOf(headers, algorithm, contextIv);
  requireKeyLength(crypto, key, algorithm);
  const additionalData = encodeStructure(CONTEXT, headers.protectedBytes, externalAad);
  const ciphertext = crypto.aeadEncrypt(key, algorithm.psaAlg, nonce, additionalData, plaintext);
  return Object.freeze({ message: writeMessage(KIND, headers, options, ciphertext), ciphertext });
}

export interface Encrypt0DecryptOptions extends ReadOptions {
  /** ciphertext‖tag of a message that carries none. */
  readonly detachedCiphertext?: Uint8Array;
  /** For messages with a Partial IV. */
  readonly contextIv?: Uint8Array;
}

export interface DecryptedEncrypt0 {
  /** New bytes. */
  readonly plaintext: Uint8Array;
  readonly protectedHeader: HeaderMap;
  /** Not authenticated. */
  readonly unprotectedHeader: HeaderMap;
  readonly algorithm: number;
}

/**
 * Decrypts a COSE_Encrypt0. RFC 9052 §5.3. Nothing comes out before the tag was found right.
 * @param key - handle that allows `decrypt`.
 * @param message - COSE_Encrypt0, tagged (16) or untagged, at most `limits.length` bytes.
 * @throws SecurityError PSA_ERROR_INVALID_SIGNATURE - the tag does not match.
 * @throws ProtocolError COSE_LENGTH - headers and external_aad, or the ciphertext, are longer than the algorithm takes.
 * @throws ProtocolError COSE_IV, COSE_KEY_USE - as `createEncrypt0`; and all others that `verifySign1` names.
 * @throws SecurityError - what else `Crypto.aeadDecrypt` throws.
 */
export function decryptEncrypt0(
  crypto: Pick<Crypto, "aeadDecrypt" | "getKeyAttributes">,
  key: KeyId,
  message: Uint8Array,
  options: Encrypt0DecryptOptions = {},
): DecryptedEncrypt0 {
  const { externalAad = new Uint8Array(0), detachedCiphertext, contextIv, limits } = options;
  const { content, reader, ...headers } = readMessage(message, KIND, limits);
  reader.end();
  const { criticalLabels = [] } = options;
  const understood = { ...options, criticalLabels: [...criticalLabels, ...IV_LABELS] };
  const algorithm = acceptHeaders(headers, findAeadAlgorithm, understood);
  const ciphertext = chooseContent(content, detachedCiphertext);
  const nonce = nonceOf(headers, algorithm, contextIv);
  requireKeyLength(crypto, key, algorithm);
  requireLengths(algorithm, headers.protectedBytes.length + externalAad.length, ciphertext.length);
  const additionalData = encodeStructure(CONTEXT, headers.protectedBytes, externalAad);
  const plaintext = crypto.aeadDecrypt(key, algorithm.psaAlg, nonce, additionalData, ciphertext);
  const { protectedHeader, unprotectedHeader } = headers;
  return Object.freeze({ plaintext, protectedHeader, unprotectedHeader, algorithm: algorithm.id });
}

/** Parses a COSE_Encrypt0 and returns its headers, unverified. @throws ProtocolError - not a COSE_Encrypt0. */
export function parseEncrypt0Headers(message: Uint8Array, limits?: CborLimits): UnverifiedHeaders {
  const { reader, ...parsed } = readMessage(message, KIND, limits);
  reader.end();
  return unverifiedHeaders(parsed);
}

/** The sender chose these; the crypto contract would take them for a mistake of the caller. */
function requireLengths({ name, tagLength, textMax }: AeadAlgorithm, authenticated: number, ciphertext: number): void {
  if (authenticated > AUTHENTICATED_MAX) {
    throw new ProtocolError("COSE_LENGTH", `expected at most ${AUTHENTICATED_MAX} bytes of headers and external_aad`);
  }
  if (ciphertext - tagLength > textMax) {
    throw new ProtocolError("COSE_LENGTH", `${name} has at most ${textMax} bytes of plaintext`);
  }
}

/** GCM and CCM take keys of three lengths; the algorithm's number says which. */
function requireKeyLength(
  crypto: Pick<Crypto, "getKeyAttributes">,
  key: KeyId,
  { name, keyBits }: AeadAlgorithm,
): void {
  const { bits } = crypto.getKeyAttributes(key);
  if (bits !== keyBits)
    throw new ProtocolError("COSE_KEY_USE", `${name} has keys of ${keyBits} bits, this one has ${bits}`);
}
