// SPDX-License-Identifier: Apache-2.0
/** Not well-formed: the kinds and examples that RFC 8949 Appendix F lists, each with the code and the offset to blame. */
import { decodeHex } from "../../../sdk/bytes/hex.js";
import { decodeCbor } from "../../../sdk/cbor/decode.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";

const CASES: readonly (readonly [kind: string, thrown: string, ...inputs: string[]])[] = [
  ["nothing at all", "CBOR_TRUNCATED@0", ""],
  [
    "the input ends in a head",
    "CBOR_TRUNCATED@0",
    ..."18 19 1a 1b 1901 1a0102 1b01020304050607 38 58 78 98 9a01ff00 b8 d8 f8 f900 fa0000 fb000000".split(" "),
  ],
  [
    "the input ends in a string",
    "CBOR_TRUNCATED@0",
    ..."41 61 5affffffff00 5bffffffffffffffff010203 7affffffff00 7b7fffffffffffffff010203 420a 6261".split(" "),
  ],
  ["an array or map announces more than there is", "CBOR_TRUNCATED@0", ..."81 8200 a1 a20102 a100 a2000000".split(" ")],
  ["the innermost of nested arrays is not filled", "CBOR_TRUNCATED@8", "818181818181818181"],
  ["a tag without content", "CBOR_TRUNCATED@1", "c0"],
  ["a tag in an array without content", "CBOR_TRUNCATED@2", "81c0"],
  [
    "additional information 28 to 30",
    "CBOR_RESERVED_INFO@0",
    ..."1c 1d 1e 3c 3d 3e 5c 5d 5e 7c 7d 7e 9c 9d 9e bc bd be dc dd de fc fd fe".split(" "),
  ],
  ["indefinite length of an integer or tag", "CBOR_RESERVED_INFO@0", "1f", "3f", "df"],
  ["a simple value below 32 in two bytes", "CBOR_INVALID_SIMPLE@0", ..."f800 f801 f814 f818 f81f".split(" ")],
  ["a break on its own", "CBOR_UNEXPECTED_BREAK@0", "ff"],
  ["a break in an array or as the first key", "CBOR_UNEXPECTED_BREAK@1", "81ff", "a1ff00"],
  ["a break as the second item or a value", "CBOR_UNEXPECTED_BREAK@2", "8200ff", "a100ff"],
  ["a break as a tag's content", "CBOR_UNEXPECTED_BREAK@1", "c1ff"],
  [
    "indefinite lengths, closed or not, of right or wrong chunks",
    "CBOR_INDEFINITE_LENGTH@0",
    ..."5f4100 7f6100 9f 9f0102 bf bf01020102 9f8000 5f00ff 5f6100ff 5f5f4100ffff 7f4100ff bf00ff 5f4100ff 9fff bfff".split(
      " ",
    ),
  ],
  ["an indefinite length inside", "CBOR_INDEFINITE_LENGTH@1", "819fff", "c15f40ff", "a17f6161ff00"],
  ["bytes after the item", "CBOR_TRAILING_BYTES@1", "0000", "40ff", "80f6", "a000"],
  ["bytes after a string and a tag", "CBOR_TRAILING_BYTES@2", "410000", "c60000"],
];

describe("RFC 8949 Appendix F not well-formed", () => {
  for (const [kind, thrown, ...inputs] of CASES) {
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
});
