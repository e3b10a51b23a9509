// SPDX-License-Identifier: Apache-2.0
/** From fuses that are blank to a token that a verifier accepts: by the owner's key, and by the device's own. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { assert } from "chai";
import { describe, it } from "mocha";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import { POWER_ON_OFFSET, PowerOnField } from "../../host-sim/board/layout.js";
import type { BoardProfile } from "../../host-sim/board/profile.js";
import { DeviceState } from "../../host-sim/board/window.js";
import { bootCodePath } from "../../host-sim/engine/paths.js";
import { ownerKid, verifierOf } from "../../host-sim/provision/owner.js";
import type { AppraisalOptions } from "../../sdk/attestation/appraisal-options.js";
import { appraise } from "../../sdk/attestation/verify.js";
import { instanceIdOf } from "../../sdk/crypto/instance-id.js";
import { useEngines } from "../cli/support.js";
import { BOARDS, type Machine } from "../refusals/boards.js";
import { Bench, Maker, makeOwner } from "./bench.js";

const NONCE = new Uint8Array(32).fill(0x4e);
const APP = `
import storage from "embedded:storage/key-value";
import { attest } from "thimble/attestation/attest";
import { encodeHex } from "thimble/bytes/hex";
import { attestation } from "thimble/device/attestation";
import { crypto } from "thimble/device/crypto";
import { lifecycle } from "thimble/device/lifecycle";
import { DeviceCredentials } from "thimble/identity/device-credentials";
const time = { earliest: () => undefined, latest: () => undefined };
const kept = storage.open({ path: "thimble.identity", format: "buffer" });
const credentials = new DeviceCredentials({ device: lifecycle, attestation, crypto, storage: kept, time, whenTimeUnknown: "accept" });
let path = [];
try { path = [credentials.read("attestation").encoded]; } catch {}
trace("token ", encodeHex(attest(attestation, new Uint8Array(32).fill(0x4e), { path })), "\\n");
`;

const HOST: Machine = { board: "host", variant: "release" };
const KINDS: readonly (readonly [machine: Machine, profile: BoardProfile])[] = [
  ...BOARDS.map((machine) => [machine, "iak"] as const),
  [HOST, "dice"],
];
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

describe("a provisioned device's token", function () {
  this.timeout(600_000);
  useEngines(...BOARDS);
  const benches: Bench[] = [];
  after(() => {
    for (const bench of benches) bench.close();
  });

  async function newBench(machine: Machine, profile: BoardProfile): Promise<Bench> {
    const maker = new Maker(machine);
    const bench = new Bench(maker, await maker.material(APP), profile);
    benches.push(bench);
    await bench.provision();
    return bench;
  }

  const tokenOf = async (bench: Bench): Promise<Uint8Array> => Buffer.from((await bench.appSays()).token ?? "", "hex");

  function verdict(token: Uint8Array, options: Partial<AppraisalOptions>): string {
    const more = { references: "unchecked", ...options } as const;
    const said = appraise(createNodeCrypto(), token, { nonce: NONCE, ...more });
    return said.result === "accepted" ? "accepted" : said.reason.code;
  }

  /** The verifier's crypto has the keys. It knows more owners than it would try, so the certificate has to name the one. */
  function byOwner(token: Uint8Array, owner: Bench["maker"]["owner"]) {
    const { crypto, key } = verifierOf(owner.identity);
    const others = [1, 2, 3, 4].map((byte) => ({ name: `${byte}`, key, kid: new Uint8Array(8).fill(byte) }));
    const owners = [...others, { name: owner.identity.name, key, kid: ownerKid(owner.identity.hash) }];
    return appraise(crypto, token, { nonce: NONCE, owners, references: "unchecked" });
  }

  for (const [machine, profile] of KINDS) {
    it(`is accepted for its owner's word, and says which boot program it was (${machine.board}, ${profile})`, async () => {
      const bench = await newBench(machine, profile);
      const token = await tokenOf(bench);
      const said = byOwner(token, bench.maker.owner);
      if (said.result === "refused") assert.fail(`${said.reason.code}: ${said.reason.text}`);
      const { claims } = said;
      assert.strictEqual(claims.lifecycle, "secured");
      assert.deepEqual(
        claims.components.map(({ type }) => type),
        ["boot", "firmware", "app"],
      );
      assert.strictEqual(
        hex(claims.components[0]?.value ?? new Uint8Array(0)),
        sha256(readFileSync(bootCodePath(machine.board, "release"))),
      );
      const key = bench.saved.find(({ use }) => use === "attestation")?.publicKey ?? new Uint8Array(65);
      assert.strictEqual(hex(claims.instanceId), hex(instanceIdOf(createNodeCrypto(), key)));
      const stranger = byOwner(token, makeOwner(bench.maker.owner.identity.name));
      assert.strictEqual(stranger.result === "refused" && stranger.reason.code, "ATTEST_PATH");
      assert.strictEqual(verdict(token, {}), "ATTEST_KEY");
    });

    it(`after a wipe has the same key, which has to be certified again (${machine.board}, ${profile})`, async () => {
      const bench = benches.at(-1) as Bench;
      await bench.order("wipe");
      const token = await tokenOf(bench);
      const said = byOwner(token, bench.maker.owner);
      assert.strictEqual(said.result === "refused" && said.reason.code, "ATTEST_KEY");
      const publicKey = bench.saved.find(({ use }) => use === "attestation")?.publicKey ?? new Uint8Array(65);
      const { crypto, key } = verifierOf({ ...bench.maker.owner.identity, publicKey });
      const known = appraise(crypto, token, { nonce: NONCE, devices: () => key, references: "unchecked" });
      assert.strictEqual(known.result, "accepted");
    });
  }

  it("is not accepted of a chip whose profile somebody has changed", async () => {
    const bench = await newBench(HOST, "dice");
    const state = new DeviceState(bench.folder);
    const at = POWER_ON_OFFSET + PowerOnField.flags;
    state.write(at, Uint8Array.of((state.read(at, 1)[0] as number) & ~32));
    state.close();
    const changed = new Bench(bench.maker, bench.material);
    changed.close();
    Object.assign(changed, { folder: bench.folder });
    const said = byOwner(await tokenOf(changed), bench.maker.owner);
    assert.strictEqual(said.result === "refused" && said.reason.code, "ATTEST_KEY");
  });
});
