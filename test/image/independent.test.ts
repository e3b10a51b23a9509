// SPDX-License-Identifier: Apache-2.0
/** Python and openssl, which know nothing of ours, verify our images and records, and we those that they signed. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { signImage } from "../../host-sim/image/sign.js";
import { makeTrustRecord } from "../../host-sim/image/trust-record.js";
import { encodePublicKey, publicHalf } from "../../host-sim/keys/public-key.js";
import { generateKey, signerOf } from "../../host-sim/keys/store.js";
import { needPrograms } from "../harness/needed-programs.js";
import { ABI, failures, PAYLOAD, plainApp, VERSION } from "./images.js";

const SCRIPT = fileURLToPath(new URL("../../../test/image/mcuboot_image.py", import.meta.url));

describe("images and Python", () => {
  const folder = mkdtempSync(join(tmpdir(), "thimble-image-"));
  const path = (name: string, content?: string | Uint8Array): string => {
    if (content !== undefined) writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const python = (...words: readonly string[]): { status: number | null; said: string } => {
    const { status, stdout, stderr } = spawnSync("python3", [SCRIPT, ...words], { encoding: "utf8" });
    return { status, said: `${stdout}${stderr}`.trim() };
  };
  const privateKey = generateKey();
  const key = { name: "release", key: publicHalf(privateKey) };
  const signer = signerOf(privateKey);
  const pem = (): string => path("public.pem", encodePublicKey(key.key, "pem"));

  before(function () {
    needPrograms(this, "python3", "openssl");
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("it verifies an app that we signed", () => {
    const app = signImage(plainApp(), { counter: 5, version: VERSION, depends: VERSION }, signer);
    const { status, said } = python("verify", path("app.img", app), pem());
    expect(said).to.equal("app 1.2.3+4 5 000000000102030004000000");
    expect(status).to.equal(0);
  });

  it("it refuses one bit flipped, and another key", () => {
    const app = signImage(plainApp(), {}, signer);
    const flipped = Buffer.from(app);
    flipped.writeUInt8(flipped.readUInt8(33) ^ 4, 33);
    expect(python("verify", path("flipped.img", flipped), pem()).said).to.equal("refused: digest");
    const other = path("other.pem", encodePublicKey(publicHalf(generateKey()), "pem"));
    expect(python("verify", path("app.img", app), other).said).to.equal("refused: another key");
  });

  it("it reads a trust record that we signed", () => {
    const [a, b] = [signerOf(generateKey()), signerOf(generateKey())];
    const keys = [
      { role: "manifest", publicKey: a.publicKey } as const,
      { role: "image", publicKey: b.publicKey } as const,
    ];
    const record = path("trust.img", makeTrustRecord(7, keys, signer, "revoked"));
    const { said } = python("record", record, pem());
    const hex = (point: Uint8Array): string => Buffer.from(point.subarray(1)).toString("hex");
    expect(said.split("\n")).to.deep.equal(["7 revoked", `image ${hex(b.publicKey)}`, `manifest ${hex(a.publicKey)}`]);
  });

  it("we verify an app that it signed, and refuse one bit flipped", () => {
    const secret = path("private.pem", privateKey.export({ type: "pkcs8", format: "pem" }));
    const creation = "0000010000000000";
    const words = [path("payload", PAYLOAD), secret, path("theirs.img"), ABI.toString("hex"), creation, "9"];
    const { status, said } = python("sign", ...words);
    expect(status, said).to.equal(0);
    const image = readFileSync(path("theirs.img"));
    const against = { kind: "keys", keys: [key] } as const;
    expect(failures(image, against)).to.deep.equal([]);
    image.writeUInt8(image.readUInt8(33) ^ 4, 33);
    expect(failures(image, against)).to.deep.equal(["IMAGE_E_DIGEST"]);
  });
});
