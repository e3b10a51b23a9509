// SPDX-License-Identifier: Apache-2.0
import { allHeaders, findHead, followingHeader } from "../../../sdk/storage/find-head.js";
import { FlashArea } from "../../../sdk/storage/flash-area.js";
import { readHeader } from "../../../sdk/storage/header.js";
import { assert } from "../../harness/assert.js";
import { afterEach, beforeEach, describe, it } from "../../harness/spec.js";
import { Bench } from "./bench.js";

describe("the newest block of a sealed log", () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench({ blockLength: 512, blocks: 40 });
  });
  afterEach(() => bench.close());

  function header(number: number, isWhole = true): void {
    bench.put(number, 0, bench.page.header({ number }));
    if (!isWhole) bench.flip(number, 63);
  }

  function erase(number: number): void {
    bench.put(number, 0, new Uint8Array(512).fill(0xff));
  }

  const head = () => findHead(bench.area, bench.seals)?.number;

  it("is none where nothing was written", () => {
    assert.isUndefined(findHead(bench.area, bench.seals));
    assert.deepEqual(allHeaders(bench.area, bench.seals), []);
  });

  it("is found wherever the log ends, in its first rounds and later", () => {
    for (let number = 0; number < 130; number++) {
      header(number);
      assert.strictEqual(head(), number);
    }
  });

  it("is found when the log begins after blocks that are worn", () => {
    for (const first of [1, 16]) {
      for (let number = first; number < first + 4; number++) header(number);
      assert.strictEqual(head(), first + 3);
      for (let number = first; number < first + 4; number++) erase(number);
    }
  });

  it("is found behind up to 15 blocks in a row that are missing, and further ones when something claims to be there", () => {
    for (let number = 0; number <= 90; number++) header(number);
    for (let missing = 1; missing <= 15; missing++) {
      for (const at of [80, 81, 85, 89]) {
        for (let number = at; number > at - missing; number--) erase(number);
        assert.strictEqual(head(), 90, `${missing} before ${at + 1}`);
        for (let number = at; number > at - missing; number--) header(number);
      }
    }
  });

  it("is the last that verifies: a header that was cut off is none", () => {
    for (let number = 0; number <= 60; number++) header(number);
    for (const torn of [1, 2, 5, 15]) {
      for (let number = 61; number < 61 + torn; number++) header(number, false);
      assert.strictEqual(head(), 60);
    }
    header(61 + 15);
    assert.strictEqual(head(), 76);
  });

  it("is found though blocks claim numbers that they have not", () => {
    for (let number = 0; number <= 60; number++) header(number);
    for (const liar of [4000, 4015, 4020, 4021, 4039, 4000 + 4 * 40]) {
      const saved = bench.area.read(liar, 0, 512);
      header(liar, false);
      const whole = liar % 40 === 20 ? 59 : 60;
      assert.strictEqual(head(), whole, `${liar}`);
      bench.put(liar, 0, saved);
    }
  });

  it("is looked for in every block when what claims to be the newest is not", () => {
    header(7);
    header(30);
    header(39, false);
    assert.strictEqual(head(), 30);
    assert.deepEqual(
      allHeaders(bench.area, bench.seals).map(({ number }) => number),
      [30, 7],
    );
    header(40 + 5);
    assert.deepEqual(
      allHeaders(bench.area, bench.seals).map(({ number }) => number),
      [45, 30, 7],
    );
  });

  it("follows another at 16 numbers at most", () => {
    header(50);
    const first = readHeader(bench.area, bench.seals, 50, 0);
    if (first === undefined) throw new Error("no header");
    const following = () => followingHeader(bench.area, bench.seals, first)?.number;
    assert.isUndefined(following());
    header(67);
    assert.isUndefined(following());
    header(66);
    assert.strictEqual(following(), 66);
    header(52);
    assert.strictEqual(following(), 52);
    header(51, false);
    assert.strictEqual(following(), 52);
    header(51);
    assert.strictEqual(following(), 51);
  });

  it("is found with few reads: the search halves the flash, and 16 blocks behind the newest are looked at", () => {
    let reads = 0;
    const handle = bench.flash.open();
    const area = new FlashArea({
      ...handle,
      read: (length, offset) => {
        reads++;
        return handle.read(length, offset) as ArrayBuffer;
      },
    });
    for (let number = 0; number < 100; number++) {
      header(number);
      reads = 0;
      assert.strictEqual(findHead(area, bench.seals)?.number, number);
      // The first block, six halves (of a flash that is not full yet they step over what is erased), the newest and 16.
      if (number >= 39) assert.isAtMost(reads, 1 + 6 + 1 + 16);
    }
  });

  it("is followed from what the search found, when a block on its way claims an older number", () => {
    for (let number = 0; number <= 55; number++) header(number);
    header(10, false); // in the place of 50, where the search looks second
    assert.strictEqual(head(), 55);
  });
});
