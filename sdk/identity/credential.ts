// SPDX-License-Identifier: Apache-2.0
/**
 * An owner's credential for a public key of a device: a CWT (RFC 8392) with the key in its confirmation claim (RFC 8747), signed
 * with ES256. And the same without a signature, a CWT claims set (CCS, RFC 9528 §3.5.2), for peers that have the key already.
 */
import { equalPublicBytes, requireBytes } from "../bytes/bytes.js";
import { encodeHex } from "../bytes/hex.js";
import type { Crypto, KeyId } from "../contracts/crypto.js";
import type { IdentityKey } from "../contracts/lifecycle.js";
import { CoseAlgorithm } from "../cose/algorithms.js";
import { type CoseKey, type Ec2Key, KeyOperation } from "../cose/key.js";
import { createSign1, verifySign1 } from "../cose/sign1.js";
import { INSTANCE_ID_LABEL, instanceIdOf } from "../crypto/instance-id.js";
import { type Claims, encodeClaims, parseClaims } from "../cwt/claims.js";
import { type Expected, verifyCwt } from "../cwt/cwt.js";
import { ProtocolError } from "../errors/security-error.js";
import { DEVICE_ID_LENGTH } from "./order.js";

export const CREDENTIAL_MAX = 1024;
const LIMITS = Object.freeze({ length: CREDENTIAL_MAX, depth: 8, count: 64 });
const ISSUER_MAX = 128;
const POINT_LENGTH = 65;
const SIGNATURES: readonly unknown[] = Object.freeze([CoseAlgorithm.ES256, CoseAlgorithm.ESP256]);
const ECDSA = "DETERMINISTIC_ECDSA_SHA_256";

/** What a certified key is for. Attestation: the IAK, or the device key that certifies alias keys. */
export type CredentialUse = IdentityKey | "attestation";

/** Whose key it is, and what for. */
export interface CredentialSubject<Use extends CredentialUse = CredentialUse> {
  /** 16 bytes. */
  readonly deviceId: Uint8Array;
  readonly use: Use;
  /** 0x04‖x‖y, 65 bytes. */
  readonly publicKey: Uint8Array;
  /** A short name of the key, which EDHOC can send in its place. */
  readonly kid?: Uint8Array;
}

export interface CredentialContent extends CredentialSubject {
  /** The owner's name, 1 to 128 characters. */
  readonly issuer: string;
  /** Names the owner's key, unprotected: for whoever knows several owners. */
  readonly issuerKid?: Uint8Array;
  /** Dates, in seconds since 1970: made at, good from, good until. */
  readonly iat?: number;
  readonly nbf?: number;
  readonly exp?: number;
}

/** What a credential said that was verified, or, of a CCS, that nobody has vouched for. */
export interface Credential {
  /** undefined - a CCS without one. */
  readonly issuer: string | undefined;
  /** The device id as it stands there: 32 hexadecimal digits, in lower case. */
  readonly subject: string;
  readonly use: CredentialUse;
  /** 0x04‖x‖y, 65 bytes; on the curve. */
  readonly publicKey: Uint8Array;
  readonly kid: Uint8Array | undefined;
  /** 33 bytes; undefined but for attestation. */
  readonly instanceId: Uint8Array | undefined;
  readonly claims: Claims;
}

/** What a credential has to say to be believed. */
export interface CredentialExpected extends Pick<Expected, "time" | "whenTimeUnknown" | "leeway"> {
  readonly use: CredentialUse;
  /** Not given: any. */
  readonly issuer?: string;
  readonly deviceId?: Uint8Array;
  readonly publicKey?: Uint8Array;
}

type Verifier = Pick<Crypto, "verifyMessage" | "importKey" | "exportPublicKey" | "destroyKey" | "hashCompute">;

function subjectOf(deviceId: Uint8Array): string {
  requireBytes(deviceId, "deviceId");
  if (deviceId.length !== DEVICE_ID_LENGTH) {
    throw new RangeError(`deviceId: expected ${DEVICE_ID_LENGTH} bytes, got ${deviceId.length}`);
  }
  return encodeHex(deviceId);
}

