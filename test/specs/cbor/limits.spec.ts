// SPDX-License-Identifier: Apache-2.0
/** Each limit at -1, 0 and +1, and that it stands before any memory is taken. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { decodeCbor, decodeItem } from "../../../sdk/cbor/decode.js";
import { encodeCbor, encodeItem } from "../../../sdk/cbor/encode.js";
import { CborReader } from "../../../sdk/cbor/reader.js";
import type { CborValue } from "../../../sdk/cbor/value.js";
import { CborWriter } from "../../../sdk/cbor/writer.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { decodeAs } from "./forms.js";

const WIDE = { length: 1000, depth: 100, count: 1000 };

/** `use` of each limit: what it throws one below, at, and one above what `hex` needs. */
function around(name: keyof typeof WIDE, need: number, hex: string): string[] {
  return [need - 1, need, need + 1].map((limit) =>
    thrownBy(() => decodeCbor(decodeHex(hex), { limits: { ...WIDE, [name]: limit } })),
  );
}

function expect(thrown: string[], refused: string): void {
  assert.strictEqual(thrown.join(" "), `${refused} nothing nothing`);
}

describe("CBOR limits", () => {
  it("length: of the whole input", () => {
    expect(around("length", 5, "4401020304"), "CBOR_LIMIT_LENGTH");
    expect(around("length", 1, "00"), "CBOR_LIMIT_LENGTH");
  });

  it("depth: arrays, maps as value and as key, tags, and a mix", () => {
    expect(around("depth", 1, "80"), "CBOR_LIMIT_DEPTH@0");
    expect(around("depth", 3, "81818100"), "CBOR_LIMIT_DEPTH@2");
    expect(around("depth", 2, "a100a0"), "CBOR_LIMIT_DEPTH@2");
    expect(around("depth", 2, "a18000"), "CBOR_LIMIT_DEPTH@1");
    expect(around("depth", 2, "c6c600"), "CBOR_LIMIT_DEPTH@1");
    expect(around("depth", 3, "81a100c600"), "CBOR_LIMIT_DEPTH@3");
  });

  it("depth: what the caller has opened around an item counts", () => {
    const read = (depth: number) =>
      thrownBy(() => decodeItem(new CborReader(decodeHex("818100"), { limits: { ...WIDE, depth: 4 } }), depth));
    assert.strictEqual(read(2), "nothing");
    assert.strictEqual(read(3), "CBOR_LIMIT_DEPTH@1");
    assert.strictEqual(read(4), "CBOR_LIMIT_DEPTH@0");
  });

  it("depth: siblings do not add up", () => {
    expect(around("depth", 2, "838080a0"), "CBOR_LIMIT_DEPTH@1");
  });

  it("count: each element, key, value, tag and container", () => {
    expect(around("count", 4, "83000102"), "CBOR_LIMIT_COUNT@0");
    expect(around("count", 5, "a200000100"), "CBOR_LIMIT_COUNT@0");
    expect(around("count", 2, "c100"), "CBOR_LIMIT_COUNT@1");
    expect(around("count", 5, "8281008100"), "CBOR_LIMIT_COUNT@3");
    expect(around("count", 1, "00"), "CBOR_LIMIT_COUNT@0");
  });

  it("an announced count is refused at the head, however large", () => {
    for (const head of ["9affffffff", "9bffffffffffffffff", "baffffffff", "bbffffffffffffffff", "bb7fffffffffffffff"]) {
      assert.strictEqual(
        thrownBy(() => decodeCbor(decodeHex(head))),
        "CBOR_LIMIT_COUNT@0",
      );
    }
  });

  it("an announced length takes no memory, with limits that would let it: a board has 256 KB", () => {
    const limits = { length: 2 ** 53 - 1, depth: 100, count: 2 ** 53 - 1 };
    const heads = ["9affffffff", "9b001fffffffffff00", "baffffffff", "bb000fffffffffff00"];
    const strings = ["5affffffff", "5b0020000000000000", "5bffffffffffffffff", "7affffffff", "7b0020000000000000"];
    for (const form of ["deterministic", "wellFormed"] as const) {
      for (const head of [...heads, ...strings]) {
        for (const [around, offset] of [
          ["", 0],
          ["8200", 2],
          ["a100", 2],
          ["c6", 1],
          ["818181", 3],
        ] as const) {
          const thrown = thrownBy(() => decodeAs(form, decodeHex(`${around}${head}01020304`), limits));
          assert.strictEqual(thrown, `CBOR_TRUNCATED@${offset}`, `${around} ${head} ${form}`);
        }
      }
    }
  });

  it("the default depth of 16 holds, and no depth exhausts the stack", () => {
    assert.strictEqual(
      thrownBy(() => decodeCbor(decodeHex(`${"81".repeat(16)}00`))),
      "nothing",
    );
    assert.strictEqual(
      thrownBy(() => decodeCbor(decodeHex(`${"81".repeat(17)}00`))),
      "CBOR_LIMIT_DEPTH@16",
    );
    const limits = { length: 5000, depth: 5000, count: 5000 };
    assert.strictEqual(
      thrownBy(() => decodeCbor(decodeHex(`${"81".repeat(500)}00`), { limits })),
      "nothing",
    );
  });

  it("the default count of 512 holds, and what it lets through fits a board's heap", () => {
    for (const item of ["40", "60", "80", "a0", "c100", "f93c00", "c249010000000000000000"]) {
      const found = item.startsWith("c") ? 255 : 511;
      const array = `${found < 256 ? "98" : "99"}${found.toString(16).padStart(found < 256 ? 2 : 4, "0")}`;
      assert.strictEqual(
        thrownBy(() => decodeCbor(decodeHex(array + item.repeat(found)))),
        "nothing",
      );
    }
    assert.strictEqual(
      thrownBy(() => decodeCbor(decodeHex(`990200${"40".repeat(512)}`))),
      "CBOR_LIMIT_COUNT@0",
    );
  });

  it("refuses limits that are no limits", () => {
    for (const wrong of [
      -1,
      1.5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      "5" as unknown as number,
      undefined as unknown as number,
    ]) {
      assert.strictEqual(
        thrownBy(() => decodeCbor(decodeHex("00"), { limits: { ...WIDE, depth: wrong } })),
        "RangeError",
      );
    }
  });

  it("encodes 16 levels and refuses 17", () => {
    const nest = (levels: number): CborValue => (levels === 0 ? 0 : [nest(levels - 1)]);
    assert.strictEqual(encodeCbor(nest(16)).length, 17);
    assert.strictEqual(
      thrownBy(() => encodeCbor(nest(17))),
      "RangeError",
    );
    assert.strictEqual(
      thrownBy(() => encodeItem(new CborWriter(), new Map([[[0], 0]]), 1)),
      "RangeError",
    );
  });

  it("levels side by side are not deep, read or written", () => {
    const hex = `94${"8100".repeat(10)}${"a18000".repeat(10)}`;
    const value = decodeCbor(decodeHex(hex), { limits: { ...WIDE, depth: 3 } });
    const writer = new CborWriter();
    encodeItem(writer, value, 3);
    assert.strictEqual(encodeHex(writer.finish()), hex);
  });
});
