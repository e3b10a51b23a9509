// SPDX-License-Identifier: Apache-2.0
/** Each single bit of an attestation result, flipped: too many signatures for a board. */
import { assert } from "chai";
import { describe, it } from "mocha";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import { createResult, verifyResult } from "../../sdk/attestation/result.js";
import { accepted, at, makeKey, NOW, refused, VERIFIER } from "../specs/attestation/result-samples.js";
import { thrownBy } from "../specs/thrown.js";

describe("an attestation result", function () {
  this.timeout(60_000);

  for (const [what, appraisal] of [
    ["accepts", accepted()],
    ["refuses", refused("component app")],
  ] as const) {
    it(`that ${what} is refused with any bit flipped, by an error with a code`, () => {
      const crypto = createNodeCrypto();
      const key = makeKey(crypto);
      const good = createResult(crypto, key, { appraisal, verifier: VERIFIER, issuedAt: NOW, expires: NOW + 300 });
      const outcome = (bytes: Uint8Array) =>
        thrownBy(() => verifyResult(crypto, key, bytes, { time: at(NOW), whenTimeUnknown: "refuse" }));
      assert.strictEqual(outcome(good), "nothing");
      for (let bit = 0; bit < 8 * good.length; bit++) {
        const flipped = good.slice();
        flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
        assert.match(outcome(flipped), /^[A-Z]+_[A-Z_]+(@\d+)?$/, `bit ${bit}`);
      }
    });
  }
});
