// SPDX-License-Identifier: Apache-2.0
/** COSE_Key (RFC 9052 §7) of the types EC2 on P-256, OKP and Symmetric (RFC 9053 §7), public, private and secret. */
import { concatBytes, requireBytes } from "../bytes/bytes.js";
import { decodeCbor } from "../cbor/decode.js";
import { encodeCbor } from "../cbor/encode.js";
import type { CborLimits, CborValue } from "../cbor/value.js";
import { ProtocolError } from "../errors/security-error.js";

/** Labels of RFC 9052 table 4 and RFC 9053 tables 19 to 21. */
export const KeyLabel = Object.freeze({
  ...({ kty: 1, kid: 2, alg: 3, keyOps: 4, baseIv: 5 } as const),
  ...({ crv: -1, x: -2, y: -3, d: -4, k: -1 } as const),
} as const);

/** Operations of RFC 9052 table 5. */
export const KeyOperation = Object.freeze({
  ...({ sign: 1, verify: 2, encrypt: 3, decrypt: 4, wrapKey: 5, unwrapKey: 6 } as const),
  ...({ deriveKey: 7, deriveBits: 8, macCreate: 9, macVerify: 10 } as const),
} as const);

const KeyType = Object.freeze({ OKP: 1, EC2: 2, Symmetric: 4 } as const);
const OkpCurve = Object.freeze({ X25519: 4, Ed25519: 6 } as const);
const P256 = 1;
/** Bytes of a coordinate, of an OKP public key, and of a private key. */
const LENGTH = 32;
const UNCOMPRESSED = 0x04;
const COMPRESSED = 0x02;

interface Common {
  readonly kid?: Uint8Array;
  /** The one algorithm that the key is for: a COSE number. */
  readonly alg?: number | bigint | string;
  /** What the key may do. Default: all that its type can. None: what an agreement's public key may say (RFC 9053 §6.3.1). */
  readonly keyOps?: readonly (number | bigint | string)[];
}

/** A key on P-256. */
export interface Ec2Key extends Common {
  readonly kty: "EC2";
  readonly crv: "P-256";
  /**
   * 0x04‖x‖y, 65 bytes, or compressed, 0x02 or 0x03‖x, 33 bytes: what `Crypto.importKey` takes. Not yet known to be on the
   * curve. A private key may come without.
   */
  readonly publicKey?: Uint8Array;
  /** The private key, 32 bytes. */
  readonly d?: Uint8Array;
}

export interface OkpKey extends Common {
  readonly kty: "OKP";
  readonly crv: keyof typeof OkpCurve;
  /** 32 bytes. A private key may come without. */
  readonly publicKey?: Uint8Array;
  /** The private key, 32 bytes. */
  readonly d?: Uint8Array;
}

export interface SymmetricKey extends Common {
  readonly kty: "Symmetric";
  /** The key, 1 byte or more. */
  readonly k: Uint8Array;
}

export type CoseKey = Ec2Key | OkpKey | SymmetricKey;

/**
 * Writes a key, with its private part if it has one.
 * @returns Deterministic CBOR, new bytes.
 * @throws TypeError, RangeError - a part of the wrong type or length; no public and no private part.
 */
export function encodeKey(key: CoseKey): Uint8Array {
  return encodeCbor(keyToMap(key));
}

/** As `encodeKey`, for a key within something else. @returns Its byte strings are those of `key`, not copies. */
export function keyToMap(key: CoseKey): Map<CborValue, CborValue> {
  const map = new Map<CborValue, CborValue>([[KeyLabel.kty, KeyType[key.kty]]]);
  const { kid, alg, keyOps } = key;
  if (kid !== undefined) map.set(KeyLabel.kid, ownBytes(kid, "kid"));
  if (alg !== undefined) map.set(KeyLabel.alg, alg);
  if (keyOps !== undefined) map.set(KeyLabel.keyOps, [...keyOps]);
  if (key.kty === "Symmetric") return map.set(KeyLabel.k, ownBytes(key.k, "k"));
  map.set(KeyLabel.crv, key.kty === "EC2" ? P256 : OkpCurve[key.crv]);
  if (key.publicKey !== undefined) setPublicKey(map, key.kty, key.publicKey);
  if (key.d !== undefined) map.set(KeyLabel.d, ownBytes(key.d, "d", LENGTH));
  else if (key.publicKey === undefined) throw new RangeError("key: expected publicKey or d");
  return map;
}