/** The COSE_Key says what the key is for, so that one credential does not pass for the other. */
function keyOf({ use, publicKey, kid }: CredentialSubject): CoseKey {
  requireBytes(publicKey, "publicKey");
  if (publicKey.length !== POINT_LENGTH) {
    throw new RangeError(`publicKey: expected ${POINT_LENGTH} bytes, got ${publicKey.length}`);
  }
  const key: Ec2Key = { kty: "EC2", crv: "P-256", publicKey, ...(kid === undefined ? {} : { kid }) };
  return use === "agreement" ? key : { ...key, alg: CoseAlgorithm.ES256, keyOps: [KeyOperation.verify] };
}

/**
 * The unsigned form: sub and cnf.
 * @returns Deterministic CBOR, new bytes: the same for the same subject, whoever writes it.
 * @throws TypeError, RangeError - a part of the wrong type or length.
 */
export function encodeCcs(subject: CredentialSubject<IdentityKey>): Uint8Array {
  return encodeClaims({ sub: subjectOf(subject.deviceId), cnf: { key: keyOf(subject) } });
}

/**
 * Certifies a device's key. That of an attestation key has the instance id in it (claim 256), as a token has.
 * @param ownerKey - allows `signMessage` with ECDSA.
 * @returns A tagged COSE_Sign1, new bytes.
 * @throws TypeError, RangeError - a part of the wrong type or length, or all together more than a device keeps (1024 bytes).
 * SecurityError - what `Crypto.signMessage` throws.
 */
export function createCredential(
  crypto: Pick<Crypto, "signMessage" | "hashCompute">,
  ownerKey: KeyId,
  content: CredentialContent,
): Uint8Array {
  const { issuer, issuerKid, iat, nbf, exp } = content;
  if (typeof issuer !== "string" || issuer === "" || issuer.length > ISSUER_MAX) {
    throw new RangeError(`issuer: expected 1 to ${ISSUER_MAX} characters`);
  }
  const payload = encodeClaims({
    iss: issuer,
    sub: subjectOf(content.deviceId),
    ...(exp === undefined ? {} : { exp }),
    ...(nbf === undefined ? {} : { nbf }),
    ...(iat === undefined ? {} : { iat }),
    cnf: { key: keyOf(content) },
    ...(content.use === "attestation"
      ? { others: new Map([[INSTANCE_ID_LABEL, instanceIdOf(crypto, content.publicKey)]]) }
      : {}),
  });
  const credential = createSign1(crypto, ownerKey, {
    ...{ algorithm: CoseAlgorithm.ES256, payload },
    ...(issuerKid === undefined ? {} : { kid: issuerKid }),
  });
  if (credential.length > CREDENTIAL_MAX) {
    throw new RangeError(`credential: expected at most ${CREDENTIAL_MAX} bytes, got ${credential.length}`);
  }
  return credential;
}

/**
 * Verifies a credential and returns what it says.
 * @param ownerKey - the owner's public key: allows `verifyMessage` with ECDSA.
 * @param credential - CWT, in its tag or not.
 * @returns Its bytes are copies or views into `credential`.
 * @throws SecurityError PSA_ERROR_INVALID_SIGNATURE - not this owner's.
 * @throws ProtocolError CREDENTIAL_KEY - for another key than the one expected, or with the instance id of another one.
 * @throws ProtocolError COSE_KEY_USE - for a key of another use. COSE_KEY_VALUE, COSE_KEY_UNSUPPORTED - no key on P-256.
 * @throws ProtocolError CWT_SUBJECT, CWT_ISSUER - of another device, by another issuer. CWT_MISSING - without one, or a key.
 * @throws ProtocolError - what `verifySign1` and `verifyCwt` throw.
 */
export function verifyCredential(
  crypto: Verifier,
  ownerKey: KeyId,
  credential: Uint8Array,
  expected: CredentialExpected,
): Credential {
  const { use, issuer, deviceId, publicKey, time, whenTimeUnknown, leeway } = expected;
  const algorithms = [CoseAlgorithm.ES256, CoseAlgorithm.ESP256];
  const claims = verifyCwt(
    credential,
    {
      time,
      whenTimeUnknown,
      required: ["iss", "sub", "cnf"],
      ...(leeway === undefined ? {} : { leeway }),
      ...(issuer === undefined ? {} : { iss: issuer }),
      ...(deviceId === undefined ? {} : { sub: subjectOf(deviceId) }),
    },
    (message) => verifySign1(crypto, ownerKey, message, { algorithms, limits: LIMITS }).payload,
    LIMITS,
  );
  const found = contentOf(crypto, claims, use);
  if (publicKey !== undefined && !equalPublicBytes(found.publicKey, publicKey)) {
    throw new ProtocolError("CREDENTIAL_KEY", "the credential is for another key");
  }
  return found;
}

