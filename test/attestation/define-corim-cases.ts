// SPDX-License-Identifier: Apache-2.0
/** A part of a table of CoRIM cases as a portable spec. Node runs all of them (corim-cases.test.ts). */
import { assert } from "../harness/assert.js";
import { crypto } from "../harness/machine.js";
import { after, before, describe, it } from "../harness/spec.js";
import { type CorimCase, misread } from "./corim-case.js";
import { forget, makeParties, type Parties } from "./token-maker.js";

/** @param every - each case takes a signature and a check of it: an emulated board needs a while. */
export function defineCorimCases(cases: readonly CorimCase[], every: number): void {
  let parties: Parties;
  describe("what reads CoRIMs", () => {
    before(() => {
      parties = makeParties(crypto);
    });
    after(() => forget(parties));
    for (let i = 0; i < cases.length; i += every) {
      const one = cases[i] as CorimCase;
      it(`${one.expect === "taken" ? "takes" : "refuses"} ${one.name} (${one.section})`, () => {
        assert.strictEqual(misread(parties, one), undefined);
      });
    }
  });
}
