// SPDX-License-Identifier: Apache-2.0
/**
 * The keys of a sealed log, by handle: one that authenticates headers, and one per epoch that seals records, each made of
 * the sealing key, the partition's name and its geometry, so that nothing of another device, partition or layout verifies.
 */
import { concatBytes } from "../bytes/bytes.js";
import { encodeUtf8 } from "../bytes/utf8.js";
import type { Crypto, KeyId } from "../contracts/crypto.js";
import { SecurityError } from "../errors/security-error.js";
import { type Geometry, TAG_LENGTH } from "./geometry.js";

export const SALT_LENGTH = 16;
const NONCE_LENGTH = 13;
/** Epoch keys that are kept at a time: each takes a key slot of the machine. */
const EPOCHS_KEPT = 4;

interface Epoch {
  readonly salt: Uint8Array;
  readonly key: KeyId;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  const { length } = a;
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false;
  return length === b.length;
}

export class Seals {
  readonly #crypto: Crypto;
  readonly #key: KeyId;
  readonly #context: Uint8Array;
  readonly #headerKey: KeyId;
  #epochs: Epoch[] = [];
  readonly #nonce = new Uint8Array(NONCE_LENGTH);
  readonly #nonceView = new DataView(this.#nonce.buffer);

  /** @param key - DERIVE, 256 bits, for HKDF_EXPAND_SHA_256, with the usage `derive`. */
  constructor(crypto: Crypto, key: KeyId, name: string, { blockLength, blocks, align, erased }: Geometry) {
    this.#crypto = crypto;
    this.#key = key;
    const layout = new Uint8Array(10);
    const view = new DataView(layout.buffer);
    view.setUint32(0, blockLength, true);
    view.setUint32(4, blocks, true);
    view.setUint8(8, align);
    view.setUint8(9, erased);
    this.#context = concatBytes(layout, encodeUtf8(name));
    this.#headerKey = crypto.hkdfExpand(key, this.#info("Thimble sealed store 1: header", new Uint8Array(0)), {
      type: "HMAC",
      bits: 256,
      usage: ["signMessage", "verifyMessage"],
      alg: "HMAC_SHA_256_16",
    });
  }

  #info(label: string, salt: Uint8Array): Uint8Array {
    return concatBytes(encodeUtf8(label), Uint8Array.of(0), salt, this.#context);
  }

  /** Fresh bytes for a new epoch. @throws SecurityError PSA_ERROR_INSUFFICIENT_ENTROPY - then nothing is written. */
  newSalt(): Uint8Array {
    return this.#crypto.generateRandom(SALT_LENGTH);
  }

  /** The salt that an epoch's key is kept with, when it has these bytes: one that is the same object is found at once. */
  knownSalt(salt: Uint8Array): Uint8Array {
    return this.#epochs.find((epoch) => sameBytes(epoch.salt, salt))?.salt ?? salt;
  }

  headerTag(fields: Uint8Array): Uint8Array {
    return this.#crypto.macCompute(this.#headerKey, "HMAC_SHA_256_16", fields);
  }

  isHeaderTag(fields: Uint8Array, tag: Uint8Array): boolean {
    try {
      this.#crypto.macVerify(this.#headerKey, "HMAC_SHA_256_16", fields, tag);
      return true;
    } catch (error) {
      return this.#onlyInvalid(error);
    }
  }

  /** What does not verify is said by false; a machine that fails is not taken for it. */
  #onlyInvalid(error: unknown): false {
    if (error instanceof SecurityError && error.code === "PSA_ERROR_INVALID_SIGNATURE") return false;
    throw error;
  }

  /** The place of a record: never used twice in an epoch, as no unit is programmed twice and block numbers only rise. */
  #nonceOf(number: number, offset: number): Uint8Array {
    this.#nonceView.setUint32(0, number, true);
    this.#nonceView.setUint32(4, offset, true);
    return this.#nonce;
  }

  #epochKey(salt: Uint8Array): KeyId {
    const last = this.#epochs[0];
    if (last?.salt === salt) return last.key;
    const found = this.#epochs.findIndex(({ salt: known }) => known === salt || sameBytes(known, salt));
    let epoch = this.#epochs[found];
    if (epoch === undefined) {
      while (this.#epochs.length >= EPOCHS_KEPT) this.#crypto.destroyKey((this.#epochs.pop() as Epoch).key);
      const key = this.#crypto.hkdfExpand(this.#key, this.#info("Thimble sealed store 1: epoch", salt), {
        type: "AES",
        bits: 128,
        usage: ["encrypt", "decrypt"],
        alg: "CCM",
      });
      epoch = { salt, key };
      this.#epochs.unshift(epoch);
    } else if (found > 0) {
      this.#epochs.splice(found, 1);
      this.#epochs.unshift(epoch);
    }
    return epoch.key;
  }

  /** @returns ciphertext‖tag. */
  seal(salt: Uint8Array, number: number, offset: number, additional: Uint8Array, content: Uint8Array): Uint8Array {
    return this.#crypto.aeadEncrypt(this.#epochKey(salt), "CCM", this.#nonceOf(number, offset), additional, content);
  }

  /** @param sealed - ciphertext‖tag, longer than a tag. @returns The content; undefined: it does not verify. */
  open(
    salt: Uint8Array,
    number: number,
    offset: number,
    additional: Uint8Array,
    sealed: Uint8Array,
  ): Uint8Array | undefined {
    if (sealed.length <= TAG_LENGTH) return undefined;
    try {
      return this.#crypto.aeadDecrypt(this.#epochKey(salt), "CCM", this.#nonceOf(number, offset), additional, sealed);
    } catch (error) {
      this.#onlyInvalid(error);
      return undefined;
    }
  }

  /** Destroys what was made of the sealing key; that one is the caller's. */
  close(): void {
    for (const { key } of this.#epochs) this.#crypto.destroyKey(key);
    this.#epochs = [];
    this.#crypto.destroyKey(this.#headerKey);
  }
}

Object.freeze(Seals.prototype);
