// SPDX-License-Identifier: Apache-2.0
/** What reads CoRIMs against what the drafts ask for, case by case, on node:crypto and on noble; and any CoRIM cut or changed. */
import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import { parseCorim } from "../../sdk/attestation/corim.js";
import { readPsaEndorsements } from "../../sdk/attestation/corim-psa.js";
import { createNobleCrypto } from "../../sdk/crypto/noble.js";
import { SecurityError } from "../../sdk/errors/security-error.js";
import { array } from "./cbor-bytes.js";
import { misread } from "./corim-case.js";
import { CORIM_CASES } from "./corim-cases.js";
import { comid, comidTag, corim, signCorim } from "./corim-maker.js";
import { forget, makeParties } from "./token-maker.js";

const CRYPTOS = {
  node: () => createNodeCrypto({ store: new Map() }),
  noble: () => createNobleCrypto({ random: (length) => randomBytes(length), store: new Map() }),
} as const;

for (const [name, create] of Object.entries(CRYPTOS)) {
  describe(`what reads CoRIMs (${name})`, () => {
    const parties = makeParties(create());
    after(() => forget(parties));
    for (const section of new Set(CORIM_CASES.map((one) => one.section))) {
      describe(section, () => {
        for (const one of CORIM_CASES.filter((other) => other.section === section)) {
          it(`${one.expect === "taken" ? "takes" : "refuses"} ${one.name}`, () => {
            expect(misread(parties, one)).to.equal(undefined);
          });
        }
      });
    }
  });
}

/** What a CoRIM with these bytes comes to. @throws whatever is no SecurityError. */
function verdictOn(bytes: Uint8Array): "taken" | "refused" {
  try {
    readPsaEndorsements(parseCorim(bytes));
    return "taken";
  } catch (error) {
    if (error instanceof SecurityError) return "refused";
    throw error;
  }
}

describe("what reads CoRIMs, whatever comes", () => {
  const whole = corim();

  it("refuses one that ends at any byte before its last", () => {
    expect(verdictOn(whole)).to.equal("taken");
    for (let length = 0; length < whole.length; length++) {
      expect(verdictOn(whole.subarray(0, length)), `${length} bytes`).to.equal("refused");
    }
  });

  it("refuses one whose module ends at any byte before its last", () => {
    const module = comid();
    for (let length = 0; length < module.length; length++) {
      const cut = corim({ 1: array(comidTag(module.subarray(0, length))) });
      expect(verdictOn(cut), `${length} bytes`).to.equal("refused");
    }
  });

  it("takes or refuses one with any bit flipped, and never breaks", () => {
    let refused = 0;
    for (let bit = 0; bit < 8 * whole.length; bit++) {
      const flipped = whole.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      if (verdictOn(flipped) === "refused") refused++;
    }
    expect(refused).to.be.greaterThan(0);
  });

  it("refuses a signed one that ends at any byte before its last", () => {
    const parties = makeParties(CRYPTOS.node());
    const message = signCorim(parties);
    const one = { name: "", section: "", expect: "either" } as const;
    for (let length = 0; length < message.length; length++) {
      expect(misread(parties, { ...one, signed: () => message.subarray(0, length) }), `${length} bytes`).to.equal(
        undefined,
      );
    }
    forget(parties);
  });
});
