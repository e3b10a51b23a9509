// SPDX-License-Identifier: Apache-2.0
/** Keys of a software back-end: handles, bytes and the policy check that stands before every use. */
import type { KeyAlg, KeyId, KeyUsage } from "../contracts/crypto.js";
import { SecurityError } from "../errors/security-error.js";
import { requireKey } from "./arguments.js";
import type { CheckedAttributes } from "./attributes.js";

export interface StoredKey {
  readonly attributes: CheckedAttributes;
  /** Secret, or public of a public key; as importKey takes them. */
  readonly bytes: Uint8Array;
}

/** Where persistent keys live; a Map will do for a process. Its keeper protects what is in it. */
export interface KeyStore {
  get(id: number): StoredKey | undefined;
  set(id: number, key: StoredKey): unknown;
  delete(id: number): unknown;
}

const FIRST_VOLATILE = 0x40000000;
const LAST_VOLATILE = 0x7fffffff;

export class KeyTable {
  readonly #volatile = new Map<number, StoredKey>();
  readonly #store: KeyStore | undefined;
  #next = FIRST_VOLATILE;

  constructor(store: KeyStore | undefined) {
    this.#store = store;
  }

  /** Refuses, before a key is made, what `add` could not keep. */
  checkRoom(attributes: CheckedAttributes): void {
    if (attributes.id === undefined) return;
    if (!this.#store) throw new SecurityError("PSA_ERROR_NOT_SUPPORTED", "no store for persistent keys");
    if (this.#store.get(attributes.id)) throw new SecurityError("PSA_ERROR_ALREADY_EXISTS", "a key has this id");
  }

  /** Keeps a key; `bytes` belong to the table from here on. A handle is never given twice. */
  add(attributes: CheckedAttributes, bytes: Uint8Array): KeyId {
    this.checkRoom(attributes);
    if (attributes.id !== undefined) {
      this.#store?.set(attributes.id, { attributes, bytes });
      return attributes.id as KeyId;
    }
    if (this.#next > LAST_VOLATILE) throw new SecurityError("PSA_ERROR_INSUFFICIENT_MEMORY", "no handles left");
    const key = this.#next++;
    this.#volatile.set(key, { attributes, bytes });
    return key as KeyId;
  }

  /** @throws SecurityError PSA_ERROR_INVALID_HANDLE - no such key. */
  get(key: KeyId): StoredKey {
    requireKey(key);
    const found = key < FIRST_VOLATILE ? this.#store?.get(key) : this.#volatile.get(key);
    if (!found) throw new SecurityError("PSA_ERROR_INVALID_HANDLE", "no such key");
    return found;
  }

  has(id: number): boolean {
    return this.#store?.get(id) !== undefined;
  }

  /**
   * The key, when its policy has this algorithm and this usage.
   * @throws SecurityError PSA_ERROR_INVALID_HANDLE - no such key.
   * @throws SecurityError PSA_ERROR_NOT_PERMITTED - the policy says no.
   */
  use(key: KeyId, usage: KeyUsage, alg: KeyAlg): StoredKey {
    const found = this.get(key);
    if (found.attributes.alg !== alg) {
      throw new SecurityError("PSA_ERROR_NOT_PERMITTED", `the key is not for ${alg}`);
    }
    if (!found.attributes.usage.includes(usage)) {
      throw new SecurityError("PSA_ERROR_NOT_PERMITTED", `the key's policy lacks ${usage}`);
    }
    return found;
  }

  destroy(key: KeyId): void {
    this.get(key).bytes.fill(0);
    if (key < FIRST_VOLATILE) this.#store?.delete(key);
    else this.#volatile.delete(key);
  }
}

Object.freeze(KeyTable.prototype);
