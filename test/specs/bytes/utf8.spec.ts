// SPDX-License-Identifier: Apache-2.0
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { decodeUtf8, encodeUtf8, readUtf8 } from "../../../sdk/bytes/utf8.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";

/** The ends of each length and range of RFC 3629 §3, and U+0000 and the byte order mark. */
const BOUNDARIES: readonly (readonly [codePoint: number, hex: string])[] = [
  [0x0, "00"],
  [0x7f, "7f"],
  [0x80, "c280"],
  [0x7ff, "dfbf"],
  [0x800, "e0a080"],
  [0xfff, "e0bfbf"],
  [0xd7ff, "ed9fbf"],
  [0xe000, "ee8080"],
  [0xfeff, "efbbbf"],
  [0xffff, "efbfbf"],
  [0x10000, "f0908080"],
  [0x10ffff, "f48fbfbf"],
];

/** What RFC 3629 §3, §4 and §10 exclude, with the offset of the first wrong sequence. */
const INVALID: readonly (readonly [why: string, hex: string, offset: number])[] = [
  ["a continuation alone", "80", 0],
  ["a continuation after a whole character", "c3bcbf", 2],
  ["U+0000 in two bytes", "c080", 0],
  ["U+007F in two bytes", "c1bf", 0],
  ["U+0000 in three bytes", "e08080", 0],
  ["U+07FF in three bytes", "e09fbf", 0],
  ["U+FFFF in four bytes", "f08fbfbf", 0],
  ["the first surrogate", "eda080", 0],
  ["the last surrogate", "edbfbf", 0],
  ["a surrogate pair in three bytes each", "eda081edb080", 0],
  ["U+110000", "f4908080", 0],
  ["a first byte f5", "f5808080", 0],
  ["a first byte fe", "fe", 0],
  ["a first byte ff", "ff", 0],
  ["two bytes, cut", "61c3", 1],
  ["three bytes, cut after one", "6162e2", 2],
  ["three bytes, cut after two", "e282", 0],
  ["four bytes, cut after three", "f09f98", 0],
  ["no continuation second of two", "c328", 0],
  ["no continuation third of three", "e28228", 0],
  ["a first byte where the third of four belongs", "f090c3bc", 0],
  ["no continuation fourth of four", "f0908028", 0],
];

describe("RFC 3629 UTF-8", () => {
  for (const [codePoint, hex] of BOUNDARIES) {
    it(`reads and writes U+${codePoint.toString(16).padStart(4, "0")}`, () => {
      const text = String.fromCodePoint(codePoint);
      assert.strictEqual(encodeHex(encodeUtf8(text)), hex);
      const decoded = decodeUtf8(decodeHex(hex));
      assert.strictEqual(decoded.length, text.length);
      assert.strictEqual(decoded.codePointAt(0), codePoint);
    });
  }

  for (const [why, hex, offset] of INVALID) {
    it(`refuses ${why}`, () => {
      assert.strictEqual(readUtf8(decodeHex(hex)), offset);
      assert.strictEqual(
        thrownBy(() => decodeUtf8(decodeHex(hex))),
        "RangeError",
      );
    });
  }

  it("reads texts around its chunk of 64 bytes", () => {
    for (const length of [0, 1, 31, 32, 33, 63, 64, 65, 128, 129]) {
      for (const text of ["é".repeat(length), "a".repeat(length), `${"a".repeat(length)}😀é`]) {
        assert.strictEqual(decodeUtf8(encodeUtf8(text)), text);
      }
      const wrong = encodeUtf8(`${"a".repeat(length)}é`).subarray(0, -1);
      assert.strictEqual(readUtf8(wrong), length);
    }
  });

  it("writes and reads texts that fill a good part of a board's heap", () => {
    for (const [character, bytes] of [
      ["v", 1],
      ["é", 2],
      ["€", 3],
      ["😀", 4],
    ] as const) {
      const text = character.repeat(5000);
      const encoded = encodeUtf8(text);
      assert.strictEqual(encoded.length, 5000 * bytes);
      assert.isTrue(decodeUtf8(encoded) === text);
    }
  });

  it("refuses what is no string, and no bytes", () => {
    for (const wrong of [undefined, 12, ["a"]]) {
      assert.strictEqual(
        thrownBy(() => encodeUtf8(wrong as unknown as string)),
        "TypeError",
      );
      assert.strictEqual(
        thrownBy(() => decodeUtf8(wrong as unknown as Uint8Array)),
        "TypeError",
      );
    }
  });

  it("refuses to write half of a surrogate pair", () => {
    for (const text of ["\ud800", "a\udfff", "\udc00\ud800"]) {
      assert.strictEqual(
        thrownBy(() => encodeUtf8(text)),
        "RangeError",
      );
    }
  });
});
