// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { makeApp, RUN_LIMIT_MS, thimble, useEngines } from "./support.js";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

describe("thimble build", function () {
  this.timeout(RUN_LIMIT_MS);
  useEngines();

  it("prints path, size, digests and ABI of the image", async () => {
    const app = makeApp({ "main.ts": 'trace("hello\\n");\n' });
    const { status, stdout, stderr } = await thimble(["build", app], { cwd: app });
    expect(status, stderr).to.equal(0);
    const image = readFileSync(join(app, "build", "host-release", "app.img"));
    expect(stdout).to.match(/^ +image +build\/host-release\/app\.img$/m);
    expect(stdout).to.match(new RegExp(`^ +size +${image.length.toLocaleString("en")} bytes$`, "m"));
    expect(stdout).to.match(new RegExp(`^ +digest +${sha256(image)} `, "m"));
    expect(stdout).to.match(/^ +ABI +[0-9a-f]{64}$/m);
  });

  it("--json has the same in one object, for the board and variant asked for", async () => {
    const app = makeApp({ "main.ts": "" });
    const { status, stdout } = await thimble(["build", app, "--board", "mps2-an505", "--debug", "--json"]);
    expect(status).to.equal(0);
    const result = JSON.parse(stdout);
    const image = readFileSync(result.image);
    expect(result).to.include({ ok: true, board: "mps2-an505", variant: "debug", size: image.length });
    expect(result.imageDigest).to.equal(sha256(image));
    expect(result.archiveDigest).to.equal(sha256(readFileSync(join(app, "build/mps2-an505-debug/app.xsa"))));
    expect(result.abi).to.match(/^[0-9a-f]{64}$/);
    expect(result.modules).to.include("main");
    expect(result.warnings).to.deep.equal([]);
  });

  it("says which modules of the SDK the app carries, and how many bytes they are", async () => {
    const source =
      'import "thimble/cose/mac0"; import "thimble/cose/iv"; import "thimble/cose/sign1"; import "thimble/attestation/path";';
    const include = ["cose", "attestation"].map((name) => `$(THIMBLE)/manifests/${name}.json`);
    const app = makeApp({ "main.ts": source }, { include });
    const { modules, carried } = JSON.parse((await thimble(["build", app, "--json"])).stdout);
    const names = ["thimble/attestation/path", "thimble/cose/iv", "thimble/cose/mac-tag", "thimble/cose/mac0"];
    expect(carried.map(({ name }: { name: string }) => name)).to.deep.equal(names);
    expect(modules).to.deep.equal(["main", "mc/config", ...names]);
    const sum = carried.reduce((bytes: number, each: { bytes: number }) => bytes + each.bytes, 0);
    const { stdout } = await thimble(["build", app]);
    expect(stdout).to.match(/^ +modules +main, mc\/config$/m);
    const list = "thimble/attestation/path, thimble/cose/{iv, mac-tag, mac0}";
    expect(stdout).to.contain(`carries  4 of the SDK, ${sum.toLocaleString("en")} bytes: ${list}\n`);
  });

  it("builds the app of the current folder when none is named", async () => {
    const app = makeApp({ "main.ts": "" });
    const { status, stdout } = await thimble(["build"], { cwd: app });
    expect(stdout).to.match(/^ +image +build\/host-release\/app\.img$/m);
    expect(status).to.equal(0);
  });

  it("gives both boards the same archive", async () => {
    const app = makeApp({ "main.ts": "trace(Math.PI);\n" });
    const digestFor = async (board: string): Promise<string> =>
      JSON.parse((await thimble(["build", app, "--board", board, "--json"])).stdout).imageDigest;
    expect(await digestFor("host")).to.equal(await digestFor("mps2-an505"));
  });

  it("shows a manifest's warning and builds all the same", async () => {
    const app = makeApp({ "main.ts": "" }, { platforms: { "...": { warning: "not tried on this board" } } });
    const { status, stderr } = await thimble(["build", app]);
    expect(stderr).to.match(/warning .*not tried on this board/);
    expect(status).to.equal(0);
  });
});
