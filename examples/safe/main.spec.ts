// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { openLock } from "lock";

describe("a safe", () => {
  it("opens for its code, and gives all tries back", () => {
    const lock = openLock("31-07-94");
    expect(lock.try("12-12-12")).to.equal("wrong");
    const left = lock.triesLeft;
    expect(left).to.be.below(3);
    expect(lock.try("31-07-94")).to.equal("open");
    expect(lock.triesLeft).to.equal(3);
  });

  it("stays locked after three wrong codes, for the right one as well", () => {
    const lock = openLock("31-07-94");
    for (let i = 0; i < 3; i++) lock.try("12-12-12");
    expect(lock.try("31-07-94")).to.equal("locked");
  });
});
