// SPDX-License-Identifier: Apache-2.0
/** SubjectPublicKeyInfo (RFC 5280 §4.1) in DER: P-256 (RFC 5480), X25519 and Ed25519 (RFC 8410). Negatives from X.690 and these. */
import { encodeSubjectPublicKeyInfo, type PublicKeyCurve, parseSubjectPublicKeyInfo } from "../../../sdk/crypto/der.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { encodeHex, flipped, hex, NONE, thrownBy, using } from "./support.js";

const X = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"; // the base point of P-256
const Y = "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
const POINT = `04${X}${Y}`;
const COMPRESSED = `03${X}`;
const OID_EC = "06072a8648ce3d0201";
const OID_P256 = "06082a8648ce3d030107";
const P256 = `3013${OID_EC}${OID_P256}`;
const ED25519_KEY = "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1"; // RFC 8410 §10.1
const ED25519 = "300506032b6570";
const X25519 = "300506032b656e";
const BASE = `09${"00".repeat(31)}`;

const KEYS: ReadonlyArray<readonly [crv: PublicKeyCurve, type: string, key: string, der: string]> = [
  ["P-256", "ECC_PUBLIC_KEY_SECP_R1", POINT, `3059${P256}034200${POINT}`],
  ["P-256", "ECC_PUBLIC_KEY_SECP_R1", COMPRESSED, `3039${P256}032200${COMPRESSED}`],
  ["P-256", "ECC_PUBLIC_KEY_SECP_R1", `02${X}`, `3039${P256}03220002${X}`],
  ["X25519", "ECC_PUBLIC_KEY_MONTGOMERY", BASE, `302a${X25519}032100${BASE}`],
  ["Ed25519", "ECC_PUBLIC_KEY_TWISTED_EDWARDS", ED25519_KEY, `302a${ED25519}032100${ED25519_KEY}`],
];

/** An element of up to 127 bytes. */
function element(tag: string, ...content: readonly string[]): string {
  const joined = content.join("");
  return tag + encodeHex(Uint8Array.of(joined.length / 2)) + joined;
}

const KEY_BITS = element("03", "00", POINT);
const refusedEncodings: ReadonlyArray<readonly [title: string, der: string]> = [
  ["nothing", ""],
  ["an empty SEQUENCE", "3000"],
  ["a point alone", POINT],
  ["a SET for the SEQUENCE", `3159${P256}${KEY_BITS}`],
  ["a length in the long form that fits the short one (X.690 §10.1)", `308159${P256}${KEY_BITS}`],
  ["the same one level deeper", `305a308113${OID_EC}${OID_P256}${KEY_BITS}`],
  ["an indefinite length", `3080${P256}${KEY_BITS}0000`],
  ["a byte after it", `3059${P256}${KEY_BITS}00`],
  ["an element after the key", element("30", P256, KEY_BITS, "0500")],
  ["a second key", element("30", P256, element("03", "00", COMPRESSED), element("03", "00", COMPRESSED))],
  ["no key", element("30", P256)],
  ["no algorithm", element("30", KEY_BITS)],
  ["an empty algorithm", element("30", "3000", KEY_BITS)],
  ["an algorithm that does not begin with an OID", element("30", element("30", "0500"), KEY_BITS)],
  ["a third element in the algorithm", element("30", element("30", OID_EC, OID_P256, "0500"), KEY_BITS)],
  ["parameters that go beyond the algorithm", element("30", element("30", OID_EC, "06092a86"), KEY_BITS)],
  ["a key as OCTET STRING", element("30", P256, element("04", "00", POINT))],
  ["a constructed BIT STRING (X.690 §10.2)", element("30", P256, element("23", KEY_BITS))],
  ["a BIT STRING without content (X.690 §8.6.2.1)", element("30", P256, "0300")],
  ["a BIT STRING without bits", element("30", P256, "030100")],
  ["a BIT STRING with unused bits", element("30", P256, element("03", "01", POINT))],
  ["a BIT STRING with 8 unused bits", element("30", P256, element("03", "08", POINT))],
  ["a point at infinity", element("30", P256, "03020000")],
  ["a hybrid point (RFC 5480 §2.2)", element("30", P256, element("03", "0007", X, Y))],
  ["a point of form 5", element("30", P256, element("03", "0005", X, Y))],
  ["a compressed point with 65 bytes", element("30", P256, element("03", "0003", X, Y))],
  ["an uncompressed point with 33 bytes", element("30", P256, element("03", "0004", X))],
  ["a point with 64 bytes", element("30", P256, element("03", "00", POINT.slice(0, -2)))],
  ["a point with 66 bytes", element("30", P256, element("03", "00", POINT, "00"))],
  ["an X25519 key with 31 bytes", element("30", X25519, element("03", "00", BASE.slice(2)))],
  ["an X25519 key with 33 bytes", element("30", X25519, element("03", "00", BASE, "00"))],
  ["an Ed25519 key that is a point of P-256", element("30", ED25519, KEY_BITS)],
  ["a key of P-256 with 32 bytes", element("30", P256, element("03", "00", X))],
];

