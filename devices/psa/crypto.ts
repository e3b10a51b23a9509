// SPDX-License-Identifier: Apache-2.0
/**
 * The crypto contract on PSA Crypto in C (natives.h): every board's back-end. What is checked here is what all back-ends
 * share (sdk/crypto/arguments.ts, attributes.ts); keys and their policies are PSA's. Secret bytes stay in C.
 */
import { requireBytes } from "../../sdk/bytes/bytes.js";
import type {
  AeadAlg,
  Alg,
  Crypto,
  HashAlg,
  HashOperation,
  HashSignAlg,
  HkdfExtractAlg,
  KeyAttributes,
  KeyId,
  KeyWrapAlg,
  MacAlg,
  SignAlg,
} from "../../sdk/contracts/crypto.js";
import {
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
  tagBytes,
} from "../../sdk/crypto/arguments.js";
import {
  type CheckedAttributes,
  checkAgreedAttributes,
  checkExpandedAttributes,
  checkExtractedAttributes,
  checkGeneratedAttributes,
  checkImportedAttributes,
  checkUnwrappedAttributes,
} from "../../sdk/crypto/attributes.js";
import { algNumber, hasAlg, readAttributes, statusError, typeNumber, usageBits } from "./numbers.js";

/** As in ../native.d.ts; again here because an app's type check reads this file, and an app has no `native`. */
// biome-ignore lint/suspicious/noExplicitAny: what a C function returns has no type; each binding states it.
declare function native(name: string): { call(receiver: unknown, ...values: unknown[]): any };

/** What a native that gives bytes gives: an ArrayBuffer, or a status. */
function bytesOf(result: ArrayBuffer | number, operation: string): Uint8Array {
  if (typeof result === "number") throw statusError(result, operation);
  return new Uint8Array(result);
}

/** Fails closed: only the number 0 is success. */
function succeed(status: unknown, operation: string): void {
  if (status !== 0) throw statusError(Number(status), operation);
}

function keyOf(result: number, operation: string): KeyId {
  if (!(result > 0)) throw statusError(result, operation);
  return result as KeyId;
}

type Numbers = readonly [type: number, bits: number, usage: number, alg: number, id: number];

function numbersOf(attributes: CheckedAttributes): Numbers {
  return [
    typeNumber(attributes),
    attributes.bits,
    usageBits(attributes),
    algNumber(attributes.alg),
    attributes.id === undefined ? 0 : attributes.id,
  ];
}

class PsaHash implements HashOperation {
  readonly #operation: unknown;
  readonly #alg: number;

  /** @param operation - what hash_setup or hash_clone gave: a host object, or a status. */
  constructor(operation: unknown, alg: number) {
    if (typeof operation === "number") throw statusError(operation, "hashSetup");
    this.#operation = operation;
    this.#alg = alg;
  }

