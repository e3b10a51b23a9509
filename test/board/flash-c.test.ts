// SPDX-License-Identifier: Apache-2.0
import { assert } from "chai";
import { runCTest } from "./c-program.js";

describe("devices/silicon/flash.c, under AddressSanitizer and UBSan", function () {
  this.timeout(60_000);
  const names = {
    "range-and-alignment": "refuses what is outside the flash or not aligned, and changes nothing then",
    "program-once": "programs each write unit once between two erases",
    "cut-write": "leaves the first bytes of a write that is cut, for every length",
    "cut-erase": "leaves a sector that must be erased again when an erase is cut",
    protect: "neither writes nor erases a protected sector until the next reset",
    partitions: "has partitions that cover the flash without gap",
  };
  for (const [name, what] of Object.entries(names)) {
    it(what, () => assert.include(runCTest("flash-test", name), `ok ${name}`));
  }
});
