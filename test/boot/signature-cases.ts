// SPDX-License-Identifier: Apache-2.0
/** ECDSA signatures with P-256 in DER, each made so that one thing about it is wrong. */
import { createECDH } from "node:crypto";
import type { Case } from "./cases.js";
import { Signer, sha256 } from "./maker.js";

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const DIGEST = sha256(Buffer.from("a digest"));
const Z = number(DIGEST);

function number(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

function bytes(value: bigint, size = 32): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * size, "0"), "hex");
}

const mod = (value: bigint): bigint => ((value % ORDER) + ORDER) % ORDER;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = mod(base), left = exponent; left > 0n; left >>= 1n, square = mod(square * square)) {
    if (left & 1n) result = mod(result * square);
  }
  return result;
}

const inverse = (value: bigint): bigint => power(value, ORDER - 2n);

/** x mod n of k times the generator. */
function rOf(k: bigint): bigint {
  const ecdh = createECDH("prime256v1");
  ecdh.setPrivateKey(bytes(k));
  return mod(number(ecdh.getPublicKey().subarray(1, 33)));
}

/** The first nonce from 1 on whose r is like that. */
function nonceWith(isGood: (r: bigint) => boolean): bigint {
  for (let k = 1n; ; k++) if (isGood(rOf(k))) return k;
}

/** The key by which (r, s) signs the digest: s k = z + r d. */
function keyFor(k: bigint, s: bigint, z = Z): Signer {
  return new Signer(bytes(mod((s * k - z) * inverse(rOf(k)))));
}

function minimal(value: bigint): Buffer {
  const text = value.toString(16);
  const plain = Buffer.from(text.padStart(text.length + (text.length & 1), "0"), "hex");
  return plain.readUInt8(0) >= 0x80 ? Buffer.concat([Buffer.of(0), plain]) : plain;
}

function tagged(tag: number, content: Uint8Array, length = content.length): Buffer {
  return Buffer.concat([Buffer.of(tag, length), content]);
}

const integer = (content: Uint8Array): Buffer => tagged(2, content);
const sequence = (...parts: readonly Uint8Array[]): Buffer => tagged(0x30, Buffer.concat(parts));
const der = (r: bigint, s: bigint): Buffer => sequence(integer(minimal(r)), integer(minimal(s)));

function one(
  expected: "SIGNATURE_VALID" | "SIGNATURE_INVALID",
  name: string,
  point: Uint8Array,
  der: Uint8Array,
  digest = DIGEST,
): Case {
  const all = Buffer.concat([point, digest, der]);
  return { name: `signature: ${name}`, kind: "signature", bytes: all, expected };
}

/** As one case; the digest is of the message. */
export function signatureCase(
  name: string,
  point: Uint8Array,
  message: Uint8Array,
  der: Uint8Array,
  isValid: boolean,
): Case {
  return one(isValid ? "SIGNATURE_VALID" : "SIGNATURE_INVALID", name, point, der, sha256(message));
}

function accepted(): Case[] {
  const high = nonceWith((r) => r >> 255n === 1n);
  const short = nonceWith((r) => r >> 248n === 0n);
  const [small, large] = [5n, ORDER - 1n];
  return [
    one("SIGNATURE_VALID", "r with its highest bit set", keyFor(high, small).point, der(rOf(high), small)),
    one("SIGNATURE_VALID", "r of 31 bytes", keyFor(short, large).point, der(rOf(short), large)),
    one("SIGNATURE_VALID", "s of n - 1", keyFor(high, large).point, der(rOf(high), large)),
  ];
}

