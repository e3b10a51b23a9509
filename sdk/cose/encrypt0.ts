// SPDX-License-Identifier: Apache-2.0
/** COSE_Encrypt0: one key that both sides have (RFC 9052 §5.2, §5.3). Bytes in and bytes out; the key stays a handle. */
import type { CborLimits } from "../cbor/value.js";
import type { Crypto, KeyId } from "../contracts/crypto.js";
import {
  type Decrypted,
  type DecryptOptions,
  type EncryptedMessage,
  type EncryptedOptions,
  prepareOpening,
  prepareSealing,
} from "./encrypted.js";
import { readMessage, type UnverifiedHeaders, unverifiedHeaders, writeMessage } from "./message.js";

const KIND = Object.freeze({ tag: 16, items: 3 });
const CONTEXT = "Encrypt0";

export type Encrypt0Options = EncryptedOptions;
export type Encrypt0DecryptOptions = DecryptOptions;

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
  const { headers, seal } = prepareSealing(CONTEXT, options);
  const ciphertext = seal(crypto, key);
  return Object.freeze({ message: writeMessage(KIND, headers, options, ciphertext), ciphertext });
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
): Decrypted {
  const parsed = readMessage(message, KIND, options.limits);
  parsed.reader.end();
  return prepareOpening(CONTEXT, parsed, options).open(crypto, key);
}

/** Parses a COSE_Encrypt0 and returns its headers, unverified. @throws ProtocolError - not a COSE_Encrypt0. */
export function parseEncrypt0Headers(message: Uint8Array, limits?: CborLimits): UnverifiedHeaders {
  const { headers, reader } = readMessage(message, KIND, limits);
  reader.end();
  return unverifiedHeaders(headers);
}
