// SPDX-License-Identifier: Apache-2.0
/** CoRIM (draft-ietf-rats-corim-10): corim-map and concise-mid-tag, broken member by member. */
import { parseCorim } from "../../../sdk/attestation/corim.js";
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import { CborFloat, CborTag, type CborValue } from "../../../sdk/cbor/value.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { messageOf, thrownBy } from "../thrown.js";
import { type Cases, type Change, DIGEST, entity, mval, of, requireRefused } from "./corim-changes.js";
import { corimWith, map, PROFILE, time, uri } from "./corim-made.js";

const BROKEN: Cases = [
  ["id missing", ({ corim }) => corim.delete(0)],
  ["id of 15 bytes", ({ corim }) => corim.set(0, of(15))],
  ["id as number", ({ corim }) => corim.set(0, 7)],
  ["id as null", ({ corim }) => corim.set(0, null)],
  ["tags missing", ({ corim }) => corim.delete(1)],
  ["tags no array", ({ corim }) => corim.set(1, map())],
  ["no tag at all", ({ corim }) => corim.set(1, [])],
  ["a module that is no bytes", ({ tags }) => tags.push(new CborTag(506, map()))],
  ["a tag without a tag", ({ tags }) => tags.push(of(3))],
  ["CoSWID that is no map", ({ tags }) => tags.push(new CborTag(505, Uint8Array.of(1)))],
  [
    "CoTL without a list",
    ({ tags }) => tags.push(new CborTag(508, encodeCbor(map([0, map([0, "a"])], [2, map([1, time(1)])])))),
  ],
  ["no locators", ({ corim }) => corim.set(2, [])],
  ["a locator without href", ({ corim }) => corim.set(2, [map([1, DIGEST])])],
  ["href as plain text", ({ corim }) => corim.set(2, [map([0, "a"])])],
  ["a locator with two thumbprints", ({ corim }) => corim.set(2, [map([0, uri("a")], [1, [DIGEST, DIGEST]])])],
  ["profile as plain text", ({ corim }) => corim.set(3, PROFILE)],
  ["profile in another tag", ({ corim }) => corim.set(3, new CborTag(33, PROFILE))],
  ["profile as an empty OID", ({ corim }) => corim.set(3, new CborTag(111, of(0)))],
  ["validity without an end", ({ corim }) => corim.set(4, map([0, time(1)]))],
  ["validity as plain numbers", ({ corim }) => corim.set(4, map([1, 5]))],
  ["validity at NaN", ({ corim }) => corim.set(4, map([1, time(Number.NaN)]))],
  ["validity without end in time", ({ corim }) => corim.set(4, map([1, time(Number.POSITIVE_INFINITY)]))],
  ["validity that ends before it begins", ({ corim }) => corim.set(4, map([0, time(2)], [1, time(1)]))],
  ["validity with a third member", ({ corim }) => corim.set(4, map([1, time(1)], [2, time(1)]))],
  ["an entity without a name", ({ corim }) => corim.set(5, [map([2, [1]])])],
  ["an entity without a role", ({ corim }) => corim.set(5, [map([0, "Maker"])])],
  ["two manifest signers", ({ corim }) => corim.set(5, [entity(2), entity(1, 2)])],
  ["reg-id as plain text", ({ corim }) => corim.set(5, [map([0, "Maker"], [1, "a"], [2, [1]])])],
  ["an extension by text", ({ corim }) => corim.set("x", 1)],
  ["an extension by a float", ({ corim }) => corim.set(new CborFloat(3), 1)],
  ["identity of the module missing", ({ module }) => module.delete(1)],
  ["tag id missing", ({ module }) => module.set(1, map([1, 1]))],
  ["tag version below 0", ({ module }) => module.set(1, map([0, "a"], [1, -1]))],
  ["triples missing", ({ module }) => module.delete(4)],
  ["triples empty", ({ triples }) => triples.clear()],
  ["language as bytes", ({ module }) => module.set(0, of(2))],
  ["a link without a relation", ({ module }) => module.set(3, [map([0, "a"])])],
];

describe("CoRIM and its modules", () => {
  it("is refused with a member missing, of the wrong type, or where it does not belong", () => {
    requireRefused(BROKEN);
  });

  it("refuses another tag, none, and what is no map", () => {
    for (const value of [new CborTag(502, map()), new CborTag(501, [1]), map([0, "a"]), 1]) {
      assert.strictEqual(
        thrownBy(() => parseCorim(encodeCbor(value))),
        "CORIM_STRUCTURE",
      );
    }
  });

  it("refuses a whole one in the tag of an older draft, and without any", () => {
    const whole = encodeHex(corimWith());
    for (const head of ["d901f4", "d901f6", ""]) {
      const other = decodeHex(whole.replace(/^d901f5/, head));
      assert.strictEqual(
        thrownBy(() => parseCorim(other)),
        "CORIM_STRUCTURE",
        head,
      );
    }
  });

  it("says where, by the draft's names, and what it has to be", () => {
    const values = "triples.reference-triples.0.1.0.mval";
    const cases: readonly (readonly [change: Change, message: string])[] = [
      [({ module }) => module.set(1, map([0, 7])), "tag-identity.tag-id: none of the types that it may have"],
      [({ module }) => module.set(0, of(2)), "language: expected text"],
      [({ module }) => module.set(2, [entity(1), 7]), "entities.1: expected a map"],
      [({ reference }) => reference.splice(1, 1, 7), "triples.reference-triples.0.1: expected an array"],
      [mval([14, map([-1, [DIGEST]])]), `${values}.integrity-registers.key: none of the types that it may have`],
      [mval([14, map([1, 7])]), `${values}.integrity-registers.value: expected an array`],
      [mval([9, of(6)]), `${values}.ueid: expected 7 to 33 bytes, got 6`],
      [
        ({ classMap }) => classMap.set(0, new CborTag(37, of(15))),
        "triples.reference-triples.0.0.class.class-id.tag 37: expected 16 bytes, got 15",
      ],
    ];
    for (const [change, message] of cases) {
      const broken = corimWith((all) => void change(all));
      assert.strictEqual(
        messageOf(() => parseCorim(broken)),
        `CORIM_STRUCTURE: corim.tags.0.${message}`,
      );
    }
  });

  it("refuses a member that is there twice, in each map", () => {
    const maps = [
      "corim",
      "module",
      "triples",
      "environment",
      "classMap",
      "measurement",
      "values",
      "keyEnvironment",
    ] as const;
    for (const name of maps) {
      let first: CborValue;
      const corim = corimWith((all) => {
        [first] = all[name].keys();
        all[name].set(22, null);
      });
      // 22 and null stand last in the map: the label becomes that of the first member.
      const doubled = encodeHex(corim).replace("16f6", `0${String(first)}f6`);
      assert.strictEqual(thrownBy(() => parseCorim(decodeHex(doubled))).replace(/@.*/, ""), "CBOR_DUPLICATE_KEY", name);
    }
  });
});
