// SPDX-License-Identifier: Apache-2.0
import { encodeHex } from "../../../sdk/bytes/hex.js";
import { CheckpointReader, checkpointParts, checkpointSize } from "../../../sdk/storage/checkpoint.js";
import { geometryOf } from "../../../sdk/storage/geometry.js";
import { hashName, LogState } from "../../../sdk/storage/state.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";

/** Parts of 108 bytes: 7 entries in the first, 8 in each other. */
const GEOMETRY = geometryOf({ size: 16 * 1024, blockLength: 1024, blocks: 16, writeAlign: 16, eraseValue: 0xff });

function state(keys: number, chunks: number): LogState {
  const log = new LogState(GEOMETRY, hashName);
  log.probes = 5;
  log.nextChunk = 0x81020304;
  const place = (id: number) => ({
    domain: 1 + (id % 30),
    number: 100 - (id % 9),
    offset: 16 * (4 + id),
    cost: 16 * (id + 1),
    tag: id,
  });
  for (let id = 0; id < keys; id++) log.keys.set({ ...place(id), id: 2 ** 32 - 1 - id });
  for (let id = 0; id < chunks; id++) log.chunks.set({ ...place(id), id });
  return log;
}

function contents({ keys, chunks, probes, nextChunk }: LogState) {
  const places = [keys, chunks].map((index) => Array.from({ length: index.count }, (_, i) => index.at(i)));
  return { places, probes, nextChunk, used: keys.used + chunks.used };
}

describe("docs/formats/sealed-store.md, checkpoints", () => {
  it("are 14 bytes and 13 for each entry and chunk, as the page has them", () => {
    const log = new LogState(GEOMETRY, hashName);
    log.probes = 7;
    log.nextChunk = 0x81020304;
    log.keys.set({ id: 0x91a2b3c4, domain: 30, number: 0x1000_0000, offset: 0x2340, cost: 4080, tag: 0xf3e2d1 });
    log.chunks.set({ id: 0xa1, domain: 3, number: 0x1000_9876, offset: 64, cost: 16, tag: 1 });
    const parts = checkpointParts(log, 0x1000_9876);
    assert.deepEqual(parts.map(encodeHex), [
      "01070403028176980010020000001ec4b3a29176983402ffd1e2f383a100000000000400010100" + "00",
    ]);
  });

  it("are parts as full as a record can be, which begin with 1 and then with 0", () => {
    for (const [keys, chunks, entries] of [
      [0, 0, [0]],
      [6, 0, [6]],
      [0, 7, [7]],
      [7, 1, [7, 1]],
      [7, 8, [7, 8]],
      [10, 6, [7, 8, 1]],
      [20, 20, [7, 8, 8, 8, 8, 1]],
    ] as const) {
      const parts = checkpointParts(state(keys, chunks), 100);
      assert.deepEqual(
        parts.map(({ length }, i) => (length - (i === 0 ? 14 : 1)) / 13),
        [...entries],
      );
      assert.deepEqual(
        parts.map(([first]) => first as number),
        entries.map((_, i) => (i === 0 ? 1 : 0)),
      );
    }
  });

  it("give back what they were made of", () => {
    for (const [keys, chunks] of [
      [0, 0],
      [1, 0],
      [7, 0],
      [0, 8],
      [15, 0],
      [30, 40],
    ] as const) {
      const log = state(keys, chunks);
      const other = state(3, 3);
      const reader = new CheckpointReader(other);
      for (const part of checkpointParts(log, 100)) {
        assert.isFalse(reader.isWhole);
        reader.take(Uint8Array.of(7, ...part, 7).subarray(1, part.length + 1));
      }
      assert.isTrue(reader.isWhole);
      assert.deepEqual(contents(other), contents(log));
    }
  });

  it("take what checkpointSize says at most, whatever block ends come between", () => {
    // A part of 128 bytes with 7 entries, and one more.
    for (const [count, parts] of [
      [0, 1],
      [6, 1],
      [7, 2],
      [13, 2],
      [14, 3],
      [70, 11],
    ] as const) {
      assert.strictEqual(checkpointSize(count, 128), parts * 128);
    }
    assert.strictEqual(checkpointSize(8, 139), 2 * 139);
    assert.strictEqual(checkpointSize(8, 150), 2 * 150);
    assert.strictEqual(checkpointSize(8, 151), 151);
  });

  it("are parts that a record holds, however large records are", () => {
    for (let largest = 128; largest < 142; largest++) {
      const blockLength = 64 + 8 * largest;
      const geometry = geometryOf({ size: 16 * blockLength, blockLength, blocks: 16, writeAlign: 1, eraseValue: 0xff });
      const log = new LogState(geometry, hashName);
      for (let id = 0; id < 40; id++) log.keys.set({ id, domain: 1, number: 1, offset: 64, cost: 64, tag: id });
      const lengths = checkpointParts(log, 1).map(({ length }) => length);
      lengths.pop();
      for (const length of lengths) {
        assert.isAtMost(length, largest - 20);
        assert.isAbove(length, largest - 20 - 13);
      }
    }
  });
});
