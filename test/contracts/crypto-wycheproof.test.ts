// SPDX-License-Identifier: Apache-2.0
/** Wycheproof on the two back-ends of Node. XS runs the same cases through runCase. */
import { randomBytes } from "node:crypto";
import { assert } from "chai";
import { it } from "mocha";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import { createNobleCrypto } from "../../sdk/crypto/noble.js";
import { describeVectors } from "../harness/vectors.js";
import { outsideContract, runCase, type WycheproofCase } from "./wycheproof-cases.js";
import { readWycheproof, WYCHEPROOF_FILES } from "./wycheproof-files.js";

/** How many valid cases of a file are outside the contract. Each is named by a pending test; any other has to work. */
const UNSUPPORTED: Readonly<Record<string, number>> = {};

const BACK_ENDS = {
  "node:crypto": createNodeCrypto(),
  noble: createNobleCrypto({ random: (length) => randomBytes(length) }),
};

/** Valid cases outside the contract: by reason, their numbers. */
function unsupportedByReason(cases: readonly WycheproofCase[]): Map<string, number[]> {
  const reasons = new Map<string, number[]>();
  for (const c of cases) {
    const reason = outsideContract(c);
    if (reason === undefined || c.result === "invalid") continue;
    reasons.set(reason, [...(reasons.get(reason) ?? []), c.tcId]);
  }
  return reasons;
}

describeVectors("Wycheproof", "wycheproof", (vectors) => {
  for (const file of WYCHEPROOF_FILES) {
    const { cases, total } = readWycheproof(vectors, file);
    for (const [name, crypto] of Object.entries(BACK_ENDS)) {
      it(`${file} on ${name}: each case passes, is invalid and refused, or is named below`, function () {
        this.timeout(60_000);
        const failed: string[] = [];
        let unsupported = 0;
        for (const c of cases) {
          const outcome = runCase(crypto, c);
          if (outcome.kind === "failed") failed.push(`tcId ${c.tcId}: ${outcome.text}`);
          if (outcome.kind === "unsupported") unsupported++;
        }
        assert.strictEqual(cases.length, total);
        assert.deepEqual(failed, []);
        assert.strictEqual(unsupported, UNSUPPORTED[file] ?? 0);
      });
    }
    for (const [reason, numbers] of unsupportedByReason(cases)) {
      it(`${file} tcId ${numbers.join(" ")}: not in the contract, ${reason}`);
    }
  }

  it("proves itself: a wrong expectation fails, an accepted invalid case fails", () => {
    const { cases } = readWycheproof(vectors, "ecdsa_secp256r1_sha256_p1363_test");
    const valid = cases.find((c) => c.result === "valid") as WycheproofCase;
    const invalid = cases.find((c) => c.result === "invalid") as WycheproofCase;
    const crypto = BACK_ENDS["node:crypto"];
    assert.strictEqual(runCase(crypto, { ...valid, result: "invalid" }).kind, "failed");
    assert.strictEqual(runCase(crypto, { ...invalid, result: "valid" }).kind, "failed");
  });
});