const unsupported: ReadonlyArray<readonly [title: string, der: string]> = [
  ["secp256k1", element("30", element("30", OID_EC, "06052b8104000a"), KEY_BITS)],
  ["P-384", element("30", element("30", OID_EC, "06052b81040022"), KEY_BITS)],
  ["id-ecPublicKey without a curve", element("30", element("30", OID_EC), KEY_BITS)],
  ["implicitCurve (RFC 5480 §2.1.1)", element("30", element("30", OID_EC, "0500"), KEY_BITS)],
  ["parameters of a curve (RFC 5480 §2.1.1)", element("30", element("30", OID_EC, "3003020101"), KEY_BITS)],
  ["id-ecDH (RFC 5480 §2.1.2)", element("30", element("30", "06052b8104010c", OID_P256), KEY_BITS)],
  ["RSA", element("30", element("30", "06092a864886f70d010101", "0500"), KEY_BITS)],
  ["X448 (RFC 8410 §3)", element("30", "300506032b656f", element("03", "00", BASE))],
  ["Ed25519 with parameters (RFC 8410 §3)", element("30", "300706032b65700500", element("03", "00", ED25519_KEY))],
  ["the OID of P-256 as algorithm", element("30", element("30", OID_P256), KEY_BITS)],
  ["parameters of 128 bytes", `3081d330818c${OID_EC}048180${"00".repeat(128)}${KEY_BITS}`],
  ["parameters of 256 bytes", `308201553082010d${OID_EC}04820100${"00".repeat(256)}${KEY_BITS}`],
];

