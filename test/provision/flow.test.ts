// SPDX-License-Identifier: Apache-2.0
/** A device from fuses that are blank to an app that has certified keys, and what its owner can do with it then. */
import { assert } from "chai";
import { describe, it } from "mocha";
import { ownerKeyOf } from "../../host-sim/provision/owner.js";
import { createCredential } from "../../sdk/identity/credential.js";
import { useEngines } from "../cli/support.js";
import { BOARDS, type Machine } from "../refusals/boards.js";
import { Bench, codeOf, Maker, makeOwner } from "./bench.js";

const HOST: Machine = { board: "host", variant: "release" };
const ALL = ["program", "secret", "roots", "owner", "credentials", "secure", "app"];

describe("provisioning", function () {
  this.timeout(600_000);
  useEngines(...BOARDS);
  const benches: Bench[] = [];
  after(() => {
    for (const bench of benches) bench.close();
  });

  for (const machine of BOARDS) {
    it(`makes a new device its owner's, and its app has certified keys (${machine.board})`, async () => {
      const maker = new Maker(machine);
      const bench = new Bench(maker, await maker.material());
      benches.push(bench);
      const { status, deviceId } = await bench.provision();
      assert.deepEqual(bench.steps, ALL);
      assert.strictEqual(status.lifecycle, "secured");
      assert.strictEqual(deviceId.length, 16);
      const said = await bench.appSays();
      const keys = bench.saved.map(({ publicKey }) => Buffer.from(publicKey).toString("hex"));
      const [signing = "", agreement = "", attestation = ""] = keys;
      assert.strictEqual(new Set(keys).size, 3);
      assert.deepEqual(said, {
        lifecycle: "secured",
        signing,
        "signing of": "owner-1",
        agreement,
        "agreement of": "owner-1",
        attestation,
        "attestation of": "owner-1",
      });
    });

    it(`keeps identity keys and credentials from a device in debug, and gives them back (${machine.board})`, async () => {
      const bench = benches.at(-1) as Bench;
      const before = await bench.appSays();
      assert.strictEqual((await bench.order("enter-debug")).lifecycle, "debug");
      const gone = "IDENTITY_UNAVAILABLE";
      const [keys, credentials] = [
        { signing: gone, agreement: gone },
        { "signing of": gone, "agreement of": gone },
      ];
      // It can still prove what it is, and says that it is in debug.
      const { attestation = "" } = before;
      const proof = { attestation, "attestation of": "owner-1" };
      assert.deepEqual(await bench.appSays(), { lifecycle: "debug", ...keys, ...credentials, ...proof });
      assert.strictEqual(await codeOf(() => bench.provision()), "PROVISION_STATE");
      assert.strictEqual((await bench.order("leave-debug")).lifecycle, "secured");
      assert.deepEqual(await bench.appSays(), before);
    });

    it(`has other identity keys after a wipe and after a transfer, and no credentials (${machine.board})`, async () => {
      const bench = benches.at(-1) as Bench;
      const buyer = makeOwner("buyer");
      const first = await bench.appSays();
      const seen = new Set([first.signing]);
      assert.deepEqual(await bench.order("wipe"), { lifecycle: "secured", wipeEpoch: 1 });
      const wiped = await bench.appSays();
      assert.isUndefined(wiped["signing of"]);
      seen.add(wiped.signing);
      assert.deepEqual(await bench.order("transfer", { to: buyer }), { lifecycle: "secured", wipeEpoch: 2 });
      const sold = await bench.appSays();
      assert.isUndefined(sold["signing of"]);
      seen.add(sold.signing);
      for (const later of [wiped, sold]) {
        assert.strictEqual(later.attestation, first.attestation, "the same for the chip's life");
        assert.isUndefined(later["attestation of"], "certified by nobody any more");
      }
      assert.strictEqual(seen.size, 3);
      assert.strictEqual(await codeOf(() => bench.order("wipe")), "PROVISION_OWNER");
      assert.strictEqual((await bench.order("wipe", { by: buyer })).wipeEpoch, 3);
    });

    it(`is of no use to anybody once it is decommissioned (${machine.board})`, async () => {
      const bench = benches.at(-1) as Bench;
      const buyer = makeOwner("another");
      await bench.order("transfer", { to: buyer, by: makeOwner("stranger") }).then(
        () => assert.fail("a stranger's order"),
        ({ code }) => assert.strictEqual(code, "PROVISION_OWNER"),
      );
      const device = new Bench(bench.maker, bench.material);
      benches.push(device);
      await device.provision();
      assert.strictEqual((await device.order("decommission")).lifecycle, "decommissioned");
      assert.deepEqual(await device.appSays(), {});
      assert.strictEqual(await codeOf(() => device.order("leave-debug")), "PROVISION_STATE");
      assert.strictEqual((await device.order("decommission")).lifecycle, "decommissioned");
      assert.strictEqual(await codeOf(() => device.provision()), "PROVISION_STATE");
      assert.deepEqual(device.steps, []);
    });
  }

  it("gives a device new credentials in the place of those that are not its owner's any more", async () => {
    const maker = new Maker(HOST);
    const bench = new Bench(maker, await maker.material());
    benches.push(bench);
    const { identity, signer } = maker.owner;
    await bench.use(async (device) => {
      const { firmware, app, trust, roots } = bench.material;
      for (const [slot, { bytes }] of [
        ["fw0", firmware],
        ["app0", app],
        ["trust0", trust],
      ] as const)
        device.write(slot, bytes);
      await device.startService();
      await device.client.ask("make-secret");
      await device.client.ask("set-roots", roots[0].hash, roots[1].hash);
      await device.restart();
      await device.client.ask("set-owner", identity.hash);
      const { deviceId = new Uint8Array(16) } = await device.client.ask("boot-record");
      const { signing: publicKey } = await device.client.ask("public-keys");
      const { crypto, key } = ownerKeyOf(signer);
      const old = createCredential(crypto, key, { issuer: "old name", deviceId, use: "signing", publicKey });
      await device.client.ask("store-credential", "signing", identity.publicKey, old);
    });
    await bench.provision();
    const said = await bench.appSays();
    assert.deepEqual([said["signing of"], said["agreement of"]], ["owner-1", "owner-1"]);
  });

  it("programs a device anew that is not secured and does not answer", async () => {
    const maker = new Maker(HOST);
    const bench = new Bench(maker, await maker.material());
    benches.push(bench);
    await codeOf(() => bench.provision({ operation: 3 }));
    await bench.use(async (device) => device.write("fw0", new Uint8Array(100)));
    assert.strictEqual((await bench.provision()).status.lifecycle, "secured");
  });

  it("of a secured device only looks", async () => {
    const maker = new Maker(HOST);
    const bench = new Bench(maker, await maker.material());
    benches.push(bench);
    const { deviceId } = await bench.provision();
    const again = await bench.provision();
    assert.deepEqual([bench.steps, again.certified], [["app"], undefined]);
    assert.deepEqual(again.deviceId, deviceId);
    const thief = new Bench(new Maker(maker.machine), await maker.material());
    assert.strictEqual(
      await codeOf(() => bench.provision(undefined, { ...bench.material, owner: thief.maker.owner.identity })),
      "PROVISION_OWNER",
    );
    thief.close();
  });
});
