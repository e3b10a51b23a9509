// SPDX-License-Identifier: Apache-2.0
/** devices/secure/dice-certificate.c: the same bytes as sdk/dice makes, open-dice's known values, every room too small. */
import { execFileSync } from "node:child_process";
import { createHash, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import { engineFolder, mbedtlsFolder, packageRoot } from "../../host-sim/engine/paths.js";
import type { KeyAttributes } from "../../sdk/contracts/crypto.js";
import { createDiceCertificate, type DiceMeasurements, DiceMode } from "../../sdk/dice/certificate.js";
import { useEngines } from "../cli/support.js";
import { describeVectors } from "../harness/vectors.js";
import { identifierOf, keyPairOf, type Layer, nextCdis, rawPublicKey } from "./open-dice.js";

const STRICT = ["-std=gnu11", "-Wall", "-Wextra", "-Wconversion", "-Werror"];
const SANITIZERS = ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-Wl,--gc-sections"];
const SOURCES = [
  "test/c/dice-certificate-test.c",
  ...["dice-certificate", "sign1", "cbor"].map((name) => `devices/secure/${name}.c`),
];
const Status = Object.freeze({ ok: "5aa56996", room: "2f0f3ac5", value: "300f3bd4" });
const SIGNATURE_LENGTH = 64;
const PAIR: KeyAttributes = {
  ...{ type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage: ["signMessage"], alg: "DETERMINISTIC_ECDSA_SHA_256" },
};

let program: string;

function build(): void {
  const folder = mkdtempSync(join(tmpdir(), "thimble-c-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  program = join(folder, "dice-certificate-test");
  const psa = join(packageRoot, "devices", "psa");
  const include = [join(mbedtlsFolder(), "include"), psa, join(psa, "include")].map((name) => `-isystem${name}`);
  const sources = SOURCES.map((path) => join(packageRoot, path));
  const library = join(engineFolder("host", "release"), "psa", "libthimble_psa.a");
  const config = '-DMBEDTLS_CONFIG_FILE="thimble_mbedtls.h"';
  const words = [...STRICT, ...SANITIZERS, config, ...include, ...sources, library, "-o", program];
  execFileSync(process.env.CC ?? "cc", words, { stdio: "pipe" });
}

interface Content {
  readonly issuer: KeyObject;
  readonly subject: KeyObject;
  readonly code: Buffer;
  readonly config: Buffer;
  readonly authority: Buffer;
  readonly mode: number;
  readonly descriptor?: Buffer;
  readonly profileName?: string;
}

/** As hexadecimal; where a command line would be too long, how many zeros. */
function descriptorWord(descriptor: Buffer | undefined): string {
  if (descriptor === undefined) return "-";
  return descriptor.length < 10_000 ? descriptor.toString("hex") : `=${descriptor.length}`;
}

function scalarOf(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: "jwk" }).d ?? "", "base64url");
}

function byC({ issuer, subject, code, config, authority, mode, descriptor, profileName }: Content) {
  const points = [issuer, subject].map(rawPublicKey);
  const bytes = [scalarOf(issuer), ...points, code, config, authority, Buffer.of(mode)];
  const words = [...bytes.map((one) => one.toString("hex")), descriptorWord(descriptor), profileName ?? "-"];
  const [status, id, certificate = ""] = execFileSync(program, words, { encoding: "utf8" }).split("\n");
  return { status, id, certificate };
}

function byTypeScript({ issuer, subject, code, config, authority, mode, descriptor, profileName }: Content): string {
  const crypto = createNodeCrypto();
  const configuration =
    descriptor === undefined
      ? { configurationDescriptor: config }
      : { configurationHash: config, configurationDescriptor: descriptor };
  const names = Object.keys(DiceMode) as DiceMeasurements["mode"][];
  const certificate = createDiceCertificate(crypto, crypto.importKey(PAIR, scalarOf(issuer)), {
    codeHash: code,
    authorityHash: authority,
    ...configuration,
    mode: names[mode] as DiceMeasurements["mode"],
    ...(profileName === undefined ? {} : { profileName }),
    subjectPublicKey: Buffer.concat([Buffer.of(4), rawPublicKey(subject)]),
  });
  return Buffer.from(certificate).toString("hex");
}

function randomContent(change: Partial<Content> = {}): Content {
  const key = (): KeyObject => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const [code, config, authority] = [64, 64, 64].map((length) => randomBytes(length)) as [Buffer, Buffer, Buffer];
  return { issuer: key(), subject: key(), code, config, authority, mode: 1, ...change };
}

const described = (descriptor: Buffer): Partial<Content> => ({
  descriptor,
  config: createHash("sha512").update(descriptor).digest(),
});

describe("DICE certificates in C", function () {
  this.timeout(60_000);
  useEngines({ board: "host", variant: "release" });
  before(build);

  describeVectors("open-dice", "dice-open-dice", (vectors) => {
    for (const file of vectors.list(".", ".json")) {
      it(`${file}, CborP256Cert: the same but for the random signature`, () => {
        const { inputs, expected } = vectors.json(file) as { inputs: Layer; expected: Record<string, string> };
        const known = expected.CborP256Cert ?? "";
        const [code, config, authority] = [inputs.code_hash, inputs.config_value, inputs.authority_hash].map((hex) =>
          Buffer.from(hex, "hex"),
        ) as [Buffer, Buffer, Buffer];
        const content = {
          issuer: keyPairOf(inputs.cdi_attest, "P-256"),
          subject: keyPairOf(nextCdis(inputs).attest, "P-256"),
          ...{ code, config, authority, mode: inputs.mode },
          profileName: file.startsWith("Android") ? "android.18" : "opendice.example",
        };
        const { certificate } = byC(content);
        expect(certificate.slice(0, -2 * SIGNATURE_LENGTH)).to.equal(known.slice(0, -2 * SIGNATURE_LENGTH));
        expect(certificate.length).to.equal(known.length);
        expect(certificate).to.equal(byTypeScript(content));
      });
    }
  });

  it("are those of TypeScript, signature and all: modes, descriptors and names of each length of head", () => {
    for (const change of [
      ...[0, 1, 2, 3].map((mode) => ({ mode })),
      ...[0, 1, 23, 24, 255, 256, 5000].map((length) => described(randomBytes(length))),
      ...[0, 1, 23, 24, 256].map((length) => ({ profileName: "n".repeat(length) })),
      { ...described(Buffer.from("a0", "hex")), profileName: "thimble" },
    ]) {
      const content = randomContent(change);
      const { status, id, certificate } = byC(content);
      expect(status).to.equal(Status.ok);
      expect(id).to.equal(identifierOf(content.issuer));
      expect(certificate).to.equal(byTypeScript(content));
    }
  });

  it("have the size that the header says", () => {
    expect(byC(randomContent()).certificate.length / 2).to.equal(476);
  });

  it("are not made of a mode that there is not, a hash that is not the descriptor's, or more than 64 KB", () => {
    for (const mode of [4, 255])
      expect(byC(randomContent({ mode }))).to.include({ status: Status.value, certificate: "" });
    const { config: _, ...otherHash } = described(Buffer.of(1)) as Content;
    expect(byC(randomContent(otherHash))).to.include({ status: Status.value, certificate: "" });
    expect(byC(randomContent(described(Buffer.alloc(65_000))))).to.include({ status: Status.ok });
    expect(byC(randomContent(described(Buffer.alloc(65_400))))).to.include({ status: Status.room, certificate: "" });
    expect(byC(randomContent(described(Buffer.alloc(65_536))))).to.include({ status: Status.room, certificate: "" });
  });
});
