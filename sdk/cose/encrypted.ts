// SPDX-License-Identifier: Apache-2.0
/** What COSE_Encrypt0 and COSE_Encrypt share: content under an AEAD (RFC 9052 §5.3), whoever has the key. */
import { requireBytes } from "../bytes/bytes.js";
import type { Crypto, KeyId } from "../contracts/crypto.js";
import { ProtocolError } from "../errors/security-error.js";
import { type AeadAlgorithm, findAeadAlgorithm, requireKeyBits } from "./algorithms.js";
import { acceptHeaders, HeaderLabel, type HeaderMap, type Headers, requireAlgorithm } from "./headers.js";
import { nonceOf } from "./iv.js";
import {
  chooseContent,
  encodeStructure,
  type MessageOptions,
  makeHeaders,
  type ParsedMessage,
  type ReadOptions,
} from "./message.js";

/** Of headers and external_aad: what `Crypto.aeadDecrypt` takes, 65279, less the heads of Enc_structure. */
const AUTHENTICATED_MAX = 65279 - 16;

/** external_aad where the caller gives none. */
const NONE = new Uint8Array(0);

export interface EncryptedOptions extends MessageOptions {
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
  /** The encoded message, new bytes. */
  readonly message: Uint8Array;
  /** ciphertext‖tag: in the message too, unless it is detached. */
  readonly ciphertext: Uint8Array;
}

export interface DecryptOptions extends ReadOptions {
  /** ciphertext‖tag of a message that carries none. */
  readonly detachedCiphertext?: Uint8Array;
  /** For messages with a Partial IV. */
  readonly contextIv?: Uint8Array;
}

export interface Decrypted {
  /** New bytes. */
  readonly plaintext: Uint8Array;
  readonly protectedHeader: HeaderMap;
  /** Not authenticated. */
  readonly unprotectedHeader: HeaderMap;
  readonly algorithm: number;
}

/** Headers and algorithm of content to be encrypted, after all that they can be refused for. */
export interface Sealing {
  readonly algorithm: AeadAlgorithm;
  readonly headers: Headers;
  readonly seal: (crypto: Pick<Crypto, "aeadEncrypt" | "getKeyAttributes">, key: KeyId) => Uint8Array;
}

/** @param context - of Enc_structure. */
export function prepareSealing(context: string, options: EncryptedOptions): Sealing {
  const plaintext = options.plaintext;
  requireBytes(plaintext, "plaintext");
  const algorithm = requireAlgorithm(findAeadAlgorithm, options.algorithm);
  const headers = makeHeaders(options, algorithm.id, options.iv);
  const nonce = nonceOf(headers, algorithm, options.contextIv);
  const additionalData = encodeStructure(context, headers.protectedBytes, options.externalAad ?? NONE);
  return {
    algorithm,
    headers,
    seal(crypto, key) {
      requireKeyBits(crypto, key, algorithm);
      return crypto.aeadEncrypt(key, algorithm.psaAlg, nonce, additionalData, plaintext);
    },
  };
}

/** Content to be decrypted, after all that the message can be refused for. */
export interface Opening {
  readonly algorithm: AeadAlgorithm;
  readonly open: (crypto: Pick<Crypto, "aeadDecrypt" | "getKeyAttributes">, key: KeyId) => Decrypted;
}

/** As `prepareSealing`. */
export function prepareOpening(context: string, parsed: ParsedMessage, options: DecryptOptions): Opening {
  const headers = parsed.headers;
  const protectedBytes = headers.protectedBytes;
  const externalAad = options.externalAad ?? NONE;
  // IV and Partial IV are processed here, so crit may name all common labels.
  const algorithm = acceptHeaders(headers, findAeadAlgorithm, options, Object.values(HeaderLabel));
  const ciphertext = chooseContent(parsed.content, options.detachedCiphertext);
  const nonce = nonceOf(headers, algorithm, options.contextIv);
  requireLengths(algorithm, protectedBytes.length + externalAad.length, ciphertext.length);
  const additionalData = encodeStructure(context, protectedBytes, externalAad);
  return {
    algorithm,
    open(crypto, key) {
      requireKeyBits(crypto, key, algorithm);
      const plaintext = crypto.aeadDecrypt(key, algorithm.psaAlg, nonce, additionalData, ciphertext);
      const { protectedHeader, unprotectedHeader } = headers;
      return Object.freeze({ plaintext, protectedHeader, unprotectedHeader, algorithm: algorithm.id });
    },
  };
}

/** The sender chose these; the crypto contract would take them for a mistake of the caller. */
function requireLengths(algorithm: AeadAlgorithm, authenticated: number, ciphertext: number): void {
  const textMax = algorithm.textMax;
  if (authenticated > AUTHENTICATED_MAX) {
    throw new ProtocolError("COSE_LENGTH", `headers and external_aad of more than ${AUTHENTICATED_MAX} bytes`);
  }
  if (ciphertext - algorithm.tagLength > textMax) {
    throw new ProtocolError("COSE_LENGTH", `${algorithm.name}: plaintext of more than ${textMax} bytes`);
  }
}
