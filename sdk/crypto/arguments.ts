// SPDX-License-Identifier: Apache-2.0
/**
 * Argument checks of the crypto contract, once for all back-ends: types and the lengths that a caller chooses.
 * They throw TypeError and RangeError; what is wrong with data from outside is the back-end's to say.
 */
import { requireBytes } from "../bytes/bytes.js";
import type { AeadAlg, Alg, CbcMacAlg, HashAlg, HkdfExpandAlg, HkdfExtractAlg, MacAlg } from "../contracts/crypto.js";
import { SecurityError } from "../errors/security-error.js";

export const limits = Object.freeze({
  randomBytes: 65536,
  additionalDataBytes: 65279,
  gcmNonceBytes: 128,
  wrappedKeyBytes: 512,
  agreementPrefixBytes: 64,
  infoBytes: 4096,
  expandBytes: 255 * 64,
  aesExpandBytes: 512,
  persistentIdMax: 0x3fffffff,
});

const HASH_BYTES: Readonly<Record<HashAlg, number>> = Object.freeze({ SHA_256: 32, SHA_384: 48, SHA_512: 64 });
const TAG_BYTES: Readonly<Record<AeadAlg, number>> = Object.freeze({
  GCM: 16,
  CCM: 16,
  CCM_4: 4,
  CCM_6: 6,
  CCM_8: 8,
  CCM_10: 10,
  CCM_12: 12,
  CCM_14: 14,
  CHACHA20_POLY1305: 16,
});

/** An algorithm built on AES-CBC-MAC, and one built on a hash. */
type OverCbcMac = CbcMacAlg | "HKDF_EXPAND_AES_CBC_MAC";
type OverHash = HashAlg | Exclude<MacAlg | HkdfExtractAlg | HkdfExpandAlg, OverCbcMac>;

/** The hash that an HMAC or HKDF algorithm is built on; of a hash, itself. */
const HASH_OF: Readonly<Record<OverHash, HashAlg>> = Object.freeze({
  SHA_256: "SHA_256",
  SHA_384: "SHA_384",
  SHA_512: "SHA_512",
  HMAC_SHA_256: "SHA_256",
  HMAC_SHA_384: "SHA_384",
  HMAC_SHA_512: "SHA_512",
  HMAC_SHA_256_8: "SHA_256",
  HMAC_SHA_256_16: "SHA_256",
  HMAC_SHA_384_24: "SHA_384",
  HMAC_SHA_512_32: "SHA_512",
  HKDF_EXTRACT_SHA_256: "SHA_256",
  HKDF_EXTRACT_SHA_384: "SHA_384",
  HKDF_EXTRACT_SHA_512: "SHA_512",
  HKDF_EXPAND_SHA_256: "SHA_256",
  HKDF_EXPAND_SHA_384: "SHA_384",
  HKDF_EXPAND_SHA_512: "SHA_512",
});

export function hashOf(alg: OverHash): HashAlg {
  return HASH_OF[alg];
}

export function hashBytes(alg: HashAlg): number {
  return HASH_BYTES[alg];
}

export function tagBytes(alg: AeadAlg): number {
  return TAG_BYTES[alg];
}

export function isCbcMac(alg: MacAlg): alg is CbcMacAlg {
  return alg === "CBC_MAC" || alg === "CBC_MAC_8";
}

/** Bytes of a MAC's tag: the name's last number where it is truncated, else those of the hash or the AES block. */
export function macBytes(alg: MacAlg): number {
  const [, truncated] = /^(?:HMAC_SHA_\d+|CBC_MAC)_(\d+)$/.exec(alg) ?? [];
  if (truncated !== undefined) return Number(truncated);
  return isCbcMac(alg) ? 16 : hashBytes(hashOf(alg));
}

export function isCcm(alg: AeadAlg): boolean {
  return alg.startsWith("CCM");
}

/** Whether `alg` is a name of the contract. */
export function isKnownAlg(alg: unknown): alg is Alg {
  return (
    typeof alg === "string" &&
    (Object.hasOwn(HASH_OF, alg) ||
      Object.hasOwn(TAG_BYTES, alg) ||
      isCbcMac(alg as MacAlg) ||
      alg === "HKDF_EXPAND_AES_CBC_MAC" ||
      alg === "DETERMINISTIC_ECDSA_SHA_256" ||
      alg === "PURE_EDDSA" ||
      alg === "KW" ||
      alg === "ECDH")
  );
}

