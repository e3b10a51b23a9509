// SPDX-License-Identifier: Apache-2.0
/** What the flows are made of: keys, small images, trust records, devices in each lifecycle, and the CDIs that they must get. */
import { createHash, hkdfSync } from "node:crypto";
import { numberOf } from "./cases.js";
import { type AttestationForm, type Expected, Flow, type Secrets } from "./flow.js";
import {
  CLASS,
  hashedPart,
  image,
  type Listed,
  OTHER_ROOT,
  ROLE,
  recordPayload,
  recordTlvs,
  type Signer,
  sha256,
  signatureTlvs,
  TLV,
  type Tlv,
  testSigner,
  u32,
  type Version,
  versionBytes,
} from "./maker.js";

export const ROOT = testSigner("root");
export const SPARE = testSigner("spare root");
export const STRANGER = testSigner("strange root");
export const SIGNER = testSigner("image");
export const NEXT = testSigner("next image");
export const MANIFEST = testSigner("manifest");

const ABI = sha256(Buffer.from("abi"));
export const OTHER_ABI = sha256(Buffer.from("other abi"));
export const UDS = sha256(Buffer.from("uds"));
export const ONES = Buffer.alloc(4, 0xff);

/** A made image, and what a measurement needs of it. */
export interface Made {
  readonly bytes: Buffer;
  readonly digest: Buffer;
  readonly version: Version;
  readonly counter: number;
}

export interface ImageOptions {
  readonly version?: Version;
  readonly counter?: number;
  readonly abi?: Buffer;
  readonly signer?: Signer | "nobody";
  readonly size?: number;
  readonly extra?: readonly Tlv[];
}

function make(imageClass: number, more: readonly Tlv[], options: ImageOptions): Made {
  const { version = [1, 0, 0, 0], counter = 2, abi = ABI, signer: by = SIGNER, size = 100, extra = [] } = options;
  const payload = Buffer.alloc(size, sha256(versionBytes(version), u32(imageClass)));
  const fixed: readonly Tlv[] = [
    [TLV.SEC_CNT, u32(counter)],
    [TLV.CLASS, u32(imageClass)],
    [TLV.ABI, abi],
  ];
  const hashed = hashedPart({ payload, version, protectedTlvs: [...fixed, ...more, ...extra] });
  const tlvs: readonly Tlv[] = by === "nobody" ? [[TLV.SHA256, sha256(hashed)]] : signatureTlvs(hashed, by);
  return { bytes: image(hashed, tlvs), digest: sha256(hashed), version, counter };
}

export const firmware = (options: ImageOptions = {}): Made => make(CLASS.FIRMWARE, [], options);
export const app = (options: ImageOptions = {}): Made => make(CLASS.APP, [[TLV.CREATION, u32(300_000, 700)]], options);

export interface RecordOptions {
  readonly version?: number;
  readonly root?: Signer;
  readonly keys?: readonly Listed[];
  readonly revokesOther?: boolean;
}

const listed = (...keys: readonly Listed[]): readonly Listed[] =>
  [...keys].sort(([role, point], [otherRole, other]) => role - otherRole || Buffer.compare(point, other));
export const KEYS = listed([ROLE.IMAGE, SIGNER.point], [ROLE.MANIFEST, MANIFEST.point]);
export const NEXT_KEYS = listed([ROLE.IMAGE, NEXT.point], [ROLE.MANIFEST, MANIFEST.point]);

export function record({ version = 3, root = ROOT, keys = KEYS, revokesOther = false }: RecordOptions = {}): Buffer {
  const other = revokesOther ? OTHER_ROOT.REVOKED : OTHER_ROOT.STAYS;
  const payload = recordPayload(keys, undefined, undefined, other);
  const protectedTlvs: readonly Tlv[] = [
    [TLV.SEC_CNT, u32(version)],
    [TLV.CLASS, u32(CLASS.TRUST)],
  ];
  const hashed = hashedPart({ payload, version: [0, 0, 0, 0], protectedTlvs });
  return image(hashed, recordTlvs(hashed, root));
}

