// SPDX-License-Identifier: Apache-2.0
import { readHeader } from "../../../sdk/storage/header.js";
import { decodeLong, parseItems } from "../../../sdk/storage/item.js";
import type { Place } from "../../../sdk/storage/key-index.js";
import { LogWriter } from "../../../sdk/storage/log-writer.js";
import { LongWriter } from "../../../sdk/storage/long-writer.js";
import { openRecord, readSealed } from "../../../sdk/storage/record.js";
import { hashName, LogState, tagWord } from "../../../sdk/storage/state.js";
import { assert } from "../../harness/assert.js";
import { afterEach, beforeEach, describe, it } from "../../harness/spec.js";
import { Bench } from "./bench.js";

/** Bytes of a chunk in records of 128 bytes: less 20, and 8 of an item. */
const CHUNK = 100;
const bytes = (length: number, first = 0) => Uint8Array.from({ length }, (_, i) => first + i);

describe("a value that is written in chunks", () => {
  let bench: Bench;
  let state: LogState;
  let writer: LongWriter;
  beforeEach(() => {
    bench = new Bench();
    state = new LogState(bench.area.geometry, hashName);
    state.nextChunk = 5;
    writer = new LongWriter(state, new LogWriter(bench.area, bench.seals, state), 9);
  });
  afterEach(() => bench.close());

  /** The one item of a chunk's record. */
  function itemAt({ number, offset, tag }: Place) {
    const frame = readSealed(bench.area, number, offset);
    const header = readHeader(bench.area, bench.seals, number, frame?.headerOffset ?? 0);
    const record = openRecord(bench.area, bench.seals, number, offset, header?.salt ?? new Uint8Array(16));
    if (record === undefined) throw new Error("no record");
    assert.deepEqual([record.flags, tagWord(record.tag)], [0, tag]);
    const items = parseItems(record.content);
    assert.strictEqual(items.length, 1);
    return items[0];
  }

  it("stays whole while it fits one chunk", () => {
    assert.deepEqual([...(writer.whole ?? [1])], []);
    writer.write(bytes(60));
    writer.write(bytes(CHUNK - 60, 60));
    assert.deepEqual([...(writer.whole ?? [])], [...bytes(CHUNK)]);
    assert.deepEqual([writer.hasWritten, writer.length, writer.cost], [false, CHUNK, 0]);
    assert.deepEqual([bench.power.operations, state.pendingFrom, state.nextChunk], [0, undefined, 5]);
    writer.write(bytes(1));
    assert.isTrue(writer.hasWritten);
    assert.isUndefined(writer.whole);
    assert.deepEqual([writer.length, writer.cost], [CHUNK + 1, 160]);
    assert.deepEqual([state.pendingFrom, state.nextChunk], [0, 6]);
  });

  it("is the same chunks in whatever pieces it comes", () => {
    const value = bytes(3 * CHUNK + 7);
    for (const pieces of [
      [307],
      [1, 306],
      [99, 1, 1, 206],
      [100, 100, 100, 7],
      [250, 57],
      Array(307).fill(1) as number[],
    ]) {
      const first = state.nextChunk;
      writer = new LongWriter(state, new LogWriter(bench.area, bench.seals, state), 9);
      let at = 0;
      for (const piece of pieces) {
        const part = value.slice(at, at + piece);
        writer.write(part);
        part.fill(0xee); // it is not kept
        at += piece;
      }
      assert.deepEqual([writer.length, writer.cost], [307, 3 * 160]);
      const { value: long, chunks } = writer.end();
      assert.deepEqual(decodeLong(long), { first, length: 307, chunkLength: CHUNK });
      assert.deepEqual([writer.length, writer.cost], [307, 3 * 160 + 64]);
      const items = chunks.map(itemAt);
      assert.deepEqual(
        items.map((item) => [item?.kind, item?.format, item?.domain, item?.probe]),
        Array(4).fill([4, 0, 9, 0]),
      );
      assert.deepEqual(
        items.flatMap((item) => [...(item?.value ?? [])]),
        [...value],
      );
      assert.deepEqual(
        items.map((item) => [...(item?.name ?? [])]),
        [0, 1, 2, 3].map((i) => [first + i, 0, 0, 0]),
      );
      assert.deepEqual(
        chunks.map(({ id, domain, cost }) => [id, domain, cost]),
        [160, 160, 160, 64].map((cost, i) => [first + i, 9, cost]),
      );
      assert.strictEqual(state.nextChunk, first + 4);
      // They count once a commit names them.
      assert.deepEqual([state.chunks.count, state.used], [0, 0]);
    }
  });

  it("asks for room before each chunk, and remembers the first block", () => {
    const sizes: number[] = [];
    const before: number[] = [];
    writer.write(bytes(250), (size) => {
      sizes.push(size);
      before.push(writer.cost);
    });
    assert.deepEqual(
      [sizes, before],
      [
        [160, 160],
        [0, 160],
      ],
    );
    for (let i = 0; i < 9; i++) writer.write(bytes(100));
    const { chunks } = writer.end();
    assert.strictEqual(state.pendingFrom, 0);
    assert.isAbove(chunks[chunks.length - 1]?.number ?? 0, 0);
  });
});
