// SPDX-License-Identifier: Apache-2.0
/**
 * The crypto contract: PSA Certified Crypto 1.x as TypeScript sees it. Types only.
 *
 * A key is a handle with a policy: one algorithm and a list of usages. Secret bytes come out of a handle only where the
 * policy says so (`export`, `deriveBytes`). Every call is synchronous. Names are PSA's without `PSA_ALG_`,
 * `PSA_KEY_TYPE_` and `PSA_KEY_USAGE_`; where we are stricter than PSA, docs/crypto.md lists it.
 *
 * Errors that every method can give, so they are not repeated below:
 * - TypeError: an argument is not of the type written here. RangeError: a length that the caller chose is out of range.
 * - SecurityError PSA_ERROR_INSUFFICIENT_MEMORY - no memory or no free key slot.
 * - SecurityError PSA_ERROR_HARDWARE_FAILURE, PSA_ERROR_CORRUPTION_DETECTED, PSA_ERROR_GENERIC_ERROR - the back-end failed.
 * Every method that takes a key also gives:
 * - SecurityError PSA_ERROR_INVALID_HANDLE - no such key: never made, or destroyed.
 * - SecurityError PSA_ERROR_NOT_PERMITTED - the key's policy has another algorithm or lacks the usage.
 */

/** A key handle. Volatile keys die with the machine; a persistent key's handle is its id. */
export type KeyId = number & { readonly __keyId: unique symbol };

/** Digest of 32, 48, 64 bytes. */
export type HashAlg = "SHA_256" | "SHA_384" | "SHA_512";
/** HMAC with the full digest as tag: 32, 48, 64 bytes. */
export type HmacAlg = "HMAC_SHA_256" | "HMAC_SHA_384" | "HMAC_SHA_512";
/** Or with its first bytes, as many as the last number says: `PSA_ALG_TRUNCATED_MAC`. */
export type TruncatedHmacAlg = "HMAC_SHA_256_8" | "HMAC_SHA_256_16" | "HMAC_SHA_384_24" | "HMAC_SHA_512_32";
/**
 * AES-CBC-MAC with a tag of 16 or 8 bytes: MAC algorithm 1 of ISO/IEC 9797-1, as RFC 9053 §3.2 has it. The IV is zero and
 * the message is filled with zeros to whole blocks (padding method 1; an empty one is a block of zeros). So zeros at
 * the end are not told apart, and tags can be forged where one message may begin another: it is for COSE, whose
 * MAC_structure says its own lengths, and for no new protocol.
 */
export type CbcMacAlg = "CBC_MAC" | "CBC_MAC_8";
export type MacAlg = HmacAlg | TruncatedHmacAlg | CbcMacAlg;
/** AEAD with a 16 byte tag; of CCM also with a shorter one, as long as the number says (`PSA_ALG_AEAD_WITH_SHORTENED_TAG`). */
export type AeadAlg = "GCM" | "CHACHA20_POLY1305" | CcmAlg;
export type CcmAlg = "CCM" | "CCM_4" | "CCM_6" | "CCM_8" | "CCM_10" | "CCM_12" | "CCM_14";
/**
 * ECDSA on P-256 over SHA-256 with the nonce of RFC 6979: r‖s. Or Ed25519 (RFC 8032), which signs messages and no hashes:
 * R‖S. Exactly 64 bytes both. `supports` says which there are: boards do not have Ed25519.
 */
export type SignAlg = HashSignAlg | "PURE_EDDSA";
export type HashSignAlg = "DETERMINISTIC_ECDSA_SHA_256";
/** Diffie-Hellman on P-256 or X25519, by the key's type. */
export type AgreementAlg = "ECDH";
/** AES Key Wrap: RFC 3394, NIST SP 800-38F. */
export type KeyWrapAlg = "KW";
/** RFC 5869 §2.2. */
export type HkdfExtractAlg = "HKDF_EXTRACT_SHA_256" | "HKDF_EXTRACT_SHA_384" | "HKDF_EXTRACT_SHA_512";
/**
 * RFC 5869 §2.3. The last is not PSA's but COSE's (RFC 9053 §5.1): AES-CBC-MAC in the place of HMAC, blocks of 16 bytes,
 * and no extract before it; the shared AES key is the PRK.
 */
