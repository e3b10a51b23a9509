// SPDX-License-Identifier: Apache-2.0
/**
 * Tokens that an app asks for on provisioned devices of both boards, in both forms: what they say is what boot recorded, and
 * Python, written from RFC 9783 alone, finds them good (psa_token.py). The key is out of the app's reach.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert } from "chai";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import type { BoardProfile } from "../../host-sim/board/profile.js";
import { DeviceState } from "../../host-sim/board/window.js";
import { readPath } from "../../sdk/attestation/path.js";
import { appraise } from "../../sdk/attestation/verify.js";
import type { KeyAttributes } from "../../sdk/contracts/crypto.js";
import { parseSign1Headers } from "../../sdk/cose/sign1.js";
import { verifyDiceCertificate } from "../../sdk/dice/verify.js";
import { Fuse, SignedDevice } from "../boot/signed-device.js";
import { useEngines } from "../cli/support.js";
import { needPython } from "../harness/needed-programs.js";
import { BOARDS, linesOf, type Machine, nameOf } from "../refusals/boards.js";

const SCRIPT = fileURLToPath(new URL("../../../test/attestation/psa_token.py", import.meta.url));
const NONCE = Buffer.alloc(32, 0xc3);
const TFM = "tag:psacertified.org,2023:psa#tfm";
const OLD = "http://arm.com/psa/2.0.0";

const VERIFYING: KeyAttributes = {
  ...{ type: "ECC_PUBLIC_KEY_SECP_R1", bits: 256, usage: ["verifyMessage"], alg: "DETERMINISTIC_ECDSA_SHA_256" },
};

const SAYING = `
import { attestation } from "thimble/device/attestation";
import { attest } from "thimble/attestation/attest";
import { lifecycle } from "thimble/device/lifecycle";
import { crypto } from "thimble/device/crypto";
import { encodeHex } from "thimble/bytes/hex";
const say = (what, action) => {
  try { trace(what, " ", action(), "\\n"); } catch (error) { trace(what, " ", error.detail ?? error.code ?? error.name, "\\n"); }
};
const nonce = (length) => new Uint8Array(length).fill(0xc3);
`;

const APP = `${SAYING}
const record = lifecycle.bootRecord();
const component = ({ version, digest, signer }) => JSON.stringify([encodeHex(digest), version, encodeHex(signer)]);
say("token", () => encodeHex(attest(attestation, nonce(32))));
say("long", () => encodeHex(attest(attestation, nonce(64))));
say("old", () => encodeHex(attest(attestation, nonce(32), { profile: "${OLD}" })));
say("path", () => encodeHex(attest(attestation, nonce(32), { path: [Uint8Array.of(1, 2, 3)] })));
say("key", () => encodeHex(attestation.publicKey()));
say("same", () => encodeHex(attestation.publicKey()) === encodeHex(attestation.publicKey()));
say("firmware", () => component(record.firmware));
say("app", () => component(record.app));
// No handle of the crypto module is the attestation key's, and no key that the app can make is.
say("handles", () => {
  let found = 0;
  for (let index = 0; index < 256; index++) {
    for (const handle of [index, 0x40000000 + index, 0x7fff0000 + index, 0x3fff0000 + index]) {
      try { crypto.signMessage(handle, "DETERMINISTIC_ECDSA_SHA_256", nonce(1)); found++; } catch {}
    }
  }
  return found;
});
say("members", () => JSON.stringify([Object.keys(attestation), Object.getOwnPropertyNames(Object.getPrototypeOf(attestation))]));
say("frozen", () => Object.isFrozen(attestation) && Object.isFrozen(Object.getPrototypeOf(attestation)));
`;

const ARGUMENTS = `${SAYING}
for (const length of [0, 31, 33, 47, 49, 63, 65]) say("nonce", () => attestation.token(nonce(length)));
say("no bytes", () => attestation.token("n".repeat(32)));
say("no nonce", () => attestation.token());
say("profile", () => attestation.token(nonce(32), "PSA_IOT_PROFILE_1"));
say("proto", () => attestation.token(nonce(32), "__proto__"));
say("number", () => attestation.token(nonce(32), 1));
say("token", () => attestation.token(nonce(32)));
say("key", () => attestation.publicKey());
`;

type Said = ReadonlyMap<string, string>;

/** What an app said, by the first word of each line. */
async function saidBy(device: SignedDevice): Promise<Said> {
  const lines = await device.told();
  return new Map(lines.map((line) => [line.replace(/ .*$/, ""), line.replace(/^[^ ]* ?/, "")]));
}

