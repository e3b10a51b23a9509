// SPDX-License-Identifier: Apache-2.0
import { geometryOf } from "../../../sdk/storage/geometry.js";
import { hashName, LogState } from "../../../sdk/storage/state.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";

function state(tail: number | undefined, readFrom: number): LogState {
  const log = new LogState(
    geometryOf({ size: 16 * 1024, blockLength: 1024, blocks: 16, writeAlign: 4, eraseValue: 0xff }),
    hashName,
  );
  log.tail = tail === undefined ? undefined : { number: tail, offset: 64, tag: new Uint8Array(16) };
  log.readFrom = readFrom;
  return log;
}

const place = (id: number, number: number) => ({ id, domain: 1, number, offset: 64, cost: 64, tag: 0 });

/** As many as a walk over the flash finds. */
function walked(log: LogState): number {
  let free = 0;
  for (let number = (log.tail?.number ?? -1) + 1; number < log.floor + 16; number++) {
    if (!log.retired.has(number % 16)) free++;
  }
  return free;
}

describe("the blocks of a sealed log that are free", () => {
  it("end at the lowest that reading, an entry, a chunk or a value in parts needs", () => {
    const log = state(30, 28);
    assert.deepEqual([log.floor, log.free], [28, 13]);
    log.keys.set(place(1, 29));
    assert.strictEqual(log.floor, 28);
    log.keys.set(place(1, 27));
    assert.deepEqual([log.floor, log.free], [27, 12]);
    log.chunks.set(place(1, 26));
    assert.deepEqual([log.floor, log.free], [26, 11]);
    log.pendingFrom = 25;
    assert.deepEqual([log.floor, log.free], [25, 10]);
    log.readFrom = 24;
    assert.deepEqual([log.floor, log.free], [24, 9]);
  });

  it("are all in an empty partition but those that are retired", () => {
    const log = state(undefined, 0);
    assert.strictEqual(log.free, 16);
    log.retired.add(3).add(15);
    assert.strictEqual(log.free, 14);
  });

  it("are none when the log has come round", () => {
    assert.strictEqual(state(20, 5).free, 0);
    assert.strictEqual(state(20, 6).free, 1);
  });

  it("are not those that are retired, wherever the log stands", () => {
    for (let tail = 0; tail < 50; tail++) {
      for (const behind of [0, 1, 7, 14]) {
        for (const retired of [[0], [15], [3, 4], [0, 7, 15], Array.from({ length: 16 }, (_, i) => i)]) {
          const log = state(tail, Math.max(0, tail - behind));
          log.retired = new Set(retired);
          assert.strictEqual(log.free, walked(log), `tail ${tail}, ${behind} behind, ${retired}`);
        }
      }
    }
  });
});
