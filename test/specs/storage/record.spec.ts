// SPDX-License-Identifier: Apache-2.0
import type { FlashArea } from "../../../sdk/storage/flash-area.js";
import { openRecord, readSealed, sealRecord } from "../../../sdk/storage/record.js";
import { assert } from "../../harness/assert.js";
import { afterEach, beforeEach, describe, it } from "../../harness/spec.js";
import { Bench } from "./bench.js";
import { ascii, le, OTHER_SALT, Page, type RecordFields, SALT } from "./by-the-page.js";

const PREVIOUS = ascii("the tag in front");
/** What the frame at a place says. */
function readFrame(area: FlashArea, number: number, offset: number) {
  const sealed = readSealed(area, number, offset);
  return sealed && { length: sealed.length, end: offset + sealed.size, headerOffset: sealed.headerOffset };
}

const FIELDS: RecordFields = {
  number: 33,
  offset: 160,
  header: 64,
  previous: PREVIOUS,
  flags: 1,
  content: ascii("abc"),
};
const salt = Uint8Array.from(SALT);

describe("docs/formats/sealed-store.md, records", () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench({ writeAlign: 16 });
  });
  afterEach(() => bench.close());

  /** Puts a record and the tag before it where it says. */
  function place(fields: RecordFields): Uint8Array {
    const bytes = bench.page.record(fields);
    bench.put(fields.number, fields.offset - 16, fields.previous);
    bench.put(fields.number, fields.offset, bytes);
    return bytes;
  }

  const open = (number = 33, offset = 160, under = salt) => openRecord(bench.area, bench.seals, number, offset, under);

  it("are sealed to the page's bytes, for all flags and lengths", () => {
    for (const { length, unit } of [
      { length: 1, unit: 1 },
      { length: 11, unit: 16 },
      { length: 12, unit: 16 },
      { length: 13, unit: 16 },
      { length: 108, unit: 64 },
    ]) {
      bench.close();
      bench = new Bench({ writeAlign: unit, eraseValue: 0 }, "another partition");
      for (const flags of [0, 1, 2, 4, 6]) {
        const content = Uint8Array.from({ length }, (_, i) => 200 - i);
        const fields = { number: 0x81020304, offset: 640, header: 128, previous: PREVIOUS, flags, content };
        const epoch = { salt, offset: 128 };
        const sealed = sealRecord(bench.area, bench.seals, 0x81020304, 640, epoch, PREVIOUS, flags, content);
        assert.deepEqual([...sealed], [...place(fields)]);
        const end = 640 + sealed.length;
        const tag = sealed.slice(-16);
        assert.deepEqual(open(0x81020304, 640), { number: 0x81020304, offset: 640, end, flags, content, tag });
      }
    }
  });

  it("do not open when one bit of them or of the tag before them is another", () => {
    const { length } = place(FIELDS);
    assert.deepEqual(open()?.content, FIELDS.content);
    for (let at = 160 - 16; at < 160 + length; at++) {
      bench.flip(33, at, at % 8);
      assert.isUndefined(open(), `byte ${at}`);
      bench.flip(33, at, at % 8);
    }
    for (let bit = 0; bit < 32; bit++) {
      bench.flip(33, 160 + (bit >> 3), bit % 8);
      assert.isUndefined(open(), `bit ${bit} of the frame`);
      bench.flip(33, 160 + (bit >> 3), bit % 8);
    }
  });

  it("do not open under another salt, number, offset, name or geometry", () => {
    const bytes = place(FIELDS);
    assert.isUndefined(open(33, 160, Uint8Array.from(OTHER_SALT)));
    assert.isUndefined(open(33 + 16));
    place({ ...FIELDS, offset: 320 });
    bench.put(33, 320, bytes);
    assert.isUndefined(open(33, 320));
    for (const other of [
      new Page(bench.shape, "q"),
      new Page({ ...bench.shape, blocks: 17 }, "p"),
      new Page({ ...bench.shape, blockLength: 2048 }, "p"),
      new Page({ ...bench.shape, eraseValue: 0 }, "p"),
    ]) {
      bench.put(FIELDS.number, FIELDS.offset, other.record(FIELDS));
      assert.isUndefined(open());
    }
  });

  it("lie behind the header of their epoch, which is of a whole size before them", () => {
    place({ ...FIELDS, header: 96 });
    assert.deepEqual(readFrame(bench.area, 33, 160), { length: 3, end: 192, headerOffset: 96 });
    assert.deepEqual(open()?.content, FIELDS.content);
    place({ ...FIELDS, header: 112 });
    assert.isUndefined(readFrame(bench.area, 33, 160));
    assert.isUndefined(open());
    place({ ...FIELDS, offset: 64, header: 0 });
    assert.strictEqual(readFrame(bench.area, 33, 64)?.headerOffset, 0);
  });

  it("have a content of 1 byte to what the largest record holds", () => {
    const { recordMax } = bench.area.geometry;
    assert.strictEqual(recordMax, 128);
    const frame = (length: number) => {
      bench.put(33, 160, le(length, 2));
      bench.put(33, 162, le(0, 2));
      return readFrame(bench.area, 33, 160)?.length;
    };
    assert.deepEqual([0, 1, 108, 109, 8191].map(frame), [undefined, 1, 108, undefined, undefined]);
  });

  it("end with the block at most, and begin after a header at least", () => {
    const frame = (offset: number, length: number) => {
      bench.put(33, offset, le(length, 2));
      bench.put(33, offset + 2, le(0, 2));
      return readFrame(bench.area, 33, offset)?.end;
    };
    assert.deepEqual(
      [12, 13].map((length) => frame(1024 - 32, length)),
      [1024, undefined],
    );
    assert.deepEqual(
      [48, 64].map((offset) => frame(offset, 12)),
      [undefined, 96],
    );
    // Behind the last frame there is no room for a tag: the frame is not read, nor what is not of the flash.
    assert.isUndefined(frame(1024 - 16, 1));
    assert.isUndefined(readFrame(bench.area, 15, 1024 - 2));
    bench.close();
    bench = new Bench({ writeAlign: 1 });
    assert.deepEqual(
      [1003, 1004].map((offset) => frame(offset, 1)),
      [1024, undefined],
    );
  });

  it("keep what they were opened as when the flash changes", () => {
    place(FIELDS);
    const record = open();
    const tag = [...(record?.tag ?? [])];
    bench.put(33, 160, new Uint8Array(32));
    assert.deepEqual([...(record?.tag ?? [])], tag);
    assert.strictEqual(record?.tag.buffer.byteLength, 16);
  });
});
