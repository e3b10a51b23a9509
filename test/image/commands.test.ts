// SPDX-License-Identifier: Apache-2.0
/** `thimble sign` and `thimble verify`: what they say, and their status. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { RUN_LIMIT_MS } from "../cli/support.js";
import { makeFolder, refusal, removeFolders, run, runWell } from "../keys/support.js";
import { plainApp } from "./images.js";

interface Report {
  readonly ok: boolean;
  readonly class: string | null;
  readonly version: string | null;
  readonly securityCounter: number | null;
  readonly signedBy: string | null;
  readonly checks: readonly { readonly id: string; readonly state: string; readonly code: string | null }[];
}

describe("thimble sign and thimble verify", function () {
  this.timeout(4 * RUN_LIMIT_MS);
  let folder: string;
  before(async () => {
    folder = makeFolder();
    await runWell(folder, "keys create");
    await runWell(folder, "keys create image untold");
    writeFileSync(join(folder, "app.img"), plainApp());
  });
  after(removeFolders);

  it("sign: writes a signed image beside the one it was given, which stays", async () => {
    const stdout = await runWell(folder, "sign app.img -k image-1 --counter 3 --version 1.2.0+7 --depends 0.1.0");
    expect(stdout).to.match(
      /^signed app\.signed\.img\n {2}class {4}app\n {2}version {2}1\.2\.0\+7\n {2}counter {2}3\n/,
    );
    expect(Buffer.compare(readFileSync(join(folder, "app.img")), plainApp())).to.equal(0);
    const again = await runWell(folder, "sign app.signed.img -k image-1 -o again.img");
    expect(again).to.match(/version {2}1\.2\.0\+7/);
    const [first, second] = ["app.signed.img", "again.img"].map((name) => readFileSync(join(folder, name), "hex"));
    expect(second).to.equal(first);
  });

  it("verify: holds it against the key store's trust record, and says each check", async () => {
    const stdout = await runWell(folder, "verify app.signed.img");
    expect(stdout).to.match(/^app\.signed\.img: app 1\.2\.0\+7, security counter 3\n/);
    expect(stdout).to.match(/ok +trust record +keys\/trust\.img: version 1, 2 keys, signed by root-1\n/);
    expect(stdout).to.match(/ok +signature +ECDSA with P-256, by image-1\n[\s\S]*\nvalid\n$/);
    const report = JSON.parse(await runWell(folder, "verify app.signed.img --json")) as Report;
    expect(report).to.include({ ok: true, class: "app", version: "1.2.0+7", securityCounter: 3, signedBy: "image-1" });
    await runWell(folder, "keys export root-1 -o root.pem");
    await runWell(folder, "verify app.signed.img --keys none --trust keys/trust.img --root root.pem");
    await runWell(folder, "keys export root-2 -o spare.jwk -f jwk");
    const { status, stdout: refused } = await run(
      folder,
      "verify app.signed.img --trust keys/trust.img --root spare.jwk",
    );
    expect(status).to.equal(1);
    expect(refused).to.match(/failed +trust record +IMAGE_E_KEY[\s\S]*skipped +signature[\s\S]*\nNOT valid\n$/);
  });

  it("sign: warns of a key that no record lists; verify refuses what it signed until one does", async () => {
    const { stderr, status } = await run(folder, "sign app.img -k untold -o untold.img");
    expect(status).to.equal(0);
    expect(stderr).to.match(/^warning untold is not in the trust record: no device believes/);
    const { stdout, status: refused } = await run(folder, "verify untold.img --json");
    const { ok, checks } = JSON.parse(stdout) as Report;
    expect([refused, ok, checks.find(({ id }) => id === "signature")?.code]).to.deep.equal([1, false, "IMAGE_E_KEY"]);
    await runWell(folder, "verify untold.img --key untold");
  });

  it("verify: an image that nobody signed is valid only where no signature is asked for", async () => {
    expect((await run(folder, "verify app.img")).stdout).to.match(/IMAGE_E_UNSIGNED: the image is not signed/);
    expect(await runWell(folder, "verify app.img --digest-only")).to.match(
      /whole; nobody's signature was asked for\n$/,
    );
    expect((await run(folder, "verify app.img --key image-1")).status).to.equal(1);
  });

  it("refuse, each with its code, and write nothing", async () => {
    writeFileSync(join(folder, "text.img"), "hello, this is a text and no image at all");
    const cases: readonly (readonly [line: string, error: RegExp])[] = [
      ["sign none.img -k image-1", /^IMAGE_FILE: there is no file none\.img/],
      ["sign keys -k image-1", /^IMAGE_FILE: .* is no file/],
      ["sign text.img -k image-1 -o out.img", /^IMAGE_E_HEADER: this is no image in MCUboot's format/],
      ["sign keys/trust.img -k image-1 -o out.img", /^IMAGE_E_ABI: /],
      ["sign app.img -k root-1 -o out.img", /^KEY_ROLE: root-1 is a key of role root/],
      ["sign app.img -k image-9 -o out.img", /^KEY_NOT_FOUND: /],
      ["sign app.img -k image-1 -o out.img --class firmware", /^IMAGE_E_CLASS: /],
      ["verify none.img", /^IMAGE_FILE: /],
      ["verify app.img --keys none", /^VERIFY_KEY: there is no root key to verify with/],
      ["verify app.img --trust none.img", /^IMAGE_FILE: /],
      ["verify app.img --key nobody", /^KEY_NOT_FOUND: nobody is neither a key in keys nor a file/],
      ["verify app.img --key text.img", /^KEY_FILE: there is no key in text\.img/],
    ];
    for (const [line, error] of cases) expect(await refusal(folder, line), line).to.match(error);
    expect(existsSync(join(folder, "out.img"))).to.equal(false);
    for (const line of [
      "sign app.img",
      "sign app.img -k image-1 --counter 65",
      "sign app.img -k image-1 --version 1.2",
      "sign app.img -k image-1 --version 256.0.0",
      "sign app.img -k image-1 --class boot",
      "verify app.img --key image-1 --digest-only",
      "verify app.img --key image-1 --trust keys/trust.img",
    ]) {
      expect((await run(folder, line)).status, line).to.equal(2);
    }
  });

  it("sign: takes no revoked key; verify: nor what it signed, under the new record", async () => {
    await runWell(folder, "keys rotate image-1 --revoke");
    expect(await refusal(folder, "sign app.img -k image-1")).to.match(/^KEY_REVOKED: /);
    expect((await run(folder, "verify app.signed.img")).stdout).to.match(/IMAGE_E_KEY: not signed by image-2/);
  });
});
