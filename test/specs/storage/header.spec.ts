// SPDX-License-Identifier: Apache-2.0
import { claimedNumber, encodeHeader, readHeader } from "../../../sdk/storage/header.js";
import { assert } from "../../harness/assert.js";
import { afterEach, beforeEach, describe, it } from "../../harness/spec.js";
import { Bench } from "./bench.js";
import { ascii, type HeaderFields, Page, SALT } from "./by-the-page.js";

const FIELDS = {
  number: 0x81020313,
  back: 0x9102,
  flags: 0x8003,
  commits: 0xa1020304,
  salt: Uint8Array.from(SALT),
  link: ascii("the tag in front"),
};

describe("docs/formats/sealed-store.md, headers", () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench({ blocks: 19 });
  });
  afterEach(() => bench.close());

  function place(fields: HeaderFields, offset: number): Uint8Array {
    const bytes = bench.page.header(fields, offset);
    bench.put(FIELDS.number, offset, bytes);
    return bytes;
  }

  const read = (offset: number) => readHeader(bench.area, bench.seals, FIELDS.number, offset);

  it("are encoded to the page's bytes, at the start of a block and inside", () => {
    for (const offset of [0, 64, 960]) {
      const bytes = place(FIELDS, offset);
      assert.strictEqual(bytes.length, 64);
      assert.deepEqual([...encodeHeader(FIELDS, offset, bench.seals, 64)], [...bytes]);
      assert.deepEqual(read(offset), { ...FIELDS, offset, tag: bytes.slice(48) });
    }
  });

  it("do not verify when one bit is another", () => {
    place(FIELDS, 128);
    for (let at = 128; at < 128 + 64; at++) {
      for (const bit of [0, at % 8, 7]) {
        bench.flip(FIELDS.number, at, bit);
        assert.isUndefined(read(128), `byte ${at}`);
        bench.flip(FIELDS.number, at, bit);
      }
    }
    assert.isTrue(read(128) !== undefined);
  });

  it("do not verify at another offset, in another partition or geometry", () => {
    const bytes = place(FIELDS, 128);
    bench.put(FIELDS.number, 192, bytes);
    assert.isUndefined(read(192));
    for (const other of [
      new Page(bench.shape, "q"),
      new Page({ ...bench.shape, blocks: 20 }, "p"),
      new Page({ ...bench.shape, blockLength: 2048 }, "p"),
      new Page({ ...bench.shape, writeAlign: 8 }, "p"),
      new Page({ ...bench.shape, eraseValue: 0 }, "p"),
    ]) {
      bench.put(FIELDS.number, 128, other.header(FIELDS, 128));
      assert.isUndefined(read(128));
    }
  });

  it("of another magic, version or number are none, also with a tag that is right", () => {
    for (const wrong of [
      { magic: 0x5355 },
      { magic: 0x5454 },
      { version: 0 },
      { version: 2 },
      { number: FIELDS.number + 1 },
      { number: FIELDS.number + 19 },
    ]) {
      place({ ...FIELDS, ...wrong }, 128);
      assert.isUndefined(read(128), JSON.stringify(wrong));
    }
  });

  it("give new bytes", () => {
    place(FIELDS, 0);
    const header = read(0);
    for (const part of [header?.salt, header?.link, header?.tag]) assert.strictEqual(part?.buffer.byteLength, 16);
  });

  it("say the number of their block before they are verified, when it belongs there", () => {
    const physical = FIELDS.number % 19;
    const claimed = () => claimedNumber(bench.area, physical);
    assert.isUndefined(claimed());
    place(FIELDS, 0);
    bench.flip(FIELDS.number, 63);
    assert.strictEqual(claimed(), FIELDS.number);
    place({ ...FIELDS, number: FIELDS.number - 19 }, 0);
    assert.strictEqual(claimed(), FIELDS.number - 19);
    for (const wrong of [{ number: FIELDS.number - 1 }, { magic: 0x5455 }, { version: 2 }]) {
      place({ ...FIELDS, ...wrong }, 0);
      assert.isUndefined(claimed());
    }
  });
});
