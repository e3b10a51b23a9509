// SPDX-License-Identifier: Apache-2.0
/** Wraps an app archive into an image that is whole and not signed; devices/boot/image.c is what checks it. */
import { createHash } from "node:crypto";
import { encodeHeader, TLV_MAGIC, TLV_PROTECTED_MAGIC, Tlv, tlv, tlvArea, uint32 } from "./format.js";

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

/** The image: header, archive, protected TLVs (ABI, creation), SHA-256. */
export function makeImage(archive: Uint8Array, options: ImageOptions): Uint8Array {
  const creation = Buffer.concat([uint32(options.heapBytes), uint32(options.stackSlots)]);
  const entries = [tlv(Tlv.ABI, options.abi), tlv(Tlv.CREATION, creation)];
  const protectedArea = tlvArea(TLV_PROTECTED_MAGIC, entries);
  const [major, minor, revision] = options.version;
  const header = encodeHeader(archive.length, protectedArea.length, { major, minor, revision, build: 0 });
  const hashed = Buffer.concat([header, archive, protectedArea]);
  const digest = createHash("sha256").update(hashed).digest();
  return Buffer.concat([hashed, tlvArea(TLV_MAGIC, [tlv(Tlv.SHA256, digest)])]);
}
