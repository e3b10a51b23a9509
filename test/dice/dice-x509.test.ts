// SPDX-License-Identifier: Apache-2.0
/**
 * open-dice's X.509 certificates, which the SDK neither makes nor reads: what Node says of them. So their keys, names and
 * signatures follow the same derivations as ours. Node does not parse the profile's extension: it is looked for as bytes.
 */
import { createPublicKey, X509Certificate } from "node:crypto";
import { expect } from "chai";
import { describeVectors } from "../harness/vectors.js";
import { type Curve, identifierOf, keyPairOf, type Layer, nextCdis } from "./open-dice.js";

interface Known {
  readonly inputs: Layer;
  readonly expected: Readonly<Record<string, string>>;
}

const KINDS: ReadonlyArray<readonly [name: string, curve: Curve]> = [
  ["X509Ed25519Cert", "Ed25519"],
  ["X509P256Cert", "P-256"],
];

/** [n] EXPLICIT OCTET STRING of 64 bytes. */
const field = (number: number, content: string): string => `a${number}420440${content}`;

describe("DICE certificates in X.509", () => {
  describeVectors("open-dice", "dice-open-dice", (vectors) => {
    for (const file of vectors.list(".", ".json")) {
      const { inputs, expected } = vectors.json(file) as Known;
      for (const [name, curve] of KINDS) {
        const hex = expected[name];
        // The Android profile has no X.509.
        if (hex === undefined) continue;
        const certificate = new X509Certificate(Buffer.from(hex, "hex"));
        const issuer = keyPairOf(inputs.cdi_attest, curve);
        const subject = keyPairOf(nextCdis(inputs).attest, curve);

        it(`${file}, ${name}: key, names and signature`, () => {
          expect(certificate.issuer).to.equal(`serialNumber=${identifierOf(issuer)}`);
          expect(certificate.subject).to.equal(`serialNumber=${identifierOf(subject)}`);
          expect(certificate.serialNumber.toLowerCase()).to.equal(identifierOf(subject));
          expect(certificate.publicKey.equals(createPublicKey(subject))).to.equal(true);
          expect(certificate.verify(createPublicKey(issuer))).to.equal(true);
          expect(certificate.verify(createPublicKey(subject))).to.equal(false);
          expect(certificate.ca).to.equal(true);
          expect(certificate.checkPrivateKey(subject)).to.equal(true);
        });

        it(`${file}, ${name}: the measurements`, () => {
          const { code_hash, config_value, authority_hash, mode } = inputs;
          for (const one of [field(0, code_hash), field(3, config_value), field(4, authority_hash)]) {
            expect(hex).to.include(one);
          }
          expect(hex).to.include(`a6030a010${mode}`);
        });
      }
    }
  });
});
