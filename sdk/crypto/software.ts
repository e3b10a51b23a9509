// SPDX-License-Identifier: Apache-2.0
/** The crypto contract over a set of primitives: arguments, policy and key handling once for node:crypto and noble. */
import { concatBytes, requireBytes } from "../bytes/bytes.js";
import type {
  AeadAlg,
  Alg,
  Crypto,
  HashAlg,
  HashOperation,
  HashSignAlg,
  HkdfExpandAlg,
  HkdfExtractAlg,
  KeyAttributes,
  KeyId,
  KeyType,
  KeyWrapAlg,
  MacAlg,
  SignAlg,
} from "../contracts/crypto.js";
import { SecurityError } from "../errors/security-error.js";
import {
  hashOf,
  isKnownAlg,
  isWrappable,
  limits,
  requireAead,
  requireBytesOfLength,
  requireBytesUpTo,
  requireExtractAlg,
  requireHashAlg,
  requireHashSignAlg,
  requireInteger,
  requireKey,
  requireKeyWrapAlg,
  requireMacAlg,
  requireSignAlg,
} from "./arguments.js";
import {
  checkAgreedAttributes,
  checkExpandedAttributes,
  checkExtractedAttributes,
  checkGeneratedAttributes,
  checkImportedAttributes,
  checkUnwrappedAttributes,
  isPublicKeyType,
  keyBytes,
} from "./attributes.js";
import { type KeyStore, KeyTable, type StoredKey } from "./key-table.js";
import { expand, macTag } from "./prf.js";
import type { Curve, Primitives, RunningHash } from "./primitives.js";
import { scalarFromSeed } from "./seed.js";

/** A random scalar is out of range once in 2^32 draws; more than this in a row is a broken source. */
const SCALAR_ATTEMPTS = 8;

function invalid(message: string): SecurityError {
  return new SecurityError("PSA_ERROR_INVALID_ARGUMENT", message);
}

function wrong(message: string): SecurityError {
  return new SecurityError("PSA_ERROR_INVALID_SIGNATURE", message);
}

function curveOf(type: KeyType): Curve | undefined {
  if (type === "ECC_KEY_PAIR_SECP_R1" || type === "ECC_PUBLIC_KEY_SECP_R1") return "P-256";
  if (type === "ECC_KEY_PAIR_MONTGOMERY" || type === "ECC_PUBLIC_KEY_MONTGOMERY") return "X25519";
  if (type === "ECC_KEY_PAIR_TWISTED_EDWARDS" || type === "ECC_PUBLIC_KEY_TWISTED_EDWARDS") return "Ed25519";
  return undefined;
}

/** RFC 7748 §5, as Mbed TLS keeps the scalar. */
function clamp(scalar: Uint8Array): void {
  scalar[0] = (scalar[0] as number) & 248;
  scalar[31] = ((scalar[31] as number) & 127) | 64;
}

class SoftwareHash implements HashOperation {
  #running: RunningHash | undefined;

  constructor(running: RunningHash) {
    this.#running = running;
  }

  #live(): RunningHash {
    if (!this.#running) throw new SecurityError("PSA_ERROR_BAD_STATE", "the hash operation has ended");
    return this.#running;
  }

  update(input: Uint8Array): void {
    requireBytes(input, "input");
    this.#live().update(input);
  }

  finish(): Uint8Array {
    const digest = this.#live().digest();
    this.#running = undefined;
    return digest;
  }

  clone(): HashOperation {
    return new SoftwareHash(this.#live().clone());
  }

  abort(): void {
    this.#running = undefined;
  }
}

export class SoftwareCrypto implements Crypto {
  readonly #primitives: Primitives;
  readonly #keys: KeyTable;

  /** @param store - where persistent keys live; without it there are none (PSA_ERROR_NOT_SUPPORTED). */
  constructor(primitives: Primitives, store?: KeyStore) {
    this.#primitives = primitives;
    this.#keys = new KeyTable(store);
  }

  supports(alg: Alg): boolean {
    return isKnownAlg(alg);
  }

  generateRandom(length: number): Uint8Array {
    requireInteger(length, "length", 0, limits.randomBytes);
    const bytes = this.#primitives.random(length);
    if (bytes?.length !== length) throw new SecurityError("PSA_ERROR_INSUFFICIENT_ENTROPY", "no entropy");
    return bytes;
  }

