// SPDX-License-Identifier: Apache-2.0
/** The call gate and the services behind it, in C, with boot at each start; and what a second program computes of the same OTP. */
import { assert } from "chai";
import { after, before, describe, it } from "mocha";
import type { KeyId } from "../../sdk/contracts/crypto.js";
import { createOrder } from "../../sdk/identity/order.js";
import { useEngines } from "../cli/support.js";
import { deviceId, identityKeys, sealedTest } from "./chain.js";
import { SecureProgram } from "./secure-program.js";

const TESTS = {
  gate: "refuses unknown services, and each service with other vectors than it has",
  states: "lets each service through in its lifecycles and starts, and in no other",
  random: "fails without a change in 24,000 calls at random, wherever it does not succeed",
  direct: "gives a device that boot did not start neither secrets nor services",
  record: "tells what boot found, and what OTP says now",
  secret: "makes the secret once, hides it, and makes none without entropy",
  roots: "sets roots under which all would start, once, and changes nothing otherwise",
  owner: "sets the first owner once, and secures what has all that it needs",
  locked: "changes nothing where OTP or flash refuses, and does it after the next start",
  orders: "obeys the owner, for this device and its last challenge, once",
  signatures: "takes signatures whose numbers have leading zeros or a high bit",
  debug: "enters debug and leaves it, 32 times, and shows no identity there",
  transfer: "goes to three more owners, with other keys each time, and to no fourth",
  wipe: "has other keys after a wipe, until the counter is full",
  decommission: "has nothing left once it is decommissioned",
  confirm: "confirms what is on trial, then raises counters, and does nothing otherwise",
  trust: "installs a trust record under which what runs may still run",
  identity: "makes each identity key once, for its one use, and only in the right mode",
  seal: "makes the sealed store's key once, for its one use: of CDI_seal, or in assembly of nothing",
  counter: "raises the counter of the sealed store, and never takes it back",
  "wipe-sealed": "has other keys after a wipe that an app asked for, and none until the restart",
  attestation: "makes no token of a call that is wrong, and none where a device has no attestation key",
  "attestation-keys": "keeps the attestation key, of either form, and of what it is made of nothing",
  "psa-attestation": "is PSA's attestation API: challenges of three sizes, and never more than the caller's room",
  "device-key":
    "leaves nothing of the device key in memory once it has certified, nor of an IAK's seed once there is a key",
  "begin-again": "begins a start again with the keys of that start, and no others in PSA",
  "attestation-needs": "makes a token again once random bytes and a place for the key are there",
} as const;

interface Device {
  readonly lifecycle: number;
  readonly epoch: number;
  readonly uds: string;
  readonly roots: string;
  readonly deviceId: string;
  readonly signing: string;
  readonly agreement: string;
  readonly sealed: string;
}

interface Order {
  readonly number: number;
  readonly deviceId: string;
  readonly challenge: string;
  readonly argument: string;
  readonly text: string;
}

const hex = (text: string): Buffer => Buffer.from(text, "hex");
const ORDER_NAMES = ["enter-debug", "leave-debug", "wipe", "transfer", "decommission"] as const;

describe("devices/secure, under AddressSanitizer and UBSan", function () {
  this.timeout(120_000);
  useEngines({ board: "host", variant: "release" });
  let tests: SecureProgram;
  let program: string;

  before(() => {
    tests = new SecureProgram("secure-test");
    program = tests.build();
  });
  after(() => tests?.close());

  for (const [name, what] of Object.entries(TESTS)) {
    it(what, () => assert.include(tests.run(program, name), `ok ${name}`));
  }

  describe("what Node computes too", () => {
    let values: {
      readonly development: string;
      readonly devices: readonly Device[];
      readonly orders: readonly Order[];
    };
    before(() => {
      const [json = ""] = tests.run(program, "values").split("\nok ");
      values = JSON.parse(json);
    });

    it("the device id, the same for the chip's life", () => {
      assert.lengthOf(values.devices, 3);
      for (const device of values.devices) {
        assert.strictEqual(device.deviceId, deviceId(hex(device.uds)));
      }
    });

    it("both identity keys: in provisioning, secured, and of the second owner", () => {
      assert.deepEqual(
        values.devices.map(({ epoch }) => epoch),
        [0, 0, 1],
      );
      for (const device of values.devices) {
        const { signing, agreement, epoch } = device;
        const known = identityKeys({ uds: hex(device.uds), roots: hex(device.roots), epoch });
        assert.deepEqual({ signing, agreement }, known);
      }
      const [first, second, third] = values.devices as [Device, Device, Device];
      assert.strictEqual(first.signing === second.signing, first.uds === second.uds);
      assert.notStrictEqual(second.signing, third.signing);
      assert.strictEqual(second.uds, third.uds);
    });

    it("the sealed store's key, of each of them, and in assembly of nothing", () => {
      assert.strictEqual(values.development, sealedTest());
      for (const { uds, roots, epoch, sealed } of values.devices) {
        assert.strictEqual(sealed, sealedTest({ uds: hex(uds), roots: hex(roots), epoch }));
      }
    });

    it("the bytes that an order's signature is over", () => {
      assert.lengthOf(values.orders, 5);
      for (const { number, deviceId, challenge, argument, text } of values.orders) {
        const signed: string[] = [];
        const signMessage = (_key: KeyId, _alg: string, message: Uint8Array): Uint8Array => {
          signed.push(Buffer.from(message).toString("hex"));
          return new Uint8Array(64);
        };
        createOrder({ signMessage }, 1 as KeyId, {
          order: ORDER_NAMES[number - 1] as (typeof ORDER_NAMES)[number],
          deviceId: hex(deviceId),
          challenge: hex(challenge),
          argument: hex(argument),
        });
        assert.deepEqual(signed, [text]);
      }
    });
  });
});
