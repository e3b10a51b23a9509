// SPDX-License-Identifier: Apache-2.0
/** `thimble keys`: the way of a product's keys, from the first evening to a theft. */
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parsePublicKey } from "../../sdk/cose/key.js";
import { RUN_LIMIT_MS } from "../cli/support.js";
import { contentOf, makeFolder, refusal, removeFolders, run, runWell } from "./support.js";

interface ShownKey {
  readonly name: string;
  readonly role: string;
  readonly hash: string;
  readonly privateKey: string;
  readonly revoked: string | null;
  readonly isTrusted: boolean;
}

interface Shown {
  readonly trustVersion: number;
  readonly keys: readonly ShownKey[];
}

async function shown(folder: string): Promise<Shown> {
  return JSON.parse(await runWell(folder, "keys show --json")) as Shown;
}

async function trusted(folder: string): Promise<string> {
  const { trustVersion, keys } = await shown(folder);
  return [trustVersion, ...keys.filter(({ isTrusted }) => isTrusted).map(({ name }) => name)].join(" ");
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

describe("thimble keys", function () {
  this.timeout(4 * RUN_LIMIT_MS);
  after(removeFolders);

  it("create: makes all that a product begins with, for the owner alone", async () => {
    const folder = makeFolder();
    const { stdout, stderr, status } = await run(folder, "keys create");
    expect(status).to.equal(0);
    expect(stderr).to.match(/^to be made in keys:\n {2}root-1 +root +signs[\s\S]*trust\.img +trust record, version 1/);
    expect(stdout).to.match(/^made root-1, root-2, image-1, manifest-1 and trust\.img in keys\n/);
    const keys = join(folder, "keys");
    expect(modeOf(keys)).to.equal("700");
    for (const name of ["root-1", "root-2", "image-1", "manifest-1"]) {
      expect(modeOf(join(keys, `${name}.pem`))).to.equal("600");
      expect(readFileSync(join(keys, `${name}.pem`), "utf8")).to.match(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
      expect(JSON.parse(readFileSync(join(keys, `${name}.jwk`), "utf8"))).to.not.have.property("d");
    }
    expect(readFileSync(join(keys, ".gitignore"), "utf8")).to.match(/^\*\.pem$/m);
    expect(await trusted(folder)).to.equal("1 image-1 manifest-1");
    expect(await runWell(folder, "verify keys/trust.img")).to.match(
      /trust record, version 1[\s\S]*by root-1[\s\S]*valid/,
    );
    const before = contentOf(folder);
    expect(await refusal(folder, "keys create")).to.match(/^KEY_EXISTS: there are keys already in keys/);
    expect(contentOf(folder)).to.deep.equal(before);
  });

  it("create: also beside keys that are no part of a product, and else of none", async () => {
    const folder = makeFolder();
    await runWell(folder, "keys create owner");
    await runWell(folder, "keys create");
    expect((await shown(folder)).keys.map(({ name }) => name)).to.include.members(["owner-1", "root-2", "image-1"]);
    const other = makeFolder();
    await runWell(other, "keys create owner image-1");
    expect(await refusal(other, "keys create")).to.match(/^KEY_EXISTS: /);
  });

  it("create ROLE: makes one, with the next free name, which no device believes yet", async () => {
    const folder = makeFolder();
    for (const role of ["root", "image", "image", "verifier"]) await runWell(folder, `keys create ${role}`);
    expect((await shown(folder)).keys.map(({ name }) => name)).to.deep.equal([
      "root-1",
      "image-1",
      "image-2",
      "verifier-1",
    ]);
    expect(await runWell(folder, "keys trust --add image-1 --add image-2")).to.match(
      /made version 1 of keys\/trust\.img/,
    );
    expect(await trusted(folder)).to.equal("1 image-1 image-2");
  });

  it("show, export: the public half as PEM, JWK and COSE_Key, and import takes each", async () => {
    const folder = makeFolder();
    await runWell(folder, "keys create image ours");
    const { keys } = await shown(folder);
    const hash = keys[0]?.hash ?? "";
    expect(await runWell(folder, "keys show ours")).to.include(hash);
    const cose = (await runWell(folder, "keys show ours --format cose")).trim();
    const { kid, publicKey } = parsePublicKey(Buffer.from(cose, "hex"));
    expect(Buffer.from(kid ?? []).toString("hex")).to.equal(hash);
    const jwk = JSON.parse(await runWell(folder, "keys show ours --format jwk")) as { readonly x: string };
    expect(Buffer.from(jwk.x, "base64url")).to.deep.equal(Buffer.from(publicKey?.subarray(1, 33) ?? []));
    for (const format of ["pem", "jwk", "cose"]) {
      await runWell(folder, `keys export ours -o key.${format} --format ${format}`);
      await runWell(folder, `keys import image theirs key.${format} --keys ${format}`);
      const imported = JSON.parse(await runWell(folder, `keys show theirs --json --keys ${format}`)) as ShownKey;
      expect([imported.hash, imported.privateKey]).to.deep.equal([hash, "elsewhere"]);
    }
  });

  it("export --private: an encrypted copy that import takes; no other form", async () => {
    const folder = makeFolder();
    await runWell(folder, "keys create image ours");
    await runWell(folder, "keys export ours --private -o copy.pem");
    expect(modeOf(join(folder, "copy.pem"))).to.equal("600");
    expect(readFileSync(join(folder, "copy.pem"), "utf8")).to.match(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
    await runWell(folder, "keys import image again copy.pem --keys other");
    const again = JSON.parse(await runWell(folder, "keys show again --json --keys other")) as ShownKey;
    expect(again.privateKey).to.equal("here");
    expect((await run(folder, "keys export ours --private --format jwk -o key.jwk")).status).to.equal(2);
    const wrong = { THIMBLE_KEY_PASSPHRASE: "not that one" };
    expect(await refusal(folder, "keys export ours --private -o no.pem", wrong)).to.match(/^KEY_PASSPHRASE: /);
    expect(await refusal(folder, "keys export ours -o copy.pem")).to.match(/^KEY_EXISTS: /);
  });

  it("rotate, revoke: the next record has both, then the new one alone", async () => {
    const folder = makeFolder();
    await runWell(folder, "keys create");
    expect(await runWell(folder, "keys rotate image-1")).to.match(/made the image key image-2, and version 2/);
    expect(await trusted(folder)).to.equal("2 image-1 image-2 manifest-1");
    await runWell(folder, "keys revoke image-1");
    expect(await trusted(folder)).to.equal("3 image-2 manifest-1");
    await runWell(folder, "keys rotate image-2 --name release --revoke");
    expect(await trusted(folder)).to.equal("4 release manifest-1");
    const { keys } = await shown(folder);
    expect(keys.filter(({ revoked }) => revoked !== null).map(({ name }) => name)).to.deep.equal([
      "image-1",
      "image-2",
    ]);
    for (const verb of ["rotate", "revoke"]) {
      expect(await refusal(folder, `keys ${verb} image-1`)).to.match(/^KEY_REVOKED: image-1 was revoked on /);
    }
    expect(await refusal(folder, "keys trust --add image-1")).to.match(/^KEY_REVOKED: /);
    expect(await refusal(folder, "keys trust --add release")).to.match(/^KEY_RECORD: release is in the trust record/);
    expect(await refusal(folder, "keys revoke release")).to.match(/^KEY_RECORD: .* no image key/);
    expect(await trusted(folder)).to.equal("4 release manifest-1");
  });

  it("revoke of a root key: the other one signs; after that there is none to sign the end of the last", async () => {
    const folder = makeFolder();
    await runWell(folder, "keys create");
    expect(await refusal(folder, "keys rotate root-1")).to.match(/^KEY_ROLE: a root key cannot be rotated/);
    expect(await refusal(folder, "keys revoke root-1 --root root-1")).to.match(/^KEY_ROLE: root-1 cannot sign its own/);
    expect(await runWell(folder, "keys revoke root-1")).to.match(
      /root-2 signed this record\. A device that takes it revokes root-1 in its fuses/,
    );
    const second = { trustVersion: 2, root: "root-2", otherRoot: "revoked" };
    expect(JSON.parse(await runWell(folder, "keys trust --json"))).to.include(second);
    expect(await runWell(folder, "verify keys/trust.img")).to.match(
      /signed by root-2, which revokes the other root key/,
    );
    await runWell(folder, "keys rotate image-1");
    expect(await runWell(folder, "keys trust")).to.match(/version 3 of.*by root-2, which revokes the other root key/);
    expect(await refusal(folder, "keys revoke root-2")).to.match(/^KEY_PUBLIC_ONLY: no other root key/);
    expect(await refusal(folder, "keys rotate image-1 --root root-1")).to.match(/^KEY_REVOKED: /);
  });

  it("revoke of a root key: not where a device could take it for another one", async () => {
    const folder = makeFolder();
    await runWell(folder, "keys create");
    await runWell(folder, "keys create root root-3");
    expect(await refusal(folder, "keys revoke root-1 --root root-3")).to.match(
      /^KEY_RECORD: a trust record can revoke one other root key, and there are several: root-1, root-2/,
    );
    expect((await shown(folder)).keys.filter(({ revoked }) => revoked !== null)).to.deep.equal([]);
    rmSync(join(folder, "keys", "root-3.jwk"));
    await runWell(folder, "keys revoke root-1");
    await runWell(folder, "keys create root root-4");
    expect(await refusal(folder, "keys rotate image-1 --root root-4")).to.match(
      /^KEY_RECORD: .*trust\.img revokes every root key but the one that signed it, and that is not root-4/,
    );
  });

  it("rotate of a key that no record lists makes none", async () => {
    const folder = makeFolder();
    await runWell(folder, "keys create owner home");
    expect(await runWell(folder, "keys rotate home")).to.match(/made the owner key home-2; home stays as it is/);
    expect(await refusal(folder, "keys trust")).to.match(/^KEY_RECORD: there is no trust record/);
    expect(await runWell(folder, "keys revoke home")).to.match(/No trust record lists it/);
  });

  it("ends with version 64, as a device's counter does", async () => {
    const folder = makeFolder();
    await runWell(folder, "keys create");
    const { signRecord } = await import("../../host-sim/keys/record.js");
    const { KeyStore, signerOf } = await import("../../host-sim/keys/store.js");
    const { pointOf } = await import("../../host-sim/keys/public-key.js");
    const store = new KeyStore(join(folder, "keys"));
    const root = signerOf(store.unlock(store.find("root-1"), "correct horse battery"));
    const keys = [{ role: "image", publicKey: pointOf(store.find("image-1").key) } as const];
    writeFileSync(store.trustPath, signRecord({ version: 63, keys, otherRoot: "stays" }, root));
    await runWell(folder, "keys rotate image-1");
    expect(await refusal(folder, "keys rotate image-2")).to.match(/^KEY_RECORD: version 64 was the last/);
  });
});
