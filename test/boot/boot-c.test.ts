// SPDX-License-Identifier: Apache-2.0
/** The checks of devices/boot on every board: what they believe, and each way in which they must not. */
import { assert } from "chai";
import { useEngines } from "../cli/support.js";
import { describeVectors } from "../harness/vectors.js";
import { BOARDS, type Machine, nameOf, runC, SANITIZED } from "../refusals/boards.js";
import { type Case, failuresOf, type Outcome, packCases } from "./cases.js";
import { imageCases } from "./image-cases.js";
import { mcubootCases } from "./mcuboot-cases.js";
import { recordCases } from "./record-cases.js";
import { signatureCases } from "./signature-cases.js";
import { wycheproofCases } from "./wycheproof-cases.js";

const MACHINES = [...BOARDS, SANITIZED];

/** On the emulated board a verification is a fifth of a second: of the damaged forms only some. */
function stepFor({ board }: Machine): number {
  return board === "host" ? 1 : 61;
}

async function outcomeOf(machine: Machine, cases: readonly Case[]): Promise<Outcome> {
  return (await runC(machine, "boot-test", packCases(cases))) as unknown as Outcome;
}

async function prove(machine: Machine, cases: readonly Case[]): Promise<Outcome> {
  const outcome = await outcomeOf(machine, cases);
  assert.deepEqual(failuresOf(cases, outcome), []);
  assert.strictEqual(outcome.cases, cases.length);
  return outcome;
}

describe("what boot believes, in C", function () {
  this.timeout(300_000);
  useEngines(...MACHINES);

  for (const machine of MACHINES) {
    describe(nameOf(machine), () => {
      const step = stepFor(machine);

      it("says of a case that does not come out as it must which it is", async () => {
        const [good, bad] = imageCases(step).slice(0, 2) as [Case, Case];
        const cases = [good, { ...bad, expected: "IMAGE_E_KEY" }];
        const lines = failuresOf(cases, await outcomeOf(machine, cases));
        assert.deepEqual(lines, [`${bad.name}: expected IMAGE_E_KEY, got IMAGE_OK`]);
      });

      it("images: each field missing, too long, of the wrong kind, twice, cut, flipped", async () => {
        const { forms } = await prove(machine, imageCases(step));
        assert.isAtLeast(forms, step === 1 ? 7500 : 120);
      });

      it("trust records: roots, versions, roles, order, number and form of the keys", async () => {
        const { forms } = await prove(machine, recordCases(step));
        assert.isAtLeast(forms, step === 1 ? 4000 : 70);
      });

      it("signatures: encoding and range of the numbers, keys off the curve, the point at infinity", async () => {
        await prove(machine, signatureCases());
      });
    });
  }

  describeVectors("images of imgtool", "mcuboot", (vectors) => {
    for (const machine of [BOARDS[0] as Machine, SANITIZED]) {
      it(`on ${nameOf(machine)}: the P-256 ones up to the class that they do not have, the damaged ones no further`, async () => {
        await prove(machine, mcubootCases(vectors));
      });
    }
  });

  describeVectors("signatures of Wycheproof", "wycheproof", (vectors) => {
    for (const machine of [BOARDS[0] as Machine, SANITIZED]) {
      it(`on ${nameOf(machine)}: ECDSA with P-256 and SHA-256`, async () => {
        const cases = wycheproofCases(vectors);
        assert.isAbove(cases.length, 280);
        await prove(machine, cases);
      });
    }
  });
});
