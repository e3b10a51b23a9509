// SPDX-License-Identifier: Apache-2.0
/** What the cases of signed images are made of: keys, parts, policies, and how a case says what is to come of it. */
import { type Case, numberOf, type Policy, versionWords } from "./cases.js";
import {
  CLASS,
  hashedPart,
  type ImageParts,
  image,
  ROLE,
  sha256,
  signatureTlvs,
  TLV,
  type Tlv,
  testSigner,
  u32,
  type Version,
  versionBytes,
} from "./maker.js";

export const SIGNER = testSigner("image");
export const SECOND = testSigner("second image");
export const MANIFEST = testSigner("manifest");
export const BOTH = testSigner("both roles");
export const STRANGER = testSigner("stranger");

export const ABI = sha256(Buffer.from("abi"));
const PAYLOAD = Buffer.from("what is run, of a length that is no multiple of four");
const VERSION: Version = [1, 2, 3, 4];
export const FIRMWARE: Version = [2, 3, 4, 5];
export const COUNTER = 7;

const SEC_CNT: Tlv = [TLV.SEC_CNT, u32(COUNTER)];
const APP: Tlv = [TLV.CLASS, u32(CLASS.APP)];
const FIRMWARE_CLASS: Tlv = [TLV.CLASS, u32(CLASS.FIRMWARE)];
export const ABI_TLV: Tlv = [TLV.ABI, ABI];
export const CREATION: Tlv = [TLV.CREATION, u32(300_000, 700)];
export const APP_TLVS: readonly Tlv[] = [SEC_CNT, APP, ABI_TLV, CREATION];
export const FIRMWARE_TLVS: readonly Tlv[] = [SEC_CNT, FIRMWARE_CLASS, ABI_TLV];

export const dependency = (version: Version, image = 0): Tlv => [
  TLV.DEPENDENCY,
  Buffer.concat([u32(image), versionBytes(version)]),
];

export const APP_POLICY: Policy = Object.freeze({
  imageClass: CLASS.APP,
  signature: "REQUIRED",
  leastCounter: COUNTER,
  keys: [
    [ROLE.MANIFEST, MANIFEST.point],
    [ROLE.IMAGE, SIGNER.point],
    [ROLE.IMAGE, SECOND.point],
    [ROLE.IMAGE, BOTH.point],
    [ROLE.MANIFEST, BOTH.point],
  ],
  roots: [],
  abi: ABI,
  firmware: FIRMWARE,
} as const);
export const FIRMWARE_POLICY: Policy = { ...APP_POLICY, imageClass: CLASS.FIRMWARE };
export const OPEN: Policy = { ...APP_POLICY, signature: "NOT_VERIFIED", keys: [], leastCounter: 0 };
export const OPEN_FIRMWARE: Policy = { ...OPEN, imageClass: CLASS.FIRMWARE };

export const parts = (change: Partial<ImageParts> = {}): ImageParts => ({
  payload: PAYLOAD,
  version: VERSION,
  protectedTlvs: APP_TLVS,
  ...change,
});

export function signed(change: Partial<ImageParts> = {}, signer = SIGNER): Buffer {
  const hashed = hashedPart(parts(change));
  return image(hashed, signatureTlvs(hashed, signer));
}

/** With other TLVs behind than a signer puts there. */
export function behind(
  change: (tlvs: readonly Tlv[], hashed: Buffer) => readonly Tlv[],
  what: Partial<ImageParts> = {},
): Buffer {
  const hashed = hashedPart(parts(what));
  return image(hashed, change(signatureTlvs(hashed, SIGNER), hashed));
}

export function unsigned(change: Partial<ImageParts> = {}): Buffer {
  return behind(([digest]) => [digest as Tlv], change);
}

export const without = (tlvs: readonly Tlv[], type: number): readonly Tlv[] => tlvs.filter(([known]) => known !== type);
export const replace = (tlvs: readonly Tlv[], type: number, value: Uint8Array): readonly Tlv[] =>
  tlvs.map((tlv) => (tlv[0] === type ? [type, value] : tlv));
export const resize = (tlvs: readonly Tlv[], type: number, more: number): readonly Tlv[] =>
  tlvs.map(([known, value]) =>
    known === type
      ? [known, more < 0 ? value.subarray(0, more) : Buffer.concat([value, Buffer.alloc(more)])]
      : [known, value],
  );

export interface Accepted {
  readonly trust?: "IMAGE_SIGNED" | "IMAGE_WHOLE";
  readonly counter?: number;
  readonly heap?: number;
}

export function accepts(name: string, bytes: Buffer, policy: Policy, what: Accepted = {}): Case {
  const trust = what.trust === "IMAGE_WHOLE" ? numberOf("IMAGE_WHOLE") : numberOf("SIGNATURE_VALID");
  const values = [trust, what.counter ?? COUNTER, ...versionWords(VERSION), PAYLOAD.length, what.heap ?? 300_000];
  return { name, kind: "image", bytes, expected: "IMAGE_OK", values, policy };
}

export function refuses(expected: string, name: string, bytes: Uint8Array, policy: Policy = APP_POLICY): Case {
  return { name: `${name}: ${expected}`, kind: "image", bytes, expected, policy };
}

export const firmware = (change: Partial<ImageParts> = {}): Buffer =>
  signed({ protectedTlvs: FIRMWARE_TLVS, ...change });
