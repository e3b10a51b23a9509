// SPDX-License-Identifier: Apache-2.0
/** `thimble attest serve`: a process with a key store, known devices, an owner and reference values. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { after, afterEach, before, describe, it } from "mocha";
import { Endorsed } from "../../cli/attest-endorsed.js";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import { publicHalf, publicKeyOf } from "../../host-sim/keys/public-key.js";
import type { KeyRole } from "../../host-sim/keys/roles.js";
import { generateKey, KeyStore } from "../../host-sim/keys/store.js";
import { newKey } from "../../host-sim/keys/stored-key.js";
import { createCorim } from "../../sdk/attestation/corim-create.js";
import type { ReferenceValues } from "../../sdk/attestation/reference-values.js";
import { concatBytes } from "../../sdk/bytes/bytes.js";
import { thimble } from "../cli/support.js";
import { APP, COMPONENTS, component, IMPLEMENTATION, Lab, REFERENCES } from "../specs/attestation/lab.js";
import { ServeProcess } from "./serve-process.js";
import { Client, scratchFolder } from "./support.js";

/** Each run of the command unlocks a key, which takes its time on purpose. */
const LIMIT_MS = 120_000;
const SIGNER = new Uint8Array(32).fill(0x51);
const PASSPHRASE = "six plain words nobody else knows";
const env = { THIMBLE_KEY_PASSPHRASE: PASSPHRASE };
const ECDSA = {
  type: "ECC_KEY_PAIR_SECP_R1",
  bits: 256,
  usage: ["signMessage"],
  alg: "DETERMINISTIC_ECDSA_SHA_256",
} as const;

