// SPDX-License-Identifier: Apache-2.0
import { readHeader } from "../../../sdk/storage/header.js";
import { scanBlock } from "../../../sdk/storage/scan.js";
import { assert } from "../../harness/assert.js";
import { afterEach, beforeEach, describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { Bench, BlockPen } from "./bench.js";
import { ascii, OTHER_SALT } from "./by-the-page.js";

/** Content of one record in units of 4: 24 bytes. */
const one = ascii("abcd");

describe("the end of a sealed log", () => {
  let bench: Bench;
  let pen: BlockPen;
  beforeEach(() => {
    bench = new Bench();
    pen = new BlockPen(bench, 3);
  });
  afterEach(() => bench.close());

  /** How many records are handed on, or what is thrown; `until` as of scanBlock. */
  function records(until?: Uint8Array): number | string {
    const first = readHeader(bench.area, bench.seals, 3, 0);
    if (first === undefined) return "no header";
    let count = 0;
    const thrown = thrownBy(() =>
      scanBlock(bench.area, bench.seals, first, until, {
        header: () => undefined,
        record: () => count++,
      }),
    );
    return thrown === "nothing" ? count : thrown;
  }

  it("is before a record that was cut off at any unit", () => {
    pen.record(1, one);
    const end = pen.offset;
    pen.record(1, one);
    for (let cut = 20; cut >= 0; cut -= 4) {
      bench.put(3, end + cut, new Uint8Array(4).fill(0xff));
      assert.strictEqual(records(), 1, `cut at ${cut}`);
    }
  });

  it("is not before a record that does not verify while another behind it does", () => {
    const offsets = [0, 1, 2, 3].map(() => pen.record(1, one).offset);
    assert.strictEqual(records(), 4);
    for (const offset of offsets.slice(0, 3)) {
      bench.flip(3, offset + 4);
      assert.strictEqual(records(), `STORAGE_DAMAGED@${offset}`);
      bench.flip(3, offset + 4);
    }
    bench.flip(3, (offsets[3] as number) + 4);
    assert.strictEqual(records(), 3);
  });

  it("sees a record to the last unit of the block", () => {
    pen.record(1, one);
    const end = pen.offset;
    pen.offset = 1024 - 24;
    bench.put(3, pen.offset - 16, pen.tag);
    pen.record(1, one);
    assert.strictEqual(records(), `STORAGE_DAMAGED@${end}`);
    bench.flip(3, 1023);
    assert.strictEqual(records(), 1);
  });

  it("does not take a record of another epoch for one that is missing", () => {
    pen.record(1, one);
    const previous = pen.tag;
    bench.put(3, 200 - 16, previous);
    bench.put(3, 200, bench.page.record({ number: 3, offset: 200, salt: OTHER_SALT, previous, content: one }));
    assert.strictEqual(records(), 1);
  });

  it("may be the end of the block", () => {
    while (pen.offset < 1024) pen.record(0, one.slice(0, pen.offset + 24 > 1024 ? 1 : 4));
    assert.deepEqual([pen.offset, records()], [1024, 40]);
    assert.strictEqual(records(pen.tag), 40);
    assert.strictEqual(records(ascii("no tag of theirs")), "STORAGE_DAMAGED@1024");
  });

  it("is not where the next block's link is never met", () => {
    pen.record(1, one);
    const until = pen.record(1, one).tag;
    assert.strictEqual(records(until), 2);
    for (const at of [88 + 4, 88 + 23]) {
      bench.flip(3, at);
      assert.strictEqual(records(until), "STORAGE_DAMAGED@88");
      bench.flip(3, at);
    }
    for (let i = 0; i < 16; i++) {
      const wrong = until.map((byte, at) => (at === i ? byte ^ 1 : byte));
      assert.strictEqual(records(wrong), "STORAGE_DAMAGED@112", `byte ${i}`);
    }
  });
});