  hashCompute(alg: HashAlg, input: Uint8Array): Uint8Array {
    requireHashAlg(alg);
    requireBytes(input, "input");
    const running = this.#primitives.hash(alg);
    running.update(input);
    return running.digest();
  }

  hashSetup(alg: HashAlg): HashOperation {
    requireHashAlg(alg);
    return new SoftwareHash(this.#primitives.hash(alg));
  }

  importKey(attributes: KeyAttributes, bytes: Uint8Array): KeyId {
    const checked = checkImportedAttributes(attributes, bytes);
    const kept = checked.type === "ECC_PUBLIC_KEY_SECP_R1" ? this.#point(bytes) : new Uint8Array(bytes); // not slice(): a Buffer's shares memory
    if (checked.type === "ECC_KEY_PAIR_MONTGOMERY") clamp(kept);
    if (checked.type === "ECC_KEY_PAIR_SECP_R1" && !this.#primitives.publicKey("P-256", kept)) {
      throw invalid("the private scalar is out of range");
    }
    // Under a point of small order anyone can make signatures.
    if (checked.type === "ECC_PUBLIC_KEY_TWISTED_EDWARDS" && !this.#primitives.isEdwardsPoint(kept)) {
      throw invalid("not a point of Ed25519, or one of small order");
    }
    return this.#keys.add(checked, kept);
  }

  /** @returns 65 bytes, new. */
  #point(bytes: Uint8Array): Uint8Array {
    const isForm = bytes.length === 65 ? bytes[0] === 4 : bytes[0] === 2 || bytes[0] === 3;
    const point = isForm ? this.#primitives.point(new Uint8Array(bytes)) : undefined;
    if (!point) throw invalid("not a point on the curve");
    return point;
  }

  generateKey(attributes: KeyAttributes): KeyId {
    const checked = checkGeneratedAttributes(attributes);
    this.#keys.checkRoom(checked);
    for (let attempt = 0; attempt < SCALAR_ATTEMPTS; attempt++) {
      const bytes = this.generateRandom(keyBytes(checked));
      if (checked.type === "ECC_KEY_PAIR_MONTGOMERY") clamp(bytes);
      if (checked.type !== "ECC_KEY_PAIR_SECP_R1" || this.#primitives.publicKey("P-256", bytes)) {
        return this.#keys.add(checked, bytes);
      }
    }
    throw new SecurityError("PSA_ERROR_INSUFFICIENT_ENTROPY", "the random source gives no valid scalar");
  }

  #publicKeyOf(key: StoredKey): Uint8Array {
    const curve = curveOf(key.attributes.type);
    if (!curve) throw invalid("not an asymmetric key");
    if (isPublicKeyType(key.attributes.type)) return key.bytes.slice();
    const publicKey = this.#primitives.publicKey(curve, key.bytes);
    if (!publicKey) throw new SecurityError("PSA_ERROR_CORRUPTION_DETECTED", "the stored scalar is out of range");
    return publicKey;
  }

  exportPublicKey(key: KeyId): Uint8Array {
    return this.#publicKeyOf(this.#keys.get(key));
  }

  exportKey(key: KeyId): Uint8Array {
    const { attributes, bytes } = this.#keys.get(key);
    if (!isPublicKeyType(attributes.type) && !attributes.usage.includes("export")) {
      throw new SecurityError("PSA_ERROR_NOT_PERMITTED", "the key's policy lacks export");
    }
    return bytes.slice();
  }

  getKeyAttributes(key: KeyId): KeyAttributes {
    return this.#keys.get(key).attributes;
  }

