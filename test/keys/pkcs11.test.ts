// SPDX-License-Identifier: Apache-2.0
/** A root key in a token: Debian's softhsm2, reached by pkcs11-tool (opensc). */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { RUN_LIMIT_MS } from "../cli/support.js";
import { makeFolder, refusal, removeFolders, runWell } from "./support.js";

const MODULE = "/usr/lib/softhsm/libsofthsm2.so";
const PIN = "123456";
const MISSING = "softhsm2 and opensc (pkcs11-tool) are needed for this suite: apt-get install softhsm2 opensc";

function has(program: string): boolean {
  return spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined;
}

describe("a root key in a token", function () {
  this.timeout(4 * RUN_LIMIT_MS);
  if (!existsSync(MODULE) || !has("softhsm2-util") || !has("pkcs11-tool")) {
    if (process.env.CI === "true") {
      it(MISSING, () => {
        throw new Error(MISSING);
      });
    } else it(MISSING);
    return;
  }

  let folder: string;
  let env: Readonly<Record<string, string>>;
  const named = (token: string, key: string): string => `--pkcs11 ${MODULE} --token ${token} --key ${key}`;
  const tool = (program: string, ...words: readonly string[]): void => {
    const { status, stderr } = spawnSync(program, words, { env: { ...process.env, ...env }, encoding: "utf8" });
    if (status !== 0) throw new Error(`${program}: ${stderr}`);
  };

  before(async () => {
    folder = makeFolder();
    mkdirSync(join(folder, "tokens"));
    const configuration = join(folder, "softhsm2.conf");
    writeFileSync(configuration, `directories.tokendir = ${join(folder, "tokens")}\nobjectstore.backend = file\n`);
    env = { SOFTHSM2_CONF: configuration, THIMBLE_PKCS11_PIN: PIN };
    tool("softhsm2-util", "--init-token", "--free", "--label", "safe", "--so-pin", "12345678", "--pin", PIN);
    const login = ["--module", MODULE, "--token-label", "safe", "--login", "--pin", PIN];
    tool("pkcs11-tool", ...login, "--keypairgen", "--key-type", "EC:prime256v1", "--label", "root", "--id", "01");
    tool("pkcs11-tool", ...login, "--keypairgen", "--key-type", "EC:secp384r1", "--label", "other", "--id", "02");
    await runWell(folder, "keys create image release");
    await runWell(folder, "keys create image second");
    await runWell(folder, `keys import root hsm ${named("safe", "root")}`, env);
  });
  after(removeFolders);

  it("is named in the key store, and its private half is not there", async () => {
    expect(existsSync(join(folder, "keys", "hsm.pem"))).to.equal(false);
    expect(await runWell(folder, "keys show hsm", env)).to.match(/^private {3}token \(safe, root\)$/m);
  });

  it("signs a trust record, which verifies without the token", async () => {
    expect(await runWell(folder, "keys trust --add release", env)).to.match(/made version 1/);
    expect(await runWell(folder, "verify keys/trust.img")).to.match(/1 key, signed by hsm[\s\S]*\nvalid\n$/);
  });

  it("refuses a wrong PIN, none, another curve, and what is not there; nothing is changed", async () => {
    const before = await runWell(folder, "keys trust --json");
    const add = "keys trust --add second";
    const wrong = { ...env, THIMBLE_PKCS11_PIN: "000000" };
    expect(await refusal(folder, add, wrong)).to.match(/^KEY_PKCS11: the token safe: .*CKR_PIN_INCORRECT/);
    expect(await refusal(folder, add, { ...env, THIMBLE_PKCS11_PIN: "" })).to.match(/^KEY_PASSPHRASE_MISSING: the PIN/);
    expect(await refusal(folder, `keys import root p384 ${named("safe", "other")}`, env)).to.match(
      /^KEY_(CURVE|PKCS11): /,
    );
    expect(await refusal(folder, `keys import root no ${named("nosuch", "root")}`, env)).to.match(/^KEY_PKCS11: /);
    expect(await refusal(folder, `keys import root no ${named("safe", "nosuch")}`, env)).to.match(/^KEY_PKCS11: /);
    const without = { ...env, PATH: join(folder, "empty") };
    expect(await refusal(folder, add, without)).to.match(/^KEY_PKCS11: pkcs11-tool is not there/);
    expect(await runWell(folder, "keys trust --json")).to.equal(before);
  });

  it("notices that the token has another key in its place now", async () => {
    const login = ["--module", MODULE, "--token-label", "safe", "--login", "--pin", PIN];
    for (const type of ["privkey", "pubkey"]) {
      tool("pkcs11-tool", ...login, "--delete-object", "--type", type, "--label", "root");
    }
    tool("pkcs11-tool", ...login, "--keypairgen", "--key-type", "EC:prime256v1", "--label", "root", "--id", "01");
    expect(await refusal(folder, "keys trust --add second", env)).to.match(/^IMAGE_E_SIGNATURE: /);
  });
});
