// SPDX-License-Identifier: Apache-2.0
/** Open Profile for DICE v2.6: keys, identifiers and CBOR certificates, as open-dice has them, byte for byte. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { createDiceCertificate, type DiceCertificateOptions } from "../../../sdk/dice/certificate.js";
import { diceIdentifier } from "../../../sdk/dice/keys.js";
import { verifyDiceCertificate, verifyDiceChain } from "../../../sdk/dice/verify.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { certificateOf, HASHES, type Known, measurementsOf, withCdiKey, withIssuer, ZERO } from "./known.js";

const KNOWN: readonly Known[] = [ZERO, HASHES];

function make(known: Known, change: Partial<Record<keyof DiceCertificateOptions, unknown>> = {}): Uint8Array {
  const subjectPublicKey = decodeHex(`04${known.point}`);
  const options = { ...measurementsOf(known), subjectPublicKey, ...change } as DiceCertificateOptions;
  return withCdiKey(known.cdi, (key) => createDiceCertificate(crypto, key, options));
}

describe("Open Profile for DICE, keys and identifiers", () => {
  for (const { name, cdi, nextCdi, issuer, subject, point } of KNOWN) {
    it(`are those of open-dice's ${name}`, () => {
      const idOf = (secret: string) =>
        withCdiKey(secret, (key) => encodeHex(diceIdentifier(crypto, crypto.exportPublicKey(key))));
      assert.strictEqual(idOf(cdi), issuer);
      assert.strictEqual(idOf(nextCdi), subject);
      assert.strictEqual(
        withCdiKey(nextCdi, (key) => encodeHex(crypto.exportPublicKey(key))),
        `04${point}`,
      );
    });
  }

  it("are of uncompressed keys alone, and never negative as a serial number", () => {
    for (const wrong of [ZERO.point, `02${ZERO.point.slice(0, 64)}`, `05${ZERO.point}`, `04${ZERO.point}00`, ""]) {
      assert.strictEqual(
        thrownBy(() => diceIdentifier(crypto, decodeHex(wrong))),
        "RangeError",
      );
    }
    for (let i = 0; i < 8; i++) {
      const point = decodeHex(`04${ZERO.point}`);
      point[64] = i;
      assert.isTrue((diceIdentifier(crypto, point)[0] as number) < 0x80);
    }
  });
});

describe("Open Profile for DICE, CBOR CDI certificates", () => {
  for (const known of KNOWN) {
    it(`are those of open-dice's ${known.name}, byte for byte up to the signature`, () => {
      // open-dice signs with a random number and does not compare the signature either. Ours is that of RFC 6979.
      const made = encodeHex(make(known));
      const expected = certificateOf(known);
      assert.strictEqual(made.length, expected.length);
      assert.strictEqual(made.slice(0, -128), expected.slice(0, -128));
      assert.strictEqual(encodeHex(make(known)), made);
      assert.strictEqual(
        thrownBy(() => withIssuer(known, (key) => verifyDiceCertificate(crypto, key, decodeHex(made)))),
        "nothing",
      );
    });

    it(`say what was certified: ${known.name}`, () => {
      const certificate = decodeHex(certificateOf(known));
      const content = withIssuer(known, (key) => verifyDiceCertificate(crypto, key, certificate));
      const { codeHash, configurationDescriptor, authorityHash, subjectPublicKey } = content;
      const bytes = [codeHash, configurationDescriptor, authorityHash, subjectPublicKey].map(encodeHex);
      const { code, configuration, authority, point, issuer, subject } = known;
      assert.strictEqual(bytes.join(), [code, configuration, authority, `04${point}`].join());
      assert.strictEqual([content.issuer, content.subject].join(), [issuer, subject].join());
      assert.strictEqual(
        [content.mode, content.keyUsage, content.profileName].join(),
        "notConfigured,32,opendice.example",
      );
      assert.strictEqual(content.configurationHash, undefined);
      assert.isTrue(Object.isFrozen(content));
    });
  }

  it("carry every mode, descriptors and the hash of a configuration, and leave the profile's name out", () => {
    const configurationDescriptor = decodeHex("a13a000110006474657374");
    const configurationHash = crypto.hashCompute("SHA_512", configurationDescriptor);
    const more = {
      configurationDescriptor,
      configurationHash,
      codeDescriptor: Uint8Array.of(1),
      profileName: undefined,
    };
    for (const mode of ["notConfigured", "normal", "debug", "recovery"] as const) {
      const certificate = make(HASHES, { ...more, authorityDescriptor: Uint8Array.of(), mode });
      const content = withIssuer(HASHES, (key) => verifyDiceCertificate(crypto, key, certificate));
      assert.strictEqual([content.mode, content.profileName].join(), `${mode},`);
      const { codeDescriptor, authorityDescriptor, configurationHash: hash } = content;
      const bytes = [codeDescriptor, authorityDescriptor, hash, content.configurationDescriptor];
      assert.strictEqual(
        bytes.map((one) => encodeHex(one as Uint8Array)).join(),
        ["01", "", encodeHex(configurationHash), "a13a000110006474657374"].join(),
      );
    }
  });

  it("are not made of what the profile does not have", () => {
    for (const [change, thrown] of [
      [{ codeHash: new Uint8Array(63) }, "RangeError"],
      [{ codeHash: undefined }, "TypeError"],
      [{ authorityHash: new Uint8Array(65) }, "RangeError"],
      [{ configurationDescriptor: new Uint8Array(63) }, "RangeError"],
      [{ configurationDescriptor: "00" }, "TypeError"],
      [{ configurationHash: new Uint8Array(64) }, "RangeError"],
      [{ configurationHash: new Uint8Array(32) }, "RangeError"],
      [{ codeDescriptor: "text" }, "TypeError"],
      [{ authorityDescriptor: 1 }, "TypeError"],
      [{ mode: "invalid" }, "RangeError"],
      [{ mode: 1 }, "RangeError"],
      [{ mode: "toString" }, "RangeError"],
      [{ profileName: 7 }, "TypeError"],
      [{ subjectPublicKey: new Uint8Array(65) }, "RangeError"],
    ] as const) {
      assert.strictEqual(
        thrownBy(() => make(ZERO, change)),
        thrown,
        Object.keys(change).join(),
      );
    }
  });
});

describe("Open Profile for DICE, a chain of certificates", () => {
  const next = { ...HASHES, cdi: ZERO.nextCdi };
  const first = () => decodeHex(certificateOf(ZERO));
  const verified = (...chain: readonly Uint8Array[]) => withIssuer(ZERO, (key) => verifyDiceChain(crypto, key, chain));

  it("holds when each layer is signed by the one before", () => {
    const contents = verified(first(), make(next));
    assert.strictEqual(contents.map(({ subject }) => subject).join(), [ZERO.subject, HASHES.subject].join());
    assert.strictEqual(contents[1]?.issuer, ZERO.subject);
  });

  it("does not hold in another order, with a layer left out, or without any", () => {
    assert.strictEqual(
      thrownBy(() => verified(make(next), first())),
      "PSA_ERROR_INVALID_SIGNATURE",
    );
    assert.strictEqual(
      thrownBy(() => verified(first(), first())),
      "PSA_ERROR_INVALID_SIGNATURE",
    );
    assert.strictEqual(
      thrownBy(() => verified(make(next))),
      "PSA_ERROR_INVALID_SIGNATURE",
    );
    for (const length of [0, 17]) {
      const many = Array.from({ length }, first);
      assert.strictEqual(
        thrownBy(() => verified(...many)),
        "RangeError",
      );
    }
  });
});
