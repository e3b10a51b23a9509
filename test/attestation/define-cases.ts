// SPDX-License-Identifier: Apache-2.0
/** A part of a table of cases as a portable spec. Node runs all of them (rfc-cases.test.ts); a board does not have the room for all tables at once. */
import { assert } from "../harness/assert.js";
import { crypto } from "../harness/machine.js";
import { after, before, describe, it } from "../harness/spec.js";
import { misjudged } from "./judge-case.js";
import type { RfcCase } from "./rfc-case.js";
import { appraiseCase } from "./run-case.js";
import { forget, makeParties, type Parties } from "./token-maker.js";

/** @param every - each case takes a signature or two, and up to two checks of one: an emulated board needs a while. */
export function defineCases(cases: readonly RfcCase[], every: number): void {
  let parties: Parties;
  describe("a verifier of PSA tokens", () => {
    before(() => {
      parties = makeParties(crypto);
    });
    after(() => forget(parties));
    for (let i = 0; i < cases.length; i += every) {
      const one = cases[i] as RfcCase;
      it(`${one.expect === "accepted" ? "accepts" : "refuses"} ${one.name} (${one.section})`, () => {
        assert.strictEqual(misjudged(one, appraiseCase(parties, one)), undefined);
      });
    }
  });
}
