// SPDX-License-Identifier: Apache-2.0
/** Signs images: what docs/formats/image.md adds to an image that is whole. The signature is ECDSA on P-256, in DER. */
import { createHash, verify } from "node:crypto";
import { encodeEcdsaSigValue } from "../../sdk/crypto/der.js";
import { keyHash, publicKeyOf } from "../keys/public-key.js";
import { ImageError } from "./error.js";
import {
  encodeHeader,
  encodeVersion,
  HEADER_SIZE,
  ImageClass,
  type ImageVersion,
  TLV_MAGIC,
  TLV_PROTECTED_MAGIC,
  Tlv,
  tlv,
  tlvArea,
  uint32,
} from "./format.js";
import { type ParsedImage, parseImage, single } from "./parse.js";

/** Whoever has the private key: a file or a token. */
export interface Signer {
  /** 0x04‖x‖y. */
  readonly publicKey: Uint8Array;
  /** @param digest - SHA-256. @returns r‖s, 64 bytes. */
  signDigest(digest: Uint8Array): Uint8Array;
}

export interface SignOptions {
  /** Default: an image with CREATION is an app. */
  readonly class?: "app" | "firmware";
  /** 0 to 64. Default: the image's own, or 0. */
  readonly counter?: number;
  /** Default: the image's own. */
  readonly version?: ImageVersion;
  /** The least firmware that an app needs. Default: what the image says already. */
  readonly depends?: ImageVersion;
}

/**
 * @param identity - TLVs that say whose signature it is.
 * @returns what is hashed, then digest, identity and signature.
 */
export function seal(hashed: Buffer, identity: readonly Buffer[], signer: Signer): Buffer {
  const digest = createHash("sha256").update(hashed).digest();
  const signature = Buffer.from(encodeEcdsaSigValue(signer.signDigest(digest)));
  // A token that has another key, or a fault: better seen here than on a device.
  if (!verify("sha256", hashed, publicKeyOf(signer.publicKey), signature)) {
    throw new ImageError(
      "IMAGE_E_SIGNATURE",
      "the signature just made is not that of this key",
      "Nothing was written.",
    );
  }
  const entries = [tlv(Tlv.SHA256, digest), ...identity, tlv(Tlv.ECDSA_SIG, signature)];
  return Buffer.concat([hashed, tlvArea(TLV_MAGIC, entries)]);
}

/** @throws ImageError - nothing that may be signed. */
function requireWhole(image: ParsedImage): void {
  const digest = single(image.tlvs, Tlv.SHA256);
  if (digest === undefined || createHash("sha256").update(image.hashed).digest().compare(digest) !== 0) {
    const advice = "Build it again: what is damaged is not signed.";
    throw new ImageError("IMAGE_E_DIGEST", "the image does not have the digest that it says", advice);
  }
  if (image.flags !== 0 || image.loadAddress !== 0 || image.headerSize !== HEADER_SIZE || image.trailing !== 0) {
    const advice = "It is to have a header of 32 bytes, flags and load address 0, and nothing behind the TLVs.";
    throw new ImageError("IMAGE_E_HEADER", "this is an MCUboot image, and none that a Thimble device takes", advice);
  }
}

function classOf(image: ParsedImage, asked: SignOptions["class"]): "app" | "firmware" {
  const isApp = single(image.protectedTlvs, Tlv.CREATION)?.length === 8;
  const found = asked ?? (isApp ? "app" : "firmware");
  if ((found === "app") !== isApp) {
    const what = isApp ? "has the CREATION TLV of an app" : "does not have the CREATION TLV of an app";
    throw new ImageError("IMAGE_E_CLASS", `the image ${what}`, `Sign it with --class ${isApp ? "app" : "firmware"}.`);
  }
  return found;
}

/**
 * Signs an image of ours; a signature that it has is replaced.
 * @throws ImageError - the image cannot be read, is damaged, or is not what the options say.
 */
export function signImage(bytes: Uint8Array, options: SignOptions, signer: Signer): Buffer {
  const image = parseImage(bytes);
  requireWhole(image);
  const of = (type: number, length: number): Uint8Array | undefined => {
    const value = single(image.protectedTlvs, type);
    return value?.length === length ? value : undefined;
  };
  const name = classOf(image, options.class);
  const abi = of(Tlv.ABI, 32);
  if (abi === undefined) {
    throw new ImageError("IMAGE_E_ABI", "the image does not say its ABI", "`thimble build` makes one that does.");
  }
  const counter = options.counter === undefined ? of(Tlv.SEC_CNT, 4) : uint32(options.counter);
  const creation = name === "app" ? of(Tlv.CREATION, 8) : undefined;
  if (options.depends !== undefined && creation === undefined) {
    throw new ImageError("IMAGE_E_CLASS", "firmware depends on nothing", "--depends is for apps.");
  }
  const depends =
    options.depends === undefined ? of(Tlv.DEPENDENCY, 12) : Buffer.concat([uint32(0), encodeVersion(options.depends)]);
  const optional = (type: number, value: Uint8Array | undefined): Buffer[] =>
    value === undefined ? [] : [tlv(type, value)];
  const protectedArea = tlvArea(TLV_PROTECTED_MAGIC, [
    tlv(Tlv.SEC_CNT, counter ?? uint32(0)),
    tlv(Tlv.CLASS, uint32(ImageClass[name])),
    tlv(Tlv.ABI, abi),
    ...optional(Tlv.CREATION, creation),
    ...optional(Tlv.DEPENDENCY, depends),
  ]);
  const header = encodeHeader(image.payload.length, protectedArea.length, options.version ?? image.version);
  const hashed = Buffer.concat([header, image.payload, protectedArea]);
  return seal(hashed, [tlv(Tlv.KEYHASH, keyHash(publicKeyOf(signer.publicKey)))], signer);
}