  openKey(id: number): KeyId {
    requireInteger(id, "id", 1, limits.persistentIdMax);
    if (!this.#keys.has(id)) throw new SecurityError("PSA_ERROR_DOES_NOT_EXIST", "no key has this id");
    return id as KeyId;
  }

  destroyKey(key: KeyId): void {
    this.#keys.destroy(key);
  }

  macCompute(key: KeyId, alg: MacAlg, message: Uint8Array): Uint8Array {
    requireMacAlg(alg);
    requireBytes(message, "message");
    return macTag(this.#primitives, alg, this.#keys.use(key, "signMessage", alg).bytes, message);
  }

  macVerify(key: KeyId, alg: MacAlg, message: Uint8Array, tag: Uint8Array): void {
    requireMacAlg(alg);
    requireBytes(message, "message");
    requireBytes(tag, "tag");
    const expected = macTag(this.#primitives, alg, this.#keys.use(key, "verifyMessage", alg).bytes, message);
    if (!this.equalConstantTime(tag, expected)) throw wrong("the tag does not match");
  }

  equalConstantTime(a: Uint8Array, b: Uint8Array): boolean {
    requireBytes(a, "a");
    requireBytes(b, "b");
    return a.length === b.length && this.#primitives.equal(a, b);
  }

  aeadEncrypt(
    key: KeyId,
    alg: AeadAlg,
    nonce: Uint8Array,
    additionalData: Uint8Array,
    plaintext: Uint8Array,
  ): Uint8Array {
    requireAead(alg, nonce, additionalData, plaintext, false);
    const { bytes } = this.#keys.use(key, "encrypt", alg);
    return this.#primitives.seal(alg, bytes, nonce, additionalData, plaintext);
  }

  aeadDecrypt(
    key: KeyId,
    alg: AeadAlg,
    nonce: Uint8Array,
    additionalData: Uint8Array,
    ciphertext: Uint8Array,
  ): Uint8Array {
    requireAead(alg, nonce, additionalData, ciphertext, true);
    const { bytes } = this.#keys.use(key, "decrypt", alg);
    const plaintext = this.#primitives.open(alg, bytes, nonce, additionalData, ciphertext);
    if (!plaintext) throw wrong("the tag does not match");
    return plaintext;
  }

  wrapKey(wrappingKey: KeyId, alg: KeyWrapAlg, key: KeyId): Uint8Array {
    requireKeyWrapAlg(alg);
    const wrapping = this.#keys.use(wrappingKey, "wrap", alg);
    const bytes = this.exportKey(key);
    try {
      if (!isWrappable(bytes.length)) throw invalid(`a key of ${bytes.length} bytes cannot be wrapped`);
      return this.#primitives.wrap(wrapping.bytes, bytes);
    } finally {
      bytes.fill(0);
    }
  }

  unwrapKey(attributes: KeyAttributes, wrappingKey: KeyId, alg: KeyWrapAlg, wrapped: Uint8Array): KeyId {
    requireKeyWrapAlg(alg);
    requireBytes(wrapped, "wrapped");
    const checked = checkUnwrappedAttributes(attributes, wrapped.length);
    const wrapping = this.#keys.use(wrappingKey, "unwrap", alg);
    const bytes = this.#primitives.unwrap(wrapping.bytes, wrapped);
    if (!bytes) throw wrong("the wrapped key is not whole");
    try {
      return this.importKey(checked, bytes);
    } finally {
      bytes.fill(0);
    }
  }

  signMessage(key: KeyId, alg: SignAlg, message: Uint8Array): Uint8Array {
    requireSignAlg(alg);
    requireBytes(message, "message");
    const { bytes } = this.#keys.use(key, "signMessage", alg);
    if (alg === "PURE_EDDSA") return this.#primitives.signEdwards(bytes, message);
    return this.#primitives.sign(bytes, this.hashCompute("SHA_256", message));
  }

  signHash(key: KeyId, alg: HashSignAlg, hash: Uint8Array): Uint8Array {
    requireHashSignAlg(alg);
    requireBytesOfLength(hash, "hash", 32);
    return this.#primitives.sign(this.#keys.use(key, "signHash", alg).bytes, hash);
  }

  /** Not a copy of a public key: a back-end may keep what it makes of the same bytes. */
  #verifyingKeyOf(key: StoredKey): Uint8Array {
    return isPublicKeyType(key.attributes.type) ? key.bytes : this.#publicKeyOf(key);
  }

  #verify(key: StoredKey, input: Uint8Array, hashed: boolean, signature: Uint8Array): void {
    if (signature.length !== 64 || !this.#primitives.verify(this.#verifyingKeyOf(key), input, hashed, signature)) {
      throw wrong("the signature does not match");
    }
  }

  verifyMessage(key: KeyId, alg: SignAlg, message: Uint8Array, signature: Uint8Array): void {
    requireSignAlg(alg);
    requireBytes(message, "message");
    requireBytes(signature, "signature");
    const stored = this.#keys.use(key, "verifyMessage", alg);
    if (alg !== "PURE_EDDSA") {
      this.#verify(stored, message, false, signature);
    } else if (
      signature.length !== 64 ||
      !this.#primitives.verifyEdwards(this.#publicKeyOf(stored), message, signature)
    ) {
      throw wrong("the signature does not match");
    }
  }

  verifyHash(key: KeyId, alg: HashSignAlg, hash: Uint8Array, signature: Uint8Array): void {
    requireHashSignAlg(alg);
    requireBytesOfLength(hash, "hash", 32);
    requireBytes(signature, "signature");
    this.#verify(this.#keys.use(key, "verifyHash", alg), hash, true, signature);
  }

  keyAgreement(
    privateKey: KeyId,
    peerPublicKey: Uint8Array,
    attributes: KeyAttributes,
    prefix: Uint8Array = new Uint8Array(0),
  ): KeyId {
    const checked = checkAgreedAttributes(attributes, prefix);
    requireBytes(peerPublicKey, "peerPublicKey");
    const own = this.#keys.use(privateKey, "derive", "ECDH");
    this.#keys.checkRoom(checked);
    const curve = own.attributes.type === "ECC_KEY_PAIR_SECP_R1" ? "P-256" : "X25519";
    const fits = curve === "P-256" ? [33, 65].includes(peerPublicKey.length) : peerPublicKey.length === 32;
    if (!fits) throw invalid("the peer's public key has another length");
    const peer = curve === "P-256" ? this.#point(peerPublicKey) : peerPublicKey;
    const secret = this.#primitives.agree(curve, own.bytes, peer);
    if (!secret || secret.every((byte) => byte === 0)) throw invalid("the peer's public key is no good");
    try {
      return this.#keys.add(checked, concatBytes(prefix, secret));
    } finally {
      secret.fill(0);
    }
  }

  hkdfExtract(alg: HkdfExtractAlg, salt: Uint8Array | KeyId, ikm: KeyId, attributes: KeyAttributes): KeyId {
    requireExtractAlg(alg);
    const checked = checkExtractedAttributes(alg, attributes);
    const saltBytes = typeof salt === "number" ? this.#derivationInput(salt, "RAW_DATA", alg) : salt;
    requireBytes(saltBytes, "salt");
    const secret = this.#derivationInput(ikm, "DERIVE", alg);
    this.#keys.checkRoom(checked);
    return this.#keys.add(checked, this.#primitives.hmac(hashOf(alg), saltBytes, secret));
  }

  #derivationInput(key: KeyId, type: KeyType, alg: HkdfExtractAlg): Uint8Array {
    const { attributes, bytes } = this.#keys.use(key, "derive", alg);
    if (attributes.type !== type) throw invalid(`expected a ${type} key`);
    return bytes;
  }