function setPublicKey(map: Map<CborValue, CborValue>, kty: "EC2" | "OKP", publicKey: Uint8Array): void {
  requireBytes(publicKey, "publicKey");
  const { length } = publicKey;
  const first = publicKey[0] as number;
  if (kty === "OKP" && length === LENGTH) map.set(KeyLabel.x, publicKey);
  else if (kty === "EC2" && length === 1 + 2 * LENGTH && first === UNCOMPRESSED) {
    map.set(KeyLabel.x, publicKey.subarray(1, 1 + LENGTH)).set(KeyLabel.y, publicKey.subarray(1 + LENGTH));
  } else if (kty === "EC2" && length === 1 + LENGTH && (first & ~1) === COMPRESSED) {
    map.set(KeyLabel.x, publicKey.subarray(1)).set(KeyLabel.y, first !== COMPRESSED);
  } else {
    const expected = kty === "EC2" ? "65 bytes that begin with 0x04 or 33 with 0x02 or 0x03" : "32 bytes";
    throw new RangeError(`publicKey: expected ${expected}, got ${length} bytes`);
  }
}

function ownBytes(value: Uint8Array, name: string, length?: number): Uint8Array {
  requireBytes(value, name);
  if (length !== undefined && value.length !== length) {
    throw new RangeError(`${name}: expected ${length} bytes, got ${value.length}`);
  }
  return value;
}

/**
 * Parses a key of any kind. Parameters that we do not know are passed over (RFC 9052 §7.1 lets a key carry them).
 * @returns Byte strings are views into `encoded`; publicKey of an EC2 key is a copy.
 * @throws ProtocolError COSE_KEY_UNSUPPORTED - a key type or curve that we do not carry out.
 * @throws ProtocolError COSE_KEY_VALUE - a parameter is missing, of the wrong type or of the wrong length; or it has no label
 * that one can have.
 * @throws ProtocolError - CBOR codes.
 */
export function parseKey(encoded: Uint8Array, limits?: CborLimits): CoseKey {
  return keyFromMap(decodeCbor(encoded, { form: "anyOrder", limits }));
}

/**
 * As `parseKey`, for a key that is to be public.
 * @throws ProtocolError COSE_KEY_PRIVATE - a secret is in it: whoever sent that has lost the key.
 */
export function parsePublicKey(encoded: Uint8Array, limits?: CborLimits): Ec2Key | OkpKey {
  return requirePublic(parseKey(encoded, limits));
}

/** @throws ProtocolError COSE_KEY_PRIVATE - a secret is in it. */
export function requirePublic(key: CoseKey): Ec2Key | OkpKey {
  if (key.kty === "Symmetric" || key.d !== undefined) {
    throw new ProtocolError("COSE_KEY_PRIVATE", "expected a public key, got a secret one");
  }
  return key;
}

