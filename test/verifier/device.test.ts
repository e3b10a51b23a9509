// SPDX-License-Identifier: Apache-2.0
/**
 * The whole way: a provisioned device with examples/attester answers the nonces of `thimble attest serve`, and a relying party
 * that has nothing but the verifier's public key reads what that signed.
 */
import { createPublicKey } from "node:crypto";
import { copyFileSync, cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { DeviceState } from "../../host-sim/board/window.js";
import { firmwareImagePath, packageRoot } from "../../host-sim/engine/paths.js";
import { pointOf } from "../../host-sim/keys/public-key.js";
import { generateKey, signerOf } from "../../host-sim/keys/store.js";
import { readPath } from "../../sdk/attestation/path.js";
import type { AttestationResult } from "../../sdk/attestation/result.js";
import { parseSign1Headers } from "../../sdk/cose/sign1.js";
import { RUN_LIMIT_MS, useEngines } from "../cli/support.js";
import { makeFolder, PASSPHRASE, removeFolders, runWell } from "../keys/support.js";
import { RunningAttester } from "./running-attester.js";
import { type Line, ServeProcess } from "./serve-process.js";
import { Client, type Opened, readResult } from "./support.js";

const env = { THIMBLE_KEY_PASSPHRASE: PASSPHRASE };
const now = (): number => Math.floor(Date.now() / 1000);

interface Answered {
  readonly appraisal: {
    readonly result: string;
    readonly instanceId?: string;
    readonly components?: readonly { readonly type: string; readonly version: string }[];
    readonly reason?: { readonly step: string; readonly code: string };
  };
  readonly result: string;
}

interface Service {
  readonly process: ServeProcess;
  readonly client: Client;
  /** What it said when it began to listen. */
  readonly knows: Line;
}

describe("a device and thimble attest serve", function () {
  this.timeout(4 * RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" });
  let byFolder: Service;
  let byOwner: Service;
  let folder: string;
  let attester: RunningAttester;
  let instanceId: string;

  before("a maker, an owner, a device that runs version 1.0.0, and what may run", async () => {
    folder = makeFolder();
    cpSync(join(packageRoot, "examples", "attester"), folder, { recursive: true });
    copyFileSync(firmwareImagePath("host", "release"), join(folder, "firmware.img"));
    const image = "build/host-release/app.img --key image-1";
    for (const line of [
      ...["keys create", "keys create owner", "keys create verifier", "build"],
      "sign firmware.img --key image-1 --version 1.0.0 --output firmware-1.img",
      `sign ${image} --version 1.0.0 --output app-1.img`,
      `sign ${image} --version 2.0.0 --output app-2.img`,
      "attest reference firmware-1.img app-1.img",
      "keys export verifier-1 --output verifier.pem",
    ]) {
      await runWell(folder, line);
    }
    const provision = "provision --state device --firmware firmware-1.img --app app-1.img --yes --json";
    ({ instanceId } = JSON.parse(await runWell(folder, provision)) as { instanceId: string });
    attester = await RunningAttester.start(join(folder, "device"));
    byFolder = await serve("by-folder", "--devices provisioned");
    byOwner = await serve("by-owner", "--owner owner-1");
  });
  after(async () => {
    await attester?.stop();
    for (const service of [byFolder, byOwner]) service?.process.kill();
    removeFolders();
  });

  /** @param known - how it knows the device. */
  async function serve(state: string, known: string): Promise<Service> {
    const line = `attest serve --state ${state} --port 0 --reference reference.cbor ${known} --json`;
    const process = new ServeProcess(line.split(" "), { env, cwd: folder });
    const knows = await process.line();
    return { process, client: new Client({ address: { port: Number(knows.port), address: "", family: "" } }), knows };
  }
  const answer = async (client: Client, { path }: Opened, evidence: Uint8Array): Promise<Answered> =>
    (await (await client.give(path, evidence)).json()) as Answered;
  const keyOf = (pem: string): Uint8Array => pointOf(createPublicKey(readFileSync(join(folder, pem))));
  const read = (result: Uint8Array, nonce?: Uint8Array, seconds = now()): AttestationResult =>
    readResult(result, seconds, nonce, keyOf("verifier.pem"));
  const signedBy = (answered: Answered): AttestationResult => read(Buffer.from(answered.result, "base64"));
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
  const codeOf = (act: () => unknown): string => {
    try {
      act();
      return "none";
    } catch (error) {
      const { code, detail } = error as { code?: string; detail?: string };
      return detail ?? code ?? String(error);
    }
  };

  it("is accepted by who has the folder of devices: once, and in its own session alone", async () => {
    const { process, client, knows } = byFolder;
    assert.include(knows, { devices: 1, owners: 0, implementations: 1, key: "verifier-1" });
    const session = await client.open();
    const evidence = await attester.ask(session.nonce);
    const answered = await answer(client, session, evidence);
    assert.include(answered.appraisal, { result: "accepted", instanceId });
    const said = signedBy(answered);
    if (said.result !== "accepted") return assert.fail(said.result);
    assert.deepEqual([hex(said.claims.instanceId), hex(said.evidenceNonce)], [instanceId, hex(session.nonce)]);
    const versions = said.claims.components.map(({ type, version }) => `${type} ${version}`);
    assert.deepEqual(versions, ["boot 1.0.0+0", "firmware 1.0.0+0", "app 1.0.0+0"]);
    assert.include(await process.line(), { event: "round", result: "accepted" });

    assert.strictEqual(await client.outcome(session.path, evidence), "409 SESSION_USED");
    const replayed = await answer(client, await client.open(), evidence);
    assert.include(replayed.appraisal.reason, { step: "nonce", code: "ATTEST_NONCE" });
    assert.strictEqual(signedBy(replayed).result, "refused");
    assert.include(await process.line(), { event: "round", result: "refused" });
    return undefined;
  });

  it("is accepted by who has the owner's key, for the path that it brings along", async () => {
    const { client, knows } = byOwner;
    assert.include(knows, { devices: 0, owners: 1 });
    const session = await client.open("?nonceSize=64");
    const evidence = await attester.ask(session.nonce);
    const path = readPath(parseSign1Headers(evidence).unprotectedHeader);
    assert.lengthOf(path, 1);
    const said = signedBy(await answer(client, session, evidence));
    assert.strictEqual(said.result === "accepted" && hex(said.claims.instanceId), instanceId);

    const another = await client.open();
    const damaged = Buffer.from(await attester.ask(another.nonce));
    const certificate = path[0] as Uint8Array;
    const last = damaged.indexOf(certificate) + certificate.length - 1;
    damaged.writeUInt8(damaged.readUInt8(last) ^ 1, last);
    const refused = await answer(client, another, damaged);
    assert.include(refused.appraisal.reason, { step: "path", code: "ATTEST_PATH" });
  });

  it("shows a result to a relying party, which has the verifier's public key and nothing else", async () => {
    const question = new Uint8Array(24).fill(0x71);
    const session = await byOwner.client.open(`?resultNonce=${Buffer.from(question).toString("base64url")}`);
    const evidence = await attester.ask(session.nonce);
    const given = await byOwner.client.give(session.path, evidence, { accept: "application/eat+cwt" });
    const result = new Uint8Array(await given.arrayBuffer());

    const said = read(result, question);
    assert.strictEqual(said.result === "accepted" && hex(said.claims.instanceId), instanceId);
    assert.strictEqual(
      codeOf(() => read(result, new Uint8Array(24))),
      "ATTEST_NONCE",
    );
    assert.strictEqual(
      codeOf(() => read(result, question, said.expires)),
      "CWT_EXPIRED",
    );
    const other = signerOf(generateKey()).publicKey;
    assert.strictEqual(
      codeOf(() => readResult(result, now(), question, other)),
      "PSA_ERROR_INVALID_SIGNATURE",
    );
  });

  it("is refused with an app that its maker has signed, and the verifier has never heard of", async () => {
    await attester.stop();
    const state = new DeviceState(join(folder, "device"));
    state.programmer.write("app0", readFileSync(join(folder, "app-2.img")));
    state.close();
    attester = await RunningAttester.start(join(folder, "device"));
    const session = await byFolder.client.open();
    const answered = await answer(byFolder.client, session, await attester.ask(session.nonce));
    assert.include(answered.appraisal.reason, { step: "component app", code: "ATTEST_COMPONENT" });
    const said = signedBy(answered);
    if (said.result !== "refused") return assert.fail(said.result);
    assert.deepEqual([said.status, said.reason?.step], ["warning", "component app"]);
    assert.match(said.reason?.text ?? "", /^2\.0\.0\+0 /);
    return undefined;
  });
});
