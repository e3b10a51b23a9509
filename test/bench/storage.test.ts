// SPDX-License-Identifier: Apache-2.0
/** What the wear of the sealed store is measured with. */
import { assert } from "chai";
import { CountingFlash } from "../../bench/counting-flash.js";
import { IdealLog } from "../../bench/ideal-log.js";
import { measureOverhead, measureSealedWear } from "../../bench/wear.js";

describe("the counting flash", () => {
  it("counts bytes and erases, and takes a unit once after an erase", () => {
    const flash = new CountingFlash(4, 512, 16);
    const unit = new Uint8Array(16).fill(1);
    flash.write(unit, 512);
    assert.throws(() => flash.write(new Uint8Array(32), 512 - 16), RangeError, "programmed a second time");
    assert.throws(() => flash.write(unit, 8), RangeError);
    assert.throws(() => flash.write(unit, 4 * 512), RangeError);
    flash.eraseBlock(1);
    flash.write(unit, 512);
    assert.strictEqual(flash.programmedBytes, 32);
    assert.deepEqual([...flash.erases], [0, 1, 0, 0]);
    assert.deepEqual(new Uint8Array(flash.read(18, 511)), Uint8Array.of(255, ...unit, 255));
  });
});

describe("the ideal log", () => {
  it("erases a block for each block of updates when nothing old is alive", () => {
    const log = new IdealLog(16, 4096, 64, 64);
    for (let i = 0; i < 64 * 100; i++) log.update(i % 64);
    assert.deepEqual([log.written, log.erases], [6400, 100]);
  });

  it("moves what is alive: one key that changes, and five blocks that do not", () => {
    const log = new IdealLog(8, 4096, 64, 64 * 5);
    for (let key = 0; key < 64 * 5; key++) log.update(key);
    for (let i = 0; i < 6400; i++) log.update(0);
    // In each round of seven blocks or so, the five come along.
    assert.isAbove(log.written, 2.5 * 6400);
    assert.isBelow(log.written, 5 * 6400);
    assert.strictEqual(log.erases, Math.ceil(log.written / 64));
  });

  it("does not take more than it can clean", () => {
    assert.throws(() => new IdealLog(8, 4096, 64, 64 * 7), RangeError);
  });
});

describe("the sealed store's figures that a change is not to lose", function () {
  this.timeout(60_000);

  it("24 bytes for a record", () => {
    assert.isAtMost(measureOverhead(), 24);
  });

  for (const [batch, budget] of [
    [1, 3],
    [8, 2],
  ] as const) {
    it(`${budget} bytes programmed for each byte of value, ${batch} in a commit, erases within 1.3 of the ideal log`, () => {
      const { perByte, erases, idealErases, mostErased, leastErased } = measureSealedWear(64, 16, "capacity", batch);
      assert.isAtMost(perByte, budget);
      assert.isAtLeast(perByte, 1, "every byte is programmed at least once");
      assert.isAtMost(erases, 1.3 * idealErases);
      assert.isAtMost(mostErased - leastErased, 1);
    });
  }
});
