// SPDX-License-Identifier: Apache-2.0
/**
 * What a software back-end brings: the mathematics, and no policy. `software.ts` has checked every argument before.
 * A primitive that meets bad data from outside answers `undefined` or false; it does not throw for that.
 */
import type { AeadAlg, HashAlg } from "../contracts/crypto.js";

export type Curve = "P-256" | "X25519" | "Ed25519";

export interface RunningHash {
  update(input: Uint8Array): void;
  clone(): RunningHash;
  /** Ends the hash. */
  digest(): Uint8Array;
}

export interface Primitives {
  /** Fresh random bytes, or undefined without entropy. */
  random(length: number): Uint8Array | undefined;
  hash(alg: HashAlg): RunningHash;
  hmac(alg: HashAlg, key: Uint8Array, message: Uint8Array): Uint8Array;
  /** AES-CBC with a zero IV over whole blocks, one at least: the last block. */
  cbcMac(key: Uint8Array, blocks: Uint8Array): Uint8Array;
  /** ciphertext‖tag. */
  seal(alg: AeadAlg, key: Uint8Array, nonce: Uint8Array, additionalData: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** The plaintext, or undefined when the tag does not match. */
  open(
    alg: AeadAlg,
    key: Uint8Array,
    nonce: Uint8Array,
    additionalData: Uint8Array,
    ciphertext: Uint8Array,
  ): Uint8Array | undefined;
  /** AES Key Wrap, RFC 3394. */
  wrap(key: Uint8Array, data: Uint8Array): Uint8Array;
  /** What was wrapped, or undefined when the integrity check value does not match. */
  unwrap(key: Uint8Array, wrapped: Uint8Array): Uint8Array | undefined;
  /** The public key (P-256: 65 bytes, X25519, Ed25519: 32), or undefined for a scalar out of range. */
  publicKey(curve: Curve, secret: Uint8Array): Uint8Array | undefined;
  /** A point of P-256, 65 bytes or compressed in 33, as 65 bytes of its own; undefined where it is none. */
  point(bytes: Uint8Array): Uint8Array | undefined;
  /** Whether these 32 bytes are the one encoding of a point of Ed25519 (RFC 8032 §5.1.3) that is not of small order. */
  isEdwardsPoint(bytes: Uint8Array): boolean;
  /** r‖s over a SHA-256 digest, nonce by RFC 6979. */
  sign(secret: Uint8Array, hash: Uint8Array): Uint8Array;
  /** `input` is the message, or its digest when `hashed`. */
  verify(publicKey: Uint8Array, input: Uint8Array, hashed: boolean, signature: Uint8Array): boolean;
  /** Ed25519, RFC 8032 §5.1.6. */
  signEdwards(secret: Uint8Array, message: Uint8Array): Uint8Array;
  /** RFC 8032 §5.1.7. */
  verifyEdwards(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /** The shared secret (x-coordinate, or X25519's output), or undefined for a peer key that is no good. */
  agree(curve: Exclude<Curve, "Ed25519">, secret: Uint8Array, peer: Uint8Array): Uint8Array | undefined;
  /** Compares equal lengths, in constant time where the machine can. */
  equal(a: Uint8Array, b: Uint8Array): boolean;
}
