// SPDX-License-Identifier: Apache-2.0
import { geometryOf } from "../../../sdk/storage/geometry.js";
import { encodeItem, parseItems } from "../../../sdk/storage/item.js";
import { retiredBlocks, retiredItem } from "../../../sdk/storage/retired.js";
import { hashName, LogState } from "../../../sdk/storage/state.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";

function made(blockLength: number, retired: readonly number[]): LogState {
  const shape = { size: 32768 * blockLength, blockLength, blocks: 32768, writeAlign: 4, eraseValue: 0xff };
  const log = new LogState(geometryOf(shape), hashName);
  log.retired = new Set(retired);
  return log;
}

describe("docs/formats/sealed-store.md, the list of retired blocks", () => {
  it("is the entry of domain 0 with an empty name: two bytes a block", () => {
    const item = retiredItem(made(1024, [0x0102, 0x7fff, 0]));
    const value = Uint8Array.of(2, 1, 0xff, 0x7f, 0, 0);
    assert.deepEqual(item, { kind: 1, format: 0, domain: 0, probe: 0, name: new Uint8Array(0), value });
    assert.strictEqual(retiredItem(made(1024, [])).value.length, 0);
  });

  it("is read back", () => {
    const blocks = [9, 0x1234, 0x7fff];
    const [item] = parseItems(encodeItem(retiredItem(made(1024, blocks))));
    if (item === undefined) throw new Error("no item");
    assert.deepEqual([...retiredBlocks(item)], blocks);
    assert.deepEqual([...retiredBlocks({ ...item, value: Uint8Array.of(1, 0, 2) })], [1]);
    assert.strictEqual(retiredBlocks({ ...item, value: new Uint8Array(0) }).size, 0);
  });

  it("names as many as one record holds", () => {
    const all = Array.from({ length: 1100 }, (_, i) => i);
    for (const [blockLength, count] of [
      [1024, 52], // 108 - 4, halved
      [2048, 111], // 248 - 20 - 5 = 223
      [16448, 1011], // 2048 - 20 - 5 = 2023
    ] as const) {
      const log = made(blockLength, all);
      const item = retiredItem(log);
      assert.strictEqual(retiredBlocks(item).size, count);
      assert.isAtMost(encodeItem(item).length, log.geometry.contentMax);
    }
  });
});