/** As `parseKey`, for a key within something else. @param map - any CBOR value. */
export function keyFromMap(map: CborValue): CoseKey {
  if (!(map instanceof Map)) throw new ProtocolError("COSE_KEY_VALUE", "expected a map");
  const kty = required(map, KeyLabel.kty);
  const common = readCommon(map);
  if (kty === KeyType.Symmetric) return Object.freeze({ kty: "Symmetric", k: readBytes(map, KeyLabel.k), ...common });
  if (kty !== KeyType.EC2 && kty !== KeyType.OKP) unsupported("key type");
  const crv = required(map, KeyLabel.crv);
  if (kty === KeyType.EC2 && crv !== P256) unsupported("curve of an EC2 key");
  if (kty === KeyType.OKP && crv !== OkpCurve.X25519 && crv !== OkpCurve.Ed25519) unsupported("curve of an OKP key");
  const parts = { ...readPublicKey(map, kty), ...readPrivateKey(map), ...common };
  if (kty === KeyType.EC2) return Object.freeze({ kty: "EC2", crv: "P-256", ...parts });
  return Object.freeze({ kty: "OKP", crv: crv === OkpCurve.X25519 ? "X25519" : "Ed25519", ...parts });
}

type KeyMap = ReadonlyMap<CborValue, CborValue>;

function unsupported(what: string): never {
  throw new ProtocolError("COSE_KEY_UNSUPPORTED", `a ${what} that is not carried out`);
}

function wrong(label: number, expected: string): never {
  throw new ProtocolError("COSE_KEY_VALUE", `parameter ${label}: expected ${expected}`);
}

function required(map: KeyMap, label: number): CborValue {
  if (!map.has(label)) throw new ProtocolError("COSE_KEY_VALUE", `parameter ${label} is missing`);
  return map.get(label);
}

/** @param length - in bytes; undefined: any but none. */
function readBytes(map: KeyMap, label: number, length?: number): Uint8Array {
  const value = required(map, label);
  const fits = value instanceof Uint8Array && (length === undefined ? value.length > 0 : value.length === length);
  return fits ? value : wrong(label, length === undefined ? "a byte string" : `a byte string of ${length}`);
}

function readPublicKey(map: KeyMap, kty: 1 | 2): { readonly publicKey?: Uint8Array } {
  const isAbsent = !map.has(KeyLabel.x) && (kty === KeyType.OKP || !map.has(KeyLabel.y));
  if (map.has(KeyLabel.d) && isAbsent) return {};
  const x = readBytes(map, KeyLabel.x, LENGTH);
  if (kty === KeyType.OKP) return { publicKey: x };
  const y = map.get(KeyLabel.y);
  if (typeof y === "boolean") return { publicKey: concatBytes(Uint8Array.of(COMPRESSED + (y ? 1 : 0)), x) };
  return { publicKey: concatBytes(Uint8Array.of(UNCOMPRESSED), x, readBytes(map, KeyLabel.y, LENGTH)) };
}

function readPrivateKey(map: KeyMap): { readonly d?: Uint8Array } {
  return map.has(KeyLabel.d) ? { d: readBytes(map, KeyLabel.d, LENGTH) } : {};
}

function readCommon(map: KeyMap): Common {
  const common: { -readonly [Name in keyof Common]: Common[Name] } = {};
  const kid = map.get(KeyLabel.kid);
  if (kid instanceof Uint8Array) common.kid = kid;
  else if (map.has(KeyLabel.kid)) wrong(KeyLabel.kid, "a byte string");
  const alg = map.get(KeyLabel.alg);
  if (isName(alg)) common.alg = alg;
  else if (map.has(KeyLabel.alg)) wrong(KeyLabel.alg, "an integer or text");
  const keyOps = map.get(KeyLabel.keyOps);
  if (Array.isArray(keyOps) && keyOps.every(isName)) common.keyOps = keyOps;
  else if (map.has(KeyLabel.keyOps)) wrong(KeyLabel.keyOps, "an array of operations");
  if (map.has(KeyLabel.baseIv) && !(map.get(KeyLabel.baseIv) instanceof Uint8Array))
    wrong(KeyLabel.baseIv, "a byte string");
  for (const label of map.keys()) {
    if (!isName(label)) throw new ProtocolError("COSE_KEY_VALUE", "a label is neither an integer nor text");
  }
  return common;
}

function isName(value: CborValue): value is number | bigint | string {
  return typeof value === "string" || typeof value === "bigint" || Number.isSafeInteger(value);
}
