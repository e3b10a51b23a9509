// SPDX-License-Identifier: Apache-2.0
/**
 * The crypto contract on node:crypto, for gateways and tools that hold secrets. Three things are noble's, as node:crypto has
 * no call for them: the deterministic signature (RFC 6979), the verification of a digest, and the look at an Ed25519 point. The first handles the private
 * key in JavaScript, which is not constant-time: docs/crypto.md says what that means.
 */
import {
  type CipherGCMTypes,
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  ECDH,
  type Hash,
  type KeyObject,
  randomBytes,
  sign,
  timingSafeEqual,
  verify,
} from "node:crypto";
import type { AeadAlg, Crypto, HashAlg } from "../../sdk/contracts/crypto.js";
import { tagBytes } from "../../sdk/crypto/arguments.js";
import type { KeyStore } from "../../sdk/crypto/key-table.js";
import { nobleIsEdwardsPoint, nobleSign, nobleVerify } from "../../sdk/crypto/noble.js";
import type { Primitives, RunningHash } from "../../sdk/crypto/primitives.js";
import { SoftwareCrypto } from "../../sdk/crypto/software.js";

export interface NodeCryptoOptions {
  /** Where persistent keys live; without it there are none. */
  readonly store?: KeyStore;
}

const HASHES: Readonly<Record<HashAlg, string>> = Object.freeze({
  SHA_256: "sha256",
  SHA_384: "sha384",
  SHA_512: "sha512",
});
const P256 = "prime256v1";
const ZERO_IV = Buffer.alloc(16);
/** RFC 3394 §2.2.3.1. */
const KW_ICV = Buffer.alloc(8, 0xa6);
/** PKCS #8 and SubjectPublicKeyInfo of RFC 8410 before the 32 key bytes. */
const PREFIXES = Object.freeze({
  X25519: {
    private: Buffer.from("302e020100300506032b656e04220420", "hex"),
    public: Buffer.from("302a300506032b656e032100", "hex"),
  },
  Ed25519: {
    private: Buffer.from("302e020100300506032b657004220420", "hex"),
    public: Buffer.from("302a300506032b6570032100", "hex"),
  },
});

/** Own memory: a Buffer may be a window into a pool that others share. */
function own(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** OpenSSL throws for what it refuses: bad points, tags that do not match. The arguments were checked before. */
function attempt<T>(compute: () => T): T | undefined {
  try {
    return compute();
  } catch {
    return undefined;
  }
}

function running(hash: Hash): RunningHash {
  return {
    update: (input) => {
      hash.update(input);
    },
    clone: () => running(hash.copy()),
    digest: () => own(hash.digest()),
  };
}

/** OpenSSL's CCM takes a null pointer, which an empty array may have, for "no text yet" and never makes a tag. */
function withAddress(text: Uint8Array): Uint8Array {
  return text.length === 0 ? Buffer.alloc(1).subarray(0, 0) : text;
}

/** Typed as GCM; with authTagLength every AEAD of OpenSSL has the same calls. */
function cipherName(alg: AeadAlg, key: Uint8Array): CipherGCMTypes {
  const name =
    alg === "CHACHA20_POLY1305" ? "chacha20-poly1305" : `aes-${8 * key.length}-${alg === "GCM" ? "gcm" : "ccm"}`;
  return name as CipherGCMTypes;
}

function wrapName(key: Uint8Array): string {
  return `id-aes${8 * key.length}-wrap`;
}

function privateKey(curve: keyof typeof PREFIXES, secret: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PREFIXES[curve].private, secret]), format: "der", type: "pkcs8" });
}

function publicKey(curve: keyof typeof PREFIXES, bytes: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([PREFIXES[curve].public, bytes]), format: "der", type: "spki" });
}

/** Of the bytes that a key table holds, which nobody changes: to make one costs a third of a verification. */
const p256Objects = new WeakMap<Uint8Array, KeyObject>();

