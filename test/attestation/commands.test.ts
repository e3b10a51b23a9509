// SPDX-License-Identifier: Apache-2.0
/** `thimble attest verify` and `show`: a device that is what the reference says, and each way in which one is not. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { attachPath } from "../../sdk/attestation/path.js";
import { RUN_LIMIT_MS, useEngines } from "../cli/support.js";
import { refusal, removeFolders, run, runWell } from "../keys/support.js";
import { type Claims, type Component, Device, makePlace, NONCE, type Place } from "./commands.js";

const THIMBLE = fileURLToPath(new URL("../../cli/thimble.js", import.meta.url));
const HEX = NONCE.toString("hex");
const VERIFY = `attest verify token.cbor --nonce ${HEX} --device-key device.pem --reference reference.cbor`;

describe("thimble attest", function () {
  this.timeout(6 * RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" });
  let place: Place;

  before("a device and its reference values", async () => {
    place = await makePlace();
  });
  after(removeFolders);

  /** What `verify` says last of another token. */
  async function verdictOn(
    change: (claims: Claims) => void,
    components?: readonly Component[],
    more = "",
  ): Promise<string> {
    const { folder, device } = place;
    writeFileSync(join(folder, "other.cbor"), device.token(components ?? place.components, change));
    const { status, stdout, stderr } = await run(folder, VERIFY.replace("token.cbor", "other.cbor") + more);
    expect(stderr).to.equal("");
    expect(status).to.equal(/^accepted/m.test(stdout) ? 0 : 1);
    return stdout.trimEnd().split("\n").at(-1) ?? "";
  }

  it("verify: accepts what the reference says, step by step", async () => {
    const stdout = await runWell(place.folder, VERIFY);
    for (const step of ["signature", "nonce", "lifecycle", "component boot", "component firmware", "component app"]) {
      expect(stdout).to.match(new RegExp(`^ {2}good +${step} `, "m"));
    }
    expect(stdout).to.match(/^accepted\nnot looked at: clientId, certificate\n$/m);
  });

  it("verify: refuses another version, digest, signer, component, state, nonce, profile, each with its own reason", async () => {
    const { components } = place;
    const [boot, firmware, app] = components as [Component, Component, Component];
    const zeros = new Uint8Array(32);
    const none = () => undefined;
    expect(await verdictOn(none, [boot, firmware, { ...app, digest: zeros }])).to.match(
      /^refused: component app: ATTEST_COMPONENT: /,
    );
    expect(await verdictOn(none, [boot, firmware, { ...app, version: "1.2.1+0" }])).to.match(
      /component app: .*another version/,
    );
    expect(await verdictOn(none, [boot, { ...firmware, signer: zeros }, app])).to.match(
      /component firmware: .*another signer/,
    );
    expect(await verdictOn(none, [{ ...boot, digest: zeros }, firmware, app])).to.match(/^refused: component boot: /);
    expect(await verdictOn(none, [boot, app])).to.match(/^refused: components: ATTEST_COMPONENT: missing: firmware/);
    expect(await verdictOn((claims) => claims.set(2395, 0x5000))).to.match(/^refused: lifecycle: ATTEST_LIFECYCLE: /);
    expect(await verdictOn((claims) => claims.set(10, zeros))).to.match(/^refused: nonce: ATTEST_NONCE: /);
    expect(await verdictOn((claims) => claims.set(2396, zeros))).to.match(/^refused: implementationId: ATTEST_IMPL/);
    expect(await verdictOn((claims) => void claims.delete(2395))).to.match(/^refused: claims: ATTEST_CLAIM: /);
    const old = (claims: Claims) => {
      claims.set(265, "http://arm.com/psa/2.0.0").delete(268);
      claims.set(2397, new Uint8Array(32));
    };
    expect(await verdictOn(old)).to.match(/^refused: profile: ATTEST_PROFILE: /);
    expect(await verdictOn(old, undefined, " --claims-profile http://arm.com/psa/2.0.0")).to.match(/^not looked at/);
    expect(await verdictOn((claims) => claims.set(2395, 0x5000), undefined, " --allow debug")).to.match(
      /^not looked at/,
    );
  });

  it("verify: refuses a stranger's key, and a token that was changed", async () => {
    const { folder } = place;
    writeFileSync(join(folder, "stranger.pem"), new Device().pem);
    const { status, stdout } = await run(folder, VERIFY.replace("device.pem", "stranger.pem"));
    expect(status).to.equal(1);
    expect(stdout).to.match(/^refused: /m);
    const changed = readFileSync(join(folder, "token.cbor"));
    changed[changed.length - 70] = (changed[changed.length - 70] as number) ^ 1;
    writeFileSync(join(folder, "changed.cbor"), changed);
    const again = await run(folder, VERIFY.replace("token.cbor", "changed.cbor"));
    expect([
      again.status,
      again.stdout
        .match(/^refused: (\w+): (\w+)/m)
        ?.slice(1)
        .join(),
    ]).to.deep.equal([1, "signature,PSA_ERROR_INVALID_SIGNATURE"]);
  });

  it("verify: knows devices of a folder as provisioning leaves it", async () => {
    const { folder, device } = place;
    const byFolder = VERIFY.replace("--device-key device.pem", "--devices devices");
    expect(await refusal(folder, byFolder)).to.match(/^ATTEST_KNOWN: there is no folder devices/);
    mkdirSync(join(folder, "devices", "00"), { recursive: true });
    writeFileSync(join(folder, "devices", "00", "attestation.pem"), new Device().pem);
    expect((await run(folder, byFolder)).stdout).to.match(/^refused: key: ATTEST_KEY: /m);
    mkdirSync(join(folder, "devices", "01"));
    writeFileSync(join(folder, "devices", "01", "attestation.pem"), device.pem);
    expect((await run(folder, byFolder)).status).to.equal(0);
  });

  it("verify: knows devices that an owner has certified; show says who vouches for the key, unverified", async () => {
    const { folder, device, components } = place;
    const [owner, stranger] = [new Device(), new Device()];
    writeFileSync(join(folder, "owner.pem"), owner.pem);
    const token = (by: Device) => attachPath(device.token(components), [by.certify(device, "The Owner")]);
    const byOwner = "attest verify path.cbor --nonce NONCE --owner owner.pem --reference reference.cbor".replace(
      "NONCE",
      HEX,
    );
    writeFileSync(join(folder, "path.cbor"), token(owner));
    expect(await runWell(folder, byOwner)).to.match(/^ {2}good +path .*\n[\s\S]*^accepted$/m);
    const shown = await runWell(folder, "attest show path.cbor");
    expect(shown).to.match(/^ {2}path +1 certificate\n +The Owner certifies the key of 09/m);
    const many = `${byOwner}${" --owner owner.pem".repeat(16)}`;
    expect(await refusal(folder, many)).to.equal("ATTEST_KNOWN: 17 owners are too many: at most 16");
    writeFileSync(join(folder, "path.cbor"), token(stranger));
    expect((await run(folder, byOwner)).stdout).to.match(/^refused: (path|key): ATTEST_/m);
    writeFileSync(join(folder, "path.cbor"), attachPath(device.token(components), [Uint8Array.of(1)]));
    expect(await runWell(folder, "attest show path.cbor")).to.match(/^ +not readable$/m);
  });

  it("verify: knows devices whose keys the reference has, and says when such a key is none", async () => {
    const { folder, device } = place;
    const { instanceId, publicKey } = device;
    const maker = new Device();
    const implementationId = new Uint8Array(32);
    writeFileSync(join(folder, "maker.pem"), maker.pem);
    writeFileSync(join(folder, "keys.cbor"), maker.endorse({ instanceId, implementationId, publicKey }));
    const line = `attest verify token.cbor --nonce ${HEX} --reference keys.cbor --reference-key maker.pem`;
    const elsewhere = /^ {2}good +signature .*\n[\s\S]*^refused: implementationId: ATTEST_ENDORSEMENT: /m;
    expect((await run(folder, line)).stdout).to.match(elsewhere);
    // However the key is known: what is endorsed of it has to hold.
    expect((await run(folder, `${line} --device-key device.pem`)).stdout).to.match(elsewhere);
    const another = Uint8Array.from(instanceId, (byte, index) => (index === 32 ? byte ^ 1 : byte));
    writeFileSync(join(folder, "keys.cbor"), maker.endorse({ instanceId: another, implementationId, publicKey }));
    expect((await run(folder, `${line} --device-key device.pem`)).stdout).to.match(
      /^refused: instanceId: ATTEST_ENDORSEMENT: /m,
    );
    const none = new Uint8Array(65).fill(1);
    none[0] = 4;
    writeFileSync(join(folder, "keys.cbor"), maker.endorse({ instanceId, implementationId, publicKey: none }));
    expect(await refusal(folder, line)).to.match(
      /^ATTEST_REFERENCE: maker.pem endorsed a key for 01[0-9a-f]{64} that is not on P-256/,
    );
  });

  it("verify: takes hexadecimal and base64url, in a file, as argument, on standard input", async () => {
    const { folder } = place;
    const token = readFileSync(join(folder, "token.cbor"));
    writeFileSync(join(folder, "token.hex"), `${token.toString("hex").replace(/(.{64})/g, "$1\n")}\n`);
    writeFileSync(join(folder, "token.b64"), token.toString("base64url"));
    for (const form of ["token.hex", "token.b64", token.toString("hex"), token.toString("base64url")]) {
      expect((await run(folder, VERIFY.replace("token.cbor", form))).status, form.slice(0, 16)).to.equal(0);
    }
    const piped = spawnSync(process.execPath, [THIMBLE, "attest", "show", "-"], { input: token, encoding: "utf8" });
    expect([piped.status, piped.stderr]).to.deep.equal([0, ""]);
    expect(piped.stdout).to.include("runs app");
  });

  it("verify --json: the result, the first reason, each verdict, and claims of an accepted token alone", async () => {
    const { folder } = place;
    const good = JSON.parse(await runWell(folder, `${VERIFY} --json`)) as Record<string, unknown>;
    expect(Object.keys(good)).to.deep.equal(["ok", "result", "claims", "verdicts"]);
    const other = await run(folder, `${VERIFY.replace(HEX, "00".repeat(32))} --json`);
    const refused = JSON.parse(other.stdout) as Record<string, unknown>;
    expect(other.status).to.equal(1);
    expect(Object.keys(refused)).to.deep.equal(["ok", "result", "reason", "verdicts"]);
    expect(refused.reason).to.deep.include({ step: "nonce", code: "ATTEST_NONCE" });
  });

  it("verify: says what is wrong with a reference", async () => {
    const { folder } = place;
    const by = (reference: string) => VERIFY.replace("reference.cbor", reference);
    expect(await refusal(folder, by("none.cbor"))).to.equal("ATTEST_REFERENCE: there is no file none.cbor");
    expect(await refusal(folder, by("token.cbor"))).to.match(
      /^ATTEST_REFERENCE: token.cbor was not signed by verifier-1/,
    );
    await runWell(
      folder,
      "attest reference app.signed.img firmware.signed.img --from 2001-01-01 --until 2001-01-02 -o past.cbor",
    );
    expect(await refusal(folder, by("past.cbor"))).to.equal(
      "ATTEST_REFERENCE: past.cbor: CORIM_VALIDITY: the CoRIM has expired",
    );
    expect(await refusal(folder, `${VERIFY} --reference-key image-1`)).to.match(/was not signed by image-1/);
  });

  it("exits 2 where nothing would be looked at", async () => {
    const wrong: readonly (readonly [string, RegExp])[] = [
      [`attest verify token.cbor --nonce ${HEX} --device-key device.pem`, /'--any-software'/],
      [`attest verify token.cbor --nonce ${HEX} --any-software`, /name a device that is known/],
      ["attest verify token.cbor --device-key device.pem --any-software", /required option '--nonce/],
      ["attest verify token.cbor --nonce 00 --device-key device.pem --any-software", /32, 48 or 64 bytes/],
      [`${VERIFY} --allow nothing`, /Allowed choices are/],
      [`${VERIFY} --any-software`, /cannot be used with option/],
      ["attest reference app.img --until tomorrow", /Expected a day/],
      ["attest reference app.img --until 2026-02-30", /Expected a day/],
      ["attest reference", /missing required argument/],
    ];
    for (const [line, message] of wrong) {
      const { status, stderr } = await run(place.folder, line);
      expect([status, message.test(stderr)], `${line}: ${stderr}`).to.deep.equal([2, true]);
    }
  });

  it("show: explains each claim, and says that nothing was verified", async () => {
    const { folder, device } = place;
    const stdout = await runWell(folder, "attest show token.cbor");
    for (const words of [
      "profile",
      "device",
      "kind of device",
      "lifecycle",
      "runs boot",
      "runs firmware",
      "runs app",
      "nonce",
      "asked for by",
      "start",
      "path",
    ]) {
      expect(stdout).to.match(new RegExp(`^ {2}${words} `, "m"));
    }
    expect(stdout)
      .to.include("thimble-boot-1/host")
      .and.include(HEX)
      .and.match(/Nothing of this was verified/);
    const shown = JSON.parse(await runWell(folder, "attest show token.cbor --json")) as {
      verified: boolean;
      claims: { claim: string; value: string }[];
    };
    expect(shown.verified).to.equal(false);
    expect(shown.claims.find(({ claim }) => claim === "instanceId")?.value).to.equal(
      Buffer.from(device.instanceId).toString("hex"),
    );
  });

  it("show: what a stranger wrote does no harm to a terminal, and what is no token is refused", async () => {
    const { folder, device, components } = place;
    const [, , app] = components as [Component, Component, Component];
    writeFileSync(join(folder, "evil.cbor"), device.token([{ ...app, type: "\u001b[2Japp", version: "x".repeat(99) }]));
    const stdout = await runWell(folder, "attest show evil.cbor");
    expect(stdout).to.include("?[2Japp").and.not.include("\u001b").and.not.include("x".repeat(65));
    writeFileSync(join(folder, "empty"), "");
    writeFileSync(join(folder, "text"), "no token at all!");
    writeFileSync(join(folder, "long"), Buffer.alloc(40_000));
    expect(await refusal(folder, "attest show empty")).to.equal("ATTEST_TOKEN: empty is empty");
    expect(await refusal(folder, "attest show text")).to.equal("ATTEST_TOKEN: text holds no token");
    expect(await refusal(folder, "attest show long")).to.match(/^ATTEST_TOKEN: /);
    expect(await refusal(folder, "attest show keys")).to.match(/^ATTEST_TOKEN: /);
    expect(await refusal(folder, "attest show nothing")).to.equal("ATTEST_TOKEN: there is no file nothing");
    expect(await refusal(folder, "attest show app.img")).to.match(/^ATTEST_TOKEN: this is not a PSA token: /);
  });
});
