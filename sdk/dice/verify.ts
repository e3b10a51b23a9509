// SPDX-License-Identifier: Apache-2.0
/** Verification of CBOR CDI certificates (Open Profile for DICE v2.6), alone and in a chain. What comes back is vouched for. */
import { equalPublicBytes } from "../bytes/bytes.js";
import { encodeHex } from "../bytes/hex.js";
import { CborReader, Major } from "../cbor/reader.js";
import type { CborLimits, CborValue } from "../cbor/value.js";
import type { Crypto, KeyAttributes, KeyId } from "../contracts/crypto.js";
import type { Time } from "../contracts/time.js";
import { CoseAlgorithm } from "../cose/algorithms.js";
import { parsePublicKey } from "../cose/key.js";
import { importKey } from "../cose/key-import.js";
import { verifySign1 } from "../cose/sign1.js";
import { parseClaims } from "../cwt/claims.js";
import { checkClaims, type Expected } from "../cwt/cwt.js";
import { ProtocolError } from "../errors/security-error.js";
import { DICE_INPUT_LENGTH, DiceClaim, type DiceMeasurements, DiceMode, KEY_CERT_SIGN } from "./certificate.js";
import { diceIdentifier } from "./keys.js";

const NO_TIME: Time = Object.freeze({ earliest: () => undefined, latest: () => undefined });
const VERIFYING = Object.freeze({
  alg: "DETERMINISTIC_ECDSA_SHA_256",
  usage: Object.freeze(["verifyMessage"] as const),
} as const);
/** Certificates in a chain: more layers than any device has. */
const CHAIN_MAX = 16;

/** What a certificate that holds says. */
export interface DiceCertificate extends DiceMeasurements {
  /** Identifier of the key that signed: 40 hexadecimal digits. */
  readonly issuer: string;
  /** Identifier of the key that is certified. */
  readonly subject: string;
  /** 0x04‖x‖y, 65 bytes, on the curve. */
  readonly subjectPublicKey: Uint8Array;
  /** KEY_CERT_SIGN. */
  readonly keyUsage: number;
}

/** For certificates with dates. Without a time, one that begins or ends is refused. */
export interface DiceVerifyOptions extends Partial<Pick<Expected, "time" | "whenTimeUnknown" | "leeway">> {
  readonly limits?: CborLimits;
}

export type DiceVerifier = Pick<
  Crypto,
  "verifyMessage" | "exportPublicKey" | "importKey" | "hkdfExtract" | "hkdfExpandBytes" | "hashCompute" | "destroyKey"
>;

type DiceClaims = ReadonlyMap<number | bigint | string, CborValue>;

function wrong(name: string, expected: string): never {
  throw new ProtocolError("DICE_CLAIM", `${name}: expected ${expected}`);
}

function readOptionalBytes(claims: DiceClaims, name: keyof typeof DiceClaim): Uint8Array | undefined {
  if (!claims.has(DiceClaim[name])) return undefined;
  const value = claims.get(DiceClaim[name]);
  return value instanceof Uint8Array ? value : wrong(name, "a byte string");
}

function readBytes(claims: DiceClaims, name: keyof typeof DiceClaim, length?: number): Uint8Array {
  const value = readOptionalBytes(claims, name);
  if (value !== undefined && (length === undefined || value.length === length)) return value;
  return wrong(name, length === undefined ? "a byte string" : `a byte string of ${length}`);
}

function readMode(claims: DiceClaims): DiceMeasurements["mode"] {
  const [value] = readBytes(claims, "mode", 1);
  const names = Object.keys(DiceMode) as DiceMeasurements["mode"][];
  return names.find((name) => DiceMode[name] === value) ?? wrong("mode", "0 to 3");
}

function readProfileName(claims: DiceClaims): { readonly profileName?: string } {
  if (!claims.has(DiceClaim.profileName)) return {};
  const profileName = claims.get(DiceClaim.profileName);
  return typeof profileName === "string" ? { profileName } : wrong("profileName", "text");
}

/** The configuration input is the descriptor itself, or its hash. */
function readConfiguration(
  crypto: DiceVerifier,
  claims: DiceClaims,
): Pick<DiceMeasurements, "configurationHash" | "configurationDescriptor"> {
  if (!claims.has(DiceClaim.configurationHash)) {
    return { configurationDescriptor: readBytes(claims, "configurationDescriptor", DICE_INPUT_LENGTH) };
  }
  const configurationHash = readBytes(claims, "configurationHash", DICE_INPUT_LENGTH);
  const configurationDescriptor = readBytes(claims, "configurationDescriptor");
  if (!equalPublicBytes(crypto.hashCompute("SHA_512", configurationDescriptor), configurationHash)) {
    throw new ProtocolError("DICE_CONFIGURATION", "configurationHash is not the SHA-512 of configurationDescriptor");
  }
  return { configurationHash, configurationDescriptor };
}

function readMeasurements(crypto: DiceVerifier, claims: DiceClaims): DiceMeasurements {
  const codeDescriptor = readOptionalBytes(claims, "codeDescriptor");
  const authorityDescriptor = readOptionalBytes(claims, "authorityDescriptor");
  return {
    codeHash: readBytes(claims, "codeHash", DICE_INPUT_LENGTH),
    ...(codeDescriptor === undefined ? {} : { codeDescriptor }),
    ...readConfiguration(crypto, claims),
    authorityHash: readBytes(claims, "authorityHash", DICE_INPUT_LENGTH),
    ...(authorityDescriptor === undefined ? {} : { authorityDescriptor }),
    mode: readMode(claims),
    ...readProfileName(claims),
  };
}

