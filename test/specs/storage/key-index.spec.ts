// SPDX-License-Identifier: Apache-2.0
import { KeyIndex, type Place } from "../../../sdk/storage/key-index.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { Random } from "../../storage/random.js";

function place(id: number, number = 1, offset = 0, cost = 16): Place {
  return { id, domain: id % 31, number, offset, cost, tag: id & 0xffffff };
}

const all = (index: KeyIndex) => Array.from({ length: index.count }, (_, i) => index.at(i));

describe("the index of a sealed log", () => {
  it("keeps what it is given, to the largest of each", () => {
    const index = new KeyIndex(64);
    const largest = {
      id: 2 ** 32 - 1,
      domain: 31,
      number: 2 ** 32 - 1,
      offset: 65535 * 64,
      cost: 4080,
      tag: 2 ** 24 - 1,
    };
    index.set(largest);
    assert.deepEqual(index.find(2 ** 32 - 1), largest);
    assert.deepEqual(index.at(0), largest);
    assert.deepEqual([index.count, index.used], [1, 4080]);
  });

  it("finds nothing where nothing is", () => {
    const index = new KeyIndex(1);
    assert.isUndefined(index.find(0));
    index.set(place(5));
    index.set(place(9));
    for (const id of [0, 4, 6, 8, 10, 2 ** 32 - 1]) assert.isUndefined(index.find(id), `${id}`);
    index.delete(0);
    index.delete(6);
    index.delete(10);
    index.delete(9);
    index.delete(9);
    index.set(place(9));
    assert.deepEqual([index.count, index.used], [2, 32]);
  });

  it("puts a place where another one with its id was", () => {
    const index = new KeyIndex(4);
    index.set(place(7, 1, 4, 32));
    index.set(place(7, 2, 8, 48));
    assert.deepEqual(all(index), [place(7, 2, 8, 48)]);
    assert.strictEqual(index.used, 48);
  });

  it("is a sorted map, whatever comes and goes in whatever order", () => {
    const random = new Random(11);
    const index = new KeyIndex(8);
    const map = new Map<number, Place>();
    for (let i = 0; i < 600; i++) {
      const id = random.below(120) * 37;
      if (random.oneIn(3) && i > 300) {
        index.delete(id);
        map.delete(id);
      } else {
        const one = place(id, random.below(9), 8 * random.below(99), 16 * random.below(255));
        index.set(one);
        map.set(id, one);
      }
      assert.strictEqual(index.count, map.size);
    }
    const sorted = [...map.values()].sort((a, b) => a.id - b.id);
    assert.isAbove(sorted.length, 30);
    assert.deepEqual(all(index), sorted);
    for (const one of sorted) assert.deepEqual(index.find(one.id), one);
    assert.strictEqual(
      index.used,
      sorted.reduce((sum, { cost }) => sum + cost, 0),
    );
    for (const { id } of sorted) index.delete(id);
    assert.deepEqual([index.count, index.used, index.lowest()], [0, 0, undefined]);
  });

  it("keeps all when it grows, from 16 places on", () => {
    for (const count of [15, 16, 17, 32, 33, 64, 65, 300]) {
      const index = new KeyIndex(1);
      for (let id = count; id > 0; id--) index.set(place(id, id, id));
      assert.deepEqual(
        all(index),
        Array.from({ length: count }, (_, i) => place(i + 1, i + 1, i + 1)),
      );
    }
  });

  it("knows the lowest block", () => {
    const index = new KeyIndex(1);
    assert.isUndefined(index.lowest());
    index.set(place(1, 7));
    index.set(place(2, 5));
    index.set(place(3, 9));
    assert.strictEqual(index.lowest(), 5);
    index.delete(2);
    assert.strictEqual(index.lowest(), 7);
    index.set(place(4, 0));
    assert.strictEqual(index.lowest(), 0);
  });

  it("knows what lies in a block, by offset", () => {
    const index = new KeyIndex(4);
    for (const [id, number, offset] of [
      [1, 5, 96],
      [2, 5, 64],
      [3, 6, 64],
      [4, 5, 80],
    ] as const) {
      index.set(place(id, number, offset));
    }
    assert.deepEqual(
      index.inBlock(5).map((at) => index.at(at).id),
      [2, 4, 1],
    );
    assert.deepEqual(
      index.inBlock(6).map((at) => index.at(at).id),
      [3],
    );
    assert.deepEqual(index.inBlock(7), []);
  });

  it("is empty after clear, and can be filled again", () => {
    const index = new KeyIndex(1);
    for (let id = 0; id < 20; id++) index.set(place(id));
    index.clear();
    assert.deepEqual([index.count, index.used, index.lowest()], [0, 0, undefined]);
    assert.isUndefined(index.find(3));
    assert.deepEqual(index.inBlock(1), []);
    index.set(place(3));
    assert.deepEqual(all(index), [place(3)]);
  });
});
