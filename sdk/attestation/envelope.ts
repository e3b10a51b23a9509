// SPDX-License-Identifier: Apache-2.0
/** The COSE message that a token is (RFC 9783 §5.1.1): which kind, which algorithm, and its content before anyone verified it. */
import { Major } from "../cbor/reader.js";
import type { CborLimits } from "../cbor/value.js";
import type { Crypto, KeyId } from "../contracts/crypto.js";
import { CoseAlgorithm, findMacAlgorithm, findSignAlgorithm } from "../cose/algorithms.js";
import { requireProofLength } from "../cose/authenticated.js";
import { acceptHeaders, type HeaderMap } from "../cose/headers.js";
import { verifyTag } from "../cose/mac-tag.js";
import { encodeStructure, readMessage } from "../cose/message.js";
import { sigStructure } from "../cose/sign1.js";
import { ProtocolError } from "../errors/security-error.js";
import { openDefinite } from "./definite.js";

const SIGN1 = Object.freeze({ tag: 18, items: 4 } as const);
/** external_aad: tokens have none. */
const NONE = new Uint8Array(0);
const MAC0 = Object.freeze({ tag: 17, items: 4 } as const);

/** RFC 9783 §5.2 has ES384, ES512 and HMAC with SHA-384 and SHA-512 as well: those with P-384 and P-521 are not carried out. */
export const SIGN_ALGORITHMS: readonly number[] = Object.freeze([CoseAlgorithm.ES256, CoseAlgorithm.ESP256]);
const MAC_ALGORITHMS: readonly number[] = Object.freeze([
  CoseAlgorithm.HMAC_256,
  CoseAlgorithm.HMAC_384,
  CoseAlgorithm.HMAC_512,
]);

export type EnvelopeVerifier = Pick<Crypto, "verifyMessage" | "macVerify" | "getKeyAttributes">;

export interface Envelope {
  readonly kind: "sign1" | "mac0";
  readonly unprotectedHeader: HeaderMap;
  /** View into the token: what `verify` is about. */
  readonly payload: Uint8Array;
  /** COSE's name. */
  readonly algorithm: string;
  /**
   * Verifies the signature or MAC over the payload, without reading the message again.
   * @throws SecurityError - as `verifySign1` and `verifyMac0`.
   */
  verify(crypto: EnvelopeVerifier, key: KeyId): void;
}

/** undefined: none. */
function tagOf(token: Uint8Array, limits: CborLimits): number | bigint | undefined {
  if (token.length === 0) return undefined;
  const reader = openDefinite(token, limits);
  return reader.peekMajor() === Major.tag ? reader.readTag() : undefined;
}

/**
 * Variant serializations are taken here as in the claims: RFC 9783 §5.1.1 speaks of the token, and RFC 9711 §6.3.2 of its COSE parts.
 * @throws ProtocolError COSE_TAG - no tag, or another than 18 and 17. COSE_PAYLOAD_MISSING - no claims inside.
 * @throws ProtocolError COSE_ALG_MISSING, COSE_ALG_UNPROTECTED, COSE_ALG_UNSUPPORTED, COSE_ALG_NOT_ALLOWED, COSE_CRIT_UNKNOWN.
 * @throws ProtocolError COSE_STRUCTURE, header codes, CBOR codes - no COSE message.
 */
export function readEnvelope(token: Uint8Array, limits: CborLimits): Envelope {
  const tag = tagOf(token, limits);
  const isMac = tag === MAC0.tag;
  if (!isMac && tag !== SIGN1.tag) {
    throw new ProtocolError("COSE_TAG", "expected a COSE_Sign1 in tag 18 or a COSE_Mac0 in tag 17", 0);
  }
  const { headers, content, reader } = readMessage(token, isMac ? MAC0 : SIGN1, limits, openDefinite);
  const proof = reader.readBytes();
  reader.end();
  const row = isMac
    ? acceptHeaders(headers, findMacAlgorithm, { algorithms: MAC_ALGORITHMS })
    : acceptHeaders(headers, findSignAlgorithm, { algorithms: SIGN_ALGORITHMS });
  if (content === null) throw new ProtocolError("COSE_PAYLOAD_MISSING", "a token has its claims inside");
  const { protectedBytes, unprotectedHeader } = headers;
  const verify = (crypto: EnvelopeVerifier, key: KeyId): void => {
    if ("keyType" in row) {
      requireProofLength("COSE_TAG_LENGTH", row, proof);
      verifyTag(crypto, key, row, encodeStructure("MAC0", protectedBytes, NONE, content), proof);
    } else {
      requireProofLength("COSE_SIGNATURE_LENGTH", row, proof);
      crypto.verifyMessage(key, row.psaAlg, sigStructure(protectedBytes, NONE, content), proof);
    }
  };
  return { kind: isMac ? "mac0" : "sign1", unprotectedHeader, payload: content, algorithm: row.name, verify };
}
