// SPDX-License-Identifier: Apache-2.0
/** CoRIM (draft-ietf-rats-corim-10): environments, measurements and triples, broken member by member. */
import { parseCorim } from "../../../sdk/attestation/corim.js";
import { CborTag } from "../../../sdk/cbor/value.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { type Cases, DIGEST, ENVIRONMENT, MEASUREMENT, mval, of, triple } from "./corim-changes.js";
import { corimWith, map, opaque } from "./corim-made.js";

const BROKEN: Cases = [
  ["no reference triple", ({ triples }) => triples.set(0, [])],
  ["a triple of one", ({ reference }) => reference.pop()],
  ["a triple of three", ({ reference }) => reference.push(1)],
  ["no measurement", ({ measurements }) => measurements.pop()],
  ["an empty environment", ({ environment }) => environment.clear()],
  ["an environment with a further member", ({ environment }) => environment.set(3, 1)],
  ["an empty class", ({ classMap }) => classMap.clear()],
  ["a class with a further member", ({ classMap }) => classMap.set(5, 1)],
  ["class id as plain bytes", ({ classMap }) => classMap.set(0, of(32))],
  ["class id as UUID of 15 bytes", ({ classMap }) => classMap.set(0, new CborTag(37, of(15)))],
  ["opaque bytes as text", ({ classMap }) => classMap.set(0, opaque("x"))],
  ["layer below 0", ({ classMap }) => classMap.set(3, -1)],
  ["ueid of 6 bytes", ({ keyEnvironment }) => keyEnvironment.set(1, new CborTag(550, of(6)))],
  ["ueid of 34 bytes", ({ keyEnvironment }) => keyEnvironment.set(1, new CborTag(550, of(34)))],
  ["mval missing", ({ measurement }) => measurement.delete(1)],
  ["mval empty", ({ values }) => values.clear()],
  ["a measurement with a further member", ({ measurement }) => measurement.set(3, 1)],
  ["mkey below 0", ({ measurement }) => measurement.set(0, -1)],
  ["mkey as bytes", ({ measurement }) => measurement.set(0, of(3))],
  ["version without text", mval([0, map([1, 1])])],
  ["version as text", mval([0, "1.2.3"])],
  ["svn below 0", mval([1, -1])],
  ["svn in another tag", mval([1, new CborTag(554, 1)])],
  ["no digest", mval([2, []])],
  ["a digest of one", mval([2, [[1]]])],
  ["a digest without a hash", mval([2, [[of(1), of(32)]]])],
  ["a digest as text", mval([2, [[1, "x"]]])],
  ["flags empty", mval([3, map()])],
  ["a flag that is a number", mval([3, map([0, 1])])],
  ["a raw value without a tag", mval([4, of(1)])],
  ["a mask of a number", mval([4, new CborTag(563, [of(1), 1])])],
  ["a mask and no raw value", mval([5, of(1)])],
  ["a MAC address of 7 bytes", mval([6, of(7)])],
  ["an IP address of 5 bytes", mval([7, of(5)])],
  ["serial number as a number", mval([8, 1])],
  ["a UUID of 15 bytes", mval([10, of(15)])],
  ["name as bytes", mval([11, of(3)])],
  ["no key", mval([13, []])],
  ["a key without a tag", mval([13, ["key"]])],
  ["no registers", mval([14, map()])],
  ["a register below 0", mval([14, map([-1, [DIGEST]])])],
  ["registers as an array", mval([14, [[DIGEST]]])],
  ["a range that ends in text", mval([15, new CborTag(564, [1, "7"])])],
  ["a digest that is a text of two", mval([2, ["ab"]])],
  ["a flag of the last kind that is a number", mval([3, map([9, 1])])],
  ["mkey as a UUID of 15 bytes", ({ measurement }) => measurement.set(0, new CborTag(37, of(15)))],
  ["a group as a UUID of 15 bytes", ({ environment }) => environment.set(2, new CborTag(37, of(15)))],
  ["an instance as a key without a type", ({ keyEnvironment }) => keyEnvironment.set(1, new CborTag(558, map()))],
  ["a key with a label that is bytes", triple(2, ENVIRONMENT, [new CborTag(558, map([1, 2], [of(1), 1]))])],
  ["a range of one", mval([15, new CborTag(564, [1])])],
  ["a key without a type", triple(2, ENVIRONMENT, [new CborTag(558, map([2, of(1)]))])],
  ["no key for an identity", triple(2, ENVIRONMENT, [])],
  ["conditions empty", triple(2, ENVIRONMENT, [opaque(of(1))], map())],
  ["members empty", triple(5, ENVIRONMENT, [])],
  ["a CoSWID id of 15 bytes", triple(6, ENVIRONMENT, [of(15)])],
  ["a series without selection", triple(8, [ENVIRONMENT, []], [[[], [MEASUREMENT]]])],
  ["conditions of nothing", triple(10, [], [[ENVIRONMENT, [MEASUREMENT]]])],
];

describe("triples of a CoRIM", () => {
  it("is refused with a member missing, of the wrong type, or where it does not belong", () => {
    for (const [what, change] of BROKEN) {
      const corim = corimWith((all) => void change(all));
      assert.strictEqual(
        thrownBy(() => parseCorim(corim)),
        "CORIM_STRUCTURE",
        what,
      );
    }
  });
});
