// SPDX-License-Identifier: Apache-2.0
/** Hex, UTF-8 and byte strings, against Node's own. */
import { assert } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { compareBytes, concatBytes, equalPublicBytes } from "../../sdk/bytes/bytes.js";
import { decodeHex, encodeHex } from "../../sdk/bytes/hex.js";
import { decodeUtf8, encodeUtf8, readUtf8, utf8Length } from "../../sdk/bytes/utf8.js";
import { defineProperties, holds, type Property } from "./property.js";

const bytes = fc.uint8Array({ maxLength: 300 });
const text = fc.string({ unit: "binary", maxLength: 300 });
/** Bytes that are UTF-8 more often than chance would have it. */
const nearlyUtf8 = fc.tuple(text, fc.nat(), fc.nat(255), fc.boolean()).map(([words, at, byte, changes]) => {
  const encoded = new TextEncoder().encode(words);
  if (changes && encoded.length > 0) encoded[at % encoded.length] = byte;
  return encoded;
});

function nodeReads(encoded: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(encoded);
  } catch {
    return undefined;
  }
}

function hexProperty(encode: (bytes: Uint8Array) => string): Property {
  return {
    name: "hex: bytes, digits, bytes; in either case of the digits",
    property: fc.property(bytes, (value) => {
      const digits = encode(value);
      assert.strictEqual(digits, Buffer.from(value).toString("hex"));
      assert.deepEqual(decodeHex(digits), value);
      assert.deepEqual(decodeHex(digits.toUpperCase()), value);
    }),
  };
}

const PROPERTIES: readonly Property[] = [
  hexProperty(encodeHex),
  {
    name: "UTF-8: text, bytes, text; as TextEncoder writes it",
    property: fc.property(text, (value) => {
      const encoded = encodeUtf8(value);
      assert.deepEqual(encoded, new TextEncoder().encode(value));
      assert.strictEqual(utf8Length(value), encoded.length);
      assert.strictEqual(decodeUtf8(encoded), value);
    }),
  },
  {
    name: "UTF-8: bytes are text where TextDecoder says so, and no others",
    property: fc.property(nearlyUtf8, (encoded) => {
      const read = readUtf8(encoded);
      assert.strictEqual(typeof read === "string" ? read : undefined, nodeReads(encoded));
      if (typeof read === "number") assert.isDefined(nodeReads(encoded.subarray(0, read)), "what is before is text");
    }),
  },
  {
    name: "byte strings are ordered and joined as Buffer does",
    property: fc.property(bytes, bytes, (a, b) => {
      assert.strictEqual(Math.sign(compareBytes(a, b)), Buffer.compare(a, b));
      assert.strictEqual(equalPublicBytes(a, b), Buffer.compare(a, b) === 0);
      assert.isTrue(equalPublicBytes(a, a.slice()));
      assert.deepEqual(concatBytes(a, b, a), new Uint8Array(Buffer.concat([a, b, a])));
    }),
  },
];

describe("properties of bytes and text", () => {
  defineProperties(PROPERTIES);

  it("notice an encoder that drops leading zeros", () => {
    assert.throws(() => holds(hexProperty((value) => encodeHex(value).replace(/^0/, ""))), /Counterexample/);
  });
});
