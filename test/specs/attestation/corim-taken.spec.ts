// SPDX-License-Identifier: Apache-2.0
/** CoRIM (draft-ietf-rats-corim-10): each member and each form of it that the CDDL has. */
import { parseCorim } from "../../../sdk/attestation/corim.js";
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import { CborFloat, CborTag, type CborValue } from "../../../sdk/cbor/value.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { messageOf } from "../thrown.js";
import { type Cases, DIGEST, ENVIRONMENT, entity, MEASUREMENT, mval, of, triple, UUID } from "./corim-changes.js";
import { corimWith, map, opaque, time, uri } from "./corim-made.js";

const flags = map(...Array.from({ length: 10 }, (_, i): [CborValue, CborValue] => [i, i % 2 === 0]));
const VALID: Cases = [
  ["id as UUID", ({ corim }) => corim.set(0, of(16))],
  ["an extension of corim-map", ({ corim }) => corim.set(-1, "any")],
  [
    "dependent rims",
    ({ corim }) => corim.set(2, [map([0, uri("a")], [1, DIGEST]), map([0, [uri("a"), uri("b")]], [1, [DIGEST]])]),
  ],
  ["validity, also with fractions", ({ corim }) => corim.set(4, map([0, time(1.5)], [1, time(new CborFloat(2))]))],
  ["entities", ({ corim }) => corim.set(5, [entity(1), entity(2, 1), entity(77)])],
  [
    "language, entities, links of the module",
    ({ module }) =>
      module
        .set(0, "en")
        .set(2, [entity(0, 1, 2)])
        .set(3, [map([0, of(16)], [1, 0])]),
  ],
  ["an extension of the module", ({ module }) => module.set(-7, 1)],
  ["tag version", ({ module }) => module.set(1, map([0, of(16)], [1, 3]))],
  [
    "CoTL",
    ({ tags }) =>
      tags.push(new CborTag(508, encodeCbor(map([0, map([0, "a"])], [1, [map([0, "b"])]], [2, map([1, time(1)])])))),
  ],
  ["version scheme by number and by name", mval([0, map([0, "1"], [1, 16384])])],
  ["svn in each form", mval([1, new CborTag(552, 1)])],
  ["svn beyond what a number holds", mval([1, 1n << 60n])],
  ["validity of one second", ({ corim }) => corim.set(4, map([0, time(1)], [1, time(1)]))],
  ["least svn", mval([1, new CborTag(553, 1)])],
  ["flags", mval([3, flags])],
  ["raw values", mval([4, opaque(of(4))], [5, of(4)])],
  ["masked raw values", mval([4, new CborTag(563, [of(4), of(4)])])],
  ["addresses", mval([6, of(6)], [7, of(16)], [8, "serial"], [9, of(7)], [10, of(16)])],
  ["other addresses", mval([6, of(8)], [7, of(4)], [9, of(33)])],
  ["integrity registers", mval([14, map([0, [DIGEST]], ["five", [DIGEST, ["sha-384", of(48)]]])])],
  ["a number or a range", mval([15, -5])],
  ["a range", mval([15, new CborTag(564, [null, 7])])],
  ["mkey as number, UUID, OID, of an extension", ({ measurement }) => measurement.set(0, UUID)],
  ["a class id of an extension", ({ classMap }) => classMap.set(0, new CborTag(600, of(32)))],
  [
    "identity triples",
    triple(2, ENVIRONMENT, [new CborTag(558, map([1, 2], [-1, 1], ["x", 1]))], map([1, [opaque(of(1))]])),
  ],
  [
    "attest key triples",
    triple(3, ENVIRONMENT, [new CborTag(557, DIGEST), new CborTag(562, of(1)), new CborTag(999, 1)]),
  ],
  ["a key with labels that are text", triple(2, ENVIRONMENT, [new CborTag(558, map([1, 2], ["1", of(1)]))])],
  ["dependencies and members", triple(5, ENVIRONMENT, [ENVIRONMENT])],
  ["CoSWID links", triple(6, ENVIRONMENT, ["a", of(16)])],
  ["series", triple(8, [ENVIRONMENT, [], [opaque(of(1))]], [[[MEASUREMENT], [MEASUREMENT]]])],
  ["conditions", triple(10, [[ENVIRONMENT, [MEASUREMENT]]], [[ENVIRONMENT, [MEASUREMENT]]])],
];

describe("CoRIM structure", () => {
  it("is taken in each form that the CDDL has", () => {
    for (const [what, change] of VALID) {
      const corim = corimWith((all) => void change(all));
      assert.strictEqual(
        messageOf(() => parseCorim(corim)),
        "nothing",
        what,
      );
    }
  });

  it("gives a profile that is an OID in hex", () => {
    const corim = corimWith(({ corim: it }) => it.set(3, new CborTag(111, Uint8Array.of(0x55, 4))));
    assert.strictEqual(parseCorim(corim).profile, "oid:5504");
  });
});