function p256Public(point: Uint8Array): KeyObject {
  const known = p256Objects.get(point);
  if (known !== undefined) return known;
  const coordinate = (start: number) => Buffer.from(point.subarray(start, start + 32)).toString("base64url");
  const jwk = { kty: "EC", crv: "P-256", x: coordinate(1), y: coordinate(33) };
  const object = createPublicKey({ key: jwk, format: "jwk" });
  p256Objects.set(point, object);
  return object;
}

function p256Ecdh(secret: Uint8Array) {
  const ecdh = createECDH(P256);
  ecdh.setPrivateKey(secret);
  return ecdh;
}

const primitives: Primitives = Object.freeze<Primitives>({
  random: (length) => own(randomBytes(length)),
  hash: (alg) => running(createHash(HASHES[alg])),
  hmac: (alg, key, message) => own(createHmac(HASHES[alg], key).update(message).digest()),
  cbcMac: (key, blocks) => {
    const cipher = createCipheriv(`aes-${8 * key.length}-cbc`, key, ZERO_IV).setAutoPadding(false);
    return own(cipher.update(blocks).subarray(-16));
  },
  seal: (alg, key, nonce, additionalData, plaintext) => {
    const cipher = createCipheriv(cipherName(alg, key), key, nonce, { authTagLength: tagBytes(alg) });
    cipher.setAAD(additionalData, { plaintextLength: plaintext.length });
    return own(Buffer.concat([cipher.update(withAddress(plaintext)), cipher.final(), cipher.getAuthTag()]));
  },
  open: (alg, key, nonce, additionalData, ciphertext) =>
    attempt(() => {
      const size = ciphertext.length - tagBytes(alg);
      const decipher = createDecipheriv(cipherName(alg, key), key, nonce, { authTagLength: tagBytes(alg) });
      decipher.setAuthTag(ciphertext.subarray(size));
      decipher.setAAD(additionalData, { plaintextLength: size });
      return own(Buffer.concat([decipher.update(withAddress(ciphertext.subarray(0, size))), decipher.final()]));
    }),
  wrap: (key, data) => {
    const cipher = createCipheriv(wrapName(key), key, KW_ICV);
    return own(Buffer.concat([cipher.update(data), cipher.final()]));
  },
  unwrap: (key, wrapped) =>
    attempt(() => {
      const decipher = createDecipheriv(wrapName(key), key, KW_ICV);
      return own(Buffer.concat([decipher.update(wrapped), decipher.final()]));
    }),
  publicKey: (curve, secret) =>
    attempt(() =>
      curve === "P-256"
        ? own(p256Ecdh(secret).getPublicKey())
        : own(createPublicKey(privateKey(curve, secret)).export({ format: "der", type: "spki" }).subarray(-32)),
    ),
  point: (bytes) => attempt(() => own(ECDH.convertKey(bytes, P256, undefined, undefined, "uncompressed") as Buffer)),
  isEdwardsPoint: nobleIsEdwardsPoint,
  sign: nobleSign,
  verify: (publicKey, input, hashed, signature) =>
    hashed
      ? nobleVerify(publicKey, input, true, signature)
      : attempt(() => verify("sha256", input, { key: p256Public(publicKey), dsaEncoding: "ieee-p1363" }, signature)) ===
        true,
  signEdwards: (secret, message) => own(sign(null, message, privateKey("Ed25519", secret))),
  verifyEdwards: (bytes, message, signature) =>
    attempt(() => verify(null, message, publicKey("Ed25519", bytes), signature)) === true,
  agree: (curve, secret, peer) =>
    attempt(() =>
      curve === "P-256"
        ? own(p256Ecdh(secret).computeSecret(peer))
        : own(diffieHellman({ privateKey: privateKey(curve, secret), publicKey: publicKey(curve, peer) })),
    ),
  equal: (a, b) => timingSafeEqual(a, b),
});

/** node:crypto behind the contract. */
export function createNodeCrypto(options: NodeCryptoOptions = {}): Crypto {
  return new SoftwareCrypto(primitives, options.store);
}

/** What `thimble/device/crypto` is on Node: volatile keys only. */
export const crypto: Crypto = createNodeCrypto();
