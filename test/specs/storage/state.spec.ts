// SPDX-License-Identifier: Apache-2.0
import { geometryOf } from "../../../sdk/storage/geometry.js";
import { encodeNumber, type Item } from "../../../sdk/storage/item.js";
import { hashName, LogState, tagWord } from "../../../sdk/storage/state.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { ascii } from "./by-the-page.js";

const GEOMETRY = geometryOf({ size: 16 * 1024, blockLength: 1024, blocks: 16, writeAlign: 4, eraseValue: 0xff });
const TAG = Uint8Array.of(0x81, 0x92, 0xa3, 0xff, ...new Uint8Array(12));

function state(): LogState {
  return new LogState(GEOMETRY, hashName);
}

function item(kind: number, name: Uint8Array, fields: Partial<Item> = {}): Item {
  return { kind, format: 1, domain: 3, probe: 0, name, value: new Uint8Array(0), ...fields };
}

const at = (number: number, offset = 64) => ({ number, offset, tag: TAG });

/** The page's lines, with numbers of any size in the place of 32-bit arithmetic. */
function idByThePage(domain: number, probe: number, name: Uint8Array): bigint {
  const mask = 0xffffffffn;
  const first = BigInt(domain + 256 * probe + 65536 * name.length);
  let h = ((0x811c9dc5n ^ first) * 0x01000193n) & mask;
  for (let i = 0; i < name.length; i += 2) {
    const pair = BigInt((name[i] as number) + 256 * (name[i + 1] ?? 0));
    h = ((h ^ pair) * 0x01000193n) & mask;
  }
  h = ((h ^ (h >> 15n)) * 0x2c1b3c6dn) & mask;
  return h ^ (h >> 13n);
}

describe("docs/formats/sealed-store.md, ids", () => {
  it("are the page's hash of domain, probe and name", () => {
    for (const name of ["", "a", "ab", "ba", "x".repeat(63), "\u00ff\u0080\u0000"]) {
      for (const [domain, probe] of [
        [0, 0],
        [1, 0],
        [0, 1],
        [30, 7],
      ] as const) {
        assert.strictEqual(BigInt(hashName(domain, probe, ascii(name))), idByThePage(domain, probe, ascii(name)));
      }
    }
  });
});

describe("the state of a sealed log", () => {
  it("has an entry after put or long, in the newest place, and none after delete", () => {
    const log = state();
    for (const [kind, number] of [
      [1, 4],
      [3, 5],
    ] as const) {
      log.apply(item(kind, ascii("k"), { value: new Uint8Array(10) }), at(number, 128));
      // 4 + (3 + 1 + 1 + 10) + 16 = 35, up to 36; and 2 × 13 for checkpoints, up to 64.
      const id = hashName(3, 0, ascii("k"));
      assert.deepEqual(log.keys.at(0), { id, domain: 3, number, offset: 128, cost: 64, tag: 0xa39281 });
      assert.deepEqual([log.keys.count, log.chunks.count, log.used], [1, 0, 64]);
    }
    log.apply(item(2, ascii("k"), { domain: 4 }), at(6));
    assert.strictEqual(log.keys.count, 1);
    log.apply(item(2, ascii("k")), at(6));
    assert.deepEqual([log.keys.count, log.used, log.probes, log.nextChunk], [0, 0, 0, 0]);
  });

  it("keeps chunks apart by their numbers, and the next one's, until they are dropped", () => {
    const log = state();
    for (const id of [9, 7, 8]) log.apply(item(4, encodeNumber(id), { probe: 5, value: new Uint8Array(20) }), at(id));
    assert.deepEqual([log.keys.count, log.chunks.count, log.nextChunk, log.probes], [0, 3, 10, 0]);
    assert.deepEqual(log.chunks.find(8), { id: 8, domain: 3, number: 8, offset: 64, cost: 80, tag: 0xa39281 });
    assert.strictEqual(log.used, 240);
    log.apply(item(5, encodeNumber(7), { value: encodeNumber(2) }), at(9));
    assert.deepEqual([log.chunks.count, log.chunks.at(0).id, log.nextChunk, log.used], [1, 9, 10, 80]);
    log.apply(item(1, ascii("k"), { value: new Uint8Array(20) }), at(9));
    assert.strictEqual(log.used, 160);
  });

  it("remembers the highest probe", () => {
    const log = state();
    for (const probe of [2, 7, 1]) log.apply(item(1, ascii("k"), { probe }), at(1));
    assert.deepEqual([log.probes, log.keys.count, log.nextChunk], [7, 3, 0]);
    assert.isTrue(log.keys.find(hashName(3, 7, ascii("k"))) !== undefined);
  });

  it("counts whole units and two places in checkpoints, in steps of 16 bytes", () => {
    const log = state();
    // 4 + 3 + 1 (or 2) + name + value + 16 in units of 4, and 26.
    for (const [name, value, cost] of [
      [1, 1, 64],
      [1, 11, 64],
      [1, 12, 80],
      [0, 12, 64],
      [63, 120, 240],
      [63, 128, 256],
    ] as const) {
      assert.strictEqual(log.cost(name, value), cost, `${name}, ${value}`);
    }
  });

  it("takes three bytes of a tag", () => {
    assert.strictEqual(tagWord(TAG), 0xa39281);
    assert.strictEqual(tagWord(Uint8Array.of(1, 0, 0, 9)), 1);
    assert.strictEqual(tagWord(Uint8Array.of(0, 1, 0, 9)), 0x100);
  });

  it("knows the id that the list of retired blocks has, and what these cost", () => {
    const log = state();
    assert.strictEqual(log.retiredId, hashName(0, 0, ascii("")));
    assert.strictEqual(log.capacity, GEOMETRY.capacity);
    assert.deepEqual([log.hasCheckpoint, log.commits, log.readFrom], [false, 0, 0]);
    log.retired = new Set([1, 5]);
    assert.strictEqual(log.capacity, GEOMETRY.capacity - 2 * GEOMETRY.blockRoom);
  });
});