function encodings(): Case[] {
  const k = nonceWith((r) => r >> 255n === 0n && r >> 247n > 0n);
  const high = nonceWith((r) => r >> 255n === 1n);
  const s = 5n;
  const { point } = keyFor(k, s);
  const [r, five] = [integer(minimal(rOf(k))), integer(minimal(s))];
  const content = Buffer.concat([r, five]);
  const refuses = (name: string, der: Uint8Array): Case => one("SIGNATURE_INVALID", name, point, der);
  const valid = sequence(content);
  return [
    one("SIGNATURE_VALID", "as the following, undamaged", point, valid),
    refuses("nothing", Buffer.alloc(0)),
    refuses("a tag alone", Buffer.of(0x30)),
    refuses("another tag", tagged(0x31, content)),
    refuses("another tag of r", sequence(Buffer.from(r).fill(3, 0, 1), five)),
    refuses("another tag of s", sequence(r, Buffer.from(five).fill(3, 0, 1))),
    refuses("a length of one less", tagged(0x30, content, content.length - 1)),
    refuses("a length of one more", tagged(0x30, content, content.length + 1)),
    refuses("a length in two bytes", Buffer.concat([Buffer.of(0x30, 0x81, content.length), content])),
    refuses("a length that is not said", Buffer.concat([Buffer.of(0x30, 0x80), content, Buffer.of(0, 0)])),
    refuses("a byte after it", Buffer.concat([valid, Buffer.of(0)])),
    refuses("a byte after s", sequence(content, Buffer.of(0))),
    refuses("a third integer", sequence(content, five)),
    refuses("no s", sequence(r)),
    refuses("no integer", sequence()),
    refuses("an empty r", sequence(integer(Buffer.alloc(0)), five)),
    refuses("an empty s", sequence(r, integer(Buffer.alloc(0)))),
    refuses("s that reaches past the end", sequence(r, Buffer.of(2, 33, 0, 0x80))),
    refuses("a zero more in front of r", sequence(integer(Buffer.concat([Buffer.of(0), minimal(rOf(k))])), five)),
    refuses("a zero more in front of s", sequence(r, integer(Buffer.of(0, 5)))),
    refuses("r of 34 bytes", sequence(integer(Buffer.concat([Buffer.of(0, 0x80), Buffer.alloc(32)])), five)),
    refuses("s of 34 bytes", sequence(r, integer(Buffer.concat([Buffer.of(0, 0x80), Buffer.alloc(32)])))),
    one("SIGNATURE_INVALID", "a negative r", keyFor(high, s).point, sequence(integer(bytes(rOf(high))), five)),
  ];
}

function numbers(): Case[] {
  const k = nonceWith((r) => r >> 255n === 0n);
  const s = 5n;
  const { point } = keyFor(k, s);
  const r = rOf(k);
  const off = Buffer.from(point);
  off.writeUInt8(off.readUInt8(63) ^ 1, 63);
  // r = 1 and a key of -z: the sum is the point at infinity, whose X some libraries hold as 1
  const infinite = new Signer(bytes(mod(-Z)));
  const refuses = (name: string, r: bigint, s: bigint, where: Uint8Array = point): Case =>
    one("SIGNATURE_INVALID", name, where, der(r, s));
  return [
    refuses("r and s of 0", 0n, 0n),
    refuses("r of 0", 0n, s),
    refuses("s of 0", r, 0n),
    refuses("r of n", ORDER, s),
    refuses("s of n", r, ORDER),
    refuses("s and n", r, s + ORDER),
    refuses("r + 1", r + 1n, s),
    refuses("s + 1", r, s + 1n),
    refuses("r and s of 2^256 - 1", 2n ** 256n - 1n, 2n ** 256n - 1n),
    refuses("a sum at infinity", 1n, 5n, infinite.point),
    refuses("a key off the curve", r, s, off),
    refuses("a key of zeros", r, s, Buffer.alloc(64)),
    refuses("a key whose x is not below p", r, s, Buffer.alloc(64, 0xff)),
    one("SIGNATURE_INVALID", "another digest", point, der(r, s), sha256(DIGEST)),
    // the other root of s: ECDSA believes it, and the image's digest does not cover it
    one("SIGNATURE_VALID", "n - s instead of s", point, der(r, ORDER - s)),
  ];
}

export function signatureCases(): readonly Case[] {
  return [...accepted(), ...encodings(), ...numbers()];
}
