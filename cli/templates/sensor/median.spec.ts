// SPDX-License-Identifier: Apache-2.0
/** A module on its own: this spec needs no device. */
import { expect } from "chai";
import { median } from "./median";

describe("median", () => {
  it("is the middle one, in whatever order they come", () => {
    expect(median([30, 10, 20])).to.equal(20);
  });

  it("is not moved by one wild reading", () => {
    expect(median([10, 11, 4095, 9, 10])).to.equal(10);
  });

  it("leaves the readings in their order", () => {
    const readings = [3, 1, 2];
    median(readings);
    expect(readings).to.deep.equal([3, 1, 2]);
  });

  it("wants at least one reading", () => {
    expect(() => median([])).to.throw(RangeError, "no readings");
  });
});