function requireAlg(alg: unknown, known: boolean): void {
  if (typeof alg !== "string") throw new TypeError(`alg: expected a string, got ${typeof alg}`);
  if (!known) throw new SecurityError("PSA_ERROR_NOT_SUPPORTED", `no algorithm ${alg} here`);
}

export function requireHashAlg(alg: HashAlg): void {
  requireAlg(alg, Object.hasOwn(HASH_BYTES, alg));
}

export function requireMacAlg(alg: MacAlg): void {
  requireAlg(alg, isCbcMac(alg) || (Object.hasOwn(HASH_OF, alg) && alg.startsWith("HMAC_")));
}

export function requireSignAlg(alg: string): void {
  requireAlg(alg, alg === "DETERMINISTIC_ECDSA_SHA_256" || alg === "PURE_EDDSA");
}

export function requireHashSignAlg(alg: string): void {
  requireAlg(alg, alg === "DETERMINISTIC_ECDSA_SHA_256");
}

export function requireKeyWrapAlg(alg: string): void {
  requireAlg(alg, alg === "KW");
}

/** Whether KW takes a key of so many bytes: two semiblocks at least. */
export function isWrappable(bytes: number): boolean {
  return bytes >= 16 && bytes <= limits.wrappedKeyBytes && bytes % 8 === 0;
}

export function requireExtractAlg(alg: HkdfExtractAlg): void {
  requireAlg(alg, Object.hasOwn(HASH_OF, alg) && alg.startsWith("HKDF_EXTRACT_"));
}

/** A whole number from `min` to `max`. */
export function requireInteger(value: unknown, label: string, min: number, max: number): void {
  if (typeof value !== "number") throw new TypeError(`${label}: expected a number, got ${typeof value}`);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`${label}: expected a whole number from ${min} to ${max}, got ${value}`);
  }
}

/** A key handle by its type; whether there is such a key, the back-end knows. */
export function requireKey(key: unknown, label = "key"): void {
  if (typeof key !== "number") throw new TypeError(`${label}: expected a key handle, got ${typeof key}`);
  if (!Number.isInteger(key) || key <= 0 || key > 0x7fffffff) {
    throw new SecurityError("PSA_ERROR_INVALID_HANDLE", `${label}: not a key handle`);
  }
}

export function requireBytesOfLength(value: Uint8Array, label: string, length: number): void {
  requireBytes(value, label);
  if (value.length !== length) throw new RangeError(`${label}: expected ${length} bytes, got ${value.length}`);
}

export function requireBytesUpTo(value: Uint8Array, label: string, max: number): void {
  requireBytes(value, label);
  if (value.length > max) throw new RangeError(`${label}: expected at most ${max} bytes, got ${value.length}`);
}

/** Checks what both directions of an AEAD share. `text` is the plaintext, or the ciphertext with its tag. */
export function requireAead(
  alg: AeadAlg,
  nonce: Uint8Array,
  additionalData: Uint8Array,
  text: Uint8Array,
  tagged: boolean,
): void {
  requireAlg(alg, Object.hasOwn(TAG_BYTES, alg));
  const ccm = isCcm(alg);
  requireBytes(nonce, "nonce");
  const [min, max] = ccm ? [7, 13] : alg === "GCM" ? [1, limits.gcmNonceBytes] : [12, 12];
  if (nonce.length < min || nonce.length > max) {
    throw new RangeError(`nonce: expected ${min === max ? min : `${min} to ${max}`} bytes, got ${nonce.length}`);
  }
  requireBytesUpTo(additionalData, "additionalData", limits.additionalDataBytes);
  requireBytes(text, tagged ? "ciphertext" : "plaintext");
  const textMax = ccm ? 2 ** (8 * (15 - nonce.length)) - 1 : 0x7fffffff;
  const length = text.length - (tagged ? tagBytes(alg) : 0);
  if (length < 0) throw new SecurityError("PSA_ERROR_INVALID_SIGNATURE", "fewer bytes than a tag has");
  if (length > textMax) throw new RangeError(`text: expected at most ${textMax} bytes, got ${length}`);
}
