// SPDX-License-Identifier: Apache-2.0
/** COSE_Sign1: one signer (RFC 9052 §4.2, §4.4). Bytes in and bytes out; the key stays a handle. */
import { requireBytes } from "../bytes/bytes.js";
import { encodeItem } from "../cbor/encode.js";
import { CborReader, Major } from "../cbor/reader.js";
import type { CborLimits, CborValue } from "../cbor/value.js";
import { CborWriter } from "../cbor/writer.js";
import type { Crypto, KeyId } from "../contracts/crypto.js";
import { ProtocolError } from "../errors/security-error.js";
import { findSignAlgorithm, type SignAlgorithm } from "./algorithms.js";
import {
  checkCritical,
  checkHeaders,
  encodeProtected,
  HeaderLabel,
  type HeaderMap,
  type Headers,
  keyIdentifier,
  type Label,
  protectedAlgorithm,
  readHeaders,
  show,
} from "./headers.js";

const TAG = 18;
const CONTEXT = "Signature1";
const EMPTY_MAP = 0xa0;
const OVERHEAD = 64; // enough for the context, array and length heads around what is signed or sent

export interface Sign1Options {
  /** COSE algorithm number, see `CoseAlgorithm`; it goes into the protected bucket. */
  readonly algorithm: number;
  readonly payload: Uint8Array;
  /** Further protected parameters, without alg. */
  readonly protectedHeader?: HeaderMap;
  readonly unprotectedHeader?: HeaderMap;
  /** Short for label 4 in the unprotected bucket. */
  readonly kid?: Uint8Array;
  /** Signed, not sent. Default empty. */
  readonly externalAad?: Uint8Array;
  /** Leaves the payload out of the message (nil); it is signed all the same. Default false. */
  readonly detached?: boolean;
  /** Begins with tag 18. Default true. */
  readonly tagged?: boolean;
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
  const algorithm = supported(options.algorithm);
  const protectedHeader = withParameter(options.protectedHeader, HeaderLabel.alg, algorithm.id);
  const unprotectedHeader = withParameter(options.unprotectedHeader, HeaderLabel.kid, options.kid);
  const protectedBytes = encodeProtected(protectedHeader);
  const headers = { protectedBytes, protectedHeader, unprotectedHeader };
  checkHeaders(headers);
  protectedAlgorithm(headers);

  const signature = crypto.signMessage(key, algorithm.psaAlg, sigStructure(protectedBytes, externalAad, payload));
  const writer = new CborWriter(protectedBytes.length + payload.length + signature.length + OVERHEAD);
  if (options.tagged ?? true) writer.tag(TAG);
  writer.array(4);
  writer.bytes(protectedBytes);
  encodeItem(writer, unprotectedHeader);
  if (options.detached ?? false) writer.simple(null);
  else writer.bytes(payload);
  writer.bytes(signature);
  return writer.finish();
}

function withParameter(header: HeaderMap | undefined, label: Label, value: CborValue): HeaderMap {
  const extended = new Map(header);
  if (value === undefined) return extended;
  if (extended.has(label)) throw new ProtocolError("COSE_DUPLICATE_LABEL", `label ${show(label)} given twice`);
  return extended.set(label, value);
}

export interface Sign1VerifyOptions {
  /** What the signer signed beside the message. Default empty. */
  readonly externalAad?: Uint8Array;
  /** The payload of a message that carries none. */
  readonly detachedPayload?: Uint8Array;
  /** Algorithm numbers to accept. Default: all that we carry out and the key allows. */
  readonly algorithms?: readonly number[];
  /** Labels that `crit` may name because the caller processes them. */
  readonly criticalLabels?: readonly Label[];
  /** For the message as a whole, and for the protected bucket by itself. */
  readonly limits?: CborLimits;
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
  const { externalAad = new Uint8Array(0), detachedPayload, algorithms, criticalLabels = [], limits } = options;
  const parsed = parseSign1(message, limits);
  const algorithm = supported(protectedAlgorithm(parsed));
  if (algorithms !== undefined && !algorithms.includes(algorithm.id)) {
    throw new ProtocolError("COSE_ALG_NOT_ALLOWED", `${algorithm.name} is not among the algorithms to accept`);
  }
  checkCritical(parsed, criticalLabels);
  const payload = choosePayload(parsed.payload, detachedPayload);
  if (parsed.signature.length !== algorithm.signatureLength) {
    throw new ProtocolError("COSE_SIGNATURE_LENGTH", `expected ${algorithm.signatureLength} bytes of signature`);
  }
  const signed = sigStructure(parsed.protectedBytes, externalAad, payload);
  crypto.verifyMessage(key, algorithm.psaAlg, signed, parsed.signature);
  const { protectedHeader, unprotectedHeader } = parsed;
  return Object.freeze({ payload, protectedHeader, unprotectedHeader, algorithm: algorithm.id });
}

