// SPDX-License-Identifier: Apache-2.0
/** Images of imgtool 2.4: each verifies, or is refused, as its cases.json says. */
import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect } from "chai";
import type { NamedKey } from "../../host-sim/image/signature.js";
import { type Against, verifyImage } from "../../host-sim/image/verify.js";
import { publicHalf, readKey } from "../../host-sim/keys/public-key.js";
import { RUN_LIMIT_MS } from "../cli/support.js";
import { describeVectors, type Vectors } from "../harness/vectors.js";
import { makeFolder, removeFolders, run, runWell } from "../keys/support.js";
import { codesOf } from "./images.js";

interface Case {
  readonly name: string;
  readonly file: string;
  readonly key: string | null;
  readonly expect: "valid" | "invalid";
}

const RECIPIENT = "enc-x25519-priv.pem";
const CODES: Readonly<Record<string, string>> = {
  "neg-ed25519-body-bit": "IMAGE_E_DIGEST",
  "neg-ed25519-imgsize": "IMAGE_E_SIZE",
  "neg-ed25519-sig": "IMAGE_E_SIGNATURE",
  "neg-ed25519-truncated": "IMAGE_E_TLV",
  "neg-seccnt-lowered": "IMAGE_E_DIGEST",
  "neg-p256-tlvmagic": "IMAGE_E_TLV",
  "neg-p256-nosig": "IMAGE_E_UNSIGNED",
};

async function keyOf(vectors: Vectors, file: string): Promise<NamedKey> {
  const bytes = Buffer.from(vectors.bytes(`keys/${file}`));
  return { name: file, key: (await readKey(bytes, file, () => Promise.reject(new Error("not encrypted")))).key };
}

async function signedBy(vectors: Vectors, file: string): Promise<Against> {
  const { name, key } = await keyOf(vectors, file);
  return { kind: "keys", keys: [{ name, key: publicHalf(key) }] };
}

describeVectors("images of imgtool 2.4", "mcuboot", (vectors) => {
  const { cases } = vectors.json("cases.json") as { readonly cases: readonly Case[] };
  const others = ["root-ed25519-2.pem", "root-ec-p256.pem"];

  for (const { name, file, key, expect: expected } of cases) {
    it(`${name}: ${expected}`, async () => {
      const against: Against = key === null ? { kind: "digest" } : await signedBy(vectors, key);
      const verdict = verifyImage(vectors.bytes(file), against, await keyOf(vectors, RECIPIENT));
      expect(verdict.ok, JSON.stringify(verdict.checks)).to.equal(expected === "valid");
      expect(codesOf(verdict)).to.deep.equal(expected === "valid" ? [] : [CODES[name]]);
      expect(verdict.signedBy).to.equal(expected === "valid" ? key : null);
    });
  }

  it("refuses each with a key that did not sign it", async () => {
    for (const { name, file, key, expect: expected } of cases) {
      if (key === null || expected !== "valid") continue;
      const other = others.find((candidate) => candidate !== key) ?? "";
      const against = await signedBy(vectors, other);
      const verdict = verifyImage(vectors.bytes(file), against, await keyOf(vectors, RECIPIENT));
      expect(codesOf(verdict), name).to.deep.equal(["IMAGE_E_KEY"]);
    }
  });

  it("says of an encrypted image that it is one, without its recipient's key or with another", async () => {
    const image = vectors.bytes("ed25519-enc-x25519.bin");
    const against = await signedBy(vectors, "root-ed25519.pem");
    expect(codesOf(verifyImage(image, against))).to.deep.equal(["IMAGE_E_ENCRYPTED"]);
    for (const wrong of ["root-ed25519.pem", "enc-ec256-priv.pem", "enc-x25519-pub.pem"]) {
      expect(codesOf(verifyImage(image, against, await keyOf(vectors, wrong)))).to.deep.equal(["IMAGE_E_ENCRYPTED"]);
    }
    const other = { name: "other", key: generateKeyPairSync("x25519").privateKey };
    expect(codesOf(verifyImage(image, against, other))).to.deep.equal(["IMAGE_E_ENCRYPTED"]);
    // The last byte is one of the content key, which a MAC protects, as the signature does not.
    const flipped = Buffer.from(image);
    flipped.writeUInt8(flipped.readUInt8(flipped.length - 1) ^ 1, flipped.length - 1);
    const recipient = await keyOf(vectors, RECIPIENT);
    expect(codesOf(verifyImage(flipped, against, recipient))).to.deep.equal(["IMAGE_E_ENCRYPTED"]);
  });

  it("on the command line, with the key's file, and an encrypted one with its recipient's", async function () {
    this.timeout(4 * RUN_LIMIT_MS);
    const folder = makeFolder();
    for (const name of ["ed25519.bin", "ed25519-enc-x25519.bin", "keys/root-ed25519.pem", `keys/${RECIPIENT}`]) {
      writeFileSync(join(folder, basename(name)), vectors.bytes(name));
    }
    const plain = await runWell(folder, "verify ed25519.bin --key root-ed25519.pem");
    expect(plain).to.match(/MCUboot image 1\.2\.3\+4\n[\s\S]*Ed25519, by root-ed25519\.pem[\s\S]*\nvalid\n$/);
    const encrypted = "verify ed25519-enc-x25519.bin --key root-ed25519.pem";
    expect((await run(folder, encrypted)).stdout).to.match(/failed +encryption +IMAGE_E_ENCRYPTED/);
    expect(await runWell(folder, `${encrypted} --decrypt ${RECIPIENT}`)).to.match(/\nvalid\n$/);
    removeFolders();
  });

  it("refuses each of them cut at any byte", async () => {
    for (const { file, key, expect: expected } of cases) {
      if (expected !== "valid" || file === "ed25519-confirmed.bin") continue; // which ends in padding
      const image = vectors.bytes(file);
      const against: Against = key === null ? { kind: "digest" } : await signedBy(vectors, key);
      for (let length = 0; length < image.length; length++) {
        expect(verifyImage(image.subarray(0, length), against).ok, `${file} at ${length}`).to.equal(false);
      }
    }
  });
});
