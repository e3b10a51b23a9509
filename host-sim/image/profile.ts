// SPDX-License-Identifier: Apache-2.0
/** Whether an image is as docs/formats/image.md has it, to the last byte: what a device refuses, we refuse. */
import { ImageError, type ImageErrorCode } from "./error.js";
import { COUNTER_MAX, HEADER_SIZE, ImageClass, type ImageClassName, Tlv } from "./format.js";
import { type ParsedImage, single, type TlvEntry } from "./parse.js";

interface Rule {
  readonly type: number;
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly isOptional?: boolean;
}

const rule = (name: keyof typeof Tlv, least: number, most = least): Rule => ({ type: Tlv[name], name, least, most });

const SEC_CNT = rule("SEC_CNT", 4);
const CLASS = rule("CLASS", 4);
const ABI = rule("ABI", 32);
const PROTECTED: Readonly<Record<ImageClassName, readonly Rule[]>> = Object.freeze({
  firmware: [SEC_CNT, CLASS, ABI],
  app: [SEC_CNT, CLASS, ABI, rule("CREATION", 8), { ...rule("DEPENDENCY", 12), isOptional: true }],
  "trust record": [SEC_CNT, CLASS],
});
const SIGNED = [rule("SHA256", 32), rule("KEYHASH", 32), rule("ECDSA_SIG", 8, 72)];
const SIGNED_BY_ROOT = [rule("SHA256", 32), rule("PUBKEY", 91), rule("ECDSA_SIG", 8, 72)];

function fail(code: ImageErrorCode, message: string): never {
  throw new ImageError(code, message);
}

function checkArea(entries: readonly TlvEntry[], rules: readonly Rule[], area: string): void {
  const stray = entries.find(({ type }) => !rules.some((known) => known.type === type));
  if (stray !== undefined)
    fail("IMAGE_E_TLV_UNKNOWN", `TLV 0x${stray.type.toString(16)} does not belong in the ${area} TLVs`);
  for (const { type, name, least, most, isOptional } of rules) {
    const found = entries.filter((entry) => entry.type === type);
    if (found.length > 1) fail("IMAGE_E_TLV_REPEATED", `${name} stands ${found.length} times`);
    const length = found[0]?.value.length;
    if (length === undefined && isOptional !== true)
      fail("IMAGE_E_TLV_MISSING", `${name} is missing in the ${area} TLVs`);
    if (length !== undefined && (length < least || length > most)) fail("IMAGE_E_TLV", `${name} has ${length} bytes`);
  }
}

function uint32Of(value: Uint8Array | undefined): number | undefined {
  return value?.length === 4 ? Buffer.from(value).readUInt32LE(0) : undefined;
}

/** @returns undefined - not one of ours, or one that is not signed. */
export function classOf(image: ParsedImage): ImageClassName | undefined {
  const value = uint32Of(single(image.protectedTlvs, Tlv.CLASS));
  return (Object.keys(ImageClass) as ImageClassName[]).find((name) => ImageClass[name] === value);
}

/** @returns undefined when the image has none. */
export function counterOf(image: ParsedImage): number | undefined {
  return uint32Of(single(image.protectedTlvs, Tlv.SEC_CNT));
}

/** Whether a Thimble device could ever be meant: then all of it has to fit. */
export function isOurs({ protectedTlvs }: ParsedImage): boolean {
  return protectedTlvs.some(({ type }) => type === Tlv.CLASS);
}

function failWithoutClass({ protectedTlvs }: ParsedImage): never {
  const found = protectedTlvs.filter(({ type }) => type === Tlv.CLASS);
  if (found.length > 1) fail("IMAGE_E_TLV_REPEATED", `CLASS stands ${found.length} times`);
  const [entry] = found;
  if (entry === undefined) return fail("IMAGE_E_TLV_MISSING", "the image does not say what it is: CLASS is missing");
  if (entry.value.length !== 4) fail("IMAGE_E_TLV", `CLASS has ${entry.value.length} bytes`);
  return fail("IMAGE_E_CLASS", "the image says that it is something unknown");
}

function checkHeader(image: ParsedImage, name: ImageClassName): void {
  const { headerSize, flags, padding, loadAddress, trailing, version, payload } = image;
  const odd = (message: string): never => fail("IMAGE_E_HEADER", message);
  if (headerSize !== HEADER_SIZE) odd(`the header has ${headerSize} bytes, not ${HEADER_SIZE}`);
  if (flags !== 0 || padding !== 0) odd("flags or padding of the header are not 0");
  if (loadAddress !== 0) odd("the load address is not 0");
  if (payload.length === 0) fail("IMAGE_E_SIZE", "the payload is empty");
  if (name === "trust record" && Object.values(version).some((part) => part !== 0)) {
    fail("IMAGE_E_RECORD", "the header's version of a trust record is not 0");
  }
  if (trailing > 0) fail("IMAGE_E_TLV", `${trailing} bytes stand behind the last TLV`);
}

/**
 * @returns the image's class.
 * @throws ImageError IMAGE_E_CLASS, IMAGE_E_HEADER, IMAGE_E_TLV..., IMAGE_E_COUNTER, IMAGE_E_DEPENDENCY
 */
export function checkProfile(image: ParsedImage): ImageClassName {
  const name = classOf(image);
  if (name === undefined) return failWithoutClass(image);
  checkHeader(image, name);
  checkArea(image.tlvs, name === "trust record" ? SIGNED_BY_ROOT : SIGNED, "unprotected");
  checkArea(image.protectedTlvs, PROTECTED[name], "protected");
  const counter = counterOf(image) ?? 0;
  if (counter > COUNTER_MAX) {
    fail("IMAGE_E_COUNTER", `the security counter is ${counter}; a device counts to ${COUNTER_MAX}`);
  }
  const depends = single(image.protectedTlvs, Tlv.DEPENDENCY);
  if (depends !== undefined && Buffer.from(depends).readUInt32LE(0) !== 0) {
    fail("IMAGE_E_DEPENDENCY", "the dependency is on another image than the firmware");
  }
  return name;
}
