// SPDX-License-Identifier: Apache-2.0
/** Against the npm package cbor2 in its CDE mode (deterministic encoding), which was written by others. */
import { cdeDecodeOptions, cdeEncodeOptions, decode, encode, encodedNumber, Simple, Tag } from "cbor2";
import { assert } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { encodeHex } from "../../sdk/bytes/hex.js";
import { decodeCbor } from "../../sdk/cbor/decode.js";
import { encodeCbor } from "../../sdk/cbor/encode.js";
import { CborFloat, CborTag, type CborValue } from "../../sdk/cbor/value.js";
import { Random } from "../fuzz/decoders/random.js";
import { cborValue } from "../properties/cbor-values.js";
import { defineProperties } from "../properties/property.js";
import { thrownBy } from "../specs/thrown.js";

const THEIR_DECODING = { ...cdeDecodeOptions, ignoreGlobalTags: true, preferMap: true, rejectDuplicateKeys: true };

/** Deterministic, but numbers that we mark as floats stay floats. */
const THEIR_ENCODING = { ...cdeEncodeOptions, ignoreOriginalEncoding: false };

/** What cbor2 takes in place of our own classes. */
function theirs(value: CborValue): unknown {
  if (value instanceof CborFloat) return encodedNumber(value.value, "f");
  if (value instanceof CborTag) return new Tag(value.tag as number, theirs(value.value));
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [theirs(key), theirs(item)]));
  return Array.isArray(value) ? value.map(theirs) : value;
}

/** The code of a refusal; for a form that is not the shortest also of what. */
function kindOf(thrown: string, bytes: Uint8Array): string {
  const [code = "", offset = ""] = thrown.split("@");
  if (code !== "CBOR_NON_SHORTEST") return code;
  const initial = bytes[Number(offset)] as number;
  if (initial >= 0xf9) return `${code} float`;
  return initial === 0xc2 || initial === 0xc3 ? `${code} bignum` : `${code} other`;
}

function theyAccept(bytes: Uint8Array): boolean {
  try {
    decode(bytes, THEIR_DECODING);
    return true;
  } catch {
    return false;
  }
}

describe("CBOR against cbor2", () => {
  defineProperties([
    {
      name: "encodes a value to the same bytes as cbor2, which reads them; we read them back",
      property: fc.property(cborValue, (value) => {
        const ours = encodeCbor(value);
        assert.strictEqual(encodeHex(ours), encodeHex(encode(theirs(value), THEIR_ENCODING)));
        assert.isTrue(theyAccept(ours), encodeHex(ours));
      }),
    },
  ]);

  it("of 3000 damaged encodings accepts only what cbor2 accepts, and what encodes to the same bytes again", function () {
    this.timeout(60_000);
    const random = new Random(2);
    const refusedByUsAlone = new Set<string>();
    let accepted = 0;
    for (const value of fc.sample(cborValue, { seed: 2, numRuns: 3000 })) {
      const bytes = encodeCbor(value);
      const at = random.below(bytes.length);
      bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
      const thrown = thrownBy(() => decodeCbor(bytes));
      const context = `${encodeHex(bytes)}: ${thrown}`;
      if (thrown === "nothing") {
        accepted++;
        assert.isTrue(theyAccept(bytes), context);
        assert.strictEqual(encodeHex(encodeCbor(decodeCbor(bytes))), encodeHex(bytes));
      } else {
        assert.match(thrown, /^CBOR_[A-Z0-9_]+@\d+$/, context);
        if (theyAccept(bytes)) refusedByUsAlone.add(kindOf(thrown, bytes));
      }
    }
    assert.isAbove(accepted, 300);
    assert.deepEqual([...refusedByUsAlone].sort(), [
      "CBOR_NON_SHORTEST bignum", // told to ignore tags, cbor2 does not look into them
      "CBOR_NON_SHORTEST float", // cbor2 reads 2^-24 and 32768.0 in 4 bytes; RFC 8949 §4.2.1 wants 2
      "CBOR_TAG_CONTENT", // as bignums
      "CBOR_UNSUPPORTED_NAN",
      "CBOR_UNSUPPORTED_SIMPLE",
    ]);
  });

  it("cbor2 does read the simple values that we refuse (the comparison above is not empty)", () => {
    assert.instanceOf(decode(Uint8Array.of(0xf0), THEIR_DECODING), Simple);
  });
});
