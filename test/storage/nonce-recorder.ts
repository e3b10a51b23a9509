// SPDX-License-Identifier: Apache-2.0
/**
 * A crypto provider that remembers each (key, nonce) pair that it encrypts with. Keys are told apart by their bytes or, when
 * derived, by what they were derived from, so the same key under another handle is the same key. Randomness is a seed's.
 */
import { encodeHex } from "../../sdk/bytes/hex.js";
import type { Crypto, KeyAttributes, KeyId } from "../../sdk/contracts/crypto.js";
import type { Random } from "./random.js";

/** What a device has encrypted over its whole life, whoever put back which flash. */
export class Nonces {
  readonly repeats: string[] = [];
  readonly #before: Nonces | undefined;
  readonly #pairs = new Set<string>();

  /** @param before - pairs that count as used, too; they are not changed. */
  constructor(before?: Nonces) {
    this.#before = before;
  }

  get size(): number {
    return this.#pairs.size;
  }

  has(pair: string): boolean {
    return this.#pairs.has(pair) || this.#before?.has(pair) === true;
  }

  use(pair: string): void {
    if (this.has(pair)) this.repeats.push(pair);
    this.#pairs.add(pair);
  }
}

/** The provider, and how many keys it has that nobody has destroyed. */
export interface Recorded {
  readonly crypto: Crypto;
  readonly liveKeys: () => number;
}

type Call = (...args: never[]) => unknown;

/** @param inner - a provider of its own for each start of a device: handles die with the power. */
export function recordNonces(inner: Crypto, nonces: Nonces, random: Random): Recorded {
  const identities = new Map<KeyId, string>();
  const known = (key: KeyId) => identities.get(key) ?? `handle ${key}`;
  const made = (key: KeyId, identity: string) => {
    identities.set(key, identity);
    return key;
  };
  const watched: Partial<Crypto> = {
    generateRandom: (length) => random.bytes(length),
    generateKey: (attributes) => made(inner.generateKey(attributes), `generated ${random.word()} ${random.word()}`),
    importKey: (attributes, bytes) => made(inner.importKey(attributes, bytes), encodeHex(bytes)),
    hkdfExtract: (alg, salt, ikm, attributes) => {
      const with_ = typeof salt === "number" ? known(salt) : encodeHex(salt);
      return made(inner.hkdfExtract(alg, salt, ikm, attributes), `extract(${with_},${known(ikm)})`);
    },
    hkdfExpand: (prk: KeyId, info: Uint8Array, attributes: KeyAttributes) =>
      made(inner.hkdfExpand(prk, info, attributes), `expand(${known(prk)},${encodeHex(info)},${attributes.bits})`),
    destroyKey: (key) => {
      inner.destroyKey(key);
      identities.delete(key);
    },
    aeadEncrypt: (key, alg, nonce, additionalData, plaintext) => {
      nonces.use(`${known(key)} ${encodeHex(nonce)}`);
      return inner.aeadEncrypt(key, alg, nonce, additionalData, plaintext);
    },
  };
  const others = new Map<PropertyKey, Call>();
  const crypto = new Proxy(inner, {
    get(target, name) {
      const own = Reflect.get(watched, name);
      if (own !== undefined) return own;
      let call = others.get(name);
      if (call === undefined) {
        call = (Reflect.get(target, name) as Call).bind(target) as Call;
        others.set(name, call);
      }
      return call;
    },
  });
  return { crypto, liveKeys: () => identities.size };
}