const hexOf = (said: Said, name: string): string => said.get(name) ?? "";
const bytesOf = (said: Said, name: string): Buffer => Buffer.from(hexOf(said, name), "hex");

interface Expected {
  readonly profile?: string;
  readonly nonce?: Buffer;
  readonly lifecycle?: number;
}

/** What a token must say, from the boot record; the digest of boot is the only thing that the app is not told. */
function expectedOf(machine: Machine, said: Said, { profile = TFM, nonce = NONCE, lifecycle = 0x3000 }: Expected = {}) {
  const component = (type: string) => {
    const [value, version, signer_id] = JSON.parse(hexOf(said, type)) as [string, string, string];
    return { type, value, version, signer_id };
  };
  const implementation = Buffer.alloc(32);
  implementation.write(`thimble-boot-1/${machine.board}`);
  const [, value] = /0164626f6f74025820([0-9a-f]{64})04/.exec(hexOf(said, "token")) ?? [];
  return {
    ...{ profile, nonce: nonce.toString("hex"), client_id: -1, lifecycle },
    instance_id: `01${createHash("sha256").update(bytesOf(said, "key")).digest("hex")}`,
    implementation_id: implementation.toString("hex"),
    components: [
      { type: "boot", value, version: "1.0.0+0", signer_id: "00".repeat(32) },
      component("firmware"),
      component("app"),
    ],
  };
}

/** The key that signed: the device's own, or the one that it certified. */
function signerOf(said: Said): Buffer {
  const [certificate] = readPath(parseSign1Headers(bytesOf(said, "token")).unprotectedHeader);
  if (certificate === undefined) return bytesOf(said, "key");
  const crypto = createNodeCrypto();
  const key = crypto.importKey(VERIFYING, new Uint8Array(bytesOf(said, "key")));
  return Buffer.from(verifyDiceCertificate(crypto, key, certificate).subjectPublicKey);
}

const KINDS: readonly (readonly [Machine, BoardProfile])[] = [
  ...BOARDS.map((machine) => [machine, "iak"] as const),
  ...BOARDS.filter(({ board }) => board === "host").map((machine) => [machine, "dice"] as const),
];