/** One bit of the payload turned. */
export function damaged(bytes: Buffer, at = 40): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] as number) ^ 1;
  return copy;
}

/** So many ones, as a counter has them. */
export const steps = (count: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE((1n << BigInt(count)) - 1n);
  return bytes;
};

export const FW = firmware();
export const APP = app();
export const FW2 = firmware({ version: [2, 0, 0, 0], counter: 4 });
export const APP2 = app({ version: [2, 0, 0, 0], counter: 4 });
export const RECORD = record();

/** The first images in the first slots, and the trust record. */
export const IMAGES = new Flow().flash("fw0", FW.bytes).flash("app0", APP.bytes);
/** With two releases, the record, a secret and both roots. */
export const PROVISIONED = IMAGES.flash("fw1", FW2.bytes)
  .flash("app1", APP2.bytes)
  .flash("trust0", RECORD)
  .otp("PROVISIONING", ONES)
  .otp("UDS_OFFSET", UDS)
  .otp("UDS_MADE", ONES)
  .otp("ROOTS_OFFSET", Buffer.concat([ROOT.keyHash, SPARE.keyHash]))
  .otp("ROOTS_SET", ONES);
export const SECURED = PROVISIONED.otp("SECURED", ONES);

/** How a secured device starts when nothing is wrong. */
export const GOOD: Expected = Object.freeze({
  start: "APP",
  slots: "CONFIRMED",
  fw: 0,
  app: 0,
  trust: 3,
  mode: "NORMAL",
  hasCdis: true,
  lifecycle: "SECURED",
  epoch: 0,
} as const);

export interface Measured {
  readonly firmware: Made;
  readonly app?: Made;
  readonly trust?: number;
  readonly mode?: keyof typeof MODES;
  readonly lifecycle?: string;
  readonly start?: string;
  readonly epoch?: number;
  readonly uds?: Buffer;
  readonly form?: AttestationForm;
}
const MODES = Object.freeze({ NORMAL: 1, DEBUG: 2, MAINTENANCE: 3 } as const);

const hkdf = (secret: Uint8Array, salt: Uint8Array, info: string): Buffer =>
  Buffer.from(hkdfSync("sha512", secret, salt, info, 32));
const sha512 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash("sha512");
  for (const part of parts) hash.update(part);
  return hash.digest();
};
/** As the header of an image has it, as one number. */
const packedVersion = ([major, minor, revision, build]: Version): Buffer =>
  u32(build, ((major << 24) | (minor << 16) | revision) >>> 0);

/** Open Profile for DICE §2.2, over what boot says that it measures. */
export function secretsOf(what: Measured): Secrets {
  const { trust = 3, mode = "NORMAL", lifecycle = "SECURED", start = "APP", epoch = 0, uds = UDS, form = "IAK" } = what;
  const code = Buffer.concat([what.firmware.digest, what.app?.digest ?? Buffer.alloc(32)]);
  const config = Buffer.alloc(64);
  Buffer.concat([
    u32(1, numberOf(`LIFECYCLE_${lifecycle}`), numberOf(`BOOT_START_${start}`), trust),
    u32(what.firmware.counter, what.app?.counter ?? 0),
    packedVersion(what.firmware.version),
    packedVersion(what.app?.version ?? [0, 0, 0, 0]),
  ]).copy(config);
  const hidden = Buffer.alloc(64);
  hidden.writeUInt32LE(epoch);
  const rest = [ROOT.keyHash, SPARE.keyHash, Buffer.of(MODES[mode]), hidden];
  return {
    attest: hkdf(uds, sha512(code, config, ...rest), "CDI_Attest"),
    seal: hkdf(uds, sha512(...rest), "CDI_Seal"),
    id: hkdf(uds, Buffer.alloc(64), "Thimble_Device_Id").subarray(0, 16),
    form,
    attestationSeed: hkdf(uds, Buffer.alloc(64), form === "IAK" ? "Thimble_Attestation" : "Thimble_Device"),
  };
}
