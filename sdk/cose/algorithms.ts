// SPDX-License-Identifier: Apache-2.0
/** COSE algorithms that we carry out, and their names in the crypto contract. A new one is a new row. */
import type { AeadAlg, Crypto, KeyAlg, KeyId, KeyType, MacAlg, SignAlg } from "../contracts/crypto.js";
import { ProtocolError } from "../errors/security-error.js";

/**
 * IANA COSE algorithm numbers. Signatures: ES256 (RFC 9053 §2.1) and EdDSA (§2.2), deprecated by RFC 9864 and what PSA tokens
 * and others use; ESP256 and Ed25519 (RFC 9864 §2). MACs: RFC 9053 §3.1, §3.2. Content encryption: §4.
 */
export const CoseAlgorithm = Object.freeze({
  ES256: -7,
  EdDSA: -8,
  ESP256: -9,
  Ed25519: -19,
  HMAC_256_64: 4,
  HMAC_256: 5,
  HMAC_384: 6,
  HMAC_512: 7,
  AES_MAC_128_64: 14,
  AES_MAC_256_64: 15,
  AES_MAC_128_128: 25,
  AES_MAC_256_128: 26,
  A128GCM: 1,
  A192GCM: 2,
  A256GCM: 3,
  AES_CCM_16_64_128: 10,
  AES_CCM_16_64_256: 11,
  AES_CCM_64_64_128: 12,
  AES_CCM_64_64_256: 13,
  CHACHA20_POLY1305: 24,
  AES_CCM_16_128_128: 30,
  AES_CCM_16_128_256: 31,
  AES_CCM_64_128_128: 32,
  AES_CCM_64_128_256: 33,
} as const);

interface Row {
  readonly id: number;
  readonly name: keyof typeof CoseAlgorithm;
}

/** An algorithm with keys that are made for it: derived, generated or unwrapped. */
export interface KeyUser {
  readonly id: number;
  readonly name: string;
  readonly psaAlg: KeyAlg;
  readonly keyType: KeyType;
  /** Of an HMAC key as many as its hash has (RFC 9053 §3.1); one that someone else made may have more or fewer. */
  readonly keyBits: number;
}

export interface SignAlgorithm extends Row {
  readonly psaAlg: SignAlg;
  readonly proofLength: number;
}

export interface MacAlgorithm extends Row, KeyUser {
  readonly name: Row["name"];
  readonly psaAlg: MacAlg;
  readonly proofLength: number;
}

export interface AeadAlgorithm extends Row, KeyUser {
  readonly name: Row["name"];
  readonly psaAlg: AeadAlg;
  readonly nonceLength: number;
  readonly tagLength: number;
  /** Bytes of plaintext at most: CCM counts them in what the nonce leaves of its first block (RFC 3610 §2.1). */
  readonly textMax: number;
}

function nameOf(id: number): Row["name"] {
  const names = Object.keys(CoseAlgorithm) as Row["name"][];
  return names.find((name) => CoseAlgorithm[name] === id) as Row["name"];
}

function sign(id: number, psaAlg: SignAlg): SignAlgorithm {
  return Object.freeze({ id, name: nameOf(id), psaAlg, proofLength: 64 });
}

function mac(id: number, psaAlg: MacAlg, keyBits: number, proofLength: number): MacAlgorithm {
  const keyType = psaAlg.startsWith("HMAC") ? "HMAC" : "AES";
  return Object.freeze({ id, name: nameOf(id), psaAlg, keyType, keyBits, proofLength });
}

function aead(id: number, psaAlg: AeadAlg, keyBits: number, nonceLength: number): AeadAlgorithm {
  const tagLength = psaAlg === "CCM_8" ? 8 : 16;
  const textMax = psaAlg.startsWith("CCM") ? 2 ** (8 * (15 - nonceLength)) - 1 : Number.MAX_SAFE_INTEGER;
  const keyType = psaAlg === "CHACHA20_POLY1305" ? "CHACHA20" : "AES";
  return Object.freeze({ id, name: nameOf(id), psaAlg, keyType, keyBits, nonceLength, tagLength, textMax });
}

