// SPDX-License-Identifier: Apache-2.0
/** draft-fdb-rats-psa-endorsements, verification keys: a key is endorsed for one instance of one implementation, and for no other. */
import type { AppraisalOptions, Endorsement } from "../../../sdk/attestation/appraisal-options.js";
import { concatBytes, equalPublicBytes } from "../../../sdk/bytes/bytes.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { IMPLEMENTATION, type Lab, labOfEach, outcomeOf, refusedSteps, textOf } from "./lab.js";

const OTHER = new Uint8Array(32).fill(0x99);
const OTHER_DEVICE = concatBytes(Uint8Array.of(1), OTHER);

/** Says of the device's key what `said` has, and nothing of another. */
function endorsing(lab: Lab, said: readonly Partial<Endorsement>[]): Pick<AppraisalOptions, "endorsements"> {
  const all = said.map((one) => ({ instanceId: lab.instanceId, implementationId: IMPLEMENTATION, ...one }));
  return { endorsements: (publicKey) => (equalPublicBytes(publicKey, lab.device.publicKey) ? all : []) };
}

describe("The endorsement of a device's key", () => {
  const theLab = labOfEach();

  const cases: readonly (readonly [said: readonly Partial<Endorsement>[], outcome: string])[] = [
    [[], "accepted"],
    [[{}], "accepted"],
    [[{ implementationId: OTHER }, {}], "accepted"],
    [[{ implementationId: OTHER }], "implementationId: ATTEST_ENDORSEMENT"],
    [[{ instanceId: OTHER_DEVICE }], "instanceId: ATTEST_ENDORSEMENT"],
    [[{ instanceId: OTHER_DEVICE }, { implementationId: OTHER }], "implementationId: ATTEST_ENDORSEMENT"],
    [[{ instanceId: OTHER_DEVICE, implementationId: OTHER }], "instanceId: ATTEST_ENDORSEMENT"],
  ];

  it("names the instance id and the implementation id that the token has to have, together", () => {
    const lab = theLab();
    for (const [index, [said, outcome]] of cases.entries()) {
      const endorsed = endorsing(lab, said);
      assert.strictEqual(outcomeOf(lab.appraise(lab.token(), lab.options(endorsed))), outcome, `${index}, known`);
      const certified = lab.token([], [lab.credential()]);
      assert.strictEqual(outcomeOf(lab.appraise(certified, lab.owned(endorsed))), outcome, `${index}, certified`);
    }
  });

  it("is that of the device key where an alias key signs", () => {
    const lab = theLab();
    const alias = lab.pair();
    const token = lab.token([], [lab.alias(alias.publicKey)], alias.key);
    for (const [said, outcome] of cases) {
      assert.strictEqual(outcomeOf(lab.appraise(token, lab.options(endorsing(lab, said)))), outcome);
    }
  });

  it("refuses also where whatever runs is accepted, and is the first of two reasons", () => {
    const lab = theLab();
    const wrong = endorsing(lab, [{ implementationId: OTHER }]);
    const any = lab.appraise(lab.token(), lab.options({ ...wrong, references: "unchecked" }));
    assert.strictEqual(outcomeOf(any), "implementationId: ATTEST_ENDORSEMENT");
    const none = lab.appraise(lab.token(), lab.options({ ...wrong, references: [] }));
    assert.strictEqual(outcomeOf(none), "implementationId: ATTEST_ENDORSEMENT");
    assert.strictEqual(refusedSteps(none), "implementationId");
    assert.strictEqual(textOf(none, "implementationId"), "the device's key is endorsed for another implementation id");
  });

  it("is not asked for before there is a key, nor for a MAC key", () => {
    const lab = theLab();
    const asked: string[] = [];
    const endorsements = (publicKey: Uint8Array): readonly Endorsement[] => {
      asked.push(`${publicKey.length}`);
      return [];
    };
    assert.strictEqual(outcomeOf(lab.appraise(lab.token(), lab.owned({ endorsements }))), "key: ATTEST_KEY");
    assert.strictEqual(asked.length, 0);
    assert.strictEqual(outcomeOf(lab.appraise(lab.token(), lab.options({ endorsements }))), "accepted");
    assert.strictEqual(asked.join(), "65");
  });
});
