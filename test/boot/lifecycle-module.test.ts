// SPDX-License-Identifier: Apache-2.0
/** `thimble/device/lifecycle` as an app has it on a device that is not provisioned and that no boot program started. */
import { assert } from "chai";
import { describe, it } from "mocha";
import { useEngines } from "../cli/support.js";
import { BOARDS, linesOf, nameOf } from "../refusals/boards.js";

const APP = `
import { lifecycle } from "thimble/device/lifecycle";
const say = (what, action) => {
  try { trace(what, ": ", JSON.stringify(action()), "\\n"); }
  catch (error) { trace(what, ": ", error.name === "SecurityError" ? error.detail ?? error.code : error.name, "\\n"); }
};
const bytes = (length) => new Uint8Array(length);
say("record", () => lifecycle.bootRecord());
say("status", () => lifecycle.status());
say("secret", () => lifecycle.makeSecret());
say("roots", () => lifecycle.setRoots(bytes(32), bytes(32)));
say("owner", () => lifecycle.setOwner(bytes(32)));
say("secure", () => lifecycle.secure());
say("trust", () => lifecycle.installTrust(bytes(100)));
say("long trust", () => lifecycle.installTrust(bytes(1025)));
say("no trust", () => lifecycle.installTrust(bytes(0)));
say("challenge", () => lifecycle.challenge());
say("order", () => lifecycle.order("wipe", bytes(0), bytes(65), bytes(64)));
say("confirm", () => lifecycle.confirm());
say("signing", () => lifecycle.identityKey("signing"));
say("agreement", () => lifecycle.identityPublicKey("agreement"));
say("short roots", () => lifecycle.setRoots(bytes(32), bytes(31)));
say("no bytes", () => lifecycle.setOwner("x"));
say("other order", () => lifecycle.order("toString", bytes(0), bytes(65), bytes(64)));
say("argument", () => lifecycle.order("wipe", bytes(32), bytes(65), bytes(64)));
say("no argument", () => lifecycle.order("transfer", bytes(0), bytes(65), bytes(64)));
say("other key", () => lifecycle.identityKey("x"));
say("no key", () => lifecycle.identityKey());
say("still", () => lifecycle.status().lifecycle);
say("frozen", () => [lifecycle, lifecycle.bootRecord(), lifecycle.status()].every(Object.isFrozen));
`;

const EXPECTED = [
  'record: {"lifecycle":"assembly-and-test","start":"app","isTrial":false,"isReverted":false,"trustVersion":0,"wipeEpoch":0}',
  'status: {"lifecycle":"assembly-and-test","hasSecret":false,"hasRoots":false,"owners":0,"leastFirmwareCounter":0,"leastAppCounter":0}',
  "secret: LIFECYCLE_STATE",
  "roots: LIFECYCLE_STATE",
  "owner: LIFECYCLE_STATE",
  "secure: LIFECYCLE_STATE",
  "trust: LIFECYCLE_STATE",
  "long trust: IMAGE_E_SIZE",
  "no trust: IMAGE_E_SIZE",
  "challenge: LIFECYCLE_STATE",
  "order: LIFECYCLE_STATE",
  "confirm: undefined",
  "signing: IDENTITY_UNAVAILABLE",
  "agreement: IDENTITY_UNAVAILABLE",
  "short roots: RangeError",
  "no bytes: TypeError",
  "other order: RangeError",
  "argument: RangeError",
  "no argument: RangeError",
  "other key: RangeError",
  "no key: TypeError",
  'still: "assembly-and-test"',
  "frozen: true",
];

describe("thimble/device/lifecycle without boot", function () {
  this.timeout(60_000);
  useEngines(...BOARDS);

  for (const machine of BOARDS) {
    it(`tells that nothing is provisioned, and refuses the rest, on ${nameOf(machine)}`, async () => {
      assert.deepEqual(await linesOf(machine, APP), EXPECTED);
    });

    it(`starts again when it is told to, on ${nameOf(machine)}`, async () => {
      const restarting = `import { lifecycle } from "thimble/device/lifecycle";
import kv from "embedded:storage/key-value";
const store = kv.open({ path: "starts", format: "uint8" });
const starts = (store.read("n") ?? 0) + 1;
store.write("n", starts);
trace("start ", starts, "\\n");
if (starts < 3) lifecycle.restart();
`;
      assert.deepEqual(await linesOf(machine, restarting), ["start 1", "start 2", "start 3"]);
    });
  }
});
