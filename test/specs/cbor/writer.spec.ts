// SPDX-License-Identifier: Apache-2.0
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { encodeCbor, encodeItem } from "../../../sdk/cbor/encode.js";
import { CborReader } from "../../../sdk/cbor/reader.js";
import { CborTag, type CborValue } from "../../../sdk/cbor/value.js";
import { CborWriter } from "../../../sdk/cbor/writer.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";

const VALUE: CborValue = [1, "two", Uint8Array.of(3), new Map([[4, 0.1]]), new CborTag(5, 1.5), 2n ** 60n, null];

describe("CborWriter", () => {
  it("writes into the caller's buffer and returns a view of it", () => {
    const buffer = new Uint8Array(8);
    const writer = new CborWriter(buffer.subarray(2));
    encodeItem(writer, [1, 2]);
    assert.strictEqual(encodeHex(buffer), "0000820102000000");
    assert.strictEqual(writer.finish().buffer, buffer.buffer);
    assert.strictEqual(writer.length, 3);
  });

  it("fits a buffer of exactly the length, refuses each shorter one, and never writes past it", () => {
    const { length } = encodeCbor(VALUE);
    encodeItem(new CborWriter(new Uint8Array(length)), VALUE);
    for (let room = 0; room < length; room++) {
      const buffer = new Uint8Array(length + 8).fill(0xee);
      assert.strictEqual(
        thrownBy(() => encodeItem(new CborWriter(buffer.subarray(0, room)), VALUE)),
        "PSA_ERROR_BUFFER_TOO_SMALL",
      );
      assert.isTrue(buffer.subarray(room).every((byte) => byte === 0xee));
    }
  });

  it("says when there is no room for the last item, of whatever kind", () => {
    for (const value of [1000, 100000, 2n ** 40n, 0.1, 1.5, "ab", Uint8Array.of(1), null, [], new Map()]) {
      const { length } = encodeCbor(value);
      for (let room = 0; room < length; room++) {
        assert.strictEqual(
          thrownBy(() => encodeItem(new CborWriter(new Uint8Array(room)), value)),
          "PSA_ERROR_BUFFER_TOO_SMALL",
          `${length} bytes in ${room}`,
        );
      }
    }
  });

  it("leaves alone what is around a part of a buffer, whatever it writes", () => {
    const buffer = new Uint8Array(40).fill(0xee);
    const writer = new CborWriter(buffer.subarray(3, 35));
    for (const value of [0.1, 1.5, "é", 2n ** 40n, Uint8Array.of(1)]) encodeItem(writer, value);
    const { length } = writer;
    assert.strictEqual(encodeHex(writer.finish()), "fb3fb999999999999af93e0062c3a91b00000100000000004101");
    assert.isTrue(buffer.every((byte, i) => (i >= 3 && i < 3 + length) || byte === 0xee));
    assert.strictEqual(
      thrownBy(() => writer.float(0.1)),
      "PSA_ERROR_BUFFER_TOO_SMALL",
    );
    assert.strictEqual(writer.length, length);
  });

  it("grows from any first capacity to the same bytes", () => {
    const expected = encodeHex(encodeCbor(VALUE));
    for (const capacity of [0, 1, 7, 64, 500]) {
      const writer = new CborWriter(capacity);
      encodeItem(writer, VALUE);
      assert.strictEqual(encodeHex(writer.finish()), expected);
    }
  });

  it("refuses integers that are none", () => {
    for (const value of [1.5, 2 ** 53, Number.NaN, "1" as unknown as number]) {
      assert.strictEqual(
        thrownBy(() => new CborWriter().integer(value)),
        "TypeError",
      );
    }
    assert.strictEqual(
      thrownBy(() => new CborWriter().array(-1)),
      "RangeError",
    );
  });
});