function readKeyUsage(claims: DiceClaims): number {
  const [keyUsage] = readBytes(claims, "keyUsage", 1);
  return keyUsage === KEY_CERT_SIGN ? keyUsage : wrong("keyUsage", "keyCertSign alone");
}

/** @returns 0x04‖x‖y, of a point that is on the curve. */
function readSubjectKey(crypto: DiceVerifier, claims: DiceClaims, limits: CborLimits | undefined): Uint8Array {
  const given = parsePublicKey(readBytes(claims, "subjectPublicKey"), limits);
  if (given.kty !== "EC2") return wrong("subjectPublicKey", "a key on P-256");
  const key = importKey(crypto, given, VERIFYING);
  try {
    return crypto.exportPublicKey(key);
  } finally {
    crypto.destroyKey(key);
  }
}

/**
 * Verifies the certificate of a layer.
 * @param issuerKey - public key or key pair of the layer before, or of the UDS: P-256, which allows `verifyMessage`.
 * @param certificate - untagged COSE_Sign1, ES256.
 * @returns What was certified, frozen; its byte strings are views into `certificate`, but for the key.
 * @throws SecurityError PSA_ERROR_INVALID_SIGNATURE - not signed by this key, or changed.
 * @throws ProtocolError DICE_ISSUER, DICE_SUBJECT - iss or sub is not the identifier of its key; or both are the same key's.
 * @throws ProtocolError DICE_CLAIM - a claim that the profile asks for is missing, or is not as the profile has it.
 * @throws ProtocolError DICE_CONFIGURATION - the hash is not that of the descriptor.
 * @throws ProtocolError CWT_EXPIRED, CWT_NOT_YET_VALID, CWT_TIME_UNKNOWN - it has dates; CWT_AUDIENCE - or an audience.
 * @throws ProtocolError COSE_TAG - it is tagged; other COSE, CWT and CBOR codes. SecurityError PSA_ERROR_INVALID_ARGUMENT -
 * the subject's key is not on the curve; and what else the crypto throws.
 */
export function verifyDiceCertificate(
  crypto: DiceVerifier,
  issuerKey: KeyId,
  certificate: Uint8Array,
  options: DiceVerifyOptions = {},
): DiceCertificate {
  const { limits, time = NO_TIME, whenTimeUnknown = "refuse", leeway } = options;
  if (new CborReader(certificate, { limits }).peekMajor() === Major.tag) {
    throw new ProtocolError("COSE_TAG", "a DICE certificate does not have a tag", 0);
  }
  const message = { algorithms: [CoseAlgorithm.ES256], ...(limits === undefined ? {} : { limits }) };
  const { payload } = verifySign1(crypto, issuerKey, certificate, message);
  const claims = parseClaims(payload, { limits });
  checkClaims(claims, { time, whenTimeUnknown, ...(leeway === undefined ? {} : { leeway }) });
  const others: DiceClaims = claims.others ?? new Map();
  const identifierOf = (publicKey: Uint8Array): string => encodeHex(diceIdentifier(crypto, publicKey));
  const issuer = identifierOf(crypto.exportPublicKey(issuerKey));
  if (claims.iss !== issuer) throw new ProtocolError("DICE_ISSUER", "iss is not the identifier of the key that signed");
  const subjectPublicKey = readSubjectKey(crypto, others, limits);
  const subject = identifierOf(subjectPublicKey);
  if (claims.sub !== subject) throw new ProtocolError("DICE_SUBJECT", "sub is not the identifier of subjectPublicKey");
  // The profile does not speak of it, for CDIs: a loop.
  if (subject === issuer) throw new ProtocolError("DICE_SUBJECT", "a key certifies itself, and no layer its next one");
  const keyUsage = readKeyUsage(others);
  return Object.freeze({ issuer, subject, subjectPublicKey, keyUsage, ...readMeasurements(crypto, others) });
}

/**
 * Verifies the certificates of several layers, each by the key that the one before certified.
 * @param rootKey - of the UDS: `issuerKey` of the first.
 * @param certificates - 1 to 16, from the first layer on.
 * @returns As many contents as there were certificates.
 * @throws RangeError - none, or too many. Else as `verifyDiceCertificate`.
 */
export function verifyDiceChain(
  crypto: DiceVerifier,
  rootKey: KeyId,
  certificates: readonly Uint8Array[],
  options: DiceVerifyOptions = {},
): readonly DiceCertificate[] {
  const { length } = certificates;
  if (length === 0 || length > CHAIN_MAX) {
    throw new RangeError(`certificates: expected 1 to ${CHAIN_MAX}, got ${length}`);
  }
  const verified: DiceCertificate[] = [];
  for (const certificate of certificates) {
    const before = verified.at(-1);
    if (before === undefined) verified.push(verifyDiceCertificate(crypto, rootKey, certificate, options));
    else {
      const attributes: KeyAttributes = { type: "ECC_PUBLIC_KEY_SECP_R1", bits: 256, ...VERIFYING };
      const key = crypto.importKey(attributes, before.subjectPublicKey);
      try {
        verified.push(verifyDiceCertificate(crypto, key, certificate, options));
      } finally {
        crypto.destroyKey(key);
      }
    }
  }
  return Object.freeze(verified);
}
