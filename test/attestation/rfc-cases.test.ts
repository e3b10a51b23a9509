// SPDX-License-Identifier: Apache-2.0
/** The verifier against what RFC 9783, RFC 9711, RFC 9052 and RFC 8392 ask for, case by case, on node:crypto and on noble. */
import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import { createNobleCrypto } from "../../sdk/crypto/noble.js";
import { certificate } from "./certificate-maker.js";
import { aliasToken, diceCertificate } from "./dice-maker.js";
import { misjudged } from "./judge-case.js";
import type { RfcCase } from "./rfc-case.js";
import { RFC_CASES } from "./rfc-cases.js";
import { appraiseCase } from "./run-case.js";
import { forget, makeParties, path, token } from "./token-maker.js";

const CRYPTOS = {
  node: () => createNodeCrypto({ store: new Map() }),
  noble: () => createNobleCrypto({ random: (length) => randomBytes(length), store: new Map() }),
} as const;

/** Cases of one section, in the order of the table. */
function bySection(): Map<string, RfcCase[]> {
  const sections = new Map<string, RfcCase[]>();
  for (const one of RFC_CASES) sections.set(one.section, [...(sections.get(one.section) ?? []), one]);
  return sections;
}

for (const [name, create] of Object.entries(CRYPTOS)) {
  describe(`a verifier of PSA tokens (${name})`, () => {
    const parties = makeParties(create());
    after(() => forget(parties));
    for (const [section, cases] of bySection()) {
      describe(section, () => {
        for (const one of cases) {
          it(`${one.expect === "accepted" ? "accepts" : "refuses"} ${one.name}`, () => {
            expect(misjudged(one, appraiseCase(parties, one))).to.equal(undefined);
          });
        }
      });
    }
  });
}

describe("a verifier of PSA tokens, whatever comes", function () {
  this.timeout(120_000);
  const parties = makeParties(CRYPTOS.node());
  after(() => forget(parties));
  const known: RfcCase = { name: "", section: "", token: (p) => token(p), expect: { refused: [] } };
  const certified: RfcCase = {
    ...known,
    token: (p) => token(p, {}, { unprotectedHeader: path(certificate(p)) }),
    given: { trust: "owner" },
  };
  const aliased: RfcCase = { ...known, token: (p) => aliasToken(p, [diceCertificate(p)]) };

  for (const [what, one] of [
    ["a token of a known device", known],
    ["a token with a path", certified],
    ["a token of an alias key", aliased],
  ] as const) {
    it(`refuses ${what} that ends at any byte before its last`, () => {
      const whole = one.token(parties);
      expect(appraiseCase(parties, one, whole).result).to.equal("accepted");
      for (let length = 0; length < whole.length; length++) {
        expect(appraiseCase(parties, one, whole.subarray(0, length)).result, `${length} bytes`).to.equal("refused");
      }
    });

    it(`refuses ${what} with any bit flipped`, () => {
      const whole = one.token(parties);
      for (let bit = 0; bit < 8 * whole.length; bit++) {
        const flipped = whole.slice();
        flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
        const appraisal = appraiseCase(parties, one, flipped);
        expect(appraisal.result, `bit ${bit & 7} of byte ${bit >> 3}`).to.equal("refused");
        expect(appraisal).to.not.have.property("claims");
      }
    });
  }
});