describe("attestation of a device", function () {
  this.timeout(120_000);
  useEngines(...BOARDS);
  const folder = mkdtempSync(join(tmpdir(), "thimble-token-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  function python(interpreter: string, token: Uint8Array, key: Uint8Array, expected: unknown): string {
    writeFileSync(join(folder, "token"), token);
    writeFileSync(join(folder, "expected"), JSON.stringify(expected));
    const words = [SCRIPT, join(folder, "token"), Buffer.from(key).toString("hex"), join(folder, "expected")];
    const { stdout, stderr } = spawnSync(interpreter, words, { encoding: "utf8" });
    return `${stdout}${stderr}`.trim();
  }

  for (const [machine, profile] of KINDS) {
    describe(`${nameOf(machine)}, ${profile}`, () => {
      let device: SignedDevice;
      let said: Said;
      before(async () => {
        device = new SignedDevice(machine);
        new DeviceState(device.folder, profile).close();
        await device.provision(APP);
        said = await saidBy(device);
      });
      after(() => device?.remove());

      it("is a token that Python finds good, claim by claim; each byte that is changed it refuses", function () {
        const interpreter = needPython(this, "cbor2", "cryptography");
        const [token, key, expected] = [bytesOf(said, "token"), signerOf(said), expectedOf(machine, said)];
        assert.strictEqual(python(interpreter, token, key, expected), "good");
        const long = { nonce: Buffer.alloc(64, 0xc3) };
        assert.strictEqual(python(interpreter, bytesOf(said, "long"), key, expectedOf(machine, said, long)), "good");
        const old = expectedOf(machine, said, { profile: OLD });
        assert.strictEqual(python(interpreter, bytesOf(said, "old"), key, old), "good");
        assert.strictEqual(python(interpreter, bytesOf(said, "path"), key, expected), "good");
        // The path is not what is signed: in the form with a certificate it is in front.
        const signedAt = token.indexOf(Buffer.from("a8", "hex"), profile === "iak" ? 0 : 480);
        for (let at = signedAt; at < token.length; at += 29) {
          const changed = Buffer.from(token);
          changed.writeUInt8(changed.readUInt8(at) ^ 0x10, at);
          assert.match(python(interpreter, changed, key, expected), /^refused: /, `byte ${at}`);
        }
        const other = { ...expected, lifecycle: 0x5000 };
        assert.strictEqual(python(interpreter, token, key, other), "refused: lifecycle");
      });

      it("has at most 600 bytes without certificates", () => {
        const [certificate] = readPath(parseSign1Headers(bytesOf(said, "long")).unprotectedHeader);
        assert.strictEqual(certificate === undefined, profile === "iak");
        const length = bytesOf(said, "long").length - (certificate === undefined ? 0 : certificate.length + 9);
        console.log(`        three components: ${length} bytes`);
        assert.isAtMost(length, 600);
      });

      it("is accepted by the verifier that knows the device and what it may run, and not with another firmware", () => {
        const crypto = createNodeCrypto();
        const key = crypto.importKey(VERIFYING, new Uint8Array(bytesOf(said, "key")));
        const { implementation_id, components } = expectedOf(machine, said);
        const verdictOf = (change: (type: string) => number): string => {
          const references = {
            implementationId: Buffer.from(implementation_id, "hex"),
            components: components.map(({ type, version, value = "", signer_id }) => {
              const digest = Buffer.from(value, "hex");
              digest.writeUInt8(digest.readUInt8(0) ^ change(type), 0);
              return { type, version, value: digest, signerId: Buffer.from(signer_id, "hex") };
            }),
          };
          const options = { nonce: NONCE, devices: () => key, references };
          const appraisal = appraise(crypto, bytesOf(said, "token"), options);
          return appraisal.result === "accepted" ? "accepted" : appraisal.reason.step;
        };
        assert.strictEqual(
          verdictOf(() => 0),
          "accepted",
        );
        for (const type of ["boot", "firmware", "app"]) {
          assert.strictEqual(
            verdictOf((one) => (one === type ? 1 : 0)),
            `component ${type}`,
          );
        }
      });

      it("has the caller's certificates behind its own", () => {
        const [before, after] = ["token", "path"].map((name) =>
          readPath(parseSign1Headers(bytesOf(said, name)).unprotectedHeader).map((one) =>
            Buffer.from(one).toString("hex"),
          ),
        );
        assert.deepEqual(after, [...(before ?? []), "010203"]);
      });

      it("keeps its key out of the app's reach", () => {
        assert.strictEqual(said.get("handles"), "0");
        assert.strictEqual(said.get("same"), "true");
        assert.strictEqual(said.get("frozen"), "true");
        assert.strictEqual(said.get("members"), '[[],["constructor","token","publicKey"]]');
      });

      it("says of debug that it is debug, by the same device", async function () {
        const interpreter = needPython(this, "cbor2", "cryptography");
        device.setFuses({ [Fuse.debug]: Uint8Array.of(1) });
        const inDebug = await saidBy(device);
        assert.strictEqual(inDebug.get("key"), said.get("key"));
        const expected = expectedOf(machine, inDebug, { lifecycle: 0x5000 });
        assert.strictEqual(python(interpreter, bytesOf(inDebug, "token"), signerOf(inDebug), expected), "good");
        assert.strictEqual(signerOf(inDebug).equals(signerOf(said)), profile === "iak");
      });
    });
  }

  for (const machine of BOARDS) {
    it(`is not to be had where nothing is provisioned; arguments are looked at first; on ${nameOf(machine)}`, async () => {
      assert.deepEqual(await linesOf(machine, ARGUMENTS), [
        ...new Array(7).fill("nonce RangeError"),
        ...["no bytes TypeError", "no nonce TypeError", "profile RangeError", "proto RangeError", "number TypeError"],
        ...["token ATTEST_UNAVAILABLE", "key ATTEST_UNAVAILABLE"],
      ]);
    });
  }
});
