// SPDX-License-Identifier: Apache-2.0
/** Wraps an app's archive, or a firmware's payload, into an image that is whole and not signed; devices/boot/image.c checks it. */
import { createHash } from "node:crypto";
import {
  encodeHeader,
  ImageClass,
  type ImageVersion,
  TLV_MAGIC,
  TLV_PROTECTED_MAGIC,
  Tlv,
  tlv,
  tlvArea,
  uint32,
} from "./format.js";

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

function wrap(payload: Uint8Array, version: ImageVersion, protectedTlvs: readonly Buffer[]): Uint8Array {
  const protectedArea = tlvArea(TLV_PROTECTED_MAGIC, protectedTlvs);
  const hashed = Buffer.concat([encodeHeader(payload.length, protectedArea.length, version), payload, protectedArea]);
  const digest = createHash("sha256").update(hashed).digest();
  return Buffer.concat([hashed, tlvArea(TLV_MAGIC, [tlv(Tlv.SHA256, digest)])]);
}

/** The image: header, archive, protected TLVs (ABI, creation), SHA-256. */
export function makeImage(archive: Uint8Array, options: ImageOptions): Uint8Array {
  const creation = Buffer.concat([uint32(options.heapBytes), uint32(options.stackSlots)]);
  const [major, minor, revision] = options.version;
  return wrap(archive, { major, minor, revision, build: 0 }, [tlv(Tlv.ABI, options.abi), tlv(Tlv.CREATION, creation)]);
}

/** @param abi - digest of the ABI that it publishes, 32 bytes. */
export function makeFirmwareImage(payload: Uint8Array, version: ImageVersion, abi: Uint8Array): Uint8Array {
  const entries = [tlv(Tlv.SEC_CNT, uint32(0)), tlv(Tlv.CLASS, uint32(ImageClass.firmware)), tlv(Tlv.ABI, abi)];
  return wrap(payload, version, entries);
}
