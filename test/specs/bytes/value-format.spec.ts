// SPDX-License-Identifier: Apache-2.0
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import {
  bytesOf,
  type FormatName,
  formatNameOf,
  formatNameOfType,
  VALUE_FORMATS,
} from "../../../sdk/bytes/value-format.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { messageOf, thrownBy } from "../thrown.js";

type Case = readonly [format: FormatName, type: number, values: readonly (readonly [value: unknown, hex: string])[]];

/** The numbers of the formats are in flash: they never change. */
const CASES: readonly Case[] = [
  [
    "string",
    2,
    [
      ["", ""],
      ["M\u00f4\u{1f600}", "4dc3b4f09f9880"],
    ],
  ],
  [
    "uint8",
    3,
    [
      [0, "00"],
      [255, "ff"],
    ],
  ],
  [
    "int8",
    4,
    [
      [-128, "80"],
      [-1, "ff"],
      [127, "7f"],
    ],
  ],
  [
    "uint16",
    5,
    [
      [258, "0201"],
      [65535, "ffff"],
    ],
  ],
  [
    "int16",
    6,
    [
      [-32768, "0080"],
      [-2, "feff"],
      [32767, "ff7f"],
    ],
  ],
  [
    "uint32",
    7,
    [
      [16909060, "04030201"],
      [4294967295, "ffffffff"],
    ],
  ],
  [
    "int32",
    8,
    [
      [-2147483648, "00000080"],
      [-5, "fbffffff"],
      [2147483647, "ffffff7f"],
    ],
  ],
  [
    "uint64",
    9,
    [
      [72623859790382856n, "0807060504030201"],
      [18446744073709551615n, "ffffffffffffffff"],
    ],
  ],
  [
    "int64",
    10,
    [
      [-9223372036854775808n, "0000000000000080"],
      [-1n, "ffffffffffffffff"],
    ],
  ],
];

/** Just outside each range. */
const OUTSIDE: readonly (readonly [FormatName, ...unknown[]])[] = [
  ["uint8", -1, 256, 0.5],
  ["int8", -129, 128],
  ["uint16", -1, 65536],
  ["int16", -32769, 32768],
  ["uint32", -1, 4294967296, Number.NaN],
  ["int32", -2147483649, 2147483648],
  ["uint64", -1n, 18446744073709551616n],
  ["int64", -9223372036854775809n, 9223372036854775808n],
  ["string", "\ud800"],
];

describe("formats of key-value stores", () => {
  for (const [name, type, values] of CASES) {
    it(`${name} has number ${type}, and its bytes`, () => {
      const format = VALUE_FORMATS[name];
      assert.strictEqual(format.type, type);
      assert.strictEqual(formatNameOfType(type), name);
      for (const [value, hex] of values) {
        assert.strictEqual(encodeHex(format.encode(value, 100)), hex);
        assert.isTrue(format.decode(decodeHex(hex).buffer as ArrayBuffer) === value);
        assert.isTrue(format.size === undefined || format.size === hex.length / 2);
      }
    });
  }

  for (const [name, ...values] of OUTSIDE) {
    it(`${name} refuses what it cannot hold`, () => {
      for (const value of values)
        assert.strictEqual(
          thrownBy(() => VALUE_FORMATS[name].encode(value, 100)),
          "RangeError",
        );
      for (const value of [undefined, null, true, {}, name.endsWith("64") ? 7 : 7n]) {
        assert.strictEqual(
          thrownBy(() => VALUE_FORMATS[name].encode(value, 100)),
          "TypeError",
        );
      }
    });
  }

  it("buffer has number 1 and views its bytes", () => {
    const whole = Uint8Array.of(1, 2, 3, 4);
    assert.strictEqual(VALUE_FORMATS.buffer.type, 1);
    for (const view of [whole.subarray(1, 3), new DataView(whole.buffer, 1, 2), new Int8Array(whole.buffer, 1, 2)]) {
      assert.strictEqual(encodeHex(VALUE_FORMATS.buffer.encode(view, 2)), "0203");
    }
    assert.strictEqual(bytesOf(whole.buffer).buffer, whole.buffer);
    assert.strictEqual(encodeHex(bytesOf(new Uint8ClampedArray([5]))), "05");
    for (const value of ["text", 1, new Uint16Array(1), [1]]) {
      assert.strictEqual(
        thrownBy(() => bytesOf(value)),
        "TypeError",
      );
    }
  });

  it("values are as long as the store lets them be", () => {
    assert.strictEqual(VALUE_FORMATS.string.encode("\u20ac", 3).length, 3);
    assert.strictEqual(
      messageOf(() => VALUE_FORMATS.string.encode("\u20ac", 2)),
      "a value has 2 bytes at most, got 3",
    );
    assert.strictEqual(
      messageOf(() => VALUE_FORMATS.buffer.encode(new ArrayBuffer(9), 8)),
      "a value has 8 bytes at most, got 9",
    );
  });

  it("there are no others", () => {
    assert.strictEqual(formatNameOf("uint8"), "uint8");
    assert.strictEqual(formatNameOfType(0), undefined);
    assert.strictEqual(formatNameOfType(11), undefined);
    for (const name of ["float", "toString", undefined, ""]) {
      assert.strictEqual(
        thrownBy(() => formatNameOf(name)),
        "RangeError",
      );
    }
  });
});