export type HkdfExpandAlg =
  | "HKDF_EXPAND_SHA_256"
  | "HKDF_EXPAND_SHA_384"
  | "HKDF_EXPAND_SHA_512"
  | "HKDF_EXPAND_AES_CBC_MAC";

/** An algorithm that a key's policy can name. */
export type KeyAlg = MacAlg | AeadAlg | SignAlg | KeyWrapAlg | AgreementAlg | HkdfExtractAlg | HkdfExpandAlg;
export type Alg = HashAlg | KeyAlg;

/**
 * Key types, and the key bytes that import and export use:
 * - AES: 16, 24 or 32 bytes; CHACHA20: 32; HMAC, DERIVE: 1 to 4096 bytes.
 * - RAW_DATA: 1 to 4096 bytes, a secret salt of HKDF-Extract.
 * - ECC_KEY_PAIR_SECP_R1 (P-256): the private scalar, 32 bytes big endian, 1 to n-1.
 * - ECC_PUBLIC_KEY_SECP_R1: 0x04‖x‖y, exactly 65 bytes, on the curve. Import also takes it compressed: 0x02 or 0x03 (the
 *   parity of y)‖x, 33 bytes. What has no y (EDHOC's x-coordinates) may be imported for key agreement with either.
 * - ECC_KEY_PAIR_MONTGOMERY (X25519): 32 bytes; clamped at import (RFC 7748 §5), so export gives the clamped bytes.
 * - ECC_PUBLIC_KEY_MONTGOMERY: 32 bytes.
 * - ECC_KEY_PAIR_TWISTED_EDWARDS (Ed25519): the private key of RFC 8032 §5.1.5, 32 bytes, a seed.
 * - ECC_PUBLIC_KEY_TWISTED_EDWARDS: 32 bytes, a point in its one encoding (RFC 8032 §5.1.3), not of small order: under such
 *   a one anyone can sign.
 */
export type KeyType =
  | "AES"
  | "CHACHA20"
  | "HMAC"
  | "DERIVE"
  | "RAW_DATA"
  | "ECC_KEY_PAIR_SECP_R1"
  | "ECC_PUBLIC_KEY_SECP_R1"
  | "ECC_KEY_PAIR_MONTGOMERY"
  | "ECC_PUBLIC_KEY_MONTGOMERY"
  | "ECC_KEY_PAIR_TWISTED_EDWARDS"
  | "ECC_PUBLIC_KEY_TWISTED_EDWARDS";

/**
 * What a key may do. `signMessage` and `verifyMessage` are also a MAC's; `signHash` implies `signMessage` and `verifyHash`
 * implies `verifyMessage`, as in PSA. `derive`: input of extract, expand or key agreement, output into handles.
 * `deriveBytes` (ours; needs `derive`): `hkdfExpandBytes` may give derived bytes to the caller.
 * `wrap` and `unwrap`: other keys leave under this one, and come in.
 * `export`: `exportKey` gives the secret bytes, and `wrapKey` takes the key; the public half of a key pair needs no usage.
 */
export type KeyUsage =
  | "export"
  | "encrypt"
  | "decrypt"
  | "signMessage"
  | "verifyMessage"
  | "signHash"
  | "verifyHash"
  | "derive"
  | "deriveBytes"
  | "wrap"
  | "unwrap";

export interface KeyAttributes {
  readonly type: KeyType;
  /** Size of the key: 8 per byte of symmetric keys, 256 for P-256, 255 for X25519 and Ed25519. */
  readonly bits: number;
  readonly usage: readonly KeyUsage[];
  readonly alg: KeyAlg;
  /** Default: volatile. */
  readonly lifetime?: "volatile" | "persistent";
  /** Of a persistent key, and only there: 1 to 0x3fffffff, chosen by the caller. */
  readonly id?: number;
}

