// SPDX-License-Identifier: Apache-2.0

import { readHeader } from "../../../sdk/storage/header.js";
import { type BlockEnd, gapAfter, scanBlock } from "../../../sdk/storage/scan.js";
import { assert } from "../../harness/assert.js";
import { afterEach, beforeEach, describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { Bench, BlockPen } from "./bench.js";
import { ascii, OTHER_SALT, SALT } from "./by-the-page.js";

const other = { salt: OTHER_SALT };

describe("docs/formats/sealed-store.md, reading of a block", () => {
  let bench: Bench;
  let pen: BlockPen;
  beforeEach(() => {
    bench = new Bench();
    pen = new BlockPen(bench, 31);
  });
  afterEach(() => bench.close());

  /** What is handed on, and the end. */
  function read(until?: Uint8Array): { seen: string; end: BlockEnd } {
    const first = readHeader(bench.area, bench.seals, 31, 0);
    if (first === undefined) throw new Error("no header");
    const seen: string[] = [];
    const end = scanBlock(bench.area, bench.seals, first, until, {
      header: ({ offset }) => seen.push(`@${offset}`),
      record: ({ content }) => seen.push(String.fromCharCode(...content)),
    });
    return { seen: seen.join(" "), end };
  }

  it("hands on the header and all records, and says where they end", () => {
    assert.deepEqual([read().seen, read().end.offset], ["@0", 64]);
    pen.record(0, ascii("a"));
    pen.record(1, ascii("b"));
    const { seen, end } = read();
    assert.strictEqual(seen, "@0 a b");
    assert.deepEqual([end.offset, end.header.offset], [64 + 2 * 24, 0]);
    assert.deepEqual([...end.tag], [...pen.tag]);
  });

  it("goes on at a header inside, of the same epoch or another, after a gap", () => {
    pen.record(0, ascii("a"));
    const end = pen.offset;
    for (const gap of [gapAfter(4), gapAfter(4) + 4, 100]) {
      pen.offset = end + gap;
      const inner = pen.offset;
      pen.header(other);
      pen.record(0, ascii("b"));
      assert.strictEqual(read().seen, `@0 a @${inner} b`);
      assert.deepEqual([read().end.header.offset, read().end.offset], [inner, pen.offset]);
      bench.put(31, end, new Uint8Array(400).fill(0xff));
      bench.close();
      bench = new Bench();
      pen = new BlockPen(bench, 31);
      pen.record(0, ascii("a"));
    }
  });

  it("looks for a header 16 bytes further or a unit, whichever is more, up to the end of the block", () => {
    assert.deepEqual([1, 4, 16, 32, 64].map(gapAfter), [16, 16, 16, 32, 64]);
    pen.offset = 64 + 12;
    pen.header(other);
    assert.strictEqual(read().seen, "@0"); // too near
    pen = new BlockPen(bench, 31);
    pen.offset = 1024 - 64;
    pen.header(other);
    assert.strictEqual(read().seen, "@0 @960");
    assert.strictEqual(read().end.offset, 1024);
    // The last place for a header is just a gap behind the last record.
    pen = new BlockPen(bench, 31);
    while (pen.offset < 944 - 48) pen.record(0, ascii("abcd"));
    pen.record(0, ascii("x".repeat(944 - pen.offset - 20)));
    assert.strictEqual(pen.offset, 944);
    pen.offset += 16;
    pen.header(other);
    assert.isTrue(read().seen.endsWith("x @960"));
  });

  it("finds no header between two units", () => {
    pen.offset = 64 + 18;
    const { tag } = pen;
    bench.put(31, 82, bench.page.header({ number: 31, link: tag }, 82));
    assert.strictEqual(read().seen, "@0");
  });

  it("passes over what looks like a header and is none", () => {
    const { tag } = pen;
    bench.put(31, 84, ascii("TS"));
    bench.put(31, 104, ascii("T"));
    bench.put(31, 113, ascii("S"));
    pen.offset = 160;
    pen.header({ ...other, link: tag });
    assert.strictEqual(read().seen, "@0 @160");
  });

  it("is damaged when a header inside is not linked to the tag before it", () => {
    pen.record(0, ascii("a"));
    const { tag } = pen;
    pen.record(0, ascii("b"));
    pen.offset += 16;
    const at = pen.offset;
    for (const link of [
      new Uint8Array(16),
      bench.area.read(31, 48, 16),
      pen.tag.map((byte, i) => (i === 15 ? byte ^ 1 : byte)),
    ]) {
      pen.offset = at;
      pen.header({ ...other, link });
      assert.strictEqual(
        thrownBy(() => read()),
        "STORAGE_DAMAGED@112",
      );
    }
    // The tag before the last record: it was written badly, and does not count.
    pen.offset = at;
    pen.header({ ...other, link: tag });
    pen.record(0, ascii("c"));
    assert.strictEqual(read().seen, `@0 a @${at} c`);
  });

  it("counts one record at most as written badly, and none behind the header before", () => {
    const first = pen.tag;
    pen.record(0, ascii("a"));
    pen.offset += 16;
    pen.header(other);
    pen.offset += 16;
    pen.header({ salt: SALT, link: first });
    assert.strictEqual(
      thrownBy(() => read()),
      "STORAGE_DAMAGED@168",
    );
  });

  it("ends at the tag that the next block is linked to", () => {
    const tags = [pen.tag, ...["a", "b", "c"].map((text) => pen.record(0, ascii(text)).tag)];
    for (const [i, seen] of ["@0", "@0 a", "@0 a b", "@0 a b c"].entries()) {
      const { seen: there, end } = read(tags[i]);
      assert.deepEqual([there, end.offset], [seen, 64 + 24 * i]);
      assert.deepEqual([...end.tag], [...(tags[i] as Uint8Array)]);
    }
    pen.offset += 16;
    pen.header(other);
    assert.strictEqual(read(pen.tag).seen, "@0 a b c @152");
    assert.strictEqual(
      thrownBy(() => read(ascii("no tag of theirs"))),
      "STORAGE_DAMAGED@216",
    );
  });
});
