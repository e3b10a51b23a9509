// SPDX-License-Identifier: Apache-2.0
/** A signed CoRIM with each bit flipped: nothing is believed that was not signed. On Node, whose signatures are fast. */
import { assert } from "chai";
import { describe, it } from "mocha";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import { verifyCorim } from "../../sdk/attestation/corim-signed.js";
import { SecurityError } from "../../sdk/errors/security-error.js";
import { signedWith } from "../specs/attestation/corim-made.js";
import { makeParty } from "../specs/identity/device.js";

const NOW = { time: { earliest: () => 1500, latest: () => 1500 }, whenTimeUnknown: "refuse" } as const;

describe("a signed CoRIM with a flipped bit", () => {
  it("is refused with a code, whichever bit it is", function () {
    this.timeout(60_000);
    const crypto = createNodeCrypto();
    const { key } = makeParty(crypto);
    const signed = signedWith(crypto, key);
    const codes = new Set<string>();
    for (let bit = 0; bit < 8 * signed.length; bit++) {
      const changed = signed.slice();
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (0x80 >> (bit & 7));
      try {
        verifyCorim(crypto, key, changed, NOW);
        assert.fail(`bit ${bit} is nobody's loss`);
      } catch (error) {
        assert.instanceOf(error, SecurityError, `bit ${bit}: ${String(error)}`);
        codes.add((error as SecurityError).code);
      }
    }
    assert.include([...codes], "PSA_ERROR_INVALID_SIGNATURE");
  });
});
