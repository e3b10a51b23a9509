// SPDX-License-Identifier: Apache-2.0
/**
 * Takes an image in MCUboot's format apart: any that `imgtool` makes, not only ours. Syntax alone; whether its digest is right
 * and who signed it, verify.ts says. All lengths are checked before anything is looked at.
 */
import { ImageError } from "./error.js";
import {
  decodeVersion,
  HEADER_SIZE,
  type ImageVersion,
  MAGIC,
  TLV_HEADER_SIZE,
  TLV_MAGIC,
  TLV_PROTECTED_MAGIC,
} from "./format.js";

/** So many bytes of header at most: `imgtool --header-size` pads it. */
const HEADER_MAX = 0x1000;

export interface TlvEntry {
  readonly type: number;
  /** A view. */
  readonly value: Uint8Array;
}

export interface ParsedImage {
  readonly version: ImageVersion;
  readonly loadAddress: number;
  readonly headerSize: number;
  readonly flags: number;
  /** The last four bytes of the header. */
  readonly padding: number;
  /** Views into the image. */
  readonly payload: Uint8Array;
  /** What digest and signature are over: header, payload, protected area. */
  readonly hashed: Uint8Array;
  readonly protectedTlvs: readonly TlvEntry[];
  readonly tlvs: readonly TlvEntry[];
  /** Bytes behind the last area: a slot's padding and trailer. */
  readonly trailing: number;
}

function readArea(image: Buffer, offset: number, magic: number): { entries: TlvEntry[]; end: number } {
  const fail = (message: string): never => {
    throw new ImageError("IMAGE_E_TLV", `${message} (at byte ${offset})`);
  };
  if (offset + TLV_HEADER_SIZE > image.length) return fail("a TLV area is missing");
  const found = image.readUInt16LE(offset);
  if (found !== magic) return fail(`expected a TLV area 0x${magic.toString(16)}, got 0x${found.toString(16)}`);
  const end = offset + image.readUInt16LE(offset + 2);
  if (end > image.length || end < offset + TLV_HEADER_SIZE) return fail("a TLV area does not end within the image");
  const entries: TlvEntry[] = [];
  for (let at = offset + TLV_HEADER_SIZE; at < end; ) {
    if (at + TLV_HEADER_SIZE > end) return fail("a TLV is cut");
    const start = at + TLV_HEADER_SIZE;
    at = start + image.readUInt16LE(at + 2);
    if (at > end) return fail("a TLV is longer than its area");
    entries.push({ type: image.readUInt16LE(start - TLV_HEADER_SIZE), value: image.subarray(start, at) });
  }
  return { entries, end };
}

/**
 * @returns Views into `bytes`.
 * @throws ImageError IMAGE_E_SIZE - shorter than a header, or lengths that do not fit.
 * @throws ImageError IMAGE_E_HEADER - another magic, or an odd header size.
 * @throws ImageError IMAGE_E_TLV - an area that is missing or malformed.
 */
export function parseImage(bytes: Uint8Array): ParsedImage {
  const image = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (image.length < HEADER_SIZE) {
    throw new ImageError(
      "IMAGE_E_SIZE",
      `an image has a header of ${HEADER_SIZE} bytes, this has ${image.length} in all`,
    );
  }
  const magic = image.readUInt32LE(0);
  if (magic !== MAGIC) {
    const advice = "It begins with 3d b8 f3 96. `thimble build` makes one.";
    throw new ImageError("IMAGE_E_HEADER", "this is no image in MCUboot's format", advice);
  }
  const headerSize = image.readUInt16LE(8);
  if (headerSize < HEADER_SIZE || headerSize > HEADER_MAX) {
    throw new ImageError("IMAGE_E_HEADER", `the header cannot have ${headerSize} bytes`);
  }
  const protectedSize = image.readUInt16LE(10);
  const payloadSize = image.readUInt32LE(12);
  const payloadEnd = headerSize + payloadSize;
  if (payloadEnd + protectedSize > image.length) {
    const message = `header, payload and protected TLVs would have ${payloadEnd + protectedSize} bytes, the image has ${image.length}`;
    throw new ImageError("IMAGE_E_SIZE", message, "It was cut, or its header is damaged.");
  }
  const protectedTlvs: TlvEntry[] = [];
  if (protectedSize > 0) {
    const { entries, end } = readArea(image, payloadEnd, TLV_PROTECTED_MAGIC);
    if (end !== payloadEnd + protectedSize) {
      throw new ImageError("IMAGE_E_TLV", "the protected TLV area is not as long as the header says");
    }
    protectedTlvs.push(...entries);
  }
  const { entries: tlvs, end } = readArea(image, payloadEnd + protectedSize, TLV_MAGIC);
  return {
    version: decodeVersion(image.subarray(20, 28)),
    loadAddress: image.readUInt32LE(4),
    headerSize,
    flags: image.readUInt32LE(16),
    padding: image.readUInt32LE(28),
    payload: image.subarray(headerSize, payloadEnd),
    hashed: image.subarray(0, payloadEnd + protectedSize),
    protectedTlvs,
    tlvs,
    trailing: image.length - end,
  };
}

/** The one entry of a type. @returns undefined when there is none, or more than one. */
export function single(entries: readonly TlvEntry[], type: number): Uint8Array | undefined {
  const found = entries.filter((entry) => entry.type === type);
  return found.length === 1 ? found[0]?.value : undefined;
}
