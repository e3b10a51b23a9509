// SPDX-License-Identifier: Apache-2.0
/** From COSE_Key to a handle, for what the key itself allows and no more (RFC 9052 §7.1: alg, key_ops). */
import { equalPublicBytes } from "../bytes/bytes.js";
import type { CborLimits } from "../cbor/value.js";
import type { Crypto, KeyAlg, KeyAttributes, KeyId, KeyType, KeyUsage } from "../contracts/crypto.js";
import { ProtocolError } from "../errors/security-error.js";
import { findAeadAlgorithm, findMacAlgorithm, findSignAlgorithm } from "./algorithms.js";
import { type CoseKey, KeyOperation, parsePublicKey } from "./key.js";
import { findRecipientAlgorithm } from "./recipient-algorithms.js";

const UNCOMPRESSED_LENGTH = 65;

/** What a key is imported for, and how long it stays: `lifetime` and `id` are as in the crypto contract. */
export type KeyPurpose = Pick<KeyAttributes, "alg" | "usage" | "lifetime" | "id">;

/** What an EC2 or OKP key is called in the crypto contract: P-256, X25519, Ed25519. */
const CURVES = Object.freeze({
  "P-256": Object.freeze({ name: "SECP_R1", bits: 256, verify: "DETERMINISTIC_ECDSA_SHA_256" }),
  X25519: Object.freeze({ name: "MONTGOMERY", bits: 255, verify: undefined }),
  Ed25519: Object.freeze({ name: "TWISTED_EDWARDS", bits: 255, verify: "PURE_EDDSA" }),
} as const);

/**
 * Imports a key: a private one where it has a private part, else a public one. A handle knows the contract's algorithms, which
 * are fewer than COSE's: ES256 and ESP256 are one there, the ways of ECDH, and AES-CCM with nonces of 7 and 13 bytes. To hold
 * messages to the key's own alg, give it to their reader as `algorithms` or `recipientAlgorithms`.
 * @param purpose - in the crypto contract's names.
 * @throws ProtocolError COSE_KEY_USE - the key's alg or key_ops does not allow it.
 * @throws ProtocolError COSE_KEY_VALUE - the public part is not that of the private one, or k is not as long as alg has it.
 * @throws SecurityError PSA_ERROR_INVALID_ARGUMENT - not on the curve, or the purpose does not fit the type; and what else
 * `Crypto.importKey` throws.
 */
export function importKey(
  crypto: Pick<Crypto, "importKey" | "exportPublicKey" | "destroyKey">,
  key: CoseKey,
  purpose: KeyPurpose,
): KeyId {
  checkPurpose(key, purpose);
  if (key.kty === "Symmetric") {
    const bits = 8 * key.k.length;
    if (bits !== (keyBitsFor(key.alg) ?? bits)) {
      throw new ProtocolError("COSE_KEY_VALUE", "k: expected the length that the key's algorithm has");
    }
    return crypto.importKey({ ...purpose, type: symmetricType(purpose.alg), bits }, key.k);
  }
  const { name, bits } = CURVES[key.crv];
  if (key.d === undefined) {
    const attributes: KeyAttributes = { ...purpose, type: `ECC_PUBLIC_KEY_${name}`, bits };
    return crypto.importKey(attributes, key.publicKey as Uint8Array);
  }
  const pair = crypto.importKey({ ...purpose, type: `ECC_KEY_PAIR_${name}`, bits }, key.d);
  let isWhole = false;
  try {
    isWhole = key.publicKey === undefined || isPublicKeyOf(crypto.exportPublicKey(pair), key.publicKey);
  } finally {
    if (!isWhole) crypto.destroyKey(pair);
  }
  if (isWhole) return pair;
  throw new ProtocolError("COSE_KEY_VALUE", "the public part is not that of the private one");
}

/**
 * Parses a public key and imports it to verify signatures.
 * @throws ProtocolError - as `parsePublicKey`; COSE_KEY_USE - the key is not for signatures. SecurityError - as `importKey`.
 */
export function importPublicKey(
  crypto: Pick<Crypto, "importKey" | "exportPublicKey" | "destroyKey">,
  encoded: Uint8Array,
  limits?: CborLimits,
): KeyId {
  const key = parsePublicKey(encoded, limits);
  const alg = CURVES[key.crv].verify;
  if (alg === undefined) throw new ProtocolError("COSE_KEY_USE", `keys on ${key.crv} verify nothing`);
  return importKey(crypto, key, { alg, usage: ["verifyMessage"] });
}

/** @param known - as exported: uncompressed. @param given - may be compressed: then the sign of y tells. */
function isPublicKeyOf(known: Uint8Array, given: Uint8Array): boolean {
  if (known.length !== UNCOMPRESSED_LENGTH || given.length === known.length) return equalPublicBytes(known, given);
  const compressed = known.slice(0, given.length);
  compressed[0] = 2 + ((known[known.length - 1] as number) & 1);
  return equalPublicBytes(compressed, given);
}

function symmetricType(alg: KeyAlg): KeyType {
  if (alg.startsWith("HMAC_")) return "HMAC";
  if (alg.startsWith("HKDF_E") && !alg.endsWith("_MAC")) return "DERIVE";
  return alg === "CHACHA20_POLY1305" ? "CHACHA20" : "AES";
}

function checkPurpose(key: CoseKey, { alg, usage }: KeyPurpose): void {
  if (key.alg !== undefined && psaAlgOf(key.alg) !== alg) {
    throw new ProtocolError("COSE_KEY_USE", `the key's algorithm is not ${alg}`);
  }
  const { keyOps } = key;
  if (keyOps === undefined) return;
  for (const one of usage) {
    const operations = operationsOf(one, key.kty === "Symmetric");
    if (operations !== undefined && !operations.some((operation) => keyOps.includes(operation))) {
      throw new ProtocolError("COSE_KEY_USE", `key_ops does not allow ${one}`);
    }
  }
}

function psaAlgOf(id: unknown): KeyAlg | undefined {
  return (findSignAlgorithm(id) ?? findMacAlgorithm(id) ?? findAeadAlgorithm(id) ?? findRecipientAlgorithm(id))?.psaAlg;
}

/** Of what alg is for; undefined: any. An HMAC key may be longer or shorter than its hash (RFC 9053 §3.1). */
function keyBitsFor(id: unknown): number | undefined {
  const user = findMacAlgorithm(id) ?? findAeadAlgorithm(id) ?? findRecipientAlgorithm(id)?.wrap;
  return user?.keyType === "HMAC" ? undefined : user?.keyBits;
}

/** Any of these allows it: RFC 9053 §4.1, §5.1, §6.2.1, §6.3.1. undefined: `export`, which COSE does not know. */
function operationsOf(usage: KeyUsage, isSymmetric: boolean): readonly number[] | undefined {
  const { sign, verify, encrypt, decrypt, wrapKey, unwrapKey, deriveKey, deriveBits, macCreate, macVerify } =
    KeyOperation;
  switch (usage) {
    case "signMessage":
    case "signHash":
      return [isSymmetric ? macCreate : sign];
    case "verifyMessage":
    case "verifyHash":
      return [isSymmetric ? macVerify : verify];
    case "encrypt":
    case "wrap":
      return [encrypt, wrapKey];
    case "decrypt":
    case "unwrap":
      return [decrypt, unwrapKey];
    case "derive":
      return [deriveKey, deriveBits];
    case "deriveBytes":
      return [deriveBits];
    case "export":
      return undefined;
  }
}
