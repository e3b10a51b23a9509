// SPDX-License-Identifier: Apache-2.0
/** Each check of devices/secure is left out once, and the tests of secure-c.test.ts must notice. */
import { assert } from "chai";
import { after, before, describe, it } from "mocha";
import { useEngines } from "../cli/support.js";
import type { Check } from "./removal.js";
import { readSecureChecks, SecureRemoval } from "./secure-removal.js";

describe("a check of devices/secure that is left out", function () {
  this.timeout(600_000);
  useEngines({ board: "host", variant: "release" });
  let removal: SecureRemoval;

  before(() => {
    removal = new SecureRemoval();
    removal.prepare();
  });
  after(() => removal?.close());

  it("is noticed, whichever it is", () => {
    const checks = readSecureChecks();
    assert.isAtLeast(checks.length, 30);
    const alive = checks.filter((check) => !removal.kills(check));
    assert.deepEqual(alive, []);
  });

  it("is not noticed by tests that have nothing to do with it", () => {
    const check = readSecureChecks().find(({ id }) => id === "order_owner") as Check;
    assert.isFalse(removal.kills(check, ["gate", "confirm"]));
  });
});
