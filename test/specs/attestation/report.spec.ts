// SPDX-License-Identifier: Apache-2.0
/** What comes of an appraisal, and what people see of it. */
import { printable } from "../../../sdk/attestation/printable.js";
import type { PsaClaims } from "../../../sdk/attestation/psa-claims.js";
import { Report } from "../../../sdk/attestation/report.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { outcomeOf } from "./lab.js";

const BEFORE = ["structure", "key", "path", "signature", "claims", "profile", "nonce", "instanceId"] as const;
const STEPS = [...BEFORE, "lifecycle", "clientId", "implementationId", "components", "certificate"] as const;
const claims = {} as PsaClaims;

describe("The report of an appraisal", () => {
  function reportOf(steps: readonly (typeof STEPS)[number][]): Report {
    const report = new Report();
    for (const step of steps) report.good(step, "");
    return report;
  }

  it("accepts when there are claims, each step was looked at, and none refused", () => {
    assert.strictEqual(outcomeOf(reportOf(STEPS).finish(claims)), "accepted");
  });

  it("never accepts what was not looked at", () => {
    for (const missing of STEPS) {
      const report = reportOf(STEPS.filter((step) => step !== missing));
      assert.strictEqual(outcomeOf(report.finish(claims)), "structure: PSA_ERROR_GENERIC_ERROR");
    }
    assert.strictEqual(outcomeOf(new Report().finish(claims)), "structure: PSA_ERROR_GENERIC_ERROR");
    assert.strictEqual(outcomeOf(reportOf(STEPS).finish(undefined)), "structure: PSA_ERROR_GENERIC_ERROR");
  });

  it("never accepts after a refusal, of a component neither", () => {
    for (const step of [...STEPS, "component app"] as const) {
      const report = reportOf(STEPS);
      report.refuse(step, "ATTEST_CLAIM", "");
      assert.strictEqual(outcomeOf(report.finish(claims)), `${step}: ATTEST_CLAIM`);
    }
  });
});

describe("What a stranger wrote", () => {
  it("is shown in printable ASCII, cut to 64 characters", () => {
    assert.strictEqual(printable(" a~"), " a~");
    assert.strictEqual(printable("\x1b[2J\x1f\x7f\n\u{1f600}\u00e9"), "?[2J?????");
    assert.strictEqual(printable("x".repeat(64)), "x".repeat(64));
    assert.strictEqual(printable("x".repeat(65)), `${"x".repeat(61)}...`);
  });
});
