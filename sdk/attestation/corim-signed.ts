// SPDX-License-Identifier: Apache-2.0
/** Signed CoRIM (draft-ietf-rats-corim-10 §4.2): believed only after its signature, its header and its dates were looked at. */
import { CborTag, type CborValue } from "../cbor/value.js";
import { decodeWellFormed } from "../cbor/well-formed.js";
import type { Crypto, KeyId } from "../contracts/crypto.js";
import type { Time } from "../contracts/time.js";
import { CoseAlgorithm } from "../cose/algorithms.js";
import type { HeaderMap } from "../cose/headers.js";
import { verifySign1 } from "../cose/sign1.js";
import { ProtocolError } from "../errors/security-error.js";
import {
  CORIM_LIMITS,
  type CorimLimits,
  type CorimMap,
  numberOf,
  parseCorim,
  type Validity,
  validityOf,
} from "./corim.js";
import { type PsaEndorsements, readPsaEndorsements } from "./corim-psa.js";
import { check, refuse } from "./corim-shape.js";
import { CORIM_META_MAP, CWT_CLAIMS } from "./corim-shapes.js";

/** Parameters of the protected header. */
export const CorimHeader = Object.freeze({
  ...({ contentType: 3, meta: 8, cwtClaims: 15, payloadHashAlg: 258, preimageContentType: 259 } as const),
} as const);
export const CORIM_CONTENT_TYPE = "application/rim+cbor";
const SIGN1_TAG_BYTE = 0xd2; // tag 18: `signed-corim` begins with it
const SIGNATURES = Object.freeze(Array.of<number>(CoseAlgorithm.ES256, CoseAlgorithm.ESP256));

export interface CorimExpected {
  readonly time: Time;
  /** What becomes of a CoRIM whose dates the known time cannot decide. */
  readonly whenTimeUnknown: "accept" | "refuse";
  readonly limits?: CorimLimits;
}

/** From when until when a part of a signed CoRIM holds. */
export interface SignedValidity extends Validity {
  /** `notAfter` is the first moment that is too late, as `exp` is (RFC 8392 §3.1.4); else it is the last that is not. */
  readonly endsBefore: boolean;
}

/** What a CoRIM said, and who signed it. */
export interface VerifiedCorim extends PsaEndorsements {
  readonly id: string | Uint8Array;
  /** As the signer calls itself: the key says who it is. */
  readonly signer: string;
  /** Of the signature and of what it says, each where there is one: see `holdsAt`. */
  readonly validity: readonly SignedValidity[];
}

/**
 * Verifies a signed CoRIM of the PSA profile and returns what it endorses. The signature is verified before anything of the
 * payload is looked at.
 * @param key - the verifier's or maker's public key: allows `verifyMessage` with ECDSA.
 * @param bytes - COSE_Sign1 with its tag (18).
 * @returns Byte strings are views into `bytes`.
 * @throws SecurityError PSA_ERROR_INVALID_SIGNATURE - not by this key. ProtocolError COSE codes - as `verifySign1`.
 * @throws ProtocolError CORIM_STRUCTURE - not what the draft or the profile says. CBOR codes - not even CBOR.
 * @throws ProtocolError CORIM_UNSUPPORTED - valid, and nothing that is carried out: the message names it.
 * @throws ProtocolError CORIM_VALIDITY - expired, not valid yet, or the time is not known well enough to tell.
 */
export function verifyCorim(
  crypto: Pick<Crypto, "verifyMessage">,
  key: KeyId,
  bytes: Uint8Array,
  { time, whenTimeUnknown, limits = CORIM_LIMITS }: CorimExpected,
): VerifiedCorim {
  const { payload, protectedHeader } = verifySign1(crypto, key, bytes, { algorithms: SIGNATURES, limits });
  if (bytes[0] !== SIGN1_TAG_BYTE) refuse({ name: "signed-corim" }, "expected tag 18");
  const { signer, validity: ofSignature, endsBefore } = readSignedHeader(protectedHeader, limits);
  const validity: SignedValidity[] = [];
  if (ofSignature !== undefined) validity.push({ ...ofSignature, endsBefore });
  for (const one of validity) requireValid(one, time, whenTimeUnknown);
  const corim = parseCorim(payload, limits);
  if (corim.validity !== undefined) {
    const ofContent = { ...corim.validity, endsBefore: false };
    requireValid(ofContent, time, whenTimeUnknown);
    validity.push(ofContent);
  }
  return { ...readPsaEndorsements(corim), id: corim.id, signer, validity };
}

