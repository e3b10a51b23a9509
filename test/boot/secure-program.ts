// SPDX-License-Identifier: Apache-2.0
/** Builds the C tests of devices/secure with boot and the silicon model, under the sanitizers; and what they are run on. */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { engineFolder, mbedtlsFolder, packageRoot } from "../../host-sim/engine/paths.js";
import { makeScratch } from "../../host-sim/scratch.js";
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
  testSecret,
  testSigner,
  u32,
  type Version,
} from "./maker.js";

const ROOTS = [testSigner("root"), testSigner("spare root")] as const;
const IMAGE = testSigner("image");
const SECOND = testSigner("second image");
const STRANGER = testSigner("stranger");
const MANIFEST = testSigner("manifest");
const OWNERS = 5;

const ABI = sha256(Buffer.from("abi"));
const OTHER_ABI = sha256(Buffer.from("other abi"));

interface Made {
  readonly counter?: number;
  readonly version?: Version;
  readonly by?: Signer;
  readonly abi?: Uint8Array;
}

function imageOf(
  imageClass: number,
  { counter = 3, version = [1, 2, 3, 4], by = IMAGE, abi = ABI }: Made = {},
): Buffer {
  const creation: Tlv[] = imageClass === CLASS.APP ? [[TLV.CREATION, u32(300_000, 700)]] : [];
  const hashed = hashedPart({
    payload: Buffer.from(`payload of class ${imageClass} and version ${version.join(".")}`),
    version,
    protectedTlvs: [[TLV.SEC_CNT, u32(counter)], [TLV.CLASS, u32(imageClass)], [TLV.ABI, abi], ...creation],
  });
  return image(hashed, signatureTlvs(hashed, by));
}

/** In the order of a record. */
function listed(...keys: readonly Listed[]): readonly Listed[] {
  return [...keys].sort(([role, point], [otherRole, other]) => role - otherRole || Buffer.compare(point, other));
}

const USUAL: readonly Listed[] = listed(
  [ROLE.IMAGE, IMAGE.point],
  [ROLE.IMAGE, SECOND.point],
  [ROLE.MANIFEST, MANIFEST.point],
);

function trust(version: number, keys = USUAL, root: Signer = ROOTS[0], other?: number): Buffer {
  const hashed = hashedPart({
    payload: recordPayload(keys, undefined, undefined, other),
    version: [0, 0, 0, 0],
    protectedTlvs: [
      [TLV.SEC_CNT, u32(version)],
      [TLV.CLASS, u32(CLASS.TRUST)],
    ],
  });
  return image(hashed, recordTlvs(hashed, root));
}

const FIRMWARE_2: Made = { counter: 5, version: [2, 0, 0, 0], by: SECOND };

/** Images, records and keys by the names that the C tests use. */
function pieces(): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>([
    ["fw0", imageOf(CLASS.FIRMWARE)],
    ["fw1", imageOf(CLASS.FIRMWARE, FIRMWARE_2)],
    ["fw.stranger", imageOf(CLASS.FIRMWARE, { by: STRANGER })],
    ["app0", imageOf(CLASS.APP)],
    ["app1", imageOf(CLASS.APP, { counter: 6, version: [2, 1, 0, 0] })],
    ["app.abi", imageOf(CLASS.APP, { abi: OTHER_ABI })],
    ["app.second", imageOf(CLASS.APP, { by: SECOND })],
    ["trust1", trust(1)],
    ["trust2", trust(2)],
    ["trust2.spare", trust(2, USUAL, ROOTS[1])],
    ["trust2.stranger", trust(2, USUAL, STRANGER)],
    ["trust2.revokes", trust(2, USUAL, ROOTS[0], OTHER_ROOT.REVOKED)],
    ["trust3.spare", trust(3, USUAL, ROOTS[1])],
    ["trust3", trust(3)],
    // The signer of fw0 and app0 is gone, or listed for something else.
    ["trust3.second", trust(3, listed([ROLE.IMAGE, SECOND.point]))],
    ["trust3.role", trust(3, listed([ROLE.MANIFEST, IMAGE.point], [ROLE.IMAGE, SECOND.point]))],
    ["trust3.image", trust(3, listed([ROLE.IMAGE, IMAGE.point]))],
    ["trust64", trust(64)],
  ]);
  for (const [i, root] of ROOTS.entries()) found.set(`root${i}.hash`, root.keyHash);
  found.set("stranger.hash", STRANGER.keyHash);
  for (let i = 0; i < OWNERS; i++) {
    const owner = testSigner(`owner ${i}`);
    found.set(`owner${i}.key`, testSecret(`owner ${i}`));
    found.set(`owner${i}.pub`, Buffer.concat([Buffer.of(4), owner.point]));
    found.set(`owner${i}.hash`, owner.keyHash);
  }
  return found;
}

