// SPDX-License-Identifier: Apache-2.0
/** Power fails at each operation of what changes a device for good, and at each of the start that finishes it. */
import { assert } from "chai";
import { after, before, describe, it } from "mocha";
import { useEngines } from "../cli/support.js";
import { SecureProgram } from "./secure-program.js";

/** Each with the least number of cuts that there must be: its operations are words, hashes, counters, units and sectors. */
const SCENARIOS = {
  "make-secret": 40,
  "set-roots": 65,
  "set-owner": 35,
  secure: 5,
  "enter-debug": 9,
  "leave-debug": 9,
  wipe: 9,
  "wipe-sealed": 9,
  "raise-counter": 5,
  transfer: 35,
  decommission: 15,
  confirm: 30,
  "install-trust": 30,
  "replace-trust": 30,
} as const;

describe("power cuts in devices/secure", function () {
  this.timeout(120_000);
  useEngines({ board: "host", variant: "release" });
  let tests: SecureProgram;
  let program: string;
  let total = 0;

  before(() => {
    tests = new SecureProgram("secure-cuts");
    program = tests.build();
  });
  after(() => {
    tests?.close();
    console.log(`      ${total} power cuts: the old state or the new one each time`);
  });

  for (const [name, least] of Object.entries(SCENARIOS)) {
    it(`${name}: the old state or the new one, and the same call again finishes it`, () => {
      const count = Number(tests.run(program, name));
      assert.isAtLeast(count, least);
      total += count;
    });
  }
});
