// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nearestName } from "../../host-sim/nearest.js";

describe("the nearest name", () => {
  const NAMES = ["timer", "embedded:io/digital", "embedded:io/analog", "include"];

  for (const [misspelt, meant] of [
    ["timr", "timer"],
    ["tiemr", "timer"],
    ["timmer", "timer"],
    ["Timer", "timer"],
    ["embedded:digital", "embedded:io/digital"],
    ["includes", "include"],
  ] as const) {
    it(`to ${misspelt} is ${meant}`, () => expect(nearestName(misspelt, NAMES)).to.equal(meant));
  }

  it("is none where more was changed than a slip does", () => {
    for (const name of ["", "ti", "embedded:io/serial", "lodash", "incl"]) {
      expect(nearestName(name, NAMES), name).to.equal(undefined);
    }
  });

  it("is the closest of several, and not looked for in a text", () => {
    expect(nearestName("timers", ["timely", "timer", "timid"])).to.equal("timer");
    expect(nearestName("t".repeat(1e6), ["t".repeat(1e6 - 1)])).to.equal(undefined);
  });
});
