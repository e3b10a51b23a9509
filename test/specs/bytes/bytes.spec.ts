// SPDX-License-Identifier: Apache-2.0
import { compareBytes, concatBytes, equalPublicBytes } from "../../../sdk/bytes/bytes.js";
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";

const bytes = (...values: number[]) => Uint8Array.of(...values);

describe("bytes", () => {
  it("joins parts in order, none and empty ones too", () => {
    assert.strictEqual(concatBytes().length, 0);
    assert.strictEqual(encodeHex(concatBytes(bytes(1), bytes(), bytes(2, 3))), "010203");
  });

  it("joins into new memory", () => {
    const part = bytes(1);
    concatBytes(part)[0] = 9;
    assert.strictEqual(part[0], 1);
  });

  it("finds equal what has the same bytes, in whatever buffer", () => {
    assert.isTrue(equalPublicBytes(bytes(), bytes()));
    assert.isTrue(equalPublicBytes(bytes(1, 2), bytes(0, 1, 2).subarray(1)));
  });

  it("finds unequal a difference at the first, the last byte, and in length", () => {
    assert.isFalse(equalPublicBytes(bytes(1, 2, 3), bytes(0, 2, 3)));
    assert.isFalse(equalPublicBytes(bytes(1, 2, 3), bytes(1, 2, 4)));
    assert.isFalse(equalPublicBytes(bytes(1, 2, 3), bytes(1, 2)));
    assert.isFalse(equalPublicBytes(bytes(), bytes(0)));
  });

  it("finds unequal two differences that cancel out when they are added or xored", () => {
    assert.isFalse(equalPublicBytes(bytes(1, 1), bytes(0, 0)));
    assert.isFalse(equalPublicBytes(bytes(1, 3), bytes(3, 1)));
  });

  it("orders bytewise as unsigned numbers, a prefix first", () => {
    assert.isBelow(compareBytes(bytes(0x7f), bytes(0x80)), 0);
    assert.isBelow(compareBytes(bytes(1), bytes(1, 0)), 0);
    assert.isAbove(compareBytes(bytes(2), bytes(1, 255)), 0);
    assert.strictEqual(compareBytes(bytes(5, 6), bytes(5, 6)), 0);
  });

  it("refuses what is no Uint8Array", () => {
    for (const wrong of [undefined, null, "ab", [1], new ArrayBuffer(1), new Uint16Array(1)]) {
      const value = wrong as unknown as Uint8Array;
      assert.strictEqual(
        thrownBy(() => concatBytes(value)),
        "TypeError",
      );
      assert.strictEqual(
        thrownBy(() => equalPublicBytes(value, bytes())),
        "TypeError",
      );
      assert.strictEqual(
        thrownBy(() => compareBytes(bytes(), value)),
        "TypeError",
      );
    }
  });
});

describe("hex", () => {
  it("refuses what is no string, and no bytes", () => {
    for (const wrong of [undefined, 12, ["00"], Uint8Array.of(0)]) {
      assert.strictEqual(
        thrownBy(() => decodeHex(wrong as unknown as string)),
        "TypeError",
      );
    }
    assert.strictEqual(
      thrownBy(() => encodeHex("00" as unknown as Uint8Array)),
      "TypeError",
    );
  });

  it("writes lower case and reads either case", () => {
    assert.strictEqual(encodeHex(bytes(0, 1, 0x0f, 0xa0, 0xff)), "00010fa0ff");
    assert.strictEqual(encodeHex(decodeHex("00aAfF")), "00aaff");
    assert.strictEqual(encodeHex(decodeHex("")), "");
  });

  it("writes and reads bytes around its part of 32, and as many as a good part of a board's heap", () => {
    for (const length of [31, 32, 33, 64, 5000]) {
      const all = Uint8Array.from({ length }, (_, i) => i);
      const text = encodeHex(all);
      assert.strictEqual(text.length, 2 * length);
      assert.isTrue(equalPublicBytes(decodeHex(text), all));
    }
  });

  it("refuses odd lengths, spaces, prefixes, line ends and digits of other scripts", () => {
    for (const text of ["0", "000", "0 ", "0x00", "0g", "00\n", "\n00", "-1", "+1", "1e+1", "٠٠", "００"]) {
      assert.strictEqual(
        thrownBy(() => decodeHex(text)),
        "RangeError",
        JSON.stringify(text),
      );
    }
  });
});