function pack(all: ReadonlyMap<string, Uint8Array>): Buffer {
  return Buffer.concat(
    [...all].flatMap(([name, bytes]) => [Buffer.from(name.padEnd(16, "\0"), "latin1"), u32(bytes.length), bytes]),
  );
}

const DEVICES = join(packageRoot, "devices");
export const SECURE = [
  "gate.c",
  "record.c",
  "provision.c",
  "trust-sectors.c",
  "order.c",
  "confirm.c",
  "identity.c",
  "seal.c",
  "freshness.c",
  "wipe.c",
  "attestation.c",
  "initial-attestation.c",
  "token.c",
  "sign1.c",
  "cbor.c",
  "dice-certificate.c",
].map((name) => join(DEVICES, "secure", name));
const MODEL = [
  ...["boot", "dice", "fuses", "image", "signature", "slots", "trust"].map((name) => `boot/${name}.c`),
  ...["counter", "flash", "otp", "reset"].map((name) => `silicon/${name}.c`),
].map((name) => join(DEVICES, name));
const WARNINGS = ["-Wall", "-Wextra", "-Wconversion", "-Werror"];
const TEST_LIMIT_MS = 300_000;

export class SecureProgram {
  readonly #folder = makeScratch("secure");
  readonly #file = join(this.#folder, "pieces");
  readonly #test: string;

  /** @param test - secure-test or secure-cuts. */
  constructor(test: string) {
    this.#test = join(packageRoot, "test", "c", `${test}.c`);
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(this.#file, pack(pieces()));
    for (const source of [...SECURE, ...MODEL, this.#test]) this.#compile(source, this.#objectOf(source));
  }

  #objectOf(source: string): string {
    return join(this.#folder, `${basename(source)}.o`);
  }

  #compile(source: string, object: string, ...more: readonly string[]): void {
    const flags = ["-std=gnu11", "-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
    const config = ['-DMBEDTLS_CONFIG_FILE="thimble_mbedtls.h"', '-DTHIMBLE_BOARD_NAME="host"'];
    const psa = join(DEVICES, "psa");
    const folders = [join(mbedtlsFolder(), "include"), join(psa, "include"), psa].map((folder) => `-isystem${folder}`);
    const cc = [...flags, ...WARNINGS, ...config, ...folders, ...more, "-c", source, "-o", object];
    execFileSync(process.env.CC ?? "cc", cc, { stdio: "pipe" });
  }

  /** @param without - the check that is left out, and the file that it stands in. */
  build(without?: { readonly id: string; readonly source: string }): string {
    const program = join(this.#folder, without?.id ?? "whole");
    const objects = [...SECURE, ...MODEL, this.#test].map((source) => {
      if (source !== without?.source) return this.#objectOf(source);
      const object = `${program}.o`;
      this.#compile(source, object, `-DTHIMBLE_WITHOUT_CHECK=${without.id}`, "-w");
      return object;
    });
    const library = join(engineFolder("host", "release"), "psa", "libthimble_psa.a");
    execFileSync(
      process.env.CC ?? "cc",
      ["-fsanitize=address,undefined", "-Wl,--gc-sections", ...objects, library, "-o", program],
      {
        stdio: "pipe",
      },
    );
    return program;
  }

  /** @throws Error with what the test wrote. */
  run(program: string, name: string): string {
    return execFileSync(program, [name, this.#file], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      timeout: TEST_LIMIT_MS,
    });
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
