// SPDX-License-Identifier: Apache-2.0
/** Seeds of the target `image`: images and trust records that it accepts, in each of its modes (test/fuzz/c/image-input.h). */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { p256 } from "@noble/curves/nist.js";
import {
  CLASS,
  hashedPart,
  image,
  type Listed,
  OTHER_ROOT,
  ROLE,
  recordPayload,
  recordTlvs,
  Signer,
  sha256,
  signatureTlvs,
  TLV,
  type Tlv,
  u32,
} from "../boot/maker.js";

/** In the order of enum mode. */
const MODES = ["image", "open", "believed-image", "record", "believed-record", "signature", "slot"] as const;
type Mode = (typeof MODES)[number];
const FIRMWARE_MAJOR = 2;

/** The same signature at each run, so that the fuzzer's runs repeat. */
export class SteadySigner extends Signer {
  readonly #secret: Uint8Array;

  constructor(word: string) {
    const secret = sha256(Buffer.from(word));
    super(secret);
    this.#secret = secret;
  }

  override sign(bytes: Uint8Array): Buffer {
    return Buffer.from(p256.sign(bytes, this.#secret, { format: "der" }));
  }
}

const SIGNER = new SteadySigner("seed");
const PAYLOAD = Buffer.from("payload");
const SEC_CNT: Tlv = [TLV.SEC_CNT, u32(5)];
const ABI: Tlv = [TLV.ABI, Buffer.alloc(32)];
const CREATION: Tlv = [TLV.CREATION, u32(1000, 100)];
const DEPENDENCY: Tlv = [TLV.DEPENDENCY, Buffer.from([0, 0, 0, 0, 1, 2, 3, 0, 4, 0, 0, 0])];

function signed(...protectedTlvs: readonly Tlv[]): Buffer {
  const hashed = hashedPart({ payload: PAYLOAD, protectedTlvs });
  return image(hashed, signatureTlvs(hashed, SIGNER));
}

function record(count: number, otherRoot: number = OTHER_ROOT.STAYS): Buffer {
  const points = Array.from({ length: count }, (_, i) => new SteadySigner(`key ${i}`).point).sort(Buffer.compare);
  const keys = points.map((point): Listed => [ROLE.IMAGE, point]);
  const protectedTlvs: readonly Tlv[] = [SEC_CNT, [TLV.CLASS, u32(CLASS.TRUST)]];
  const hashed = hashedPart({
    payload: recordPayload(keys, undefined, undefined, otherRoot),
    version: [0, 0, 0, 0],
    protectedTlvs,
  });
  return image(hashed, recordTlvs(hashed, SIGNER));
}

function input(mode: Mode, asked: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(MODES.indexOf(mode), asked, 1, FIRMWARE_MAJOR), SIGNER.point, bytes]);
}

/** Writes them into a folder. */
export function writeImageSeeds(folder: string): void {
  const app = signed(SEC_CNT, [TLV.CLASS, u32(CLASS.APP)], ABI, CREATION, DEPENDENCY);
  const firmware = signed(SEC_CNT, [TLV.CLASS, u32(CLASS.FIRMWARE)], ABI);
  const plainPart = hashedPart({ payload: PAYLOAD, protectedTlvs: [ABI, CREATION] });
  const plain = image(plainPart, [[TLV.SHA256, sha256(plainPart)]]);
  const [one, eight] = [record(1), record(8, OTHER_ROOT.REVOKED)];
  const digest = sha256(PAYLOAD);
  const seeds: readonly (readonly [name: string, bytes: Uint8Array])[] = [
    ...(["image", "open", "believed-image", "slot"] as const).flatMap((mode) => [
      [`${mode}-firmware`, input(mode, 0, firmware)] as const,
      [`${mode}-app`, input(mode, 1, app)] as const,
    ]),
    ["open-plain", input("open", 1, plain)],
    ...(["record", "believed-record"] as const).flatMap((mode) => [
      [`${mode}-one`, input(mode, 2, one)] as const,
      [`${mode}-eight`, input(mode, 2, eight)] as const,
    ]),
    ["signature", input("signature", 0, Buffer.concat([digest, SIGNER.sign(PAYLOAD)]))],
  ];
  for (const [name, bytes] of seeds) writeFileSync(join(folder, name), bytes);
}
