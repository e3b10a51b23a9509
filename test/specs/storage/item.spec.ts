// SPDX-License-Identifier: Apache-2.0
import { concatBytes } from "../../../sdk/bytes/bytes.js";
import { encodeHex } from "../../../sdk/bytes/hex.js";
import {
  chunkCount,
  decodeLong,
  decodeNumber,
  encodeItem,
  encodeLong,
  encodeNumber,
  type Item,
  inlineMax,
  itemSize,
  parseItems,
} from "../../../sdk/storage/item.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";

const bytes = (length: number, first = 0) => Uint8Array.from({ length }, (_, i) => first + i);
const base: Item = { kind: 1, format: 0, domain: 0, probe: 0, name: bytes(0), value: bytes(0) };
const ITEMS: readonly Item[] = [
  base,
  { kind: 2, format: 15, domain: 31, probe: 7, name: bytes(1, 0x61), value: bytes(0) },
  { kind: 3, format: 2, domain: 1, probe: 1, name: bytes(63), value: bytes(127) },
  { kind: 4, format: 8, domain: 16, probe: 4, name: bytes(4), value: bytes(128) },
  { kind: 5, format: 1, domain: 30, probe: 0, name: bytes(4), value: bytes(300) },
];

function joined(items: readonly Item[]): Uint8Array {
  return concatBytes(...items.map(encodeItem));
}

/** The items of some bytes that lie inside a larger buffer. */
function parse(content: readonly number[] | Uint8Array): Item[] {
  const larger = new Uint8Array(content.length + 2).fill(9);
  larger.set(content, 1);
  return parseItems(larger.subarray(1, content.length + 1));
}

describe("docs/formats/sealed-store.md, items", () => {
  it("are a byte of kind and format, one of domain and probe, two lengths, name and value", () => {
    const item = { kind: 1, format: 2, domain: 30, probe: 5, name: bytes(2, 0x61), value: bytes(3, 1) };
    assert.strictEqual(encodeHex(encodeItem(item)), "21be02036162010203");
    assert.strictEqual(encodeHex(encodeItem({ ...base, kind: 5, format: 15, domain: 31, probe: 7 })), "f5ff0000");
  });

  it("have the value's length in one byte below 0x80, else in seven bits and seven more", () => {
    for (const [length, hex] of [
      [0x7f, "0100007f00"],
      [0x80, "010000800100"],
      [0x81, "010000810100"],
      [0xff, "010000ff0100"],
      [0x100, "010000800200"],
      [0x3fff, "010000ff7f00"],
    ] as const) {
      const encoded = encodeItem({ ...base, value: bytes(length) });
      assert.strictEqual(encodeHex(encoded.subarray(0, hex.length / 2)), hex);
      assert.strictEqual(encoded.length, itemSize(0, length));
      const [{ value } = base] = parse(encoded);
      assert.strictEqual(value.length, length);
      assert.isTrue(value.every((byte, i) => byte === i % 256));
    }
    assert.strictEqual(itemSize(63, 0x7f), 4 + 63 + 0x7f);
    assert.strictEqual(itemSize(63, 0x80), 5 + 63 + 0x80);
  });

  it("lie one after the other; none is no fault", () => {
    assert.deepEqual(parse(joined(ITEMS)), [...ITEMS]);
    assert.deepEqual(parse([]), []);
  });

  it("do not parse when they are cut off anywhere but between two", () => {
    const whole = joined(ITEMS);
    const ends = ITEMS.map((_, i) => joined(ITEMS.slice(0, i)).length);
    for (let end = 0; end < whole.length; end++) {
      const count = ends.indexOf(end);
      if (count >= 0) assert.strictEqual(parse(whole.slice(0, end)).length, count);
      else
        assert.strictEqual(
          thrownBy(() => parse(whole.slice(0, end))),
          "STORAGE_DAMAGED",
          `cut at ${end}`,
        );
    }
  });

  it("have kinds 1 to 5 and names of 63 bytes at most", () => {
    for (let kind = 0; kind < 16; kind++) {
      const thrown = thrownBy(() => parse([kind, 0, 0, 0]));
      assert.strictEqual(thrown, kind >= 1 && kind <= 5 ? "nothing" : "STORAGE_DAMAGED", `kind ${kind}`);
    }
    assert.strictEqual(parse([1, 0, 63, 0, ...bytes(63)])[0]?.name.length, 63);
    assert.strictEqual(
      thrownBy(() => parse([1, 0, 64, 0, ...bytes(64)])),
      "STORAGE_DAMAGED",
    );
  });

  it("have numbers of four bytes, little endian", () => {
    assert.strictEqual(encodeHex(encodeNumber(0x81020304)), "04030281");
    assert.strictEqual(decodeNumber(Uint8Array.of(9, 4, 3, 2, 0x81, 9).subarray(1, 5)), 0x81020304);
    for (const length of [0, 3, 5])
      assert.strictEqual(
        thrownBy(() => decodeNumber(bytes(length))),
        "STORAGE_DAMAGED",
      );
  });

  it("of kind long have the first chunk's number, the length and a chunk's length: ten bytes", () => {
    const long = { first: 0x81020304, length: 0x92050607, chunkLength: 0xa809 };
    assert.strictEqual(encodeHex(encodeLong(long)), "040302810706059209a8");
    assert.deepEqual(decodeLong(Uint8Array.of(0, ...encodeLong(long), 0).subarray(1, 11)), long);
    for (const length of [0, 9, 11])
      assert.strictEqual(
        thrownBy(() => decodeLong(bytes(length, 1))),
        "STORAGE_DAMAGED",
      );
    assert.strictEqual(
      thrownBy(() => decodeLong(encodeLong({ ...long, chunkLength: 0 }))),
      "STORAGE_DAMAGED",
    );
    assert.strictEqual(decodeLong(encodeLong({ ...long, chunkLength: 1 })).chunkLength, 1);
  });

  it("of kind long have as many chunks as their bytes need", () => {
    const counts = [99, 100, 101, 200, 201].map((length) => chunkCount({ first: 5, length, chunkLength: 100 }));
    assert.deepEqual(counts, [1, 1, 2, 2, 3]);
  });

  it("have a value in the record when it fits with a length of two bytes", () => {
    assert.strictEqual(inlineMax(8, 200), 200 - 5 - 8);
    assert.strictEqual(itemSize(8, inlineMax(8, 200)), 200);
  });
});