describe("thimble attest serve", function () {
  this.timeout(LIMIT_MS);

  const cleanUp: (() => unknown)[] = [];
  const crypto = createNodeCrypto();
  const lab = new Lab(crypto);
  const folders: (() => unknown)[] = [];
  let folder: string;
  let references: ReferenceValues;
  const serving = (...more: readonly string[]) => [
    ...["attest", "serve", "--state", join(folder, "state"), "--port", "0", "--keys", join(folder, "keys")],
    ...["--reference", join(folder, "good.corim"), ...more],
  ];
  const devices = () => ["--devices", join(folder, "provisioned")];

  before(async () => {
    folder = scratchFolder(folders);
    const store = new KeyStore(join(folder, "keys"));
    const add = async (name: string, role: KeyRole) => {
      const privateKey = generateKey();
      await store.store({ added: [{ stored: newKey(name, role, publicHalf(privateKey)), privateKey }] }, PASSPHRASE);
      return privateKey;
    };
    const verifier = await add("verifier-1", "verifier");
    const d = Buffer.from(verifier.export({ format: "jwk" }).d ?? "", "base64url");
    const key = crypto.importKey(ECDSA, new Uint8Array(d));
    // In the profile of CoRIM nothing is known without its signer; what has none has 32 zeros.
    const components = REFERENCES.components.map((one) => ({ ...one, signerId: one.signerId ?? SIGNER }));
    references = { ...REFERENCES, components };
    const corim = createCorim(crypto, key, { id: "good", signer: "test", referenceValues: [references] });
    writeFileSync(join(folder, "good.corim"), corim);
    writeFileSync(join(folder, "bad.corim"), corim.subarray(0, -1));
    const device = join(folder, "provisioned", "00112233445566778899aabbccddeeff");
    mkdirSync(device, { recursive: true });
    const pem = (point: Uint8Array) => publicKeyOf(point).export({ format: "pem", type: "spki" });
    writeFileSync(join(device, "attestation.pem"), pem(lab.device.publicKey));
    writeFileSync(join(folder, "owner.pem"), pem(lab.owner.publicKey));
    mkdirSync(join(folder, "empty"));
  });
  after(() => {
    for (const one of folders) one();
  });
  afterEach(() => {
    for (const one of cleanUp.splice(0)) one();
  });

  /** A service, until it is told to stop. */
  function start(args: readonly string[]): ServeProcess {
    const service = new ServeProcess(args, { env });
    cleanUp.push(() => service.kill());
    return service;
  }

  it("goes on when whoever reads its log goes away", async () => {
    const service = start(serving(...devices(), "--json"));
    const client = new Client({ address: { port: Number((await service.line()).port), address: "", family: "" } });
    service.leave();
    for (let i = 0; i < 3; i++) {
      const { path, nonce } = await client.open();
      assert.strictEqual(await client.outcome(path, lab.token([[10, nonce]])), "200 complete accepted");
    }
    assert.strictEqual(await service.end(), 130);
  });

  it("appraises what a known device says, and what an owner vouches for", async () => {
    const service = start(serving(...devices(), "--owner", join(folder, "owner.pem"), "--json"));
    const listening = await service.line();
    assert.include(listening, { event: "listening", devices: 1, owners: 1, implementations: 1, openSessions: 0 });
    const client = new Client({ address: { port: Number(listening.port), address: "", family: "" } });
    const round = async (make: (nonce: Buffer) => Uint8Array): Promise<string> => {
      const { path, nonce } = await client.open();
      const outcome = await client.outcome(path, make(nonce));
      const line = await service.line();
      const reason = line.reason as { step: string; code: string } | undefined;
      return [outcome, line.event, line.result, reason?.step, reason?.code].filter(Boolean).join(" ");
    };
    assert.strictEqual(await round((nonce) => lab.token([[10, nonce]])), "200 complete accepted round accepted");
    const other = lab.pair();
    const otherId = concatBytes(Uint8Array.of(1), crypto.hashCompute("SHA_256", other.publicKey));
    const vouched = lab.credential({ others: new Map([[256, otherId]]) }, lab.owner.key, other.publicKey);
    const claims = (nonce: Buffer) =>
      lab.claims([
        [10, nonce],
        [256, otherId],
      ]);
    assert.strictEqual(
      await round((nonce) => lab.sign(claims(nonce), [vouched], other.key)),
      "200 complete accepted round accepted",
    );
    assert.strictEqual(
      await round((nonce) => lab.sign(claims(nonce), [], other.key)),
      "200 complete refused round refused key ATTEST_KEY",
    );
    assert.strictEqual(
      await round(() => lab.token([[10, Buffer.alloc(32)]])),
      "200 complete refused round refused nonce ATTEST_NONCE",
    );
    assert.strictEqual(
      await round((nonce) =>
        lab.token([
          [10, nonce],
          [2395, 0x5000],
        ]),
      ),
      "200 complete refused round refused lifecycle ATTEST_LIFECYCLE",
    );
    const unknown = [
      ...COMPONENTS.slice(0, 2),
      component(
        "app",
        APP.map((byte) => byte ^ 1),
        "\x1b[31m9.9",
      ),
    ];
    const open = await client.open();
    assert.strictEqual(
      await round((nonce) =>
        lab.token([
          [10, nonce],
          [2399, unknown],
        ]),
      ),
      "200 complete refused round refused component app ATTEST_COMPONENT",
    );
    assert.strictEqual(await service.end(), 130);
    assert.include(await service.line(), { event: "stopped", openSessions: 1 });
    const again = start(serving(...devices()));
    assert.match(await again.text(), /^verifier at http:\/\/127\.0\.0\.1:\d+, results signed by verifier-1$/);
    assert.match(await again.text(), /^knows 1 device, 0 owners and .* 1 session open$/);
    assert.isNotEmpty(open.path);
    assert.strictEqual(await again.end(), 130);
    assert.match(await again.text(), /^stopped; 1 session open$/);
  });

  it("writes nothing of a stranger's on the terminal but what can be printed", async () => {
    const service = start(serving(...devices()));
    const port = Number(/:(\d+),/.exec(await service.text())?.[1]);
    await service.text();
    const client = new Client({ address: { port, address: "", family: "" } });
    const { path, nonce } = await client.open();
    const strange = [component("boot\x1b]0;x\x07\n", APP), ...COMPONENTS.slice(1)];
    await client.outcome(
      path,
      lab.token([
        [10, nonce],
        [2399, strange],
      ]),
    );
    const line = await service.text();
    assert.match(
      line,
      /^\d\d:\d\d:\d\d {2}refused {3}component boot\?\]0;x\?\?: ATTEST_COMPONENT: [ -~]* from 127\.0\.0\.1$/,
    );
    await service.end();
  });

  it("says what it lacks before it listens", async () => {
    const cases: readonly (readonly [readonly string[], string])[] = [
      [serving(), "ATTEST_KNOWN"],
      [serving(...devices(), "--key", "nobody"), "KEY_NOT_FOUND"],
      [serving("--devices", join(folder, "empty")), "ATTEST_KNOWN"],
      [serving("--devices", join(folder, "nowhere")), "ATTEST_KNOWN"],
      [serving(...devices(), "--reference", join(folder, "bad.corim")), "ATTEST_REFERENCE"],
      [serving(...devices(), "--reference", join(folder, "nothing.corim")), "ATTEST_REFERENCE"],
      [serving(...devices(), "--reference-key", join(folder, "owner.pem")), "ATTEST_REFERENCE"],
      [serving("--owner", join(folder, "nobody.pem")), "KEY_NOT_FOUND"],
      [serving(...devices(), "--address", "192.0.2.1"), "VERIFIER_ADDRESS"],
      [serving(...devices(), "--state", join(folder, "good.corim")), "VERIFIER_STATE"],
    ];
    for (const [args, code] of cases) {
      const { status, stdout, stderr } = await thimble([...args, "--json"], { env });
      assert.strictEqual(status, 1, `${args.join(" ")}\n${stderr}`);
      assert.strictEqual((JSON.parse(stdout) as { error: { code: string } }).error.code, code, stdout);
    }
    assert.isNotEmpty(readFileSync(join(folder, "good.corim")));
    for (const args of [
      ["attest", "serve", "--state", "s", "--devices", "d"],
      serving(...devices(), "--allow", "young"),
      serving(...devices(), "--rate", "0"),
    ]) {
      assert.strictEqual((await thimble(args, { env })).status, 2, args.join(" "));
    }
  });

  it("believes a CoRIM as long as it holds, and no longer", () => {
    const signer = generateKey();
    const d = Buffer.from(signer.export({ format: "jwk" }).d ?? "", "base64url");
    const key = crypto.importKey(ECDSA, new Uint8Array(d));
    const now = Math.floor(Date.now() / 1000);
    const { instanceId } = lab;
    const content = {
      id: "dated",
      signer: "test",
      validity: { notBefore: now - 10, notAfter: now + 1000 },
      referenceValues: [references],
      deviceKeys: [{ instanceId, implementationId: IMPLEMENTATION, publicKey: lab.device.publicKey }],
    };
    const file = join(folder, "dated.corim");
    writeFileSync(file, createCorim(crypto, key, content));
    const endorsed = new Endorsed(crypto, { name: "signer", key: publicHalf(signer) }, [file]);
    assert.strictEqual(endorsed.deviceCount, 1);
    for (const [seconds, holds] of [
      [now, true],
      [now + 1000, true],
      [now + 1001, false],
    ] as const) {
      assert.lengthOf(endorsed.references(seconds), holds ? 1 : 0);
      assert.strictEqual(endorsed.device(instanceId, seconds) !== undefined, holds);
    }
    assert.isUndefined(endorsed.device(new Uint8Array(33), now));
  });

  it("has its state to itself", async () => {
    const service = start(serving(...devices(), "--json"));
    await service.line();
    const { stdout } = await thimble([...serving(...devices()), "--json"], { env });
    assert.strictEqual((JSON.parse(stdout) as { error: { code: string } }).error.code, "VERIFIER_BUSY");
    await service.end();
  });
});