/**
 * Parses the unsigned form. Nobody has vouched for it: compare it with what is known, or see `verifyCcs`.
 * @throws ProtocolError CWT_MISSING, CWT_CLAIM, COSE_KEY_USE, COSE_KEY_VALUE, COSE_KEY_UNSUPPORTED. CBOR codes.
 */
export function parseCcs(crypto: Verifier, ccs: Uint8Array, use: IdentityKey): Credential {
  return contentOf(crypto, parseClaims(ccs, { limits: LIMITS }), use);
}

/**
 * The unsigned form, held against a credential that was verified.
 * @returns What the CCS says.
 * @throws ProtocolError CWT_SUBJECT - another device. CREDENTIAL_KEY - another key. COSE_KEY_USE - of another use; attestation has none. As `parseCcs`.
 */
export function verifyCcs(crypto: Verifier, ccs: Uint8Array, verified: Credential): Credential {
  const found = contentOf(crypto, parseClaims(ccs, { limits: LIMITS }), verified.use);
  if (found.subject !== verified.subject) throw new ProtocolError("CWT_SUBJECT", "another device than was certified");
  if (!equalPublicBytes(found.publicKey, verified.publicKey)) {
    throw new ProtocolError("CREDENTIAL_KEY", "another key than was certified");
  }
  return found;
}

function contentOf(crypto: Verifier, claims: Claims, use: CredentialUse): Credential {
  const { iss, sub, cnf } = claims;
  if (sub === undefined || cnf?.key === undefined) {
    throw new ProtocolError("CWT_MISSING", "expected sub, and a key in cnf");
  }
  const { key } = cnf;
  if (key.kty !== "EC2") throw new ProtocolError("COSE_KEY_UNSUPPORTED", "expected a key on P-256");
  requireUse(key, use);
  const publicKey = pointOf(crypto, key);
  const instanceId = readInstanceId(crypto, claims, use, publicKey);
  return Object.freeze({ issuer: iss, subject: sub, use, publicKey, kid: key.kid, instanceId, claims });
}

/** RFC 9052 §7.1: alg and key_ops restrict what a key is for. An agreement's public key has no operation (RFC 9053 §6.3.1). */
function requireUse({ alg, keyOps = [] }: Ec2Key, use: CredentialUse): void {
  const signs = SIGNATURES.includes(alg) && keyOps.every((operation) => operation === KeyOperation.verify);
  const agrees = alg === undefined && keyOps.length === 0;
  if (use === "agreement" ? !agrees : !signs) {
    throw new ProtocolError("COSE_KEY_USE", `the key is not one for ${use === "agreement" ? use : "signatures"}`);
  }
}

/** The instance id tells a key for attestation from one for signatures, and has to be that of the key. */
function readInstanceId(
  crypto: Verifier,
  { others }: Claims,
  use: CredentialUse,
  publicKey: Uint8Array,
): Uint8Array | undefined {
  const found = others?.get(INSTANCE_ID_LABEL);
  if ((found !== undefined) !== (use === "attestation")) {
    throw new ProtocolError("COSE_KEY_USE", `the key is ${found === undefined ? "not " : ""}one for attestation`);
  }
  if (found === undefined) return undefined;
  if (!(found instanceof Uint8Array) || !equalPublicBytes(found, instanceIdOf(crypto, publicKey))) {
    throw new ProtocolError("CREDENTIAL_KEY", "the instance id is not that of the key");
  }
  return found;
}

/** 0x04‖x‖y, also of a key that came compressed. A point that is not on the curve is refused by the import. */
function pointOf(crypto: Verifier, { publicKey = new Uint8Array(0) }: Ec2Key): Uint8Array {
  const attributes = { type: "ECC_PUBLIC_KEY_SECP_R1", bits: 256, usage: ["verifyMessage"], alg: ECDSA } as const;
  const key = crypto.importKey(attributes, publicKey);
  const point = crypto.exportPublicKey(key);
  crypto.destroyKey(key);
  return point;
}