/** A multi-part hash. After `finish` or `abort` every method but `abort` throws PSA_ERROR_BAD_STATE. */
export interface HashOperation {
  /** @throws SecurityError PSA_ERROR_BAD_STATE - finished or aborted. */
  update(input: Uint8Array): void;
  /**
   * @returns The digest, new bytes.
   * @throws SecurityError PSA_ERROR_BAD_STATE - finished or aborted.
   */
  finish(): Uint8Array;
  /**
   * @returns A second operation that goes on from the same state.
   * @throws SecurityError PSA_ERROR_BAD_STATE - finished or aborted.
   */
  clone(): HashOperation;
  /** Ends the operation and wipes what can be wiped. Never throws; harmless when repeated. */
  abort(): void;
}

export interface Crypto {
  /** Whether the back-end carries out `alg` (all of its methods). Never throws: an unknown name is false. */
  supports(alg: Alg): boolean;

  /**
   * @param length - 0 to 65536 bytes.
   * @throws SecurityError PSA_ERROR_INSUFFICIENT_ENTROPY - the entropy source failed; there are no weaker bytes instead.
   */
  generateRandom(length: number): Uint8Array;

  /** @throws SecurityError PSA_ERROR_NOT_SUPPORTED - unknown algorithm. */
  hashCompute(alg: HashAlg, input: Uint8Array): Uint8Array;
  /** @throws SecurityError PSA_ERROR_NOT_SUPPORTED - unknown algorithm. */
  hashSetup(alg: HashAlg): HashOperation;

  /**
   * Makes a key from bytes (see KeyType), which are copied.
   * @throws SecurityError PSA_ERROR_INVALID_ARGUMENT - attributes that do not fit together, bytes of the wrong length for
   * `type` and `bits`, a private scalar out of range, a point that is not on the curve, or one of Ed25519 that is of small order.
   * @throws SecurityError PSA_ERROR_NOT_SUPPORTED - unknown type or algorithm, or persistent keys without a store.
   * @throws SecurityError PSA_ERROR_ALREADY_EXISTS - a persistent key with this id exists.
   * @throws SecurityError PSA_ERROR_INSUFFICIENT_STORAGE, PSA_ERROR_STORAGE_FAILURE - a persistent key was not kept.
   */
  importKey(attributes: KeyAttributes, bytes: Uint8Array): KeyId;

  /**
   * Makes a random key: any type but public keys.
   * @throws SecurityError - as `importKey`, and PSA_ERROR_INSUFFICIENT_ENTROPY.
   */
  generateKey(attributes: KeyAttributes): KeyId;

  /**
   * @returns The public key of a key pair or public key: P-256 0x04‖x‖y, 65 bytes; X25519, Ed25519 32 bytes.
   * @throws SecurityError PSA_ERROR_INVALID_ARGUMENT - not an asymmetric key.
   */
  exportPublicKey(key: KeyId): Uint8Array;

  /**
   * @returns The key's bytes as KeyType describes them. Of a public key without any usage.
   * @throws SecurityError PSA_ERROR_NOT_PERMITTED - the usage `export` is missing.
   */
  exportKey(key: KeyId): Uint8Array;

  /** @returns New, frozen attributes; `usage` in the order of KeyUsage, with what is implied; `lifetime` always there. */
  getKeyAttributes(key: KeyId): KeyAttributes;

  /**
   * Finds a persistent key.
   * @throws SecurityError PSA_ERROR_DOES_NOT_EXIST - there is none with this id.
   * @throws SecurityError PSA_ERROR_STORAGE_FAILURE, PSA_ERROR_DATA_CORRUPT, PSA_ERROR_DATA_INVALID - it cannot be read.
   */
  openKey(id: number): KeyId;

  /**
   * Destroys a key; a persistent one in storage too. The handle is invalid afterwards.
   * @throws SecurityError PSA_ERROR_STORAGE_FAILURE - a persistent key may still be in storage.
   */
  destroyKey(key: KeyId): void;

  /** Needs `signMessage`. @returns The tag, as long as `alg` says: HMAC's is the digest, CBC_MAC's the last block. */
  macCompute(key: KeyId, alg: MacAlg, message: Uint8Array): Uint8Array;

