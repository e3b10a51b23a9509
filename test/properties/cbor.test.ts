// SPDX-License-Identifier: Apache-2.0
/** CBOR: what is written is read as what it was, in every form; what is read is written as what it was. */
import { assert } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { encodeHex } from "../../sdk/bytes/hex.js";
import { encodeCbor } from "../../sdk/cbor/encode.js";
import { CborReader } from "../../sdk/cbor/reader.js";
import { type CborLimits, type CborValue, DEFAULT_LIMITS } from "../../sdk/cbor/value.js";
import { CborWriter } from "../../sdk/cbor/writer.js";
import { Random } from "../fuzz/decoders/random.js";
import { decodeAs, FORMS, type Form } from "../specs/cbor/forms.js";
import { thrownBy } from "../specs/thrown.js";
import { bytes, cborValue, isSame, text } from "./cbor-values.js";
import { encodeLoosely } from "./loose-cbor.js";
import { defineProperties, holds, type Property } from "./property.js";

const seed = fc.nat(0xffffffff);

type Encode = (value: CborValue) => Uint8Array;
type Decode = (bytes: Uint8Array, form: Form) => CborValue;

/** A string of many chunks has as many items. */
const LIMITS: CborLimits = Object.freeze({ ...DEFAULT_LIMITS, length: 1 << 20, count: 1 << 20 });

const decode: Decode = (encoded, form) => decodeAs(form, encoded, LIMITS);

/** By name, so that the same is asked of an encoder or decoder with a bug. */
function roundTrip(encode: Encode, decode: Decode): Property {
  return {
    name: "a value is the same after it was encoded and decoded, in each form",
    property: fc.property(cborValue, (value) => FORMS.every((form) => isSame(decode(encode(value), form), value))),
  };
}

function trailing(decode: Decode): Property {
  return {
    name: "an item with a byte behind it is refused in each form",
    property: fc.property(cborValue, fc.nat(255), (value, byte) => {
      const encoded = encodeCbor(value);
      const thrown = `CBOR_TRAILING_BYTES@${encoded.length}`;
      return FORMS.every((form) => thrownBy(() => decode(Uint8Array.of(...encoded, byte), form)) === thrown);
    }),
  };
}

const PROPERTIES: readonly Property[] = [
  roundTrip(encodeCbor, decode),
  trailing(decode),
  {
    name: "any well-formed encoding of a value is read as that value",
    property: fc.property(cborValue, seed, (value, seed) =>
      isSame(decode(encodeLoosely(new Random(seed), value), "wellFormed"), value),
    ),
  },
  {
    name: "an encoding of a value is deterministic, or refused as such",
    property: fc.property(cborValue, seed, (value, seed) => {
      const loose = encodeLoosely(new Random(seed), value);
      const isIt = encodeHex(loose) === encodeHex(encodeCbor(value));
      return (thrownBy(() => decode(loose, "deterministic")) === "nothing") === isIt;
    }),
  },
  {
    name: "each truncation of an item is refused as truncated",
    property: fc.property(cborValue, seed, (value, seed) => {
      const loose = encodeLoosely(new Random(seed), value);
      const cut = loose.slice(0, seed % loose.length);
      return thrownBy(() => decode(cut, "wellFormed")).startsWith("CBOR_TRUNCATED@");
    }),
  },
  {
    name: "a caller's buffer takes an item of its size, and none that is larger",
    property: fc.property(bytes, text, (content, words) => {
      const size = encodeCbor([content, words]).length;
      const write = (room: number): Uint8Array => {
        const writer = new CborWriter(new Uint8Array(room));
        writer.array(2);
        writer.bytes(content);
        writer.text(words);
        return writer.finish();
      };
      assert.strictEqual(encodeHex(write(size)), encodeHex(encodeCbor([content, words])));
      assert.strictEqual(
        thrownBy(() => write(size - 1)),
        "PSA_ERROR_BUFFER_TOO_SMALL",
      );
    }),
  },
  {
    name: "what the writer writes, the reader reads item by item",
    property: fc.property(fc.maxSafeInteger(), bytes, text, fc.nat(), (number, content, words, tag) => {
      const writer = new CborWriter();
      writer.tag(tag);
      writer.array(4);
      writer.integer(number);
      writer.bytes(content);
      writer.text(words);
      writer.simple(null);
      const reader = new CborReader(writer.finish());
      assert.deepEqual([reader.readTag(), reader.readArray()], [tag, 4]);
      assert.deepEqual([reader.readInteger(), reader.readBytes(), reader.readText()], [number + 0, content, words]);
      reader.readNull();
      reader.end();
    }),
  },
];

/** Encoders and decoders with a bug, and what has to notice it. */
const PLANTED: readonly [what: string, property: Property][] = [
  [
    "reads floats in single precision",
    roundTrip(encodeCbor, (encoded, form) => {
      const value = decode(encoded, form);
      return typeof value === "number" && !Number.isInteger(value) ? Math.fround(value) : value;
    }),
  ],
  [
    "cuts text after 30 characters",
    roundTrip((value) => encodeCbor(typeof value === "string" ? value.slice(0, 30) : value), decode),
  ],
  ["accepts trailing bytes", trailing((encoded, form) => decode(encoded.subarray(0, -1), form))],
];

describe("properties of CBOR", () => {
  defineProperties(PROPERTIES);

  for (const [what, property] of PLANTED) {
    it(`notice one that ${what}, and say how to see it again`, () => {
      assert.throws(() => holds(property), /seed: \d+, path: "\d/);
    });
  }
});
