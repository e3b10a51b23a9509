// SPDX-License-Identifier: Apache-2.0
/** COSE_Encrypt: content for one recipient or more (RFC 9052 §5.1, §5.3). Every key stays a handle. */
import type { CborLimits } from "../cbor/value.js";
import type { Crypto } from "../contracts/crypto.js";
import {
  type Decrypted,
  type DecryptOptions,
  type EncryptedMessage,
  type EncryptedOptions,
  prepareOpening,
  prepareSealing,
} from "./encrypted.js";
import { readMessage, type UnverifiedHeaders, unverifiedHeaders, writeMessage } from "./message.js";
import { type Recipient, readRecipients } from "./recipient.js";
import { type MakingCrypto, type RecipientOptions, withNewContentKey } from "./recipient-make.js";
import { type OpeningCrypto, type RecipientKey, withContentKey } from "./recipient-open.js";

const KIND = Object.freeze({ tag: 96, items: 4 });
const CONTEXT = "Encrypt";

export interface EncryptOptions extends EncryptedOptions {
  readonly recipients: readonly RecipientOptions[];
}

/**
 * Encrypts a plaintext for its recipients. RFC 9052 §5.3.
 * @throws - as `createEncrypt0`, and as `withNewContentKey` in recipient-make.ts.
 */
export function createEncrypt(
  crypto: MakingCrypto & Pick<Crypto, "aeadEncrypt">,
  options: EncryptOptions,
): EncryptedMessage {
  const { algorithm, headers, seal } = prepareSealing(CONTEXT, options);
  return withNewContentKey(crypto, options.recipients, algorithm, ["encrypt"], (key, recipients) => {
    const ciphertext = seal(crypto, key);
    return Object.freeze({ message: writeMessage(KIND, headers, options, ciphertext, recipients), ciphertext });
  });
}

/**
 * Decrypts a COSE_Encrypt. RFC 9052 §5.3. Nothing comes out before the tag was found right. All recipients of a message have
 * its content key: any of them can have made it, or changed it for the others.
 * @param own - the key that the recipient has.
 * @param message - COSE_Encrypt, tagged (96) or untagged, at most `limits.length` bytes.
 * @throws - as `decryptEncrypt0`, and as `withContentKey` in recipient-open.ts.
 */
export function decryptEncrypt(
  crypto: OpeningCrypto & Pick<Crypto, "aeadDecrypt">,
  own: RecipientKey,
  message: Uint8Array,
  options: DecryptOptions = {},
): Decrypted {
  const parsed = readMessage(message, KIND, options.limits);
  const recipients = readRecipients(parsed.reader, parsed.depth);
  parsed.reader.end();
  const { algorithm, open } = prepareOpening(CONTEXT, parsed, options);
  return withContentKey(crypto, recipients, own, algorithm, ["decrypt"], (key) => open(crypto, key));
}

/**
 * Parses a COSE_Encrypt and returns its headers and recipients, unverified: for choosing a key.
 * @throws ProtocolError - not a COSE_Encrypt.
 */
export function parseEncryptHeaders(
  message: Uint8Array,
  limits?: CborLimits,
): UnverifiedHeaders & { readonly recipients: readonly Recipient[] } {
  const { headers, reader, depth } = readMessage(message, KIND, limits);
  const recipients = readRecipients(reader, depth);
  reader.end();
  return Object.freeze({ ...unverifiedHeaders(headers), recipients });
}
