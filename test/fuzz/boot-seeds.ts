// SPDX-License-Identifier: Apache-2.0
/** Seeds of the target `boot`: devices that start, each in another state (test/fuzz/c/boot-input.h). */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CLASS,
  hashedPart,
  image,
  type Listed,
  ROLE,
  recordPayload,
  recordTlvs,
  signatureTlvs,
  TLV,
  type Tlv,
  u32,
  type Version,
} from "../boot/maker.js";
import { SteadySigner } from "./image-seeds.js";

const SIGNER = new SteadySigner("seed");
const [APP0, APP1, FW0, FW1, TRUST0, TRUST1, , , SLOTS, COPY, RESTART] = Array.from({ length: 11 }, (_, i) => i) as [
  ...[number, number, number, number, number, number, number, number, number, number, number],
];
const FLAG = Object.freeze({
  roots: 1,
  secured: 2,
  secret: 4,
  debug: 8,
  decommissioned: 16,
  service: 64,
  believes: 128,
});
const ALL = FLAG.roots | FLAG.secured | FLAG.secret;
const [CONFIRMED, PENDING, TRYING] = [0, 1, 2];

function signed(imageClass: number, version: Version, more: readonly Tlv[] = []): Buffer {
  const protectedTlvs: readonly Tlv[] = [
    [TLV.SEC_CNT, u32(2)],
    [TLV.CLASS, u32(imageClass)],
    [TLV.ABI, Buffer.alloc(32, 7)],
    ...more,
  ];
  const hashed = hashedPart({ payload: Buffer.from("payload"), version, protectedTlvs });
  return image(hashed, signatureTlvs(hashed, SIGNER));
}

function record(version: number): Buffer {
  const keys: readonly Listed[] = [[ROLE.IMAGE, SIGNER.point]];
  const protectedTlvs: readonly Tlv[] = [
    [TLV.SEC_CNT, u32(version)],
    [TLV.CLASS, u32(CLASS.TRUST)],
  ];
  const hashed = hashedPart({ payload: recordPayload(keys), version: [0, 0, 0, 0], protectedTlvs });
  return image(hashed, recordTlvs(hashed, SIGNER));
}

const piece = (kind: number, offset: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.of(kind, offset, bytes.length & 0xff, bytes.length >> 8), bytes]);
const slots = (place: number, sequence: number, state: number, active: number, previous: number): Buffer =>
  piece(SLOTS, place, Buffer.concat([u32(sequence), Buffer.of(state, active, previous)]));
const input = (flags: number, ...pieces: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.of(flags, 2, 2, 1, 0), SIGNER.point, ...pieces]);

/** Writes them into a folder. */
export function writeBootSeeds(folder: string): void {
  const creation: readonly Tlv[] = [[TLV.CREATION, u32(1000, 100)]];
  const device = [
    piece(FW0, 0, signed(CLASS.FIRMWARE, [1, 0, 0, 0])),
    piece(APP0, 0, signed(CLASS.APP, [1, 0, 0, 0], creation)),
    piece(TRUST0, 0, record(1)),
  ];
  const two = [
    ...device,
    piece(FW1, 0, signed(CLASS.FIRMWARE, [2, 0, 0, 0])),
    piece(APP1, 0, signed(CLASS.APP, [2, 0, 0, 0], creation)),
    piece(TRUST1, 0, record(2)),
  ];
  const seeds: Readonly<Record<string, Buffer>> = {
    assembly: input(0, ...device),
    provisioning: input(FLAG.roots, ...device),
    secured: input(ALL, ...device),
    two: input(ALL, ...two),
    debug: input(ALL | FLAG.debug, ...device),
    decommissioned: input(ALL | FLAG.decommissioned, ...device),
    service: input(ALL | FLAG.service, ...device),
    confirmed: input(ALL, ...two, slots(0, 1, CONFIRMED, 3, 0)),
    pending: input(ALL, ...two, slots(0, 1, PENDING, 3, 0), piece(RESTART, 0, Buffer.alloc(0))),
    trying: input(ALL, ...two, slots(3, 0xffffffff, TRYING, 1, 2)),
    believed: input(ALL | FLAG.believes, ...two, slots(0, 1, PENDING, 3, 0)),
    copied: input(ALL, ...device, piece(COPY, 0, Buffer.of(FW1, FW0)), piece(COPY, 0, Buffer.of(APP1, APP0))),
  };
  for (const [name, bytes] of Object.entries(seeds)) writeFileSync(join(folder, name), bytes);
}
