// SPDX-License-Identifier: Apache-2.0
/** COSE_Mac: a payload authenticated for one recipient or more (RFC 9052 §6.1, §6.3). Every key stays a handle. */
import { requireBytes } from "../bytes/bytes.js";
import type { CborLimits } from "../cbor/value.js";
import type { Crypto } from "../contracts/crypto.js";
import { findMacAlgorithm } from "./algorithms.js";
import {
  type Authenticated,
  type AuthenticatedOptions,
  type AuthenticatedReadOptions,
  requireProofLength,
} from "./authenticated.js";
import { acceptHeaders, requireAlgorithm } from "./headers.js";
import { computeTag, verifyTag } from "./mac-tag.js";
import {
  chooseContent,
  encodeStructure,
  makeHeaders,
  readMessage,
  type UnverifiedHeaders,
  unverifiedHeaders,
  writeMessage,
} from "./message.js";
import { type Recipient, readRecipients } from "./recipient.js";
import { type MakingCrypto, type RecipientOptions, withNewContentKey } from "./recipient-make.js";
import { type OpeningCrypto, type RecipientKey, withContentKey } from "./recipient-open.js";

const KIND = Object.freeze({ tag: 97, items: 5 });
const CONTEXT = "MAC";

export interface MacOptions extends AuthenticatedOptions {
  readonly recipients: readonly RecipientOptions[];
}

/**
 * Authenticates a payload for its recipients. RFC 9052 §6.3.
 * @returns The encoded COSE_Mac, deterministic CBOR, new bytes.
 * @throws - as `createMac0`, and as `withNewContentKey` in recipient-make.ts.
 */
export function createMac(crypto: MakingCrypto & Pick<Crypto, "macCompute">, options: MacOptions): Uint8Array {
  const { payload, externalAad = new Uint8Array(0) } = options;
  requireBytes(payload, "payload");
  const algorithm = requireAlgorithm(findMacAlgorithm, options.algorithm);
  const headers = makeHeaders(options, algorithm.id);
  return withNewContentKey(crypto, options.recipients, algorithm, ["signMessage"], (key, recipients) => {
    const authenticated = encodeStructure(CONTEXT, headers.protectedBytes, externalAad, payload);
    const tag = computeTag(crypto, key, algorithm, authenticated);
    return writeMessage(KIND, headers, options, payload, tag, recipients);
  });
}

/**
 * Verifies a COSE_Mac and returns its content. RFC 9052 §6.3. The tag has exactly the algorithm's length. All recipients of a
 * message have its content key: any of them can have made it, or changed it for the others.
 * @param own - the key that the recipient has.
 * @param message - COSE_Mac, tagged (97) or untagged, at most `limits.length` bytes.
 * @returns Views into `message` (no copies): valid while the caller leaves `message` alone.
 * @throws - as `verifyMac0`, and as `withContentKey` in recipient-open.ts.
 */
export function verifyMac(
  crypto: OpeningCrypto & Pick<Crypto, "macVerify">,
  own: RecipientKey,
  message: Uint8Array,
  options: AuthenticatedReadOptions = {},
): Authenticated {
  const { externalAad = new Uint8Array(0), detachedPayload, limits } = options;
  const { headers, content, reader, depth } = readMessage(message, KIND, limits);
  const tag = reader.readBytes();
  const recipients = readRecipients(reader, depth);
  reader.end();
  const algorithm = acceptHeaders(headers, findMacAlgorithm, options);
  const payload = chooseContent(content, detachedPayload);
  requireProofLength("COSE_TAG_LENGTH", algorithm, tag);
  withContentKey(crypto, recipients, own, algorithm, ["verifyMessage"], (key) => {
    const authenticated = encodeStructure(CONTEXT, headers.protectedBytes, externalAad, payload);
    verifyTag(crypto, key, algorithm, authenticated, tag);
  });
  const { protectedHeader, unprotectedHeader } = headers;
  return Object.freeze({ payload, protectedHeader, unprotectedHeader, algorithm: algorithm.id });
}

/**
 * Parses a COSE_Mac and returns its headers and recipients, unverified, never its payload: for choosing a key.
 * @throws ProtocolError - not a COSE_Mac.
 */
export function parseMacHeaders(
  message: Uint8Array,
  limits?: CborLimits,
): UnverifiedHeaders & { readonly recipients: readonly Recipient[] } {
  const { headers, reader, depth } = readMessage(message, KIND, limits);
  reader.readBytes();
  const recipients = readRecipients(reader, depth);
  reader.end();
  return Object.freeze({ ...unverifiedHeaders(headers), recipients });
}
