// SPDX-License-Identifier: Apache-2.0
import { CommitPlan } from "../../../sdk/storage/commit-plan.js";
import { EntryReader } from "../../../sdk/storage/entry-reader.js";
import { encodeItem, encodeLong, encodeNumber, type Item, itemSize } from "../../../sdk/storage/item.js";
import { type Hash, hashName, LogState } from "../../../sdk/storage/state.js";
import { chunkLengthOf, isInline } from "../../../sdk/storage/value-size.js";
import { assert } from "../../harness/assert.js";
import { afterEach, beforeEach, describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { Bench, BlockPen } from "./bench.js";
import { ascii } from "./by-the-page.js";

const base = { kind: 1, format: 2, domain: 1 };
const put = (name: string, value = "v", domain = 1) => ({ ...base, domain, name: ascii(name), value: ascii(value) });
const change = (name: string) => ({ domain: 1, name: ascii(name), format: 0, value: undefined });

describe("the plan of a commit", () => {
  let bench: Bench;
  let pen: BlockPen;
  let state: LogState;
  beforeEach(() => {
    bench = new Bench();
    pen = new BlockPen(bench, 0);
    state = new LogState(bench.area.geometry, hashName);
  });
  afterEach(() => bench.close());

  /** An entry that is there, in a record of its own. */
  function there(item: Item): void {
    state.apply(item, pen.record(1, encodeItem(item)));
  }

  /** With another hash, over a state that has the same entries. */
  function collide(hash: Hash): void {
    state = new LogState(bench.area.geometry, hash);
  }

  const plan = () => new CommitPlan(state, new EntryReader(bench.area, bench.seals, state));

  it("puts new entries with probe 0, and counts what they add", () => {
    const one = plan();
    one.put(put("a"));
    one.put(put("b", "x".repeat(40)));
    assert.deepEqual(one.items, [
      { ...put("a"), probe: 0 },
      { ...put("b", "x".repeat(40)), probe: 0 },
    ]);
    assert.deepEqual([one.added, one.removed], [64 + 96, 0]);
    assert.strictEqual(one.size, 64 + 96);
  });

  it("replaces an entry in its own place, and counts both", () => {
    there({ ...put("a", "x".repeat(40)), probe: 3 });
    const one = plan();
    one.put(put("a"));
    assert.deepEqual(one.items, [{ ...put("a"), probe: 3 }]);
    assert.deepEqual([one.added, one.removed], [64, 96]);
  });

  it("deletes what is there, and nothing else", () => {
    there({ ...put("a", "x".repeat(40)), probe: 2 });
    const one = plan();
    one.delete(change("b"));
    assert.deepEqual([one.items.length, one.size], [0, 0]);
    one.delete(change("a"));
    const { domain, name } = put("a");
    assert.deepEqual(one.items, [{ kind: 2, format: 0, domain, probe: 2, name, value: new Uint8Array(0) }]);
    assert.deepEqual([one.added, one.removed, one.size], [0, 96, 64]);
  });

  it("drops the chunks of a long value that goes, with all that they took", () => {
    for (const first of [6, 7, 8, 9, 10]) {
      there({ kind: 4, format: 0, domain: 1, probe: 0, name: encodeNumber(first), value: new Uint8Array(60) });
    }
    there({ ...put("a"), kind: 3, probe: 0, value: encodeLong({ first: 7, length: 121, chunkLength: 60 }) });
    for (const isDelete of [false, true]) {
      const one = plan();
      if (isDelete) one.delete(change("a"));
      else one.put(put("a"));
      const drop = { kind: 5, format: 0, domain: 1, probe: 0, name: encodeNumber(7), value: encodeNumber(3) };
      assert.deepEqual(one.items[0], drop);
      assert.deepEqual([one.items.length, one.items[1]?.kind], [2, isDelete ? 2 : 1]);
      assert.deepEqual([one.added, one.removed], [isDelete ? 0 : 64, 64 + 3 * 128]);
    }
    state.chunks.delete(8);
    const one = plan();
    one.delete(change("a"));
    assert.strictEqual(one.removed, 64 + 2 * 128);
  });

  it("gives the lowest probe whose id is nobody's: not an entry's, not the plan's own, not the retired list's", () => {
    // Ids are the probe alone, of whatever name; the list of retired blocks has 0.
    collide((_domain, probe) => probe);
    there({ ...put("a"), probe: 1 });
    const one = plan();
    for (const name of ["b", "c"]) one.put(put(name));
    assert.deepEqual(
      one.items.map(({ probe }) => probe),
      [2, 3],
    );
    one.put(put("a", "w"));
    assert.deepEqual(
      one.items.map(({ probe }) => probe),
      [2, 3, 1],
    );
    for (const name of ["d", "e", "f", "g"]) one.put(put(name));
    assert.strictEqual(one.items[6]?.probe, 7);
    assert.strictEqual(
      thrownBy(() => one.put(put("h"))),
      "STORAGE_FULL",
    );
  });

  it("takes no id of another domain's entry", () => {
    collide((_domain, probe, name) => (name.length === 0 ? 99 : probe));
    there({ ...put("a", "v", 2), probe: 0 });
    const one = plan();
    one.put(put("a"));
    assert.strictEqual(one.items[0]?.probe, 1);
    assert.strictEqual(one.removed, 0);
  });

  it("knows what fits the record that names it, and a chunk's", () => {
    const { contentMax } = state.geometry;
    assert.strictEqual(contentMax, 108);
    assert.deepEqual(
      [102, 103].map((length) => isInline(state, 1, length)),
      [true, false],
    );
    assert.deepEqual(
      [39, 40, 41].map((length) => isInline(state, 63, length)),
      [true, true, false],
    );
    for (const room of [108, 200, 2028]) {
      const length = chunkLengthOf(room);
      assert.isAtMost(itemSize(4, length), room);
      assert.strictEqual(length, room < 0x80 ? room - 8 : room - 9);
    }
  });
});
