// SPDX-License-Identifier: Apache-2.0
/** MCUboot's image format (docs/formats/archive.md, docs/formats/image.md): its numbers, and how a TLV area is written. */

export const MAGIC = 0x96f3b83d;
export const HEADER_SIZE = 32;
export const TLV_MAGIC = 0x6907;
export const TLV_PROTECTED_MAGIC = 0x6908;
/** Of an area, and of each entry in it. */
export const TLV_HEADER_SIZE = 4;

/** Ours are from 0x54A0 on. */
export const Tlv = Object.freeze({
  ...({ KEYHASH: 0x0001, PUBKEY: 0x0002, SHA256: 0x0010, SHA384: 0x0011, SHA512: 0x0012 } as const),
  ...({ RSA2048_PSS: 0x0020, ECDSA_SIG: 0x0022, RSA3072_PSS: 0x0023, ED25519: 0x0024, SIG_PURE: 0x0025 } as const),
  ...({ DEPENDENCY: 0x0040, SEC_CNT: 0x0050 } as const),
  ...({ ABI: 0x54a0, CREATION: 0x54a1, CLASS: 0x54a2 } as const),
} as const);

/** Values of the CLASS TLV, far apart. */
export const ImageClass = Object.freeze({
  firmware: 0x3c96a55a,
  app: 0xa53c5a69,
  "trust record": 0x695ac3a5,
} as const);

export type ImageClassName = keyof typeof ImageClass;

/** A device's counters in OTP have so many steps. */
export const COUNTER_MAX = 64;
/** More than any board's flash; what is read is bounded by it. */
export const IMAGE_MAX = 16 * 1024 * 1024;

/** `major.minor.revision+build`. */
export interface ImageVersion {
  readonly major: number;
  readonly minor: number;
  readonly revision: number;
  readonly build: number;
}

export function formatVersion({ major, minor, revision, build }: ImageVersion): string {
  return `${major}.${minor}.${revision}+${build}`;
}

/** @returns undefined when it is none, or a number is too large for its field. */
export function parseVersion(text: string): ImageVersion | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,5})(?:\+(\d{1,10}))?$/.exec(text);
  if (match === null) return undefined;
  const [major = 0, minor = 0, revision = 0, build = 0] = match.slice(1).map((digits) => Number(digits ?? 0));
  if (major > 0xff || minor > 0xff || revision > 0xffff || build > 0xffff_ffff) return undefined;
  return { major, minor, revision, build };
}

/** 1, 1, 2 and 4 bytes, as a header and a dependency have it. */
export function encodeVersion({ major, minor, revision, build }: ImageVersion): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt8(major, 0);
  bytes.writeUInt8(minor, 1);
  bytes.writeUInt16LE(revision, 2);
  bytes.writeUInt32LE(build, 4);
  return bytes;
}

/** @param bytes - 8. */
export function decodeVersion(bytes: Uint8Array): ImageVersion {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    major: view.readUInt8(0),
    minor: view.readUInt8(1),
    revision: view.readUInt16LE(2),
    build: view.readUInt32LE(4),
  };
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value, 0);
  return bytes;
}

export function tlv(type: number, value: Uint8Array): Buffer {
  const header = Buffer.alloc(TLV_HEADER_SIZE);
  header.writeUInt16LE(type, 0);
  header.writeUInt16LE(value.length, 2);
  return Buffer.concat([header, value]);
}

/** @throws RangeError - more than an area can hold. */
export function tlvArea(magic: number, entries: readonly Buffer[]): Buffer {
  const content = Buffer.concat(entries);
  const header = Buffer.alloc(TLV_HEADER_SIZE);
  header.writeUInt16LE(magic, 0);
  header.writeUInt16LE(content.length + TLV_HEADER_SIZE, 2);
  return Buffer.concat([header, content]);
}

/** A header of 32 bytes, load address and flags 0. */
export function encodeHeader(payloadSize: number, protectedSize: number, version: ImageVersion): Buffer {
  const header = Buffer.alloc(HEADER_SIZE);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt16LE(HEADER_SIZE, 8);
  header.writeUInt16LE(protectedSize, 10);
  header.writeUInt32LE(payloadSize, 12);
  encodeVersion(version).copy(header, 20);
  return header;
}