/** What a message says about its key before anyone has verified it: for choosing a key, and for nothing else. */
export interface UnverifiedHeaders extends Headers {
  readonly kid: Uint8Array | undefined;
}

/**
 * Parses a COSE_Sign1 and returns its headers, unverified; never its payload.
 * @throws ProtocolError COSE_TAG, COSE_STRUCTURE, the header codes of `checkHeaders`, CBOR codes - not a COSE_Sign1.
 */
export function parseSign1Headers(message: Uint8Array, limits?: CborLimits): UnverifiedHeaders {
  const { protectedBytes, protectedHeader, unprotectedHeader } = parseSign1(message, limits);
  const headers = { protectedBytes, protectedHeader, unprotectedHeader };
  return Object.freeze({ ...headers, kid: keyIdentifier(headers) });
}

/**
 * The bytes that are signed (Sig_structure, RFC 9052 §4.4): the protected bucket as it was received, in shortest heads.
 * An empty bucket counts as h'' even when it came as h'a0'.
 */
export function sigStructure(protectedBytes: Uint8Array, externalAad: Uint8Array, payload: Uint8Array): Uint8Array {
  requireBytes(externalAad, "externalAad");
  requireBytes(payload, "payload");
  const isEmpty = protectedBytes.length === 1 && protectedBytes[0] === EMPTY_MAP;
  const writer = new CborWriter(protectedBytes.length + externalAad.length + payload.length + OVERHEAD);
  writer.array(4);
  writer.text(CONTEXT);
  writer.bytes(isEmpty ? new Uint8Array(0) : protectedBytes);
  writer.bytes(externalAad);
  writer.bytes(payload);
  return writer.finish();
}

interface ParsedSign1 extends Headers {
  readonly payload: Uint8Array | null;
  readonly signature: Uint8Array;
}

function parseSign1(message: Uint8Array, limits?: CborLimits): ParsedSign1 {
  const reader = new CborReader(message, { limits, form: "anyOrder" });
  const tagged = reader.peekMajor() === Major.tag;
  if (tagged && reader.readTag() !== TAG) reader.fail("COSE_TAG", `expected tag ${TAG} or none`);
  const items = reader.readArray();
  if (items !== 4) reader.fail("COSE_STRUCTURE", `expected an array of 4, got ${items} items`);
  const headers = readHeaders(reader, tagged ? 2 : 1);
  let payload: Uint8Array | null = null;
  if (reader.nextIsNull()) reader.readNull();
  else payload = reader.readBytes();
  const signature = reader.readBytes();
  reader.end();
  return { ...headers, payload, signature };
}

function supported(id: CborValue): SignAlgorithm {
  const algorithm = findSignAlgorithm(id);
  if (algorithm === undefined) throw new ProtocolError("COSE_ALG_UNSUPPORTED", `algorithm ${show(id)}`);
  return algorithm;
}

function choosePayload(attached: Uint8Array | null, detached: Uint8Array | undefined): Uint8Array {
  if (attached === null && detached === undefined) {
    throw new ProtocolError("COSE_PAYLOAD_MISSING", "the message has no payload and none was given beside it");
  }
  if (attached !== null && detached !== undefined) {
    throw new ProtocolError("COSE_PAYLOAD_UNEXPECTED", "one payload in the message and another beside it");
  }
  return (attached ?? detached) as Uint8Array;
}
