// SPDX-License-Identifier: Apache-2.0
/**
 * The crypto contract on noble: JavaScript only, for tools and browsers. Not constant-time. Too slow and large for a board.
 */
import { aeskw, gcm } from "@noble/ciphers/aes.js";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import type { AeadAlg, Crypto, HashAlg } from "../contracts/crypto.js";
import { isCcm, tagBytes } from "./arguments.js";
import type { KeyStore } from "./key-table.js";
import { cbcMac, ccmDecrypt, ccmEncrypt } from "./noble-ccm.js";
import { gcmDecrypt, gcmEncrypt } from "./noble-gcm.js";
import type { Curve, Primitives, RunningHash } from "./primitives.js";
import { SoftwareCrypto } from "./software.js";

export interface NobleOptions {
  /** Fresh random bytes from a source fit for keys, or undefined when there are none. Wrong lengths are refused. */
  readonly random: (length: number) => Uint8Array | undefined;
  /** Where persistent keys live; without it there are none. */
  readonly store?: KeyStore;
}

interface NobleHash {
  update(input: Uint8Array): unknown;
  clone(): NobleHash;
  digest(): Uint8Array;
}

/** noble's GCM takes no shorter nonce. */
const NONCE_MIN = 8;

const HASHES = Object.freeze({ SHA_256: sha256, SHA_384: sha384, SHA_512: sha512 });

function running(hash: NobleHash): RunningHash {
  return {
    update: (input) => {
      hash.update(input);
    },
    clone: () => running(hash.clone()),
    digest: () => hash.digest(),
  };
}

/** noble throws for what it refuses: bad points, tags that do not match. The arguments were checked before. */
function attempt<T>(compute: () => T): T | undefined {
  try {
    return compute();
  } catch {
    return undefined;
  }
}

function cipher(alg: AeadAlg, key: Uint8Array, nonce: Uint8Array, additionalData: Uint8Array) {
  return alg === "GCM" ? gcm(key, nonce, additionalData) : chacha20poly1305(key, nonce, additionalData);
}

/** What the Node back-end takes from here too: RFC 6979, and verification of a digest. */
export function nobleSign(secret: Uint8Array, hash: Uint8Array): Uint8Array {
  return p256.sign(hash, secret, { prehash: false, lowS: false });
}

export function nobleVerify(publicKey: Uint8Array, input: Uint8Array, hashed: boolean, signature: Uint8Array): boolean {
  return attempt(() => p256.verify(signature, input, publicKey, { prehash: !hashed, lowS: false })) === true;
}

/** And this: OpenSSL takes points of small order, and some in a second encoding. */
export function nobleIsEdwardsPoint(bytes: Uint8Array): boolean {
  return attempt(() => !ed25519.Point.fromBytes(bytes).isSmallOrder()) === true;
}

/** noble behind the contract. */
export function createNobleCrypto(options: NobleOptions): Crypto {
  const primitives: Primitives = {
    random: (length) => {
      const bytes = options.random(length);
      return bytes && new Uint8Array(bytes);
    },
    hash: (alg: HashAlg) => running(HASHES[alg].create()),
    hmac: (alg, key, message) => hmac(HASHES[alg], key, message),
    cbcMac,
    seal: (alg, key, nonce, additionalData, plaintext) => {
      if (isCcm(alg)) return ccmEncrypt(key, tagBytes(alg), nonce, additionalData, plaintext);
      if (nonce.length < NONCE_MIN) return gcmEncrypt(key, nonce, additionalData, plaintext);
      return cipher(alg, key, nonce, additionalData).encrypt(plaintext);
    },
    open: (alg, key, nonce, additionalData, ciphertext) => {
      if (isCcm(alg)) return ccmDecrypt(key, tagBytes(alg), nonce, additionalData, ciphertext);
      if (nonce.length < NONCE_MIN) return gcmDecrypt(key, nonce, additionalData, ciphertext);
      return attempt(() => cipher(alg, key, nonce, additionalData).decrypt(ciphertext));
    },
    wrap: (key, data) => aeskw(key).encrypt(data),
    unwrap: (key, wrapped) => attempt(() => aeskw(key).decrypt(wrapped).slice()),
    publicKey: (curve: Curve, secret) =>
      attempt(() => {
        if (curve === "P-256") return p256.getPublicKey(secret, false);
        return (curve === "X25519" ? x25519 : ed25519).getPublicKey(secret).slice();
      }),
    point: (bytes) => attempt(() => p256.Point.fromBytes(bytes).toBytes(false)),
    isEdwardsPoint: nobleIsEdwardsPoint,
    sign: nobleSign,
    verify: nobleVerify,
    signEdwards: (secret, message) => ed25519.sign(message, secret),
    verifyEdwards: (publicKey, message, signature) =>
      attempt(() => ed25519.verify(signature, message, publicKey, { zip215: false })) === true,
    agree: (curve, secret, peer) =>
      attempt(() =>
        curve === "P-256"
          ? p256.getSharedSecret(secret, peer, false).slice(1, 33)
          : x25519.getSharedSecret(secret, peer).slice(),
      ),
    equal: (a, b) => {
      let difference = 0;
      for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
      return difference === 0;
    },
  };
  return new SoftwareCrypto(primitives, options.store);
}
