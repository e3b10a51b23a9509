// SPDX-License-Identifier: Apache-2.0
/** Wraps an app archive into an image in MCUboot's format; devices/boot/image.c is what checks it. */
import { createHash } from "node:crypto";

const MAGIC = 0x96f3b83d;
const HEADER_SIZE = 32;
const TLV_MAGIC = 0x6907;
const TLV_PROTECTED_MAGIC = 0x6908;
const TLV_SHA256 = 0x0010;
const TLV_ABI = 0x54a0;
const TLV_CREATION = 0x54a1;

export interface ImageOptions {
  /** major.minor.revision of the app; 0.1.0 until a manifest can say it. */
  readonly version: readonly [number, number, number];
  /** The firmware's ABI digest, 32 bytes. */
  readonly abi: Uint8Array;
  /** XS heap in bytes; 0 = the board's default. */
  readonly heapBytes: number;
  /** XS stack in slots; 0 = the board's default. */
  readonly stackSlots: number;
}

function tlv(type: number, value: Uint8Array): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16LE(type, 0);
  header.writeUInt16LE(value.length, 2);
  return Buffer.concat([header, value]);
}

function tlvArea(magic: number, ...entries: readonly Buffer[]): Buffer {
  const content = Buffer.concat(entries);
  return tlv(magic, content).fill(Uint8Array.of((content.length + 4) & 0xff, (content.length + 4) >> 8), 2, 4);
}

/** The image: header, archive, protected TLVs (ABI, creation), SHA-256. */
export function makeImage(archive: Uint8Array, options: ImageOptions): Uint8Array {
  const creation = Buffer.alloc(8);
  creation.writeUInt32LE(options.heapBytes, 0);
  creation.writeUInt32LE(options.stackSlots, 4);
  const protectedArea = tlvArea(TLV_PROTECTED_MAGIC, tlv(TLV_ABI, options.abi), tlv(TLV_CREATION, creation));
  const header = Buffer.alloc(HEADER_SIZE);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt16LE(HEADER_SIZE, 8);
  header.writeUInt16LE(protectedArea.length, 10);
  header.writeUInt32LE(archive.length, 12);
  header.writeUInt8(options.version[0], 20);
  header.writeUInt8(options.version[1], 21);
  header.writeUInt16LE(options.version[2], 22);
  const hashed = Buffer.concat([header, archive, protectedArea]);
  const digest = createHash("sha256").update(hashed).digest();
  return Buffer.concat([hashed, tlvArea(TLV_MAGIC, tlv(TLV_SHA256, digest))]);
}