interface Meta {
  readonly signer: string;
  readonly validity: Validity | undefined;
}

/** `protected-corim-header-map`: who signed, by corim-meta, by CWT claims, or by both, which then say the same. */
function readSignedHeader(header: HeaderMap, limits: CorimLimits): Meta & Pick<SignedValidity, "endsBefore"> {
  const where = { name: "protected header" };
  if (header.has(CorimHeader.payloadHashAlg)) {
    throw new ProtocolError("CORIM_UNSUPPORTED", "a hash envelope: the CoRIM itself is elsewhere");
  }
  if (header.get(CorimHeader.contentType) !== CORIM_CONTENT_TYPE) {
    refuse(where, `content-type: expected ${CORIM_CONTENT_TYPE}`);
  }
  const meta = metaOf(header.get(CorimHeader.meta), limits);
  const claims = claimsOf(header.get(CorimHeader.cwtClaims));
  const known = meta ?? claims ?? refuse(where, "expected corim-meta or CWT claims");
  if (meta !== undefined && claims !== undefined) requireSame(meta, claims);
  return { ...known, endsBefore: claims?.validity !== undefined };
}

function metaOf(value: CborValue, limits: CorimLimits): Meta | undefined {
  if (value === undefined) return undefined;
  const where = { name: "corim-meta" };
  if (!(value instanceof Uint8Array)) refuse(where, "expected a byte string");
  const meta = decodeWellFormed(value, { limits });
  check(CORIM_META_MAP, meta, where);
  const name = ((meta as CorimMap).get(0) as CorimMap).get(0);
  if (name instanceof CborTag) throw new ProtocolError("CORIM_UNSUPPORTED", "a signer with a name that is not text");
  return { signer: name as string, validity: validityOf((meta as CorimMap).get(1)) };
}

function claimsOf(value: CborValue): Meta | undefined {
  if (value === undefined) return undefined;
  check(CWT_CLAIMS, value, { name: "CWT claims" });
  const claims = value as CorimMap;
  const [exp, notBefore] = [4, 5].map((label) => (claims.has(label) ? numberOf(claims.get(label)) : undefined));
  const isDated = exp !== undefined || notBefore !== undefined;
  const validity = isDated ? { notBefore, notAfter: exp ?? Number.POSITIVE_INFINITY } : undefined;
  return { signer: claims.get(1) as string, validity };
}

function requireSame(meta: Meta, claims: Meta): void {
  const isSame =
    meta.signer === claims.signer &&
    meta.validity?.notBefore === claims.validity?.notBefore &&
    meta.validity?.notAfter === claims.validity?.notAfter;
  if (!isSame) refuse({ name: "protected header" }, "corim-meta and CWT claims say different things");
}

function isTooEarly({ notBefore }: SignedValidity, now: number): boolean {
  return notBefore !== undefined && now < notBefore;
}

/** An end that is infinite is none. */
function isTooLate({ notAfter, endsBefore }: SignedValidity, now: number): boolean {
  return now > notAfter || (endsBefore && now === notAfter && Number.isFinite(notAfter));
}

/**
 * Whether a CoRIM that was verified holds at another time, by the rule that `verifyCorim` goes by: for whoever keeps what it said.
 * @param now - seconds since 1970.
 */
export function holdsAt({ validity }: Pick<VerifiedCorim, "validity">, now: number): boolean {
  return !validity.some((one) => isTooEarly(one, now) || isTooLate(one, now));
}

/** @throws ProtocolError CORIM_VALIDITY */
function requireValid(validity: SignedValidity, time: Time, whenTimeUnknown: "accept" | "refuse"): void {
  const earliest = time.earliest() ?? Number.NEGATIVE_INFINITY;
  const latest = time.latest() ?? Number.POSITIVE_INFINITY;
  if (isTooLate(validity, earliest)) throw new ProtocolError("CORIM_VALIDITY", "the CoRIM has expired");
  if (isTooEarly(validity, latest)) throw new ProtocolError("CORIM_VALIDITY", "the CoRIM is not valid yet");
  if ((isTooLate(validity, latest) || isTooEarly(validity, earliest)) && whenTimeUnknown !== "accept") {
    throw new ProtocolError("CORIM_VALIDITY", "the time is not known well enough to tell whether the CoRIM is valid");
  }
}
