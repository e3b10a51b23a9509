// SPDX-License-Identifier: Apache-2.0
/** COSE_Sign: a payload with one signature or more, each of its own (RFC 9052 §4.1, §4.4). Every key stays a handle. */
import { requireBytes } from "../bytes/bytes.js";
import type { CborReader } from "../cbor/reader.js";
import type { CborLimits, CborValue } from "../cbor/value.js";
import type { Crypto, KeyId } from "../contracts/crypto.js";
import { ProtocolError } from "../errors/security-error.js";
import { findSignAlgorithm } from "./algorithms.js";
import { requireProofLength } from "./authenticated.js";
import { acceptHeaders, checkCritical, type HeaderMap, readHeaders, requireAlgorithm } from "./headers.js";
import {
  type BodyOptions,
  chooseContent,
  encodeStructure,
  type HeaderOptions,
  makeHeaders,
  type ReadOptions,
  readMessage,
  type UnverifiedHeaders,
  unverifiedHeaders,
  writeMessage,
} from "./message.js";
import { chooseOne, readPartyCount, type Which } from "./recipient.js";

const KIND = Object.freeze({ tag: 98, items: 4 });
const CONTEXT = "Signature";
const NONE = new Uint8Array(0);

export interface SignerOptions extends HeaderOptions {
  /** Handle that allows `signMessage` with the algorithm. */
  readonly key: KeyId;
  /** COSE algorithm number; it goes into this signer's protected bucket. */
  readonly algorithm: number;
  /** Authenticated by this signature, not sent. Default empty. */
  readonly externalAad?: Uint8Array;
}

export interface SignOptions extends Omit<BodyOptions, "externalAad"> {
  readonly payload: Uint8Array;
  readonly signers: readonly SignerOptions[];
}

/**
 * Signs a payload for one signer or more. RFC 9052 §4.4.
 * @returns The encoded COSE_Sign, deterministic CBOR, new bytes.
 * @throws TypeError, ProtocolError - as `createSign1`, for each signer; COSE_STRUCTURE - no signer.
 * @throws SecurityError - what `Crypto.signMessage` throws.
 */
export function createSign(crypto: Pick<Crypto, "signMessage">, options: SignOptions): Uint8Array {
  const { payload, signers } = options;
  requireBytes(payload, "payload");
  if (!Array.isArray(signers)) throw new TypeError(`signers: expected an array, got ${typeof signers}`);
  if (signers.length === 0) throw new ProtocolError("COSE_STRUCTURE", "expected one signer or more");
  const body = makeHeaders(options);
  const signatures = (signers as readonly SignerOptions[]).map((signer): CborValue => {
    const { id, psaAlg } = requireAlgorithm(findSignAlgorithm, signer.algorithm);
    const headers = makeHeaders(signer, id);
    const { externalAad = NONE } = signer;
    const signed = toBeSigned(body.protectedBytes, headers.protectedBytes, externalAad, payload);
    return [headers.protectedBytes, headers.unprotectedHeader, crypto.signMessage(signer.key, psaAlg, signed)];
  });
  return writeMessage(KIND, body, options, payload, signatures);
}

export interface SignVerifyOptions extends ReadOptions {
  /** Which signature: its place from 0, or its kid. Default: the only one. */
  readonly which?: Which;
  /** The payload of a message that carries none. */
  readonly detachedPayload?: Uint8Array;
}

export interface VerifiedSign {
  /** View into the message, or the detached payload that was given. */
  readonly payload: Uint8Array;
  readonly protectedHeader: HeaderMap;
  /** Not authenticated. */
  readonly unprotectedHeader: HeaderMap;
  /** The one whose signature was verified. Nothing is known about the others. */
  readonly signer: {
    readonly protectedHeader: HeaderMap;
    /** Not authenticated. */
    readonly unprotectedHeader: HeaderMap;
    readonly algorithm: number;
  };
}

/**
 * Verifies one signature of a COSE_Sign and returns the content. RFC 9052 §4.4. Whether one is enough, or which others have
 * to be right too, is the application's to say: it calls once for each.
 * @param key - handle of that signer's key, which allows `verifyMessage`; see `parseSignHeaders` for choosing one.
 * @param message - COSE_Sign, tagged (98) or untagged, at most `limits.length` bytes.
 * @returns Views into `message` (no copies): valid while the caller leaves `message` alone.
 * @throws ProtocolError COSE_NOT_FOUND - no such signer, or several and none was named.
 * @throws - all others that `verifySign1` names.
 */
export function verifySign(
  crypto: Pick<Crypto, "verifyMessage">,
  key: KeyId,
  message: Uint8Array,
  options: SignVerifyOptions = {},
): VerifiedSign {
  const { externalAad = NONE, detachedPayload, which, limits } = options;
  const { headers: body, content, reader, depth } = readMessage(message, KIND, limits);
  const signers = readSigners(reader, depth);
  reader.end();
  const signer = chooseOne(signers, which, "signer");
  checkCritical(body, options.criticalLabels);
  const algorithm = acceptHeaders(signer, findSignAlgorithm, options);
  const payload = chooseContent(content, detachedPayload);
  requireProofLength("COSE_SIGNATURE_LENGTH", algorithm, signer.signature);
  const signed = toBeSigned(body.protectedBytes, signer.protectedBytes, externalAad, payload);
  crypto.verifyMessage(key, algorithm.psaAlg, signed, signer.signature);
  const { protectedHeader, unprotectedHeader } = signer;
  return Object.freeze({
    payload,
    protectedHeader: body.protectedHeader,
    unprotectedHeader: body.unprotectedHeader,
    signer: Object.freeze({ protectedHeader, unprotectedHeader, algorithm: algorithm.id }),
  });
}

/**
 * Parses a COSE_Sign and returns the headers of the body and of its signers, unverified, never its payload.
 * @throws ProtocolError - not a COSE_Sign.
 */
export function parseSignHeaders(
  message: Uint8Array,
  limits?: CborLimits,
): UnverifiedHeaders & { readonly signers: readonly UnverifiedHeaders[] } {
  const { headers, reader, depth } = readMessage(message, KIND, limits);
  const signers = readSigners(reader, depth).map(unverifiedHeaders);
  reader.end();
  return Object.freeze({ ...unverifiedHeaders(headers), signers: Object.freeze(signers) });
}

interface Signer extends UnverifiedHeaders {
  readonly signature: Uint8Array;
}

function readSigners(reader: CborReader, depth: number): readonly Signer[] {
  return Array.from({ length: readPartyCount(reader, "signer") }, () => {
    const items = reader.readArray();
    if (items !== 3) reader.fail("COSE_STRUCTURE", `expected an array of 3, got ${items} items`);
    return { ...unverifiedHeaders(readHeaders(reader, depth + 2)), signature: reader.readBytes() };
  });
}

/** Sig_structure with a signer of its own, whose bucket is never empty: it has alg. */
function toBeSigned(body: Uint8Array, signer: Uint8Array, externalAad: Uint8Array, payload: Uint8Array): Uint8Array {
  return encodeStructure(CONTEXT, body, signer, externalAad, payload);
}
