// SPDX-License-Identifier: Apache-2.0
/**
 * Makes and signs images as MCUboot's public description of its format says, with Node's crypto: another program than the one
 * that `thimble` uses, so that each shows the other's mistakes. It also makes what is wrong, if asked.
 */
import { createECDH, createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";

export const TLV = Object.freeze({
  KEYHASH: 0x01,
  PUBKEY: 0x02,
  SHA256: 0x10,
  ECDSA_SIG: 0x22,
  DEPENDENCY: 0x40,
  SEC_CNT: 0x50,
  ABI: 0x54a0,
  CREATION: 0x54a1,
  CLASS: 0x54a2,
});

export const CLASS = Object.freeze({ FIRMWARE: 0x3c96a55a, APP: 0xa53c5a69, TRUST: 0x695ac3a5 });
export const ROLE = Object.freeze({ IMAGE: 0x5ac36996, MANIFEST: 0xa5963c69 });

export type Tlv = readonly [type: number, value: Uint8Array];
export type Version = readonly [major: number, minor: number, revision: number, build: number];

export function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

export function u32(...values: readonly number[]): Buffer {
  const out = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) out.writeUInt32LE(value >>> 0, 4 * i);
  return out;
}

function u16(value: number): Buffer {
  return Buffer.of(value & 0xff, value >> 8);
}

export function versionBytes([major, minor, revision, build]: Version): Buffer {
  return Buffer.concat([Buffer.of(major, minor), u16(revision), u32(build)]);
}

/** A P-256 key pair from its secret number: the same at each run. */
export class Signer {
  readonly key: KeyObject;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Buffer;
  /** x and y. */
  readonly point: Buffer;
  readonly keyHash: Buffer;

  constructor(secret: Uint8Array) {
    const ecdh = createECDH("prime256v1");
    ecdh.setPrivateKey(secret);
    this.point = ecdh.getPublicKey().subarray(1);
    const [x, y] = [this.point.subarray(0, 32), this.point.subarray(32)].map((part) => part.toString("base64url"));
    const d = Buffer.from(secret).toString("base64url");
    const jwk = { kty: "EC", crv: "P-256", x: x as string, y: y as string, d };
    this.key = createPrivateKey({ key: jwk, format: "jwk" });
    this.spki = createPublicKey(this.key).export({ type: "spki", format: "der" });
    this.keyHash = sha256(this.spki);
  }

  /** DER signature over bytes. */
  sign(bytes: Uint8Array): Buffer {
    return sign("sha256", bytes, this.key);
  }
}

/** The private half of a key of the tests: the same for the same word, everywhere. */
export function testSecret(word: string): Buffer {
  return sha256(Buffer.from(`thimble test key: ${word}`));
}

export function testSigner(word: string): Signer {
  return new Signer(testSecret(word));
}

export interface ImageParts {
  readonly payload: Uint8Array;
  readonly version?: Version;
  readonly protectedTlvs: readonly Tlv[];
  /** Changes of the header, before anything is hashed: offset and bytes. */
  readonly header?: readonly (readonly [offset: number, bytes: Uint8Array])[];
  /** Instead of the area that the entries make. */
  readonly protectedArea?: Uint8Array;
}

export function area(magic: number, entries: readonly Tlv[]): Buffer {
  const content = Buffer.concat(entries.map(([type, value]) => Buffer.concat([u16(type), u16(value.length), value])));
  return Buffer.concat([u16(magic), u16(content.length + 4), content]);
}

/** All that is hashed: header, payload, protected TLVs. */
export function hashedPart({ payload, version = [1, 2, 3, 4], protectedTlvs, ...odd }: ImageParts): Buffer {
  const made = protectedTlvs.length === 0 ? Buffer.alloc(0) : area(0x6908, protectedTlvs);
  const behind = odd.protectedArea ?? made;
  const header = Buffer.concat([
    u32(0x96f3b83d, 0),
    u16(32),
    u16(behind.length),
    u32(payload.length, 0),
    versionBytes(version),
    u32(0),
  ]);
  for (const [offset, bytes] of odd.header ?? []) header.set(bytes, offset);
  return Buffer.concat([header, payload, behind]);
}

/** What stands behind a signed image: digest, which key, signature. */
export function signatureTlvs(hashed: Uint8Array, signer: Signer): Tlv[] {
  return [
    [TLV.SHA256, sha256(hashed)],
    [TLV.KEYHASH, signer.keyHash],
    [TLV.ECDSA_SIG, signer.sign(hashed)],
  ];
}

/** The same for a trust record: the whole key instead of its hash. */
export function recordTlvs(hashed: Uint8Array, signer: Signer): Tlv[] {
  return signatureTlvs(hashed, signer).map(([type, value]) =>
    type === TLV.KEYHASH ? [TLV.PUBKEY, signer.spki] : [type, value],
  );
}

export function image(hashed: Uint8Array, tlvs: readonly Tlv[]): Buffer {
  return Buffer.concat([hashed, area(0x6907, tlvs)]);
}

export type Listed = readonly [role: number, point: Uint8Array];

export const OTHER_ROOT = Object.freeze({ STAYS: 0x5a96c33c, REVOKED: 0xc3695aa5 });

export function recordPayload(
  keys: readonly Listed[],
  format = 0x31525454,
  count = keys.length,
  otherRoot = OTHER_ROOT.STAYS as number,
): Buffer {
  return Buffer.concat([u32(format, count, otherRoot), ...keys.flatMap(([role, point]) => [u32(role), point])]);
}
