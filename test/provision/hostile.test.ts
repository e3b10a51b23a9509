// SPDX-License-Identifier: Apache-2.0
/** What the service of a device gets from somebody who means it ill, or who does things in the wrong order. Nothing changes. */
import { assert } from "chai";
import { describe, it } from "mocha";
import type { BenchDevice } from "../../host-sim/provision/bench-device.js";
import { ownerKeyOf } from "../../host-sim/provision/owner.js";
import type { LifecycleStatus } from "../../sdk/contracts/lifecycle.js";
import { parseAnswer } from "../../sdk/identity/answers.js";
import { encodeRequest, type Operation, type RequestFields } from "../../sdk/identity/messages.js";
import { createOrder, encodeOrder, type Order } from "../../sdk/identity/order.js";
import { useEngines } from "../cli/support.js";
import type { Machine } from "../refusals/boards.js";
import { Bench, codeOf, Maker, makeOwner, type Owner } from "./bench.js";

const HOST: Machine = { board: "host", variant: "release" };
const NOTHING = new Uint8Array(0);
const WRONG = new Uint8Array(32).fill(0x77);

/** What the device says to a request. */
function answerTo<Name extends Operation>(device: BenchDevice, operation: Name, ...fields: RequestFields[Name]) {
  return codeOf(() => device.client.ask(operation, ...fields)).then((code) => code.replace(/^PROVISION_REFUSED /, ""));
}

/** Asks all of these; the device is as it was. */
async function expectRefused(
  device: BenchDevice,
  requests: readonly (readonly [expected: string, ask: () => Promise<string>])[],
): Promise<void> {
  const before = await device.client.ask("status");
  for (const [i, [expected, ask]] of requests.entries()) {
    assert.match(await ask(), new RegExp(`^(${expected})$`), `request ${i}`);
    assert.deepEqual(await device.client.ask("status"), before, `request ${i}`);
  }
}