describe("SubjectPublicKeyInfo in DER (RFC 5280 §4.1)", () => {
  for (const [crv, type, key, der] of KEYS) {
    it(`reads and writes ${key.length / 2} bytes on ${crv}, ${key.slice(0, 2)}...`, () => {
      const info = parseSubjectPublicKeyInfo(hex(der));
      assert.deepEqual({ ...info, publicKey: encodeHex(info.publicKey) }, {
        ...{ crv, type, bits: crv === "P-256" ? 256 : 255, publicKey: key },
      } as unknown);
      assert.strictEqual(encodeHex(encodeSubjectPublicKeyInfo(crv, hex(key))), der);
    });
  }

  for (const [title, der] of refusedEncodings) {
    it(`refuses ${title}`, () => {
      const end = thrownBy(() => parseSubjectPublicKeyInfo(hex(der)));
      assert.isTrue(end.startsWith("DER_ENCODING@"), end);
    });
  }

  for (const [title, der] of unsupported) {
    it(`names as not supported: ${title}`, () => {
      const end = thrownBy(() => parseSubjectPublicKeyInfo(hex(der)));
      assert.isTrue(end.startsWith("DER_UNSUPPORTED@"), end);
    });
  }

  it("refuses every truncation", () => {
    for (const [, , , der] of KEYS.slice(1, 4)) {
      for (let length = 0; length < der.length / 2; length++) {
        const end = thrownBy(() => parseSubjectPublicKeyInfo(hex(der).subarray(0, length)));
        assert.isTrue(end.startsWith("DER_ENCODING@"), end);
      }
    }
  });

  it("takes of what stands before a key with one bit flipped only what it would write so", () => {
    for (const [, , key, der] of KEYS.slice(1, 4)) {
      for (let bit = 0; bit < 4 * (der.length - key.length) + 8; bit++) {
        const bytes = flipped(hex(der), bit);
        const end = thrownBy(() => {
          const { crv, publicKey } = parseSubjectPublicKeyInfo(bytes);
          assert.strictEqual(encodeHex(encodeSubjectPublicKeyInfo(crv, publicKey)), encodeHex(bytes));
        });
        assert.isTrue(end === "nothing" || end.startsWith("DER_"), `${der}, bit ${bit}: ${end}`);
      }
    }
  });

  it("says which byte is to blame, in a view as well", () => {
    const at = (der: string): string => thrownBy(() => parseSubjectPublicKeyInfo(hex(`ff${der}ff`).subarray(1, -1)));
    assert.strictEqual(at(`3159${P256}${KEY_BITS}`), "DER_ENCODING@0");
    assert.strictEqual(at(`3059${P256}${KEY_BITS}00`), "DER_ENCODING@91");
    assert.strictEqual(at(element("30", element("30", OID_EC, "0500"), KEY_BITS)), "DER_UNSUPPORTED@6");
    assert.strictEqual(at(element("30", P256, element("03", "01", POINT))), "DER_ENCODING@25");
    assert.strictEqual(at(element("30", P256, element("03", "0007", X, Y))), "DER_ENCODING@26");
  });

  it("gives importKey what it takes, and leaves points off the curve to it", () => {
    const usage = ["verifyMessage"] as const;
    const imported = (der: string) => {
      const { type, bits, publicKey } = parseSubjectPublicKeyInfo(hex(der));
      return crypto.importKey({ type, bits, usage, alg: "DETERMINISTIC_ECDSA_SHA_256" }, publicKey);
    };
    for (const [, , , der] of KEYS.slice(0, 2)) {
      using(imported(der), (key) => assert.strictEqual(encodeHex(crypto.exportPublicKey(key)), POINT));
    }
    const off = `3059${P256}034200${POINT.slice(0, -2)}f4`;
    assert.strictEqual(
      thrownBy(() => imported(off)),
      "PSA_ERROR_INVALID_ARGUMENT",
    );
  });

  it("refuses what its caller cannot mean", () => {
    const end = (crv: unknown, key: unknown): string =>
      thrownBy(() => encodeSubjectPublicKeyInfo(crv as PublicKeyCurve, key as Uint8Array));
    assert.strictEqual(end("P-384", hex(POINT)), "RangeError");
    assert.strictEqual(end("toString", hex(POINT)), "RangeError");
    assert.strictEqual(end("toString", hex(X)), "RangeError");
    assert.strictEqual(end(undefined, hex(POINT)), "RangeError");
    assert.strictEqual(end("P-256", POINT), "TypeError");
    for (const key of [NONE, hex(X), hex(`05${X}`), hex(`06${X}${Y}`), hex(`${POINT}00`)]) {
      assert.strictEqual(end("P-256", key), "RangeError");
    }
    assert.strictEqual(end("Ed25519", hex(COMPRESSED)), "RangeError");
    assert.strictEqual(
      thrownBy(() => parseSubjectPublicKeyInfo("30" as unknown as Uint8Array)),
      "TypeError",
    );
  });
});