/**
 * A table, as the function that finds the row of a number.
 * @param rows - one by one: an array literal takes seven bytes more for each.
 */
function table<One extends Row>(...rows: One[]): (id: unknown) => One | undefined {
  Object.freeze(rows);
  return (id) => rows.find((row) => row.id === id);
}

/** @param id - from a header: any CBOR value. @returns The row, or undefined when the algorithm is not carried out. */
export const findSignAlgorithm = table<SignAlgorithm>(
  sign(CoseAlgorithm.ES256, "DETERMINISTIC_ECDSA_SHA_256"),
  sign(CoseAlgorithm.ESP256, "DETERMINISTIC_ECDSA_SHA_256"),
  sign(CoseAlgorithm.EdDSA, "PURE_EDDSA"),
  sign(CoseAlgorithm.Ed25519, "PURE_EDDSA"),
);

/** As `findSignAlgorithm`. */
export const findMacAlgorithm = table<MacAlgorithm>(
  mac(CoseAlgorithm.HMAC_256_64, "HMAC_SHA_256_8", 256, 8),
  mac(CoseAlgorithm.HMAC_256, "HMAC_SHA_256", 256, 32),
  mac(CoseAlgorithm.HMAC_384, "HMAC_SHA_384", 384, 48),
  mac(CoseAlgorithm.HMAC_512, "HMAC_SHA_512", 512, 64),
  mac(CoseAlgorithm.AES_MAC_128_64, "CBC_MAC_8", 128, 8),
  mac(CoseAlgorithm.AES_MAC_256_64, "CBC_MAC_8", 256, 8),
  mac(CoseAlgorithm.AES_MAC_128_128, "CBC_MAC", 128, 16),
  mac(CoseAlgorithm.AES_MAC_256_128, "CBC_MAC", 256, 16),
);

/** As `findSignAlgorithm`. */
export const findAeadAlgorithm = table<AeadAlgorithm>(
  aead(CoseAlgorithm.A128GCM, "GCM", 128, 12),
  aead(CoseAlgorithm.A192GCM, "GCM", 192, 12),
  aead(CoseAlgorithm.A256GCM, "GCM", 256, 12),
  aead(CoseAlgorithm.AES_CCM_16_64_128, "CCM_8", 128, 13),
  aead(CoseAlgorithm.AES_CCM_16_64_256, "CCM_8", 256, 13),
  aead(CoseAlgorithm.AES_CCM_64_64_128, "CCM_8", 128, 7),
  aead(CoseAlgorithm.AES_CCM_64_64_256, "CCM_8", 256, 7),
  aead(CoseAlgorithm.CHACHA20_POLY1305, "CHACHA20_POLY1305", 256, 12),
  aead(CoseAlgorithm.AES_CCM_16_128_128, "CCM", 128, 13),
  aead(CoseAlgorithm.AES_CCM_16_128_256, "CCM", 256, 13),
  aead(CoseAlgorithm.AES_CCM_64_128_128, "CCM", 128, 7),
  aead(CoseAlgorithm.AES_CCM_64_128_256, "CCM", 256, 7),
);

/**
 * What is built on AES takes keys of three lengths; the algorithm's number says which. HMAC takes any.
 * @throws ProtocolError COSE_KEY_USE - the key has another length.
 */
export function requireKeyBits(
  crypto: Pick<Crypto, "getKeyAttributes">,
  key: KeyId,
  user: Pick<KeyUser, "name" | "keyBits"> & Partial<KeyUser>,
): void {
  if (user.keyType === "HMAC") return;
  const bits = crypto.getKeyAttributes(key).bits;
  if (bits === user.keyBits) return;
  throw new ProtocolError("COSE_KEY_USE", `${user.name} has keys of ${user.keyBits} bits, this one has ${bits}`);
}