describe("the service of a device", function () {
  this.timeout(600_000);
  useEngines(HOST);
  let maker: Maker;
  const benches: Bench[] = [];
  const newBench = async (): Promise<Bench> => {
    const bench = new Bench(maker, await maker.material());
    benches.push(bench);
    return bench;
  };
  before(() => {
    maker = new Maker(HOST);
  });
  after(() => {
    for (const bench of benches) bench.close();
  });

  function program(device: BenchDevice, { material }: Bench): void {
    device.write("fw0", material.firmware.bytes);
    device.write("app0", material.app.bytes);
    device.write("trust0", material.trust.bytes);
  }

  it("keeps to the order of provisioning, and does each step once", async () => {
    const bench = await newBench();
    await bench.use(async (device) => {
      program(device, bench);
      await device.startService();
      const [first, second] = bench.material.roots.map(({ hash }) => hash) as [Uint8Array, Uint8Array];
      const owner = maker.owner.identity;
      const state = "LIFECYCLE_STATE";
      const later = [
        [state, () => answerTo(device, "set-owner", owner.hash)],
        [state, () => answerTo(device, "secure")],
        [`${state}|LIFECYCLE_ORDER`, () => answerTo(device, "challenge")],
        [`${state}|IDENTITY_UNAVAILABLE`, () => answerTo(device, "public-keys")],
        ["CREDENTIAL_OWNER", () => answerTo(device, "store-credential", "signing", owner.publicKey, WRONG)],
      ] as const;
      await expectRefused(device, [[state, () => answerTo(device, "set-roots", first, second)], ...later]);
      await device.client.ask("make-secret");
      await expectRefused(device, [[state, () => answerTo(device, "make-secret")], ...later]);
      // Boot's own checks come first: these roots have signed nothing.
      await expectRefused(device, [["IMAGE_E_KEY", () => answerTo(device, "set-roots", WRONG, WRONG)]]);
      await device.client.ask("set-roots", first, second);
      await expectRefused(device, [[state, () => answerTo(device, "set-roots", first, second)]]);
      await device.restart();
      await expectRefused(device, [
        [state, () => answerTo(device, "secure")],
        ["CREDENTIAL_OWNER", () => answerTo(device, "store-credential", "signing", owner.publicKey, WRONG)],
      ]);
      await device.client.ask("set-owner", owner.hash);
      await expectRefused(device, [
        [state, () => answerTo(device, "set-owner", WRONG)],
        [
          "CREDENTIAL_OWNER",
          () => answerTo(device, "store-credential", "signing", makeOwner("x").identity.publicKey, WRONG),
        ],
        ["CBOR_.*", () => answerTo(device, "store-credential", "signing", owner.publicKey, WRONG)],
      ]);
      await device.client.ask("secure");
      await expectRefused(device, [[state, () => answerTo(device, "secure")]]);
    });
  });

  it("does not burn roots under which its own firmware or app would not start", async () => {
    const bench = await newBench();
    await bench.use(async (device) => {
      program(device, bench);
      const stranger = await new Maker(HOST).material();
      device.write("app0", stranger.app.bytes);
      await device.startService();
      await device.client.ask("make-secret");
      const [first, second] = bench.material.roots.map(({ hash }) => hash) as [Uint8Array, Uint8Array];
      await expectRefused(device, [["IMAGE_E_KEY", () => answerTo(device, "set-roots", first, second)]]);
    });
  });

  it("takes an order of its owner, for itself, with the last challenge, once", async () => {
    const bench = await newBench();
    await bench.provision();
    const stranger = makeOwner("stranger");
    await bench.use(async (device) => {
      await device.startService();
      const { client } = device;
      const { deviceId = NOTHING } = await client.ask("boot-record");
      const give = async (change: Partial<Order> = {}, by: Owner = maker.owner, asOwner = by): Promise<string> => {
        const challenge = await client.ask("challenge");
        const { crypto, key } = ownerKeyOf(by.signer);
        const order = createOrder(crypto, key, { order: "wipe", deviceId, challenge, argument: NOTHING, ...change });
        return await answerTo(device, "order", asOwner.identity.publicKey, order);
      };
      const { crypto, key } = ownerKeyOf(maker.owner.signer);
      const old = await client.ask("challenge");
      const replayed = createOrder(crypto, key, { order: "wipe", deviceId, challenge: old, argument: NOTHING });
      const no = "LIFECYCLE_ORDER";
      await expectRefused(device, [
        [no, () => give({}, stranger)],
        [no, () => give({}, stranger, maker.owner)],
        [no, () => give({}, maker.owner, stranger)],
        [no, () => give({ deviceId: new Uint8Array(16) })],
        [no, () => give({ challenge: new Uint8Array(16) })],
        [no, () => give({ challenge: old })],
        [`${no}|LIFECYCLE_STATE`, () => answerTo(device, "order", maker.owner.identity.publicKey, replayed)],
        ["LIFECYCLE_STATE", () => give({ order: "leave-debug" })],
        [
          "ORDER_CONTENT",
          async () => answerTo(device, "order", maker.owner.identity.publicKey, encodeOrderTwice(deviceId, old)),
        ],
      ]);
      const epoch = (await client.ask("boot-record")).wipeEpoch;
      assert.strictEqual(epoch, 0);
      const challenge = await client.ask("challenge");
      const order = createOrder(crypto, key, { order: "wipe", deviceId, challenge, argument: NOTHING });
      assert.strictEqual(await answerTo(device, "order", maker.owner.identity.publicKey, order), "nothing");
      assert.match(await answerTo(device, "order", maker.owner.identity.publicKey, order), /^LIFECYCLE_/);
      await device.restart();
      assert.strictEqual((await client.ask("boot-record")).wipeEpoch, 1);
    });
  });

  it("takes an order with any bit flipped for nobody's", async () => {
    const bench = await newBench();
    await bench.provision();
    await bench.use(async (device) => {
      await device.startService();
      const { client } = device;
      const { deviceId = NOTHING } = await client.ask("boot-record");
      const { crypto, key } = ownerKeyOf(maker.owner.signer);
      const before = await client.ask("status");
      for (let bit = 0; ; bit++) {
        const challenge = await client.ask("challenge");
        const order = createOrder(crypto, key, { order: "decommission", deviceId, challenge, argument: NOTHING });
        if (bit >= 8 * order.length) break;
        order[bit >> 3] = (order[bit >> 3] as number) ^ (1 << (bit & 7));
        const code = await answerTo(device, "order", maker.owner.identity.publicKey, order);
        assert.match(code, /^(LIFECYCLE_ORDER|LIFECYCLE_STATE|ORDER_CONTENT|CBOR_\w+)$/, `bit ${bit}`);
      }
      assert.deepEqual(await client.ask("status"), before);
      await device.restart();
      assert.deepEqual(await client.ask("status"), before);
    });
  });

  it("answers what is no request with a code, and goes on", async () => {
    const bench = await newBench();
    await bench.use(async (device) => {
      program(device, bench);
      await device.startService();
      const before = await device.client.ask("status");
      const request = encodeRequest(1, "set-roots", WRONG, WRONG);
      const datagrams = [
        NOTHING,
        new Uint8Array(1401),
        new Uint8Array(1472).fill(0x9f),
        new Uint8Array(1400).fill(0x81),
      ];
      for (let length = 0; length < request.length; length++) datagrams.push(request.slice(0, length));
      for (let bit = 0; bit < 64; bit++) {
        const changed = request.slice();
        changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
        datagrams.push(changed);
      }
      for (const datagram of datagrams) {
        const answers = await device.exchange(datagram);
        assert.strictEqual(answers.length, 1);
        const [answer] = answers.map((one) => parseAnswer("secure", one));
        assert.strictEqual(answer?.isDone, false, Buffer.from(datagram).toString("hex"));
      }
      assert.deepEqual(await device.client.ask("status"), before satisfies LifecycleStatus);
    });
  });

  it("does what is asked twice, as when an answer was lost, once", async () => {
    const bench = await newBench();
    await bench.use(async (device) => {
      program(device, bench);
      await device.startService();
      const request = encodeRequest(77, "make-secret");
      const [first] = await device.exchange(request);
      const [second] = await device.exchange(request);
      assert.deepEqual(second, first);
      assert.strictEqual(parseAnswer("make-secret", first ?? NOTHING).isDone, true);
    });
  });
});

/** A payload where the whole message belongs. */
function encodeOrderTwice(deviceId: Uint8Array, challenge: Uint8Array): Uint8Array {
  const payload = encodeOrder({ order: "wipe", deviceId, challenge, argument: NOTHING });
  return Buffer.concat([
    Buffer.from("8440a0", "hex"),
    Buffer.of(0x58, payload.length),
    payload,
    Buffer.from("40", "hex"),
  ]);
}
