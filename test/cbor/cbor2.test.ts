// SPDX-License-Identifier: Apache-2.0
/** Against the npm package cbor2 in its CDE mode (deterministic encoding), which was written by others. */
import { cdeDecodeOptions, cdeEncodeOptions, decode, encode, encodedNumber, Simple, Tag } from "cbor2";
import { assert } from "chai";
import { describe, it } from "mocha";
import { encodeHex } from "../../sdk/bytes/hex.js";
import { decodeCbor } from "../../sdk/cbor/decode.js";
import { encodeCbor } from "../../sdk/cbor/encode.js";
import { CborFloat, CborTag, type CborValue } from "../../sdk/cbor/value.js";
import { thrownBy } from "../specs/thrown.js";
import { RandomValues } from "./random-values.js";

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

/** The code of a refusal; for a form that is not the shortest also whether that was a float. */
function kindOf(thrown: string, bytes: Uint8Array): string {
  const [code = "", offset = ""] = thrown.split("@");
  if (code !== "CBOR_NON_SHORTEST") return code;
  return (bytes[Number(offset)] as number) >= 0xf9 ? `${code} float` : `${code} other`;
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
  it("encodes 2000 random values to the same bytes as cbor2, which reads them; we read them back", () => {
    const random = new RandomValues(1);
    for (let i = 0; i < 2000; i++) {
      const value = random.value();
      const ours = encodeCbor(value);
      assert.strictEqual(encodeHex(ours), encodeHex(encode(theirs(value), THEIR_ENCODING)));
      assert.isTrue(theyAccept(ours), encodeHex(ours));
      assert.strictEqual(encodeHex(encodeCbor(decodeCbor(ours))), encodeHex(ours));
    }
  });

  it("of 6000 damaged encodings accepts only what cbor2 accepts, and what encodes to the same bytes again", () => {
    const random = new RandomValues(2);
    const refusedByUsAlone = new Set<string>();
    let accepted = 0;
    for (let i = 0; i < 6000; i++) {
      const bytes = encodeCbor(random.value());
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
    assert.isAbove(accepted, 500);
    assert.deepEqual([...refusedByUsAlone].sort(), [
      "CBOR_NON_SHORTEST float", // cbor2 reads 2^-24 and 32768.0 in 4 bytes; RFC 8949 §4.2.1 wants 2
      "CBOR_TAG_CONTENT", // told to ignore tags, cbor2 does not look into dates and bignums
      "CBOR_UNSUPPORTED_NAN",
      "CBOR_UNSUPPORTED_SIMPLE",
    ]);
  });

  it("cbor2 does read the simple values that we refuse (the comparison above is not empty)", () => {
    assert.instanceOf(decode(Uint8Array.of(0xf0), THEIR_DECODING), Simple);
  });
});
