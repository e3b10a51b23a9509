// SPDX-License-Identifier: Apache-2.0
/** Values at the edges of each form (RFC 8949 §3, Appendix A and §3.4.3), read and written to the same bytes. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { decodeCbor } from "../../../sdk/cbor/decode.js";
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import { CborFloat, CborTag, type CborValue } from "../../../sdk/cbor/value.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { decodeAs, FORMS } from "./forms.js";

const SCALARS: readonly (readonly [value: CborValue, hex: string])[] = [
  [0, "00"],
  [23, "17"],
  [24, "1818"],
  [255, "18ff"],
  [256, "190100"],
  [65535, "19ffff"],
  [65536, "1a00010000"],
  [4294967295, "1affffffff"],
  [4294967296, "1b0000000100000000"],
  [Number.MAX_SAFE_INTEGER, "1b001fffffffffffff"],
  [2n ** 53n, "1b0020000000000000"],
  [2n ** 64n - 1n, "1bffffffffffffffff"],
  [-1, "20"],
  [-24, "37"],
  [-25, "3818"],
  [-256, "38ff"],
  [-257, "390100"],
  [-65537, "3a00010000"],
  [-4294967297, "3b0000000100000000"],
  [Number.MIN_SAFE_INTEGER, "3b001ffffffffffffe"],
  [-(2n ** 53n), "3b001fffffffffffff"],
  [-(2n ** 64n), "3bffffffffffffffff"],
  [false, "f4"],
  [true, "f5"],
  [null, "f6"],
  [undefined, "f7"],
  ["", "60"],
  ["\u0000", "6100"],
  ["水", "63e6b0b4"],
  [1.5, "f93e00"],
  [2 ** -24, "f90001"],
  [2 ** -14, "f90400"],
  [0.00006097555160522461, "f903ff"],
  [2 ** -25, "fa33000000"],
  [0.1, "fb3fb999999999999a"],
  [3.4028234663852886e38, "fa7f7fffff"],
  [1.401298464324817e-45, "fa00000001"],
  [5e-324, "fb0000000000000001"],
  [1e300, "fb7e37e43c8800759c"],
  [Number.POSITIVE_INFINITY, "f97c00"],
  [Number.NEGATIVE_INFINITY, "f9fc00"],
  [Number.NaN, "f97e00"],
];

const CONTAINERS =
  "80 8101 8301820203820405 a0 a10102 a26161016162820203 40 4401020304 c0613a c11a514b67b0 d818456449455446 dbffffffffffffffff00";
const FLOATS =
  "f90000 f98000 f93c00 f94000 f9c400 f97bff fa47c35000 fa47800000 fb433fffffffffffff fbc33fffffffffffff".split(" ");

describe("RFC 8949 values", () => {
  for (const [value, hex] of SCALARS) {
    it(`reads and writes ${hex}`, () => {
      assert.strictEqual(encodeHex(encodeCbor(value)), hex);
      assert.isTrue(Object.is(decodeCbor(decodeHex(hex)), value));
    });
  }

  it("reads arrays, maps, byte strings and tags, and writes them to the same bytes", () => {
    for (const hex of CONTAINERS.split(" ")) assert.strictEqual(encodeHex(encodeCbor(decodeCbor(decodeHex(hex)))), hex);
    const tag = decodeCbor(decodeHex("c11a514b67b0"));
    assert.isTrue(tag instanceof CborTag && tag.tag === 1 && tag.value === 1363896240);
    const map = decodeCbor(decodeHex("a10102"));
    assert.isTrue(map instanceof Map && map.get(1) === 2);
  });

  it("reads dates and bignums (tags 0 to 3) as tags, and checks the type of what they hold", () => {
    for (const hex of ["c06130", "c100", "c120", "c1f93c00", "c11bffffffffffffffff", "c249010000000000000000"]) {
      assert.strictEqual(encodeHex(encodeCbor(decodeCbor(decodeHex(hex)))), hex);
    }
    for (const hex of [
      "c000",
      "c04130",
      "c0a0",
      "c16130",
      "c1f6",
      "c200",
      "c26101",
      "c380",
      "c3c249010000000000000000",
    ]) {
      for (const form of FORMS) {
        const thrown = thrownBy(() => decodeAs(form, decodeHex(`81${hex}`)));
        assert.strictEqual(thrown, "CBOR_TAG_CONTENT@1", `${hex} ${form}`);
      }
    }
    for (const [tag, content] of [[0, 1] as const, [1, "1"] as const, [2, 1n] as const, [3, []] as const]) {
      const write = () => encodeCbor(new CborTag(tag, content));
      assert.strictEqual(thrownBy(write), "TypeError");
    }
  });

  it("keeps floats with whole values apart from integers", () => {
    for (const hex of FLOATS) {
      const value = decodeCbor(decodeHex(hex));
      assert.isTrue(value instanceof CborFloat, hex);
      assert.strictEqual(encodeHex(encodeCbor(value)), hex);
    }
  });

  it("reads a view in place: what is before and behind it does not count", () => {
    for (const hex of ["846161fb3fb999999999999a1a0001000043010203", "82636162634100", "a16161f93e00"]) {
      const whole = decodeHex(`ffc3ff${hex}ffff`);
      const input = whole.subarray(3, whole.length - 2);
      assert.strictEqual(encodeHex(encodeCbor(decodeCbor(input))), hex);
    }
    for (const [hex, thrown] of [
      ["8161c3", "CBOR_INVALID_UTF8@2"],
      ["8162c3", "CBOR_TRUNCATED@1"],
      ["8119", "CBOR_TRUNCATED@1"],
      ["81f9", "CBOR_TRUNCATED@1"],
    ] as const) {
      const input = decodeHex(`ffc3${hex}bcbc`).subarray(2, 2 + hex.length / 2);
      const thrownThere = thrownBy(() => decodeCbor(input));
      assert.strictEqual(thrownThere, thrown, hex);
    }
    const whole = decodeHex("ffff8244010203045f4105ffff");
    const input = whole.subarray(2, 12);
    const [bytes, joined] = decodeAs("wellFormed", input) as Uint8Array[];
    assert.isTrue(bytes?.buffer === whole.buffer && bytes.byteOffset === 4 && bytes.length === 4);
    assert.isTrue(joined?.buffer !== whole.buffer);
  });

  it("gives byte strings as views, not copies", () => {
    const input = decodeHex("8241aa41bb");
    const [, second] = decodeCbor(input) as Uint8Array[];
    input[4] = 0xcc;
    assert.strictEqual(second?.[0], 0xcc);
  });

  it("writes bigints as the same integers as numbers", () => {
    for (const value of [0, 23, 24, 65536, 4294967296, -1, -25]) {
      assert.strictEqual(encodeHex(encodeCbor(BigInt(value))), encodeHex(encodeCbor(value)));
    }
  });

  it("refuses to write what CBOR has no item for", () => {
    const cycle: CborValue[] = [];
    cycle.push(cycle);
    const cases = [
      [{}, "TypeError"],
      [() => 1, "TypeError"],
      [Symbol.iterator, "TypeError"],
      [new ArrayBuffer(1), "TypeError"],
      [new Uint16Array(1), "TypeError"],
      [new Set([1]), "TypeError"],
      [2n ** 64n, "RangeError"],
      [-(2n ** 64n) - 1n, "RangeError"],
      [new CborTag(-1, 0), "RangeError"],
      [new CborTag(1.5, 0), "RangeError"],
      ["\ud800", "RangeError"],
      [cycle, "RangeError"],
      [
        new Map([
          [[1], 0],
          [[1], 1],
        ]),
        "RangeError",
      ],
    ] as const;
    for (const [value, thrown] of cases) {
      assert.strictEqual(
        thrownBy(() => encodeCbor([value as unknown as CborValue])),
        thrown,
      );
    }
  });
});
