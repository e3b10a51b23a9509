// SPDX-License-Identifier: Apache-2.0
/** `thimble provision` as a maker and an owner meet it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { DeviceState } from "../../host-sim/board/window.js";
import { signImage } from "../../host-sim/image/sign.js";
import { commandLine, needsTerminal, onTerminal, TERMINAL_LIMIT_MS } from "../cli/on-terminal.js";
import { RUN_LIMIT_MS, thimble, useEngines } from "../cli/support.js";
import { contentOf, makeFolder, PASSPHRASE, refusal, removeFolders, run, runWell } from "../keys/support.js";
import { imageOf } from "../refusals/boards.js";
import { Maker } from "./bench.js";

const PLAN = [
  /^device dev \(host\): new$/m,
  /^ {2}1 {12}program firmware 0\.1\.0\+0, app 0\.1\.0\+0, trust record 1$/m,
  /^ {2}2 {2}for good {2}the device makes its secret$/m,
  /^ {2}3 {2}for good {2}root keys root-1 \([0-9a-f]{16}\) and root-2 \([0-9a-f]{16}\)$/m,
  /^ {2}4 {2}for good {2}owner owner-1 \([0-9a-f]{16}\)$/m,
  /^ {2}5 {12}owner-1 certifies the device's keys$/m,
  /^ {2}6 {2}for good {2}the device is secured$/m,
  /^ {2}7 {12}it starts with the app$/m,
  /^Steps marked for good burn fuses: no command takes them back\.$/m,
];

/** A project with an app and, when asked for, all keys. */
async function makeProject(hasKeys = true): Promise<string> {
  const folder = makeFolder();
  const manifest = { include: "$(MODDABLE)/examples/manifest_base.json", modules: { "*": "./main" } };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "main.ts"), `trace("app runs\\n");\n`);
  if (!hasKeys) return folder;
  await runWell(folder, "keys create");
  await runWell(folder, "keys create owner");
  return folder;
}