describe("CborReader", () => {
  it("reads item by item what the writer wrote", () => {
    const reader = new CborReader(decodeHex("85c12041aa6161a1001afffffffff6"));
    assert.strictEqual(reader.readArray(), 5);
    assert.strictEqual(reader.readTag(), 1);
    assert.strictEqual(reader.readInteger(), -1);
    assert.strictEqual(encodeHex(reader.readBytes()), "aa");
    assert.strictEqual(reader.readText(), "a");
    assert.strictEqual(reader.readMap(), 1);
    assert.strictEqual(reader.readInteger(), 0);
    assert.strictEqual(reader.readInteger(), 4294967295);
    assert.isTrue(reader.nextIsNull());
    reader.readNull();
    reader.end();
  });

  it("names the offset of an item of another type, and reads nothing past it", () => {
    const cases: readonly (readonly [string, (reader: CborReader) => unknown])[] = [
      ["00", (reader) => reader.readBytes()],
      ["40", (reader) => reader.readText()],
      ["60", (reader) => reader.readBytes()],
      ["80", (reader) => reader.readMap()],
      ["a0", (reader) => reader.readArray()],
      ["f6", (reader) => reader.readTag()],
      ["f7", (reader) => reader.readNull()],
      ["40", (reader) => reader.readNull()],
      ["f93c00", (reader) => reader.readInteger()],
      ["c100", (reader) => reader.readInteger()],
    ];
    for (const [hex, read] of cases) {
      assert.strictEqual(
        thrownBy(() => read(new CborReader(decodeHex(hex)))),
        "CBOR_UNEXPECTED_TYPE@0",
        hex,
      );
    }
  });

  it("reads CBOR in a byte string to its end, and counts errors from the start of the whole input", () => {
    const read = (hex: string, items: number) => {
      const reader = new CborReader(decodeHex(hex));
      reader.readArray();
      reader.readInteger();
      return reader.nested(reader.readBytes(), (inner) =>
        Array.from({ length: items }, () => inner.readInteger()).join(),
      );
    };
    assert.strictEqual(read("8200420001", 2), "0,1");
    assert.strictEqual(
      thrownBy(() => read("8200430001ff", 3)),
      "CBOR_UNEXPECTED_BREAK@5",
    );
    assert.strictEqual(
      thrownBy(() => read("8200430001ff", 2)),
      "CBOR_TRAILING_BYTES@5",
    );
  });

  it("counts errors in a byte string from the start of a view into a larger buffer, too", () => {
    const reader = new CborReader(decodeHex("eeee8143000180").subarray(2));
    reader.readArray();
    assert.strictEqual(
      thrownBy(() => reader.nested(reader.readBytes(), (inner) => [0, 1, 2].map(() => inner.readInteger()))),
      "CBOR_UNEXPECTED_TYPE@4",
    );
  });

  it("sees the type of the next item, and null, without reading them", () => {
    const reader = new CborReader(decodeHex("82f6f5"));
    assert.strictEqual(reader.peekMajor(), 4);
    assert.isFalse(reader.nextIsNull());
    reader.readArray();
    assert.isTrue(reader.nextIsNull());
    reader.readNull();
    assert.isFalse(reader.nextIsNull());
    assert.strictEqual(reader.peekMajor(), 7);
    assert.strictEqual(
      thrownBy(() => reader.readNull()),
      "CBOR_UNEXPECTED_TYPE@2",
    );
    const empty = new CborReader(new Uint8Array(0));
    assert.strictEqual(
      thrownBy(() => empty.peekMajor()),
      "CBOR_TRUNCATED@0",
    );
  });

  it("counts the items in a byte string among its own", () => {
    const read = (count: number) => {
      const reader = new CborReader(decodeHex("82420001420203"), { limits: { length: 10, depth: 1, count } });
      reader.readArray();
      for (let i = 0; i < 2; i++) {
        reader.nested(reader.readBytes(), (inner) => [inner.readInteger(), inner.readInteger()]);
      }
    };
    assert.strictEqual(
      thrownBy(() => read(6)),
      "CBOR_LIMIT_COUNT@6",
    );
    assert.strictEqual(
      thrownBy(() => read(7)),
      "nothing",
    );
  });
});
