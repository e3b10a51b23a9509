// SPDX-License-Identifier: Apache-2.0
import { assert } from "chai";
import { runCTest } from "./c-program.js";

describe("what is not sealed, after a wipe, under AddressSanitizer and UBSan", function () {
  this.timeout(60_000);
  const names = {
    epoch: "is erased once for each epoch, and never where nothing was wiped",
    refused: "is not said to be gone when the flash refuses",
    damage: "goes also where its log cannot be read",
  };
  for (const [name, what] of Object.entries(names)) {
    it(what, () => assert.include(runCTest("forget-test", name), `ok ${name}`));
  }

  it("is gone in the end, wherever power is cut, and what came later stays", () => {
    const output = runCTest("forget-test", "cut");
    assert.isAbove(Number(/cuts (\d+)/.exec(output)?.[1]), 1000);
  });
});