  hkdfExpand(prk: KeyId, info: Uint8Array, attributes: KeyAttributes): KeyId {
    const checked = checkExpandedAttributes(attributes);
    const bytes = this.#expand(prk, "derive", info, keyBytes(checked));
    if (checked.type === "ECC_KEY_PAIR_MONTGOMERY") clamp(bytes);
    if (checked.type !== "ECC_KEY_PAIR_SECP_R1") return this.#keys.add(checked, bytes);
    try {
      return this.#keys.add(checked, scalarFromSeed(this.#primitives, bytes));
    } finally {
      bytes.fill(0);
    }
  }

  hkdfExpandBytes(prk: KeyId, info: Uint8Array, length: number): Uint8Array {
    requireInteger(length, "length", 1, limits.expandBytes);
    return this.#expand(prk, "deriveBytes", info, length);
  }

  #expand(prk: KeyId, usage: "derive" | "deriveBytes", info: Uint8Array, length: number): Uint8Array {
    requireBytesUpTo(info, "info", limits.infoBytes);
    requireKey(prk, "prk");
    const policy = this.#keys.get(prk).attributes.alg;
    if (!policy.startsWith("HKDF_EXPAND_")) {
      throw new SecurityError("PSA_ERROR_NOT_PERMITTED", "the key is not for HKDF-Expand");
    }
    const alg = policy as HkdfExpandAlg;
    return expand(this.#primitives, alg, this.#keys.use(prk, usage, alg).bytes, info, length);
  }
}

Object.freeze(SoftwareHash.prototype);
Object.freeze(SoftwareCrypto.prototype);