  update(input: Uint8Array): void {
    requireBytes(input, "input");
    succeed(native("xs_thimble_psa_hash_update").call(this, this.#operation, input), "hash update");
  }

  finish(): Uint8Array {
    return bytesOf(native("xs_thimble_psa_hash_finish").call(this, this.#operation, this.#alg), "hash finish");
  }

  clone(): HashOperation {
    return new PsaHash(native("xs_thimble_psa_hash_clone").call(this, this.#operation), this.#alg);
  }

  abort(): void {
    native("xs_thimble_psa_hash_abort").call(this, this.#operation);
  }
}

class PsaCrypto implements Crypto {
  supports(alg: Alg): boolean {
    return hasAlg(alg);
  }

  generateRandom(length: number): Uint8Array {
    requireInteger(length, "length", 0, limits.randomBytes);
    return bytesOf(native("xs_thimble_psa_generate_random").call(this, length), "generateRandom");
  }

  hashCompute(alg: HashAlg, input: Uint8Array): Uint8Array {
    requireHashAlg(alg);
    requireBytes(input, "input");
    return bytesOf(native("xs_thimble_psa_hash_compute").call(this, algNumber(alg), input), "hashCompute");
  }

  hashSetup(alg: HashAlg): HashOperation {
    requireHashAlg(alg);
    return new PsaHash(native("xs_thimble_psa_hash_setup").call(this, algNumber(alg)), algNumber(alg));
  }

  importKey(attributes: KeyAttributes, bytes: Uint8Array): KeyId {
    const [type, bits, usage, alg, id] = numbersOf(checkImportedAttributes(attributes, bytes));
    return keyOf(native("xs_thimble_psa_import_key").call(this, type, bits, usage, alg, id, bytes), "importKey");
  }

  generateKey(attributes: KeyAttributes): KeyId {
    const [type, bits, usage, alg, id] = numbersOf(checkGeneratedAttributes(attributes));
    return keyOf(native("xs_thimble_psa_generate_key").call(this, type, bits, usage, alg, id), "generateKey");
  }

  exportPublicKey(key: KeyId): Uint8Array {
    requireKey(key);
    return bytesOf(native("xs_thimble_psa_export_public_key").call(this, key), "exportPublicKey");
  }

  exportKey(key: KeyId): Uint8Array {
    requireKey(key);
    return bytesOf(native("xs_thimble_psa_export_key").call(this, key), "exportKey");
  }

  getKeyAttributes(key: KeyId): KeyAttributes {
    requireKey(key);
    const result: ArrayBuffer | number = native("xs_thimble_psa_get_key_attributes").call(this, key);
    if (typeof result === "number") throw statusError(result, "getKeyAttributes");
    return readAttributes(result);
  }

  openKey(id: number): KeyId {
    requireInteger(id, "id", 1, limits.persistentIdMax);
    return keyOf(native("xs_thimble_psa_open_key").call(this, id), "openKey");
  }

  destroyKey(key: KeyId): void {
    requireKey(key);
    succeed(native("xs_thimble_psa_destroy_key").call(this, key), "destroyKey");
  }

  macCompute(key: KeyId, alg: MacAlg, message: Uint8Array): Uint8Array {
    requireMacAlg(alg);
    requireBytes(message, "message");
    requireKey(key);
    return bytesOf(native("xs_thimble_psa_mac_compute").call(this, key, algNumber(alg), message), "macCompute");
  }

  macVerify(key: KeyId, alg: MacAlg, message: Uint8Array, tag: Uint8Array): void {
    requireMacAlg(alg);
    requireBytes(message, "message");
    requireBytes(tag, "tag");
    requireKey(key);
    succeed(native("xs_thimble_psa_mac_verify").call(this, key, algNumber(alg), message, tag), "macVerify");
  }

  equalConstantTime(a: Uint8Array, b: Uint8Array): boolean {
    requireBytes(a, "a");
    requireBytes(b, "b");
    return native("xs_thimble_psa_equal").call(this, a, b) === 0;
  }

  aeadEncrypt(
    key: KeyId,
    alg: AeadAlg,
    nonce: Uint8Array,
    additionalData: Uint8Array,
    plaintext: Uint8Array,
  ): Uint8Array {
    requireAead(alg, nonce, additionalData, plaintext, false);
    requireKey(key);
    const tag = tagBytes(alg);
    return bytesOf(
      native("xs_thimble_psa_aead_encrypt").call(this, key, algNumber(alg), tag, nonce, additionalData, plaintext),
      "aeadEncrypt",
    );
  }

  aeadDecrypt(
    key: KeyId,
    alg: AeadAlg,
    nonce: Uint8Array,
    additionalData: Uint8Array,
    ciphertext: Uint8Array,
  ): Uint8Array {
    requireAead(alg, nonce, additionalData, ciphertext, true);
    requireKey(key);
    const tag = tagBytes(alg);
    return bytesOf(
      native("xs_thimble_psa_aead_decrypt").call(this, key, algNumber(alg), tag, nonce, additionalData, ciphertext),
      "aeadDecrypt",
    );
  }

  wrapKey(wrappingKey: KeyId, alg: KeyWrapAlg, key: KeyId): Uint8Array {
    requireKeyWrapAlg(alg);
    requireKey(wrappingKey, "wrappingKey");
    requireKey(key);
    return bytesOf(native("xs_thimble_psa_wrap_key").call(this, wrappingKey, key), "wrapKey");
  }

  unwrapKey(attributes: KeyAttributes, wrappingKey: KeyId, alg: KeyWrapAlg, wrapped: Uint8Array): KeyId {
    requireKeyWrapAlg(alg);
    requireBytes(wrapped, "wrapped");
    const [type, bits, usage, number, id] = numbersOf(checkUnwrappedAttributes(attributes, wrapped.length));
    requireKey(wrappingKey, "wrappingKey");
    return keyOf(
      native("xs_thimble_psa_unwrap_key").call(this, wrappingKey, wrapped, type, bits, usage, number, id),
      "unwrapKey",
    );
  }

  signMessage(key: KeyId, alg: SignAlg, message: Uint8Array): Uint8Array {
    requireSignAlg(alg);
    requireBytes(message, "message");
    requireKey(key);
    return bytesOf(native("xs_thimble_psa_sign_message").call(this, key, algNumber(alg), message), "signMessage");
  }

  verifyMessage(key: KeyId, alg: SignAlg, message: Uint8Array, signature: Uint8Array): void {
    requireSignAlg(alg);
    requireBytes(message, "message");
    requireBytes(signature, "signature");
    requireKey(key);
    succeed(
      native("xs_thimble_psa_verify_message").call(this, key, algNumber(alg), message, signature),
      "verifyMessage",
    );
  }

  signHash(key: KeyId, alg: HashSignAlg, hash: Uint8Array): Uint8Array {
    requireHashSignAlg(alg);
    requireBytesOfLength(hash, "hash", 32);
    requireKey(key);
    return bytesOf(native("xs_thimble_psa_sign_hash").call(this, key, algNumber(alg), hash), "signHash");
  }

  verifyHash(key: KeyId, alg: HashSignAlg, hash: Uint8Array, signature: Uint8Array): void {
    requireHashSignAlg(alg);
    requireBytesOfLength(hash, "hash", 32);
    requireBytes(signature, "signature");
    requireKey(key);
    succeed(native("xs_thimble_psa_verify_hash").call(this, key, algNumber(alg), hash, signature), "verifyHash");
  }

  keyAgreement(
    privateKey: KeyId,
    peerPublicKey: Uint8Array,
    attributes: KeyAttributes,
    prefix: Uint8Array = new Uint8Array(0),
  ): KeyId {
    const [type, bits, usage, alg, id] = numbersOf(checkAgreedAttributes(attributes, prefix));
    requireBytes(peerPublicKey, "peerPublicKey");
    requireKey(privateKey, "privateKey");
    return keyOf(
      native("xs_thimble_psa_key_agreement").call(this, privateKey, peerPublicKey, type, bits, usage, alg, id, prefix),
      "keyAgreement",
    );
  }

  hkdfExtract(extract: HkdfExtractAlg, salt: Uint8Array | KeyId, ikm: KeyId, attributes: KeyAttributes): KeyId {
    requireExtractAlg(extract);
    const [type, bits, usage, alg, id] = numbersOf(checkExtractedAttributes(extract, attributes));
    if (typeof salt === "number") requireKey(salt, "salt");
    else requireBytes(salt, "salt");
    requireKey(ikm, "ikm");
    return keyOf(
      native("xs_thimble_psa_hkdf_extract").call(this, algNumber(extract), salt, ikm, type, bits, usage, alg, id),
      "hkdfExtract",
    );
  }

  hkdfExpand(prk: KeyId, info: Uint8Array, attributes: KeyAttributes): KeyId {
    const [type, bits, usage, alg, id] = numbersOf(checkExpandedAttributes(attributes));
    requireBytesUpTo(info, "info", limits.infoBytes);
    requireKey(prk, "prk");
    return keyOf(native("xs_thimble_psa_hkdf_expand").call(this, prk, info, type, bits, usage, alg, id), "hkdfExpand");
  }

  hkdfExpandBytes(prk: KeyId, info: Uint8Array, length: number): Uint8Array {
    requireInteger(length, "length", 1, limits.expandBytes);
    requireBytesUpTo(info, "info", limits.infoBytes);
    requireKey(prk, "prk");
    return bytesOf(native("xs_thimble_psa_hkdf_expand_bytes").call(this, prk, info, length), "hkdfExpandBytes");
  }
}

Object.freeze(PsaHash.prototype);
Object.freeze(PsaCrypto.prototype);

/** The board's crypto. It holds no state of its own: keys and operations are PSA's. */
export const crypto: Crypto = Object.freeze(new PsaCrypto());
