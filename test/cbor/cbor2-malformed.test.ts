// SPDX-License-Identifier: Apache-2.0
/** Malformed and non-deterministic input against the npm package cbor2: both refuse it, or both accept it. */
import { cdeDecodeOptions, decode } from "cbor2";
import { assert } from "chai";
import { describe, it } from "mocha";
import { encodeHex } from "../../sdk/bytes/hex.js";
import { Random } from "../fuzz/decoders/random.js";
import { decodeAs, type Form } from "../specs/cbor/forms.js";
import { thrownBy } from "../specs/thrown.js";
import { SloppyEncoder } from "./sloppy.js";

const CASES = 6000;
const THEIRS = { ignoreGlobalTags: true, preferMap: true, rejectDuplicateKeys: true };
const LIMITS = { length: 65536, depth: 100, count: 65536 };

interface Comparison {
  readonly form: Form;
  readonly theirs: object;
  /** What cbor2 reads and we refuse. */
  readonly refusedByUsAlone: readonly string[];
  /** Codes that have to come up, or the input is not as bad as it should be. */
  readonly seen: readonly string[];
}

const MALFORMED = [
  "CBOR_TRUNCATED",
  "CBOR_TRAILING_BYTES",
  "CBOR_RESERVED_INFO",
  "CBOR_UNEXPECTED_BREAK",
  "CBOR_INVALID_UTF8",
  "CBOR_INVALID_SIMPLE",
  "CBOR_DUPLICATE_KEY",
];

const COMPARISONS: readonly Comparison[] = [
  {
    form: "deterministic",
    theirs: { ...cdeDecodeOptions, ...THEIRS },
    refusedByUsAlone: ["CBOR_NON_SHORTEST float"], // cbor2 reads some floats in more bytes than they need
    seen: [...MALFORMED, "CBOR_NON_SHORTEST", "CBOR_INDEFINITE_LENGTH", "CBOR_UNSORTED_KEYS"],
  },
  {
    form: "wellFormed",
    theirs: THEIRS,
    refusedByUsAlone: ["CBOR_DUPLICATE_KEY"], // in two forms: cbor2 compares the bytes
    seen: [...MALFORMED, "CBOR_CHUNK"],
  },
];

function theirRefusal(bytes: Uint8Array, options: object): string | undefined {
  try {
    decode(bytes, options);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

describe("Malformed CBOR against cbor2", () => {
  for (const { form, theirs, refusedByUsAlone, seen } of COMPARISONS) {
    it(`${CASES} sloppy encodings, read as ${form}: the same are refused`, function () {
      this.timeout(60_000);
      const encoder = new SloppyEncoder(new Random(3), 16);
      const codes = new Set<string>();
      const alone = new Set<string>();
      let accepted = 0;
      for (let i = 0; i < CASES; i++) {
        const bytes = encoder.message();
        const thrown = thrownBy(() => decodeAs(form, bytes, LIMITS));
        const context = `${encodeHex(bytes)}: ${thrown}`;
        const refusal = theirRefusal(bytes, theirs);
        if (thrown === "nothing") {
          accepted++;
          assert.isUndefined(refusal, `${context}, cbor2: ${refusal}`);
          continue;
        }
        assert.match(thrown, /^CBOR_[A-Z0-9_]+@\d+$/, context);
        const [code = "", offset] = thrown.split("@");
        codes.add(code);
        if (refusal !== undefined) continue;
        const isFloat = code === "CBOR_NON_SHORTEST" && (bytes[Number(offset)] as number) >= 0xf9;
        assert.include(refusedByUsAlone, isFloat ? `${code} float` : code, context);
        alone.add(isFloat ? `${code} float` : code);
      }
      assert.deepEqual([...alone].sort(), [...refusedByUsAlone]);
      assert.includeMembers([...codes], [...seen]);
      assert.isAbove(accepted, CASES / 10);
    });
  }
});
