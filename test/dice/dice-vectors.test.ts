// SPDX-License-Identifier: Apache-2.0
/** open-dice's CBOR certificates: those on P-256 made and verified by us, the others by Node, and refused by us. */
import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { expect } from "chai";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import { decodeHex } from "../../sdk/bytes/hex.js";
import { decodeCbor } from "../../sdk/cbor/decode.js";
import { encodeCbor } from "../../sdk/cbor/encode.js";
import type { KeyAttributes, KeyId } from "../../sdk/contracts/crypto.js";
import { createDiceCertificate } from "../../sdk/dice/certificate.js";
import { verifyDiceCertificate } from "../../sdk/dice/verify.js";
import { describeVectors } from "../harness/vectors.js";
import { thrownBy } from "../specs/thrown.js";
import { type Curve, identifierOf, keyPairOf, type Layer, nextCdis, rawPublicKey } from "./open-dice.js";

interface Known {
  readonly inputs: Layer;
  readonly expected: Readonly<Record<string, string>>;
}

const SIGNATURE_LENGTH = 64;
const ALG = "DETERMINISTIC_ECDSA_SHA_256";
const crypto = createNodeCrypto();
const PUBLIC: KeyAttributes = { type: "ECC_PUBLIC_KEY_SECP_R1", bits: 256, usage: ["verifyMessage"], alg: ALG };
const PAIR: KeyAttributes = { ...PUBLIC, type: "ECC_KEY_PAIR_SECP_R1", usage: ["signMessage"] };

const issuerOf = ({ inputs }: Known, curve: Curve): KeyObject => keyPairOf(inputs.cdi_attest, curve);
const subjectOf = ({ inputs }: Known, curve: Curve): KeyObject => keyPairOf(nextCdis(inputs).attest, curve);
const pointOf = (key: KeyObject): Buffer => Buffer.concat([Buffer.of(4), rawPublicKey(key)]);
const importIssuer = (known: Known): KeyId => crypto.importKey(PUBLIC, pointOf(issuerOf(known, "P-256")));

/** As the vector has it: its profile's name is that of the Open Profile's example, or of Android's profile. */
function make(known: Known, profileName: string): Buffer {
  const { code_hash, config_value, authority_hash } = known.inputs;
  const { d = "" } = issuerOf(known, "P-256").export({ format: "jwk" });
  const key = crypto.importKey(PAIR, Buffer.from(d, "base64url"));
  return Buffer.from(
    createDiceCertificate(crypto, key, {
      codeHash: decodeHex(code_hash),
      configurationDescriptor: decodeHex(config_value),
      authorityHash: decodeHex(authority_hash),
      mode: "notConfigured",
      profileName,
      subjectPublicKey: pointOf(subjectOf(known, "P-256")),
    }),
  );
}

/** Whether Node finds the signature right, and what is signed. */
function openByNode(certificate: Uint8Array, key: KeyObject, hash: string | null): Map<number, unknown> | undefined {
  const [header, , payload, signature] = decodeCbor(certificate) as readonly Uint8Array[];
  const signed = encodeCbor(["Signature1", header as Uint8Array, new Uint8Array(0), payload as Uint8Array]);
  const good = verify(hash, signed, { key: createPublicKey(key), dsaEncoding: "ieee-p1363" }, signature as Uint8Array);
  return good ? (decodeCbor(payload as Uint8Array) as Map<number, unknown>) : undefined;
}

describe("DICE certificates in CBOR", function () {
  this.timeout(60_000);

  describeVectors("open-dice", "dice-open-dice", (vectors) => {
    for (const file of vectors.list(".", ".json")) {
      const known = vectors.json(file) as Known;
      const profile = file.startsWith("Android") ? "android.18" : "opendice.example";
      const certificate = Buffer.from(known.expected.CborP256Cert ?? "", "hex");

      it(`${file}, CborP256Cert: made by us, the same but for the random signature, and Node verifies it`, () => {
        const made = make(known, profile);
        expect(made.length).to.equal(certificate.length);
        expect(made.subarray(0, -SIGNATURE_LENGTH).toString("hex")).to.equal(
          certificate.subarray(0, -SIGNATURE_LENGTH).toString("hex"),
        );
        expect(openByNode(made, issuerOf(known, "P-256"), "sha256")?.get(1)).to.equal(
          identifierOf(issuerOf(known, "P-256")),
        );
      });

      it(`${file}, CborP256Cert: verified by us`, () => {
        const content = verifyDiceCertificate(crypto, importIssuer(known), certificate);
        const { issuer, subject, mode, keyUsage, profileName, subjectPublicKey } = content;
        expect([issuer, subject, mode, keyUsage, profileName]).to.deep.equal([
          identifierOf(issuerOf(known, "P-256")),
          identifierOf(subjectOf(known, "P-256")),
          "notConfigured",
          0x20,
          profile,
        ]);
        expect(Buffer.from(subjectPublicKey)).to.deep.equal(pointOf(subjectOf(known, "P-256")));
        expect(Buffer.from(content.codeHash).toString("hex")).to.equal(known.inputs.code_hash);
        expect(Buffer.from(content.configurationDescriptor).toString("hex")).to.equal(known.inputs.config_value);
        expect(Buffer.from(content.authorityHash).toString("hex")).to.equal(known.inputs.authority_hash);
      });

      // Not carried out: boards have no Ed25519 and no P-384 (docs/crypto.md). Node vouches for how they are derived.
      for (const [name, curve, hash, refusal] of [
        ["CborEd25519Cert", "Ed25519", null, "COSE_ALG_NOT_ALLOWED"],
        ["CborP384Cert", "P-384", "sha384", "COSE_ALG_UNSUPPORTED"],
      ] as const) {
        it(`${file}, ${name}: verified by Node, refused by us`, () => {
          const other = Buffer.from(known.expected[name] ?? "", "hex");
          const claims = openByNode(other, issuerOf(known, curve), hash);
          expect(claims?.get(1)).to.equal(identifierOf(issuerOf(known, curve)));
          expect(claims?.get(2)).to.equal(identifierOf(subjectOf(known, curve)));
          expect(thrownBy(() => verifyDiceCertificate(crypto, importIssuer(known), other))).to.equal(refusal);
        });
      }
    }

    it("HashOnlyInput.json, CborP256Cert: refused with each bit flipped, and cut at each byte", () => {
      const known = vectors.json("HashOnlyInput.json") as Known;
      const certificate = Buffer.from(known.expected.CborP256Cert ?? "", "hex");
      const key = importIssuer(known);
      for (let bit = 0; bit < 8 * certificate.length; bit++) {
        const flipped = Buffer.from(certificate);
        flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        expect(
          thrownBy(() => verifyDiceCertificate(crypto, key, flipped)),
          `bit ${bit}`,
        ).to.match(/^(PSA|COSE|CBOR|CWT|DICE)_/);
      }
      for (let length = 0; length < certificate.length; length++) {
        const cut = certificate.subarray(0, length);
        expect(
          thrownBy(() => verifyDiceCertificate(crypto, key, cut)),
          `cut at ${length}`,
        ).to.match(/^CBOR_TRUNCATED@/);
      }
    });
  });
});
