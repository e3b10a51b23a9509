// SPDX-License-Identifier: Apache-2.0
/** RFC 8949 §3: by `decodeWellFormed`, longer forms and indefinite lengths are accepted; what is malformed is not. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { decodeCbor, decodeItem } from "../../../sdk/cbor/decode.js";
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import { DEFAULT_LIMITS } from "../../../sdk/cbor/value.js";
import { decodeWellFormed, WellFormedReader } from "../../../sdk/cbor/well-formed.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";

/** What is accepted, and its deterministic encoding. */
const ACCEPTED: ReadonlyArray<readonly [hex: string, deterministic: string]> = [
  // Appendix A
  ["5f42010243030405ff", "450102030405"],
  ["7f657374726561646d696e67ff", "6973747265616d696e67"],
  ["9fff", "80"],
  ["9f018202039f0405ffff", "8301820203820405"],
  ["83018202039f0405ff", "8301820203820405"],
  ["bf61610161629f0203ffff", "a26161016162820203"],
  ["826161bf61626163ff", "826161a161626163"],
  // §3.2.3: no chunks at all, empty chunks
  ["5fff", "40"],
  ["7fff", "60"],
  ["5f4040ff", "40"],
  ["7f60616160ff", "6161"],
  // longer forms
  ["1817", "17"],
  ["1900ff", "18ff"],
  ["1a00000001", "01"],
  ["1b0000000000000001", "01"],
  ["3b0000000000000000", "20"],
  ["580101", "4101"],
  ["780161", "6161"],
  ["980101", "8101"],
  ["b900010102", "a10102"],
  ["d9000101", "c101"],
  ["fa3f800000", "f93c00"],
  ["fb3ff0000000000000", "f93c00"],
  ["fb7ff0000000000000", "f97c00"],
  ["fa7fc00000", "f97e00"],
  // keys in any order
  ["a202010101", "a201010201"],
  // inside one another
  ["9fbf5f4100ff7f6161ffff9fffff", "82a14100616180"],
  ["c55f4100ff", "c54100"],
  ["c25f4100ff", "c24100"],
];

/** What is refused, and why. */
const REFUSED: ReadonlyArray<readonly [hex: string, why: string]> = [
  // a break where none can be (Appendix F)
  ["ff", "CBOR_UNEXPECTED_BREAK@0"],
  ["81ff", "CBOR_UNEXPECTED_BREAK@1"],
  ["8200ff", "CBOR_UNEXPECTED_BREAK@2"],
  ["a1ff", "CBOR_TRUNCATED@0"],
  ["a100ff", "CBOR_UNEXPECTED_BREAK@2"],
  ["a1ff00", "CBOR_UNEXPECTED_BREAK@1"],
  ["9f81ff", "CBOR_UNEXPECTED_BREAK@2"],
  ["9f829f819f9fffffffff", "CBOR_UNEXPECTED_BREAK@9"],
  ["bf00ff", "CBOR_UNEXPECTED_BREAK@2"],
  ["bf000001ff", "CBOR_UNEXPECTED_BREAK@4"],
  ["9fc0ff", "CBOR_UNEXPECTED_BREAK@2"],
  // strings whose chunks are none
  ["5f00ff", "CBOR_CHUNK@1"],
  ["5f6100ff", "CBOR_CHUNK@1"],
  ["5f80ff", "CBOR_CHUNK@1"],
  ["5fc000ff", "CBOR_CHUNK@1"],
  ["5f5f4100ffff", "CBOR_CHUNK@1"],
  ["7f4100ff", "CBOR_CHUNK@1"],
  ["7f7f6100ffff", "CBOR_CHUNK@1"],
  ["7f61c261a9ff", "CBOR_INVALID_UTF8@2"],
  ["7f616161ffff", "CBOR_INVALID_UTF8@4"],
  // cut short
  ["9f", "CBOR_TRUNCATED@1"],
  ["9f00", "CBOR_TRUNCATED@2"],
  ["bf00", "CBOR_TRUNCATED@2"],
  ["5f4100", "CBOR_TRUNCATED@3"],
  ["5f42", "CBOR_TRUNCATED@1"],
  // no such form
  ["1f", "CBOR_RESERVED_INFO@0"],
  ["3f", "CBOR_RESERVED_INFO@0"],
  ["df", "CBOR_RESERVED_INFO@0"],
  ["1c", "CBOR_RESERVED_INFO@0"],
  ["f818", "CBOR_INVALID_SIMPLE@0"],
  // more after it
  ["9fff00", "CBOR_TRAILING_BYTES@2"],
  // the same key, in two forms
  ["a20100180100", "CBOR_DUPLICATE_KEY@3"],
  ["a241010058010100", "CBOR_DUPLICATE_KEY@4"],
  ["a24101005f4101ff00", "CBOR_DUPLICATE_KEY@4"],
  ["bf8101009f01ff00ff", "CBOR_DUPLICATE_KEY@4"],
  ["a26178007f6178ff00", "CBOR_DUPLICATE_KEY@4"],
  ["bf410000410100410000ff", "CBOR_DUPLICATE_KEY@7"],
];