describe("thimble provision", function () {
  this.timeout(3 * RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" });
  after(removeFolders);

  it("shows the plan, and does nothing without a yes", async () => {
    const folder = await makeProject();
    await runWell(folder, "build");
    const before = contentOf(folder);
    const { status, stderr, stdout } = await run(folder, "provision --state dev");
    expect([status, stdout]).to.deep.equal([1, ""]);
    for (const line of PLAN) expect(stderr).to.match(line);
    expect(stderr).to.match(/error PROVISION_CONFIRM: nobody can be asked, and nothing was changed\n.*--yes/);
    expect(contentOf(folder)).to.deep.equal(before);
  });

  it("says which command makes the key that is missing", async () => {
    const folder = await makeProject(false);
    const none = await run(folder, "provision --state dev --yes");
    expect(none.stderr).to.match(
      /PROVISION_KEY: there is no owner key in keys\n`thimble keys create` makes .*`thimble keys create owner`/,
    );
    await runWell(folder, "keys create");
    const owner = await run(folder, "provision --state dev --yes");
    expect(owner.stderr).to.match(
      /PROVISION_KEY: there is no owner key in keys\n`thimble keys create owner` makes one/,
    );
    await runWell(folder, "keys create owner");
    await runWell(folder, "keys create owner second");
    expect(await refusal(folder, "provision --state dev --yes")).to.match(
      /^PROVISION_KEY: there are several owner keys: owner-1, second/,
    );
    expect(await refusal(folder, "provision --state dev --yes --owner root-1")).to.match(/^KEY_ROLE/);
    expect(await refusal(folder, "provision --state dev --yes --owner owner-1 --root root-1")).to.match(
      /^PROVISION_KEY: .*root-1$/,
    );
    expect(await refusal(folder, "provision --state dev --yes --owner owner-1 --image-key owner-1")).to.match(
      /^KEY_ROLE/,
    );
    expect(await refusal(folder, "provision --state dev --yes --owner owner-1 --trust manifest.json")).to.match(
      /^PROVISION_IMAGE/,
    );
    expect(existsSync(join(folder, "dev"))).to.equal(false);
  });

  it("refuses a wrong passphrase, and a device that is no device, before anything is done", async () => {
    const folder = await makeProject();
    const wrong = { THIMBLE_KEY_PASSPHRASE: "not the right one" };
    expect(await refusal(folder, "provision --state dev --yes", wrong)).to.match(/^KEY_PASSPHRASE: /);
    expect(existsSync(join(folder, "dev"))).to.equal(false);
    mkdirSync(join(folder, "other"));
    writeFileSync(join(folder, "other", "letter.txt"), "x");
    expect(await refusal(folder, "provision --state other --yes")).to.match(/^STATE: .* is no device's state/);
    expect(readdirSync(join(folder, "other"))).to.deep.equal(["letter.txt"]);
  });

  it("wrong usage has status 2", async () => {
    const folder = await makeProject(false);
    for (const line of [
      "provision",
      "provision --state dev --order burn",
      "provision --state dev --order wipe --transfer x",
      "provision --state dev --status --order wipe",
      "provision --state dev --status --rehearse",
      "provision --state dev --order wipe --x509",
      "provision --state dev --board esp32",
      "provision dev",
    ]) {
      expect((await run(folder, line)).status, line).to.equal(2);
    }
  });

  it("rehearses with a copy: the device is as it was", async () => {
    const folder = await makeProject();
    const { status, stdout, stderr } = await run(folder, "provision --state dev --rehearse");
    expect([status, stdout], stderr).to.deep.equal([
      0,
      "rehearsed with a copy: it was secured, and starts its app. The device is as it was\n",
    ]);
    expect(existsSync(join(folder, "dev"))).to.equal(false);
    expect(existsSync(join(folder, "provisioned"))).to.equal(false);
  });

  it("provisions, shows, and changes nothing of a device that is provisioned", async () => {
    const folder = await makeProject();
    const made = JSON.parse(await runWell(folder, "provision --state dev --yes --x509 --json"));
    expect(made).to.include({ ok: true, board: "host", lifecycle: "secured", wasSecured: false, trustVersion: 1 });
    expect(made.deviceId).to.match(/^[0-9a-f]{32}$/);
    expect(readdirSync(join(folder, "provisioned")).sort()).to.deep.equal([made.deviceId, "owner-1.crt"]);
    expect(
      readdirSync(join(folder, "provisioned", made.deviceId))
        .sort()
        .join(),
    ).to.equal(
      "agreement.ccs,agreement.cwt,agreement.pem,attestation.cwt,attestation.pem,signing.ccs,signing.crt,signing.cwt,signing.pem",
    );
    expect(made.instanceId).to.match(/^01[0-9a-f]{64}$/);
    for (const { cwt } of made.credentials) expect(readFileSync(join(folder, cwt)).length).to.be.greaterThan(100);
    const state = readFileSync(join(folder, "dev", "window.bin"));
    const shown = JSON.parse(await runWell(folder, "provision --state dev --status --json"));
    expect(shown).to.include({ answers: true, lifecycle: "secured", owners: 1, trustVersion: 1, wipeEpoch: 0 });
    expect(shown.owner).to.include({ name: "owner-1" });
    expect(readFileSync(join(folder, "dev", "window.bin")).equals(state)).to.equal(true);
    expect(await runWell(folder, "provision --state dev")).to.match(
      /is secured already, and starts its app: nothing was changed/,
    );
    expect((await thimble(["sim", folder, "--state", join(folder, "dev")])).stdout).to.equal("app runs\n");
  });

  it("does not touch a device that is secured and does not answer", async () => {
    const folder = await makeProject();
    await runWell(folder, "provision --state dev --yes");
    const device = new DeviceState(join(folder, "dev"));
    device.programmer.erase("fw0");
    device.close();
    const window = (): Buffer => readFileSync(join(folder, "dev", "window.bin"));
    const before = window();
    const expected = /^PROVISION_SERVICE: the device is secured, and does not answer/;
    expect(await refusal(folder, "provision --state dev --yes")).to.match(expected);
    expect(await refusal(folder, "provision --state dev --yes --order wipe")).to.match(expected);
    expect(window().equals(before)).to.equal(true);
    expect(await runWell(folder, "provision --state dev --status")).to.match(/it does not answer[\s\S]*fw0 +empty/);
  });

  it("--status shows an image whose last bytes are like erased flash", async () => {
    const folder = await makeProject(false);
    const { image } = new Maker({ board: "host", variant: "release" }).keys;
    const plain = Buffer.from(await imageOf("trace(1);"));
    let signed: Buffer = plain;
    for (let build = 0; signed.at(-1) !== 0xff; build++) {
      signed = signImage(plain, { class: "app", version: { major: 1, minor: 0, revision: 0, build } }, image);
    }
    const device = new DeviceState(join(folder, "dev"));
    device.programmer.write("app0", signed);
    device.close();
    const { answers, slots } = JSON.parse(await runWell(folder, "provision --state dev --status --json"));
    expect(answers).to.equal(false);
    const app = slots.find(({ slot }: { slot: string }) => slot === "app0");
    expect(app.version).to.match(/^1\.0\.0\+\d+$/);
  });

  it("goes on after it was killed", async () => {
    const folder = await makeProject();
    const env = { THIMBLE_KEY_PASSPHRASE: PASSPHRASE, CI: "true" };
    const signal = { name: "SIGKILL", after: "ok  the device makes its secret" } as const;
    const killed = await thimble(["provision", "--state", "dev", "--yes"], { cwd: folder, env, signal });
    expect(killed.status).to.equal(null);
    const window = readFileSync(join(folder, "dev", "window.bin"));
    expect(await refusal(folder, "provision --state dev")).to.match(/^PROVISION_CONFIRM/);
    expect(readFileSync(join(folder, "dev", "window.bin")).equals(window)).to.equal(true);
    const again = await run(folder, "provision --state dev --yes");
    expect(again.status, again.stderr).to.equal(0);
    expect(again.stderr).to.match(/^device dev \(host\): half provisioned$/m);
    expect(again.stderr).not.to.match(/the device makes its secret/);
    expect(again.stderr).to.match(/It goes on from where the device is\./);
  });

  it("gives orders of the owner, and of nobody else", async () => {
    const folder = await makeProject();
    expect(await refusal(folder, "provision --state dev --order wipe --yes")).to.match(
      /^PROVISION_STATE: there is no device/,
    );
    await runWell(folder, "provision --state dev --yes");
    const { stderr } = await run(folder, "provision --state dev --order wipe");
    expect(stderr).to.match(/^ {2}1 {2}for good {2}all that it sealed becomes unreadable/m);
    expect(stderr).to.match(/PROVISION_CONFIRM/);
    const order = async (words: string) =>
      JSON.parse(await runWell(folder, `provision --state dev --json --yes ${words}`));
    expect(await order("--order wipe --rehearse")).to.include({ isRehearsal: true, wipeEpoch: 1 });
    expect(await order("--order enter-debug")).to.include({ wasSo: false, lifecycle: "debug", wipeEpoch: 0 });
    expect(await order("--order enter-debug")).to.include({ wasSo: true });
    expect(await refusal(folder, "provision --state dev")).to.match(/^PROVISION_STATE: .*in debug/);
    await order("--order leave-debug");
    await runWell(folder, "keys create owner buyer");
    expect(await order("--transfer buyer")).to.include({ order: "transfer", lifecycle: "secured", wipeEpoch: 1 });
    expect(await order("--owner owner-1 --transfer buyer")).to.include({ wasSo: true });
    expect(await refusal(folder, "provision --state dev --owner owner-1 --order wipe --yes")).to.match(
      /^PROVISION_OWNER/,
    );
    expect(await order("--order decommission")).to.include({ lifecycle: "decommissioned" });
    expect(await refusal(folder, "provision --state dev")).to.match(/^PROVISION_STATE: the device is decommissioned/);
    expect(await runWell(folder, "provision --state dev --status")).to.match(/secret +destroyed/);
  });
});

describe("thimble provision on a terminal", function () {
  this.timeout(3 * TERMINAL_LIMIT_MS);
  useEngines({ board: "host", variant: "release" });
  before(function () {
    needsTerminal(this);
  });
  after(removeFolders);

  it("asks for passphrases, then for a yes; anything else changes nothing", async () => {
    const folder = await makeProject();
    const line = commandLine("provision --state dev");
    const passphrase = [/Passphrase of image key image-1\? /, `${PASSPHRASE}\r`] as const;
    const question = /Type yes to do this: \(no\) /;
    for (const [answer, status] of [
      ["no\r", 1],
      ["\r", 1],
      ["y\r\x03", 130],
    ] as const) {
      const { screen, status: ended } = await onTerminal(line, folder, [passphrase, [question, answer]]);
      expect(screen).to.match(/nothing was changed/);
      expect(ended, screen).to.equal(status);
      expect(existsSync(join(folder, "dev"))).to.equal(false);
    }
    const { screen, status } = await onTerminal(line, folder, [passphrase, [question, "yes\r"]]);
    expect(status, screen).to.equal(0);
    expect(screen).to.match(/is secured, and starts its app/);
  });
});
