// SPDX-License-Identifier: Apache-2.0
/** Changes of a CoRIM, by which its CDDL is gone through: for specs. */
import { parseCorim } from "../../../sdk/attestation/corim.js";
import { CborTag, type CborValue } from "../../../sdk/cbor/value.js";
import { assert } from "../../harness/assert.js";
import { thrownBy } from "../thrown.js";
import { corimWith, map, type Parts, uri } from "./corim-made.js";

/** What a case changes; what it returns is nobody's concern. */
export type Change = (all: Parts) => unknown;
export const of = (length: number) => new Uint8Array(length);
export const entity = (...roles: CborValue[]) => map([0, "Maker"], [1, uri("https://maker.example")], [2, roles]);
export const DIGEST = [1, of(32)];
export const UUID = new CborTag(37, of(16));
export const ENVIRONMENT = map([0, map([0, UUID])]);
export const MEASUREMENT = map([1, map([1, 1])]);

/** Sets members of mval. */
export const mval =
  (...entries: [CborValue, CborValue][]): Change =>
  ({ values }) =>
    entries.forEach((entry) => {
      values.set(...entry);
    });
export const triple =
  (label: number, ...record: CborValue[]): Change =>
  ({ triples }) =>
    triples.set(label, [record]);

export type Cases = readonly (readonly [what: string, change: Change])[];

/** Each change alone makes of a good CoRIM one that is refused. */
export function requireRefused(cases: Cases): void {
  for (const [what, change] of cases) {
    const corim = corimWith((all) => void change(all));
    assert.strictEqual(
      thrownBy(() => parseCorim(corim)),
      "CORIM_STRUCTURE",
      what,
    );
  }
}
