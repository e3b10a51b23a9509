// SPDX-License-Identifier: Apache-2.0
/** Wycheproof on each machine. */

import { assert } from "chai";
import { after, before, describe, it } from "mocha";
import { createNodeCrypto } from "../../../devices/node/crypto.js";
import { defineMissing } from "../../harness/define.js";
import { chosenMachines, missingFor } from "../../harness/machines.js";
import { describeVectors } from "../../harness/vectors.js";
import { openMachine, type VectorMachine } from "../machines.js";
import { runCase } from "../run-case.js";
import { runSuite } from "../run-suite.js";
import { casesFor, type Suite } from "../suite.js";
import { readWycheproof } from "./files.js";

/** Valid cases that a machine does not carry out. Each is named by the reason; any other has to work. */
function unsupportedOn(machine: string, { name, cases }: Suite): number {
  const isBoard = machine !== "node" && machine !== "noble";
  return isBoard && name === "wycheproof/ed25519_test" ? cases.length : 0;
}

describeVectors("Wycheproof", "wycheproof", (vectors) => {
  const suites = readWycheproof(vectors);
  for (const machine of chosenMachines()) {
    const missing = missingFor(machine);
    if (missing !== undefined) {
      defineMissing(`on ${machine.name}`, missing);
      continue;
    }
    describe(`on ${machine.name}`, () => {
      let open: VectorMachine;
      before(() => {
        open = openMachine(machine);
      });
      after(() => open.close());
      for (const suite of suites.filter(({ unsupported }) => unsupported === undefined)) {
        const cases = casesFor(machine.name, suite);
        it(`${suite.name}: ${cases.length} of ${suite.cases.length} pass, or are invalid and refused`, async function () {
          this.timeout(600_000);
          const { failed, unsupported, run } = await runSuite(open, suite, cases);
          assert.strictEqual(run, cases.length);
          assert.deepEqual(failed, []);
          assert.strictEqual(unsupported.length, unsupportedOn(machine.name, suite), unsupported.join("\n"));
        });
      }
    });
  }

  for (const { name, unsupported } of suites)
    if (unsupported !== undefined) it(`${name} is not carried out: ${unsupported}`);

  it("proves itself: a wrong expectation fails, an accepted invalid case fails", () => {
    const cases = suites.find(({ name }) => name.endsWith("p1363_test"))?.cases ?? [];
    const first = (result: string) =>
      cases.find(({ data }) => (data as { result: string }).result === result)?.data as object;
    const crypto = createNodeCrypto();
    assert.strictEqual(runCase(crypto, "wycheproof", { ...first("valid"), result: "invalid" }).kind, "failed");
    assert.strictEqual(runCase(crypto, "wycheproof", { ...first("invalid"), result: "valid" }).kind, "failed");
    assert.strictEqual(runCase(crypto, "wycheproof", { kind: "aead" }).kind, "failed");
  });
});
