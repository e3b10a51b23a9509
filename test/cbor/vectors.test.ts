// SPDX-License-Identifier: Apache-2.0
/** The public CBOR vectors: RFC 8949 Appendix A, malformed inputs, and the CBOR working group's bad inputs. */
import { assert } from "chai";
import { it } from "mocha";
import { decodeHex, encodeHex } from "../../sdk/bytes/hex.js";
import { decodeCbor } from "../../sdk/cbor/decode.js";
import { encodeCbor } from "../../sdk/cbor/encode.js";
import { CborFloat, CborTag, type CborValue } from "../../sdk/cbor/value.js";
import { describeVectors } from "../harness/vectors.js";
import { thrownBy } from "../specs/thrown.js";

interface Example {
  readonly hex: string;
  readonly roundtrip: boolean;
  readonly decoded?: unknown;
}

/** Valid CBOR that we refuse, by name. Every other example must be read. */
const NOT_SUPPORTED: Readonly<Record<string, string>> = {
  f0: "CBOR_UNSUPPORTED_SIMPLE@0: simple(16) has no meaning and no JavaScript value",
  f8ff: "CBOR_UNSUPPORTED_SIMPLE@0: simple(255) has no meaning and no JavaScript value",
};

/** Valid, and not deterministic: what a strict reader says. */
const NOT_DETERMINISTIC = /^CBOR_(NON_SHORTEST|INDEFINITE_LENGTH)@\d+$/;

/** Our value as JSON has it, which is how the vectors give values. Bignums are tags 2 and 3. */
function toJson(value: CborValue): unknown {
  if (typeof value === "bigint") return Number(value);
  if (value instanceof CborFloat) return value.value;
  if (value instanceof CborTag && (value.tag === 2 || value.tag === 3)) {
    const magnitude = BigInt(`0x${encodeHex(value.value as Uint8Array)}`);
    return Number(value.tag === 2 ? magnitude : -1n - magnitude);
  }
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, toJson(item)]));
  return Array.isArray(value) ? value.map(toJson) : value;
}

describeVectors("CBOR vectors", "cbor", (vectors) => {
  for (const example of vectors.json("appendix_a.json") as Example[]) {
    const { hex } = example;
    const refusal = NOT_SUPPORTED[hex];
    if (refusal !== undefined) {
      it(`RFC 8949 Appendix A ${hex} is not supported: ${refusal}`, () => {
        assert.strictEqual(
          thrownBy(() => decodeCbor(decodeHex(hex))),
          refusal.slice(0, refusal.indexOf(":")),
        );
      });
      continue;
    }
    it(`RFC 8949 Appendix A ${hex}`, () => {
      const value = decodeCbor(decodeHex(hex), { form: "wellFormed" });
      if ("decoded" in example) assert.deepEqual(toJson(value), example.decoded);
      const deterministic = encodeHex(encodeCbor(value));
      assert.deepEqual(decodeCbor(decodeHex(deterministic)), value);
      if (deterministic === hex) return;
      assert.match(
        thrownBy(() => decodeCbor(decodeHex(hex))),
        NOT_DETERMINISTIC,
      );
    });
  }

  it("each of the unsupported examples is among the vectors", () => {
    const present = (vectors.json("appendix_a.json") as Example[]).map(({ hex }) => hex);
    assert.deepEqual(
      Object.keys(NOT_SUPPORTED).filter((hex) => !present.includes(hex)),
      [],
    );
  });

  it("fail.json: all refused, each with a code", () => {
    const cases = vectors.json("fail.json") as Example[];
    assert.isAbove(cases.length, 100);
    for (const { hex } of cases)
      assert.match(
        thrownBy(() => decodeCbor(decodeHex(hex))),
        /^CBOR_[A-Z0-9_]+@\d+$/,
        hex,
      );
  });

  it("fail.json: all refused where any well-formed item is accepted, too", () => {
    for (const { hex } of vectors.json("fail.json") as Example[])
      assert.match(
        thrownBy(() => decodeCbor(decodeHex(hex), { form: "wellFormed" })),
        /^CBOR_[A-Z0-9_]+@\d+$/,
        hex,
      );
  });

  for (const { description, hex } of (
    vectors.json("rfc8949-bad.json") as { tests: { description: string; hex: string }[] }
  ).tests) {
    if (description.startsWith("date:")) {
      it(`rfc8949-bad.json ${description}: well-formed, the content of tags 0 and 1 is the reader's to check`, () => {
        assert.isTrue(decodeCbor(decodeHex(hex), { form: "anyOrder" }) instanceof CborTag);
      });
      continue;
    }
    it(`rfc8949-bad.json ${description}`, () => {
      assert.match(
        thrownBy(() => decodeCbor(decodeHex(hex))),
        /^CBOR_[A-Z0-9_]+@\d+$/,
      );
    });
  }
});
