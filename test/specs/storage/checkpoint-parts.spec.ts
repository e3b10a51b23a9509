// SPDX-License-Identifier: Apache-2.0
import { concatBytes } from "../../../sdk/bytes/bytes.js";
import { CheckpointReader } from "../../../sdk/storage/checkpoint.js";
import { geometryOf } from "../../../sdk/storage/geometry.js";
import { hashName, LogState } from "../../../sdk/storage/state.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { le } from "./by-the-page.js";

function made() {
  const log = new LogState(
    geometryOf({ size: 16 * 1024, blockLength: 1024, blocks: 16, writeAlign: 16, eraseValue: 0xff }),
    hashName,
  );
  return { log, reader: new CheckpointReader(log) };
}

/** By the page: entry i lies in block 50 - i. */
function entry(id: number, domain = 2): Uint8Array {
  return concatBytes(Uint8Array.of(domain), le(id, 4), le(id, 2), le(6, 2), Uint8Array.of(3, 9, 8, 7));
}

function first(total: number, ...entries: Uint8Array[]): Uint8Array {
  return concatBytes(Uint8Array.of(1, 4), le(77, 4), le(50, 4), le(total, 4), ...entries);
}

const next = (...entries: Uint8Array[]) => concatBytes(Uint8Array.of(0), ...entries);

describe("parts of a checkpoint", () => {
  it("are read by the page's words", () => {
    const { log, reader } = made();
    reader.take(first(2, entry(1, 30)));
    assert.isFalse(reader.isWhole);
    reader.take(next(entry(2, 0x80 + 30)));
    assert.isTrue(reader.isWhole);
    const fields = { domain: 30, offset: 96, cost: 48, tag: 0x070809 };
    assert.deepEqual(log.keys.find(1), { id: 1, number: 49, ...fields });
    assert.deepEqual(log.chunks.find(2), { id: 2, number: 48, ...fields });
    assert.deepEqual([log.keys.count, log.chunks.count, log.probes, log.nextChunk], [1, 1, 4, 77]);
  });

  it("begin anew with a first one: what was cut off before it is forgotten", () => {
    const { log, reader } = made();
    reader.take(first(5, entry(1), entry(0x99, 0x82)));
    reader.take(next(entry(2)));
    reader.take(first(2, entry(3)));
    assert.isFalse(reader.isWhole);
    reader.take(next(entry(4)));
    assert.isTrue(reader.isWhole);
    assert.deepEqual([log.keys.count, log.chunks.count], [2, 0]);
    assert.deepEqual([log.keys.at(0).id, log.keys.at(1).id], [3, 4]);
  });

  it("of one that began before are passed over", () => {
    const { log, reader } = made();
    assert.isFalse(reader.isWhole);
    reader.take(next(entry(1)));
    reader.take(Uint8Array.of(0, 1, 2));
    assert.deepEqual([log.keys.count, reader.isWhole], [0, false]);
    reader.take(first(0));
    assert.isTrue(reader.isWhole);
  });

  it("are malformed when they do not end with an entry, or a first one is too short", () => {
    for (const cut of [1, 7, 12]) {
      const part = first(1, entry(1));
      assert.strictEqual(
        thrownBy(() => made().reader.take(part.slice(0, part.length - cut))),
        "STORAGE_DAMAGED",
      );
      const { reader } = made();
      reader.take(first(2, entry(1)));
      const other = next(entry(2));
      assert.strictEqual(
        thrownBy(() => reader.take(other.slice(0, other.length - cut))),
        "STORAGE_DAMAGED",
      );
    }
    for (const length of [1, 13]) {
      assert.strictEqual(
        thrownBy(() => made().reader.take(first(0).slice(0, length))),
        "STORAGE_DAMAGED",
      );
    }
  });

  it("are malformed when there are more entries than the first one says", () => {
    assert.strictEqual(
      thrownBy(() => made().reader.take(first(1, entry(1), entry(2)))),
      "STORAGE_DAMAGED",
    );
    assert.strictEqual(
      thrownBy(() => made().reader.take(first(0, entry(1)))),
      "STORAGE_DAMAGED",
    );
    const { log, reader } = made();
    reader.take(first(2, entry(1)));
    assert.strictEqual(
      thrownBy(() => reader.take(next(entry(2), entry(3)))),
      "STORAGE_DAMAGED",
    );
    assert.deepEqual([log.keys.count, reader.isWhole], [1, false]);
    reader.take(next(entry(2)));
    assert.strictEqual(
      thrownBy(() => reader.take(next(entry(3)))),
      "STORAGE_DAMAGED",
    );
  });
});