  /**
   * Needs `verifyMessage`. Compares in constant time where the machine can.
   * @throws SecurityError PSA_ERROR_INVALID_SIGNATURE - the tag is not the message's, or of the wrong length.
   */
  macVerify(key: KeyId, alg: MacAlg, message: Uint8Array, tag: Uint8Array): void;

  /**
   * Compares bytes of which one side is secret, such as a derived MAC with the one that a peer sent: what `macVerify` does
   * for its tags. The time does not depend on where they differ on a board (C, `mbedtls_ct_memcmp`) and on node:crypto
   * (`timingSafeEqual`); noble's JavaScript looks at every byte and can promise no more. The length is no secret.
   * @returns Whether they are the same; false for different lengths.
   */
  equalConstantTime(a: Uint8Array, b: Uint8Array): boolean;

  /**
   * Needs `encrypt`. The caller never uses a (key, nonce) pair twice.
   * @param nonce - GCM: 12 bytes, or any other length from 1 to 128, which is weaker (SP 800-38D §8.3) and for what
   * others chose. CHACHA20_POLY1305: 12 bytes. CCM: 7 to 13 bytes.
   * @param additionalData - at most 65279 bytes.
   * @param plaintext - CCM with a nonce of n bytes: under 2^(8·(15−n)) bytes.
   * @returns ciphertext‖tag.
   * @throws RangeError - nonce, additionalData or plaintext of another length.
   */
  aeadEncrypt(
    key: KeyId,
    alg: AeadAlg,
    nonce: Uint8Array,
    additionalData: Uint8Array,
    plaintext: Uint8Array,
  ): Uint8Array;

  /**
   * Needs `decrypt`.
   * @param ciphertext - ciphertext‖tag.
   * @returns The plaintext, only after the tag was found right.
   * @throws RangeError - nonce or additionalData as in `aeadEncrypt`.
   * @throws SecurityError PSA_ERROR_INVALID_SIGNATURE - the tag does not match, or there are fewer bytes than a tag has.
   */
  aeadDecrypt(
    key: KeyId,
    alg: AeadAlg,
    nonce: Uint8Array,
    additionalData: Uint8Array,
    ciphertext: Uint8Array,
  ): Uint8Array;

  /**
   * Encrypts a key under another one, without a nonce and always to the same bytes.
   * @param wrappingKey - needs `wrap`.
   * @param key - needs `export`; of 16 to 512 bytes, a multiple of 8.
   * @returns The wrapped key, 8 bytes longer than the key.
   * @throws SecurityError PSA_ERROR_INVALID_ARGUMENT - a key of another size.
   */
  wrapKey(wrappingKey: KeyId, alg: KeyWrapAlg, key: KeyId): Uint8Array;

  /**
   * Makes a key from a wrapped one; only after the integrity check value was found right.
   * @param attributes - of the new key; `bits` fits the bytes that come out. No public key.
   * @param wrappingKey - needs `unwrap`.
   * @param wrapped - 24 to 520 bytes, a multiple of 8.
   * @throws SecurityError PSA_ERROR_INVALID_SIGNATURE - not wrapped under this key, or changed.
   * @throws SecurityError PSA_ERROR_INVALID_ARGUMENT - another length; and as `importKey`.
   */
  unwrapKey(attributes: KeyAttributes, wrappingKey: KeyId, alg: KeyWrapAlg, wrapped: Uint8Array): KeyId;

  /** Needs `signMessage`. @returns Exactly 64 bytes (see SignAlg); the same for the same message and key. */
  signMessage(key: KeyId, alg: SignAlg, message: Uint8Array): Uint8Array;

  /**
   * Needs `verifyMessage`; takes a public key or a key pair. ECDSA: accepts s and n−s alike (no low-s rule). Ed25519:
   * S below the order, canonical points only (RFC 8032 §5.1.7; not the looser rules of ZIP 215).
   * @throws SecurityError PSA_ERROR_INVALID_SIGNATURE - wrong signature, or not 64 bytes.
   */
  verifyMessage(key: KeyId, alg: SignAlg, message: Uint8Array, signature: Uint8Array): void;

