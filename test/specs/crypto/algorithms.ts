// SPDX-License-Identifier: Apache-2.0
/** Every algorithm of the contract, with the key types that can be for it: the compiler misses none. */
import type { HashAlg, KeyAlg, KeyType } from "../../../sdk/contracts/crypto.js";

const HASH_LENGTHS: Readonly<Record<HashAlg, number>> = { SHA_256: 32, SHA_384: 48, SHA_512: 64 };

const P256: readonly KeyType[] = ["ECC_KEY_PAIR_SECP_R1", "ECC_PUBLIC_KEY_SECP_R1"];
const MONTGOMERY: readonly KeyType[] = ["ECC_KEY_PAIR_MONTGOMERY", "ECC_PUBLIC_KEY_MONTGOMERY"];
const EXTRACT: readonly KeyType[] = ["DERIVE", "RAW_DATA"];

export const TYPES_OF: Readonly<Record<KeyAlg, readonly KeyType[]>> = {
  HMAC_SHA_256: ["HMAC"],
  HMAC_SHA_384: ["HMAC"],
  HMAC_SHA_512: ["HMAC"],
  HMAC_SHA_256_8: ["HMAC"],
  HMAC_SHA_256_16: ["HMAC"],
  HMAC_SHA_384_24: ["HMAC"],
  HMAC_SHA_512_32: ["HMAC"],
  CBC_MAC: ["AES"],
  CBC_MAC_8: ["AES"],
  GCM: ["AES"],
  CCM: ["AES"],
  CCM_4: ["AES"],
  CCM_6: ["AES"],
  CCM_8: ["AES"],
  CCM_10: ["AES"],
  CCM_12: ["AES"],
  CCM_14: ["AES"],
  CHACHA20_POLY1305: ["CHACHA20"],
  KW: ["AES"],
  DETERMINISTIC_ECDSA_SHA_256: P256,
  PURE_EDDSA: ["ECC_KEY_PAIR_TWISTED_EDWARDS", "ECC_PUBLIC_KEY_TWISTED_EDWARDS"],
  ECDH: [...P256, ...MONTGOMERY],
  HKDF_EXTRACT_SHA_256: EXTRACT,
  HKDF_EXTRACT_SHA_384: EXTRACT,
  HKDF_EXTRACT_SHA_512: EXTRACT,
  HKDF_EXPAND_SHA_256: ["DERIVE"],
  HKDF_EXPAND_SHA_384: ["DERIVE"],
  HKDF_EXPAND_SHA_512: ["DERIVE"],
  HKDF_EXPAND_AES_CBC_MAC: ["AES"],
};

export const HASHES = Object.keys(HASH_LENGTHS) as readonly HashAlg[];
export const KEY_ALGS = Object.keys(TYPES_OF) as readonly KeyAlg[];
