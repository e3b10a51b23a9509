// SPDX-License-Identifier: Apache-2.0
/** CBOR CDI certificates of the Open Profile for DICE v2.6, section of that name: what they say, and making them. */
import { requireBytes } from "../bytes/bytes.js";
import { encodeHex } from "../bytes/hex.js";
import type { CborValue } from "../cbor/value.js";
import type { Crypto, KeyId } from "../contracts/crypto.js";
import { CoseAlgorithm } from "../cose/algorithms.js";
import { encodeKey, KeyOperation } from "../cose/key.js";
import { createSign1 } from "../cose/sign1.js";
import { encodeClaims } from "../cwt/claims.js";
import { diceIdentifier } from "./keys.js";

/** Claim keys of the table "Additional Fields". */
export const DiceClaim = Object.freeze({
  ...({ codeHash: -4670545, codeDescriptor: -4670546 } as const),
  ...({ configurationHash: -4670547, configurationDescriptor: -4670548 } as const),
  ...({ authorityHash: -4670549, authorityDescriptor: -4670550 } as const),
  ...({ mode: -4670551, subjectPublicKey: -4670552, keyUsage: -4670553, profileName: -4670554 } as const),
} as const);

/** Section "Mode Value Details". */
export const DiceMode = Object.freeze({ notConfigured: 0, normal: 1, debug: 2, recovery: 3 } as const);

/** Bytes of a code, configuration or authority input, whatever hash made it. */
export const DICE_INPUT_LENGTH = 64;

/** X.509's keyCertSign, bit 5 (RFC 5280 §4.2.1.3), in the little-endian order that the profile has. */
export const KEY_CERT_SIGN = 0x20;

/** The measurements of the layer that a certificate is about. */
export interface DiceMeasurements {
  /** The code input, 64 bytes. */
  readonly codeHash: Uint8Array;
  readonly codeDescriptor?: Uint8Array;
  /** The configuration input, 64 bytes, where that is the SHA-512 of the descriptor; otherwise left out. */
  readonly configurationHash?: Uint8Array;
  /** What was hashed; without a hash the configuration input itself, 64 bytes. */
  readonly configurationDescriptor: Uint8Array;
  /** The authority input, 64 bytes. */
  readonly authorityHash: Uint8Array;
  readonly authorityDescriptor?: Uint8Array;
  readonly mode: keyof typeof DiceMode;
  /** Which profile says more about the content. */
  readonly profileName?: string;
}

export interface DiceCertificateOptions extends DiceMeasurements {
  /** Of the layer that is certified: 0x04‖x‖y, 65 bytes. */
  readonly subjectPublicKey: Uint8Array;
}

export type DiceMaker = Pick<
  Crypto,
  "signMessage" | "exportPublicKey" | "importKey" | "hkdfExtract" | "hkdfExpandBytes" | "hashCompute" | "destroyKey"
>;

function measuredBytes(options: DiceMeasurements, name: keyof DiceMeasurements, length?: number): Uint8Array {
  const value = options[name];
  requireBytes(value, name);
  if (length === undefined || value.length === length) return value;
  throw new RangeError(`${name}: expected ${length} bytes, got ${value.length}`);
}

/** The claims that say what was measured, without those that are left out. */
function measurementsOf(crypto: DiceMaker, options: DiceMeasurements): Map<number, CborValue> {
  const claims = new Map<number, CborValue>();
  claims.set(DiceClaim.codeHash, measuredBytes(options, "codeHash", DICE_INPUT_LENGTH));
  for (const name of ["codeDescriptor", "authorityDescriptor"] as const) {
    if (options[name] !== undefined) claims.set(DiceClaim[name], measuredBytes(options, name));
  }
  const isHashed = options.configurationHash !== undefined;
  const descriptor = measuredBytes(options, "configurationDescriptor", isHashed ? undefined : DICE_INPUT_LENGTH);
  claims.set(DiceClaim.configurationDescriptor, descriptor);
  if (isHashed) {
    const hash = measuredBytes(options, "configurationHash", DICE_INPUT_LENGTH);
    if (encodeHex(crypto.hashCompute("SHA_512", descriptor)) !== encodeHex(hash)) {
      throw new RangeError("configurationHash: expected the SHA-512 of configurationDescriptor");
    }
    claims.set(DiceClaim.configurationHash, hash);
  }
  claims.set(DiceClaim.authorityHash, measuredBytes(options, "authorityHash", DICE_INPUT_LENGTH));
  if (!Object.hasOwn(DiceMode, options.mode)) {
    throw new RangeError(`mode: expected one of ${Object.keys(DiceMode).join(", ")}`);
  }
  claims.set(DiceClaim.mode, Uint8Array.of(DiceMode[options.mode]));
  if (options.profileName !== undefined) {
    if (typeof options.profileName !== "string") throw new TypeError("profileName: expected text");
    claims.set(DiceClaim.profileName, options.profileName);
  }
  return claims;
}

/**
 * Certifies the next layer: an untagged COSE_Sign1 with ES256. The same input gives the same bytes.
 * @param issuerKey - the P-256 key pair of the UDS or of the present layer, which allows `signMessage` (`deriveDiceKey`).
 * @returns New bytes: about 500, and the descriptors.
 * @throws TypeError, RangeError - a measurement of the wrong type, length or name; a hash that is not the descriptor's.
 * @throws SecurityError - what the crypto throws.
 */
export function createDiceCertificate(
  crypto: DiceMaker,
  issuerKey: KeyId,
  options: DiceCertificateOptions,
): Uint8Array {
  const others = measurementsOf(crypto, options);
  const identifierOf = (publicKey: Uint8Array): string => encodeHex(diceIdentifier(crypto, publicKey));
  const sub = identifierOf(options.subjectPublicKey);
  const publicKey = options.subjectPublicKey;
  const algorithm = CoseAlgorithm.ES256;
  const key = encodeKey({ kty: "EC2", crv: "P-256", publicKey, alg: algorithm, keyOps: [KeyOperation.verify] });
  others.set(DiceClaim.subjectPublicKey, key).set(DiceClaim.keyUsage, Uint8Array.of(KEY_CERT_SIGN));
  const iss = identifierOf(crypto.exportPublicKey(issuerKey));
  const payload = encodeClaims({ iss, sub, others });
  return createSign1(crypto, issuerKey, { algorithm, payload, tagged: false });
}