describe("RFC 8949 §3, any well-formed item", () => {
  it("accepts longer forms, indefinite lengths and any order of keys", () => {
    for (const [hex, deterministic] of ACCEPTED) {
      assert.strictEqual(encodeHex(encodeCbor(decodeWellFormed(decodeHex(hex)))), deterministic, hex);
    }
  });

  it("accepts none of these unless told to", () => {
    for (const [hex] of ACCEPTED) {
      assert.notStrictEqual(
        thrownBy(() => decodeCbor(decodeHex(hex))),
        "nothing",
        hex,
      );
    }
  });

  it("refuses what is malformed, and twice the same key", () => {
    for (const [hex, why] of REFUSED) {
      assert.strictEqual(
        thrownBy(() => decodeWellFormed(decodeHex(hex))),
        why,
        hex,
      );
    }
  });

  it("holds to the limits where no length is announced", () => {
    const limits = { ...DEFAULT_LIMITS, depth: 3, count: 8 };
    const refused = (hex: string) => thrownBy(() => decodeWellFormed(decodeHex(hex), { limits }));
    assert.strictEqual(refused("9f9f9fffffff"), "nothing");
    assert.strictEqual(refused("9f9f9f9fffffffff"), "CBOR_LIMIT_DEPTH@3");
    assert.strictEqual(refused("9f000000000000ff"), "nothing");
    assert.strictEqual(refused(`9f${"00".repeat(40)}ff`), "CBOR_LIMIT_COUNT@8");
    assert.strictEqual(refused(`5f${"40".repeat(40)}ff`), "CBOR_LIMIT_COUNT@8");
  });

  it("joins as many chunks as the default limits let through", () => {
    assert.strictEqual((decodeWellFormed(decodeHex(`5f${"4107".repeat(510)}ff`)) as Uint8Array).length, 510);
    assert.strictEqual((decodeWellFormed(decodeHex(`7f${"6161".repeat(510)}ff`)) as string).length, 510);
    const refused = thrownBy(() => decodeWellFormed(decodeHex(`5f${"4107".repeat(511)}ff`)));
    assert.strictEqual(refused, `CBOR_LIMIT_COUNT@${1 + 2 * 511}`);
  });

  it("reads CBOR inside a byte string in any encoding, with the same limits and offsets", () => {
    const read = (hex: string) => {
      const reader = new WellFormedReader(decodeHex(hex), { limits: { ...DEFAULT_LIMITS, count: 5 } });
      return reader.nested(reader.readBytes(), (inner) => encodeHex(encodeCbor(decodeItem(inner))));
    };
    assert.strictEqual(read("449f1801ff"), "8101");
    assert.strictEqual(
      thrownBy(() => read("449f18011c")),
      "CBOR_RESERVED_INFO@4",
    );
    assert.strictEqual(
      thrownBy(() => read("469f01020304ff")),
      "CBOR_LIMIT_COUNT@5",
    );
  });

  it("compares keys as deep as the limits let them be", () => {
    const limits = { ...DEFAULT_LIMITS, depth: 40 };
    const key = `${"81".repeat(30)}00`;
    const read = (hex: string) => thrownBy(() => decodeWellFormed(decodeHex(hex), { limits }));
    assert.strictEqual(read(`a1${key}00`), "nothing");
    assert.strictEqual(read(`a2${key}009f${key.slice(2)}ff00`), "CBOR_DUPLICATE_KEY@33");
  });

  it("gives no length that it does not know", () => {
    const read = (hex: string) => new WellFormedReader(decodeHex(hex));
    assert.strictEqual(
      thrownBy(() => read("9fff").readArray()),
      "CBOR_INDEFINITE_LENGTH@0",
    );
    assert.strictEqual(
      thrownBy(() => read("bfff").readMap()),
      "CBOR_INDEFINITE_LENGTH@0",
    );
    assert.deepEqual([read("8100").readArray(), read("a10000").readMap()], [1, 1]);
    assert.strictEqual(encodeHex(read("5f41014102ff").readBytes()), "0102");
    assert.strictEqual(read("7f61616162ff").readText(), "ab");
  });
});