  /** Needs `signHash`. @param hash - the SHA-256 digest, 32 bytes. @throws RangeError - another length. */
  signHash(key: KeyId, alg: HashSignAlg, hash: Uint8Array): Uint8Array;

  /**
   * Needs `verifyHash`.
   * @param hash - the SHA-256 digest, 32 bytes.
   * @throws RangeError - a hash of another length.
   * @throws SecurityError PSA_ERROR_INVALID_SIGNATURE - wrong signature, or not 64 bytes.
   */
  verifyHash(key: KeyId, alg: HashSignAlg, hash: Uint8Array, signature: Uint8Array): void;

  /**
   * ECDH with a private key that allows `derive` and ECDH; the shared secret becomes a new key.
   * @param peerPublicKey - P-256: 0x04‖x‖y, 65 bytes, or compressed, 33 bytes. X25519: 32 bytes.
   * @param attributes - of the new key: type DERIVE, 256 bits and those of the prefix.
   * @param prefix - at most 64 bytes that the new key has before the secret, none by default: what HPKE's LabeledExtract
   * (RFC 9180 §4) puts before the Diffie-Hellman secret.
   * @throws RangeError - a longer prefix.
   * @throws SecurityError PSA_ERROR_INVALID_ARGUMENT - the peer's key has the wrong length, is not on the curve or of small
   * order (an all-zero X25519 secret), or attributes that do not fit.
   */
  keyAgreement(privateKey: KeyId, peerPublicKey: Uint8Array, attributes: KeyAttributes, prefix?: Uint8Array): KeyId;

  /**
   * HKDF-Extract, from handle to handle.
   * @param salt - bytes (none: HashLen zeros, RFC 5869), or a RAW_DATA key that allows `derive` and `alg`.
   * @param ikm - a DERIVE key that allows `derive` and `alg`.
   * @param attributes - of the PRK: DERIVE (or RAW_DATA, a salt for the next extract) of exactly HashLen.
   * @throws SecurityError PSA_ERROR_INVALID_ARGUMENT - attributes that do not fit.
   */
  hkdfExtract(alg: HkdfExtractAlg, salt: Uint8Array | KeyId, ikm: KeyId, attributes: KeyAttributes): KeyId;

  /**
   * HKDF-Expand, from handle to handle. Output length: `attributes.bits` / 8, at most 255·HashLen; with
   * HKDF_EXPAND_AES_CBC_MAC 512 bytes.
   * @param prk - a DERIVE key of exactly HashLen, or an AES key for HKDF_EXPAND_AES_CBC_MAC. Its algorithm is an
   * HkdfExpandAlg, and it allows `derive`.
   * @param info - at most 4096 bytes.
   * @param attributes - of the new key: any type but public keys. Of a key pair the output is a seed of 32 bytes: X25519
   * and Ed25519 have it as private key, P-256 makes its scalar of it as the Open Profile for DICE does (RFC 6979 §3.2
   * with HMAC-SHA-512, whatever hash the PRK is for). That is not psa_key_derivation_output_key's scalar.
   * @throws SecurityError PSA_ERROR_INVALID_ARGUMENT - a PRK of another length, or attributes that do not fit.
   * @throws SecurityError PSA_ERROR_NOT_SUPPORTED - Ed25519 on a board.
   */
  hkdfExpand(prk: KeyId, info: Uint8Array, attributes: KeyAttributes): KeyId;

  /**
   * HKDF-Expand to bytes, for what a protocol shows or computes with (IVs, MACs, keystreams). Needs `deriveBytes`.
   * @param prk - as in `hkdfExpand`.
   * @param length - 1 to what `hkdfExpand` gives at most.
   * @throws SecurityError PSA_ERROR_INVALID_ARGUMENT - a PRK of another length, or a greater length.
   */
  hkdfExpandBytes(prk: KeyId, info: Uint8Array, length: number): Uint8Array;
}
