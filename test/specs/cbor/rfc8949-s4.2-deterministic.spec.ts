// SPDX-License-Identifier: Apache-2.0
/** Well-formed, and not the one deterministic encoding (RFC 8949 §4.1, §4.2.1), or not valid (§5.3). */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { decodeCbor } from "../../../sdk/cbor/decode.js";
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";

const REFUSED: readonly (readonly [kind: string, thrown: string, ...inputs: string[]])[] = [
  [
    "an integer in more bytes than it needs",
    "CBOR_NON_SHORTEST@0",
    ..."1800 1817 190000 1900ff 1a00000000 1a0000ffff 1b0000000000000000 1b00000000ffffffff".split(" "),
    ..."3800 3817 390000 3900ff 3a00000000 3a0000ffff 3b0000000000000000 3b00000000ffffffff".split(" "),
  ],
  [
    "a length or tag number in more bytes than it needs",
    "CBOR_NON_SHORTEST@0",
    ..."5800 580141 59000141 5a0000000141 5b000000000000000141 780161 79000161 980100 99000100 b800 b9000100 d80100 d9001200".split(
      " ",
    ),
  ],
  [
    "a float in more bytes than it needs",
    "CBOR_NON_SHORTEST@0",
    ..."fa3fc00000 fb3ff8000000000000 fa00000000 fa80000000 fb8000000000000000 fa7f800000 fb7ff0000000000000".split(
      " ",
    ),
    ..."faff800000 fa477fe000 fb40effc0000000000 fa33800000 fb40f86a0000000000 fb380fffffc0000000".split(" "),
    ..."fa7fc00000 fb7ff8000000000000".split(" "),
  ],
  [
    "a NaN with a sign or payload",
    "CBOR_UNSUPPORTED_NAN@0",
    ..."f97e01 f97c01 f9fe00 f97fff fa7fc00001 fa7f800001 faffc00000 fb7ff8000000000001 fb7ff0000000000001 fbfff8000000000000".split(
      " ",
    ),
  ],
  [
    "a bignum that an integer holds, or with a zero in front",
    "CBOR_NON_SHORTEST@0",
    ..."c240 c24101 c248ffffffffffffffff c34101 c34900ffffffffffffffff c24a00010000000000000000".split(" "),
  ],
  ["keys that do not ascend", "CBOR_UNSORTED_KEYS@3", "a202000100", "a220000100", "a2f5000100"],
  ["a longer key before a shorter one", "CBOR_UNSORTED_KEYS@4", "a21818001700", "a24100000100"],
  ["the same key twice", "CBOR_DUPLICATE_KEY@3", "a201000100", "a220002000", "a240004000", "a280008001", "a2f600f600"],
  [
    "the same text, bytes or nested key twice",
    "CBOR_DUPLICATE_KEY@4",
    "a2616100616100",
    "a2410000410000",
    "a2810100810100",
  ],
  ["the same key twice in a map inside", "CBOR_DUPLICATE_KEY@5", "8200a201000100"],
  ["text that is not UTF-8", "CBOR_INVALID_UTF8@1", "61ff", "62c328", "63eda080", "62c080", "61c3"],
  ["text whose third byte is not UTF-8, in an array", "CBOR_INVALID_UTF8@5", "820063616280"],
  ["a simple value without a meaning here", "CBOR_UNSUPPORTED_SIMPLE@0", "e0", "f0", "f3", "f820", "f8ff"],
];

describe("RFC 8949 §5.6 keys that are arrays or maps", () => {
  it("are told apart by what is in them, in any order; each stands once", () => {
    const read = (hex: string) => thrownBy(() => decodeCbor(decodeHex(hex), { form: "anyOrder" }));
    assert.strictEqual(read("a3810200810100a1010200"), "nothing");
    assert.strictEqual(read("a3810100810200810100"), "CBOR_DUPLICATE_KEY@7");
    assert.strictEqual(read("a38101008103008102f5"), "nothing");
    assert.strictEqual(read("a2a1010200a1010200"), "CBOR_DUPLICATE_KEY@5");
  });
});

describe("RFC 8949 §4.2 deterministic encoding", () => {
  for (const [kind, thrown, ...inputs] of REFUSED) {
    it(`refuses: ${kind}`, () => {
      for (const input of inputs) {
        assert.strictEqual(
          thrownBy(() => decodeCbor(decodeHex(input))),
          thrown,
          input,
        );
      }
    });
  }

  it("names the byte where the item at fault is, wherever that item stands", () => {
    for (const [, thrown, ...inputs] of REFUSED) {
      const [code, offset] = thrown.split("@");
      for (const [around, more] of [
        ["8200", 2],
        ["a100", 2],
        ["a2000001", 4],
        ["d9d9f7", 3],
        ["81a16161", 4],
      ] as const) {
        for (const input of inputs) {
          const bytes = decodeHex(`ffffff${around}${input}`).subarray(3);
          const where = `${code}@${Number(offset) + more}`;
          assert.strictEqual(
            thrownBy(() => decodeCbor(bytes)),
            where,
            `${around} ${input}`,
          );
        }
      }
    }
  });

  it("sorts keys as RFC 8949 §4.2.1 does: 10, 100, -1, 'z', 'aa', [100], [-1], false", () => {
    const keys = [[100], false, "aa", -1, [-1], 100, "z", 10];
    const encoded = encodeCbor(new Map(keys.map((key) => [key, 0])));
    assert.strictEqual(encodeHex(encoded), "a80a001864002000617a006261610081186400812000f400");
    assert.strictEqual(encodeHex(encodeCbor(decodeCbor(encoded))), encodeHex(encoded));
  });

  it("refuses to write two keys with the same encoding, wherever they stand", () => {
    const count = 9;
    const write = (first: number, second: number) => {
      const keys = Array.from({ length: count }, (_, i) => [i === second ? first : (i * 4) % count]);
      return thrownBy(() => encodeCbor(new Map(keys.map((key) => [key, 0]))));
    };
    assert.strictEqual(write(-1, -1), "nothing");
    for (let key = 0; key < count; key++) {
      for (let place = 0; place < count; place++) {
        const isItsOwn = (place * 4) % count === key;
        assert.strictEqual(write(key, place), isItsOwn ? "nothing" : "RangeError", `${key} at ${place}`);
      }
    }
  });

  it("takes keys in any order when told to, and refuses the same key twice all the same", () => {
    const any = { form: "anyOrder" } as const;
    assert.strictEqual(encodeHex(encodeCbor(decodeCbor(decodeHex("a302000100616100"), any))), "a301000200616100");
    for (const [input, thrown] of [
      ["a3010002000100", "CBOR_DUPLICATE_KEY@5"],
      ["a3410100410200410100", "CBOR_DUPLICATE_KEY@7"],
      ["a38101000200810100", "CBOR_DUPLICATE_KEY@6"],
      ["a2f9800000f9800000", "CBOR_DUPLICATE_KEY@5"],
      ["a20200180100", "CBOR_NON_SHORTEST@3"],
    ] as const) {
      assert.strictEqual(
        thrownBy(() => decodeCbor(decodeHex(input), any)),
        thrown,
        input,
      );
    }
  });

  it("keeps 1 and 1.0, 0 and -0.0 apart as keys", () => {
    for (const hex of ["a20100f93c0000", "a20000f9800000", "a20000f9000000"]) {
      const map = decodeCbor(decodeHex(hex)) as Map<unknown, unknown>;
      assert.strictEqual(map.size, 2);
      assert.strictEqual(encodeHex(encodeCbor(map as Map<number, number>)), hex);
    }
  });
});
