// SPDX-License-Identifier: Apache-2.0
/** COSE_Key for public keys on P-256: kty EC2, both coordinates (RFC 9052 §7, RFC 9053 §7.1.1). */
import { concatBytes, requireBytes } from "../bytes/bytes.js";
import { decodeCbor } from "../cbor/decode.js";
import { encodeCbor } from "../cbor/encode.js";
import type { CborLimits, CborValue } from "../cbor/value.js";
import type { Crypto, KeyId } from "../contracts/crypto.js";
import { ProtocolError } from "../errors/security-error.js";
import { findSignAlgorithm } from "./algorithms.js";

/** Labels of RFC 9052 table 4 and RFC 9053 table 19. */
export const KeyLabel = Object.freeze({ kty: 1, kid: 2, alg: 3, keyOps: 4, crv: -1, x: -2, y: -3, d: -4 } as const);

const EC2 = 2;
const P256 = 1;
const ECDSA = "DETERMINISTIC_ECDSA_SHA_256";
const VERIFY = 2; // key operation, RFC 9052 table 5
const COORDINATE_LENGTH = 32;
const UNCOMPRESSED = 0x04;

export interface Ec2PublicKey {
  /** 0x04‖x‖y, 65 bytes, a copy: the form that `Crypto.importKey` takes. Not yet known to be on the curve. */
  readonly publicKey: Uint8Array;
  readonly kid?: Uint8Array;
}

/**
 * Writes a public key.
 * @param key - `publicKey` as `Crypto.exportPublicKey` gives it.
 * @throws RangeError - not 65 bytes that begin with 0x04.
 */
export function encodeEc2PublicKey(key: Ec2PublicKey): Uint8Array {
  const { publicKey, kid } = key;
  requireBytes(publicKey, "publicKey");
  if (publicKey.length !== 1 + 2 * COORDINATE_LENGTH || publicKey[0] !== UNCOMPRESSED) {
    throw new RangeError(`publicKey: expected 65 bytes that begin with 0x04, got ${publicKey.length} bytes`);
  }
  const map = new Map<CborValue, CborValue>([
    [KeyLabel.kty, EC2],
    [KeyLabel.crv, P256],
    [KeyLabel.x, publicKey.subarray(1, 1 + COORDINATE_LENGTH)],
    [KeyLabel.y, publicKey.subarray(1 + COORDINATE_LENGTH)],
  ]);
  if (kid !== undefined) {
    requireBytes(kid, "kid");
    map.set(KeyLabel.kid, kid);
  }
  return encodeCbor(map);
}

/**
 * Parses a public key that is to verify signatures. Parameters that we do not know are passed over (RFC 9052 §7.1 lets
 * a key carry them).
 * @throws ProtocolError COSE_KEY_PRIVATE - the private part is in it: whoever sent that has lost the key.
 * @throws ProtocolError COSE_KEY_UNSUPPORTED - not EC2, not P-256, a compressed point, or an algorithm that we lack.
 * @throws ProtocolError COSE_KEY_USE - key_ops does not allow to verify.
 * @throws ProtocolError COSE_KEY_VALUE - a parameter is missing, of the wrong type, or a coordinate is not 32 bytes.
 * @throws ProtocolError - CBOR codes.
 */
export function parseEc2PublicKey(encoded: Uint8Array, limits?: CborLimits): Ec2PublicKey {
  const key = decodeCbor(encoded, { form: "anyOrder", limits });
  if (!(key instanceof Map)) throw new ProtocolError("COSE_KEY_VALUE", "expected a map", 0);
  if (key.has(KeyLabel.d)) throw new ProtocolError("COSE_KEY_PRIVATE", "expected a public key, got a private one");
  requireParameter(key, KeyLabel.kty, EC2);
  requireParameter(key, KeyLabel.crv, P256);
  checkUse(key);
  const publicKey = concatBytes(Uint8Array.of(UNCOMPRESSED), coordinate(key, KeyLabel.x), coordinate(key, KeyLabel.y));
  const kid = key.get(KeyLabel.kid);
  if (kid === undefined && !key.has(KeyLabel.kid)) return { publicKey };
  if (!(kid instanceof Uint8Array)) throw new ProtocolError("COSE_KEY_VALUE", "expected kid as a byte string");
  return { publicKey, kid };
}

/**
 * Parses a public key and imports it for `verifyMessage`; the crypto back-end checks that it is on the curve.
 * @throws ProtocolError - as `parseEc2PublicKey`.
 * @throws SecurityError PSA_ERROR_INVALID_ARGUMENT - not on the curve; and what else `Crypto.importKey` throws.
 */
export function importEc2PublicKey(crypto: Pick<Crypto, "importKey">, encoded: Uint8Array, limits?: CborLimits): KeyId {
  const { publicKey } = parseEc2PublicKey(encoded, limits);
  const usage = ["verifyMessage"] as const;
  return crypto.importKey({ type: "ECC_PUBLIC_KEY_SECP_R1", bits: 256, usage, alg: ECDSA }, publicKey);
}

type KeyMap = ReadonlyMap<CborValue, CborValue>;

function requireParameter(key: KeyMap, label: number, expected: number): void {
  const value = key.get(label);
  if (value === expected) return;
  if (!key.has(label)) throw new ProtocolError("COSE_KEY_VALUE", `parameter ${label} is missing`);
  throw new ProtocolError("COSE_KEY_UNSUPPORTED", `parameter ${label}: expected ${expected}`);
}

function coordinate(key: KeyMap, label: number): Uint8Array {
  const value = key.get(label);
  if (label === KeyLabel.y && typeof value === "boolean") {
    throw new ProtocolError("COSE_KEY_UNSUPPORTED", "a compressed point: expected both coordinates");
  }
  if (!(value instanceof Uint8Array) || value.length !== COORDINATE_LENGTH) {
    throw new ProtocolError("COSE_KEY_VALUE", `parameter ${label}: expected a byte string of ${COORDINATE_LENGTH}`);
  }
  return value;
}

function checkUse(key: KeyMap): void {
  if (key.has(KeyLabel.alg) && findSignAlgorithm(key.get(KeyLabel.alg))?.psaAlg !== ECDSA) {
    throw new ProtocolError("COSE_KEY_UNSUPPORTED", "parameter 3: no algorithm of such a key that we carry out");
  }
  if (!key.has(KeyLabel.keyOps)) return;
  const operations = key.get(KeyLabel.keyOps);
  if (!Array.isArray(operations) || operations.length === 0) {
    throw new ProtocolError("COSE_KEY_VALUE", "parameter 4: expected an array of operations");
  }
  if (!operations.includes(VERIFY)) throw new ProtocolError("COSE_KEY_USE", "key_ops does not allow to verify");
}
