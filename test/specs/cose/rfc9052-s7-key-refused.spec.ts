// SPDX-License-Identifier: Apache-2.0
/** COSE_Keys that break a rule: RFC 9052 §7.1, RFC 9053 §7.1.1, §7.2, §7.3; and uses that the key does not allow: §4.1, §6. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import type { KeyAlg, KeyUsage } from "../../../sdk/contracts/crypto.js";
import { KeyOperation, parseKey, parsePublicKey } from "../../../sdk/cose/key.js";
import { importKey, importPublicKey } from "../../../sdk/cose/key-import.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { bstr, isCoded } from "./by-hand.js";

/** RFC 6979 §A.2.5; RFC 7748 §6.1, the public key. */
const D = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
const X = "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6";
const Y = "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
const N = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
const U = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";

/** Label to value, in hexadecimal. */
type Parameters = Readonly<Record<string, string>>;

const EC2: Parameters = { "01": "02", "20": "01", "21": bstr(X), "22": bstr(Y), "23": bstr(D) };
const OKP: Parameters = { "01": "01", "20": "04", "21": bstr(U) };
const SYMMETRIC: Parameters = { "01": "04", "20": bstr("aa".repeat(16)) };

function keyOf(parameters: Parameters): Uint8Array {
  const pairs = Object.entries(parameters);
  return decodeHex(`a${pairs.length}${pairs.map(([label, value]) => label + value).join("")}`);
}

function without(parameters: Parameters, ...labels: readonly string[]): Parameters {
  return Object.fromEntries(Object.entries(parameters).filter(([label]) => !labels.includes(label)));
}

const parsed = (parameters: Parameters) => thrownBy(() => parseKey(keyOf(parameters))).replace(/@.*/, "");
const parsedPublic = (parameters: Parameters) => thrownBy(() => parsePublicKey(keyOf(parameters))).replace(/@.*/, "");

function imported(parameters: Parameters, alg: KeyAlg, ...usage: readonly KeyUsage[]): string {
  return thrownBy(() => crypto.destroyKey(importKey(crypto, parseKey(keyOf(parameters)), { alg, usage })));
}

const ECDSA = "DETERMINISTIC_ECDSA_SHA_256";

describe("RFC 9052 §7 COSE_Key, refused", () => {
  it("the keys of this page are right", () => {
    for (const key of [EC2, without(EC2, "23"), without(EC2, "21", "22"), OKP, SYMMETRIC]) {
      assert.strictEqual(parsed(key), "nothing");
    }
    assert.strictEqual(imported(EC2, ECDSA, "signMessage"), "nothing");
    assert.strictEqual(imported(SYMMETRIC, "GCM", "encrypt"), "nothing");
    assert.strictEqual(imported(OKP, "ECDH"), "nothing");
  });

  it("what is missing", () => {
    for (const label of ["01", "20"]) {
      for (const key of [EC2, OKP, SYMMETRIC]) assert.strictEqual(parsed(without(key, label)), "COSE_KEY_VALUE", label);
    }
    for (const label of ["21", "22"]) {
      assert.strictEqual(parsed(without(EC2, label, "23")), "COSE_KEY_VALUE", label);
      assert.strictEqual(parsed(without(EC2, label)), "COSE_KEY_VALUE", label);
    }
    assert.strictEqual(parsed(without(OKP, "21")), "COSE_KEY_VALUE");
    assert.strictEqual(parsed({}), "COSE_KEY_VALUE");
  });

  it("what stands there twice, whatever it says", () => {
    for (const key of [EC2, OKP, SYMMETRIC]) {
      for (const [label, value] of [...Object.entries(key), ["1863", "00"] as const]) {
        const pairs = Object.entries(key).map((pair) => pair.join(""));
        const extra = label in key ? [label + value] : [label + value, `${label}01`];
        const hex = `a${pairs.length + extra.length}${[...pairs, ...extra].join("")}`;
        assert.strictEqual(thrownBy(() => parseKey(decodeHex(hex))).replace(/@.*/, ""), "CBOR_DUPLICATE_KEY", label);
      }
    }
  });

  it("what has another type", () => {
    const others = ["00", "20", "f4", "f6", "f7", "80", "a0", "6161", "fb3ff199999999999a", "c100"];
    const check = (key: Parameters, label: string, fits: readonly string[], codes: RegExp) => {
      for (const value of others) {
        const thrown = parsed({ ...key, [label]: value });
        if (fits.includes(value)) assert.strictEqual(thrown, "nothing", `${label}: ${value}`);
        else assert.isTrue(codes.test(thrown), `${label}: ${value}: ${thrown}`);
      }
    };
    const value = /^COSE_KEY_VALUE$/;
    for (const key of [EC2, OKP, SYMMETRIC]) {
      check(key, "01", [], /^COSE_KEY_UNSUPPORTED$/);
      check(key, "02", [], value);
      check(key, "03", ["00", "20", "6161"], value);
      check(key, "04", ["80"], value);
    }
    for (const key of [EC2, OKP]) {
      check(key, "20", [], /^COSE_KEY_UNSUPPORTED$/);
      check(key, "21", [], value);
      check(key, "23", [], value);
    }
    check(EC2, "22", ["f4"], value);
    check(SYMMETRIC, "20", [], value);
    for (const ops of ["8140", "82014102", "8180", "81f6", "81f93c00"]) {
      assert.strictEqual(parsed({ ...EC2, "04": ops }), "COSE_KEY_VALUE", ops);
    }
  });

  it("what has another length: leading zeros stay, and none come in addition", () => {
    for (const bytes of [0, 1, 31, 33, 48, 64, 65, 66]) {
      const other = bstr("01".repeat(bytes));
      for (const label of ["21", "22", "23"]) assert.strictEqual(parsed({ ...EC2, [label]: other }), "COSE_KEY_VALUE");
      for (const label of ["21", "23"]) assert.strictEqual(parsed({ ...OKP, [label]: other }), "COSE_KEY_VALUE");
    }
    assert.strictEqual(parsed({ ...SYMMETRIC, "20": "40" }), "COSE_KEY_VALUE");
  });

  it("types and curves that are not carried out, also with the lengths that those have", () => {
    for (const kty of ["00", "03", "05", "06", "1903e7", "20", "63454332", "1bffffffffffffffff"]) {
      assert.strictEqual(parsed({ ...EC2, "01": kty }), "COSE_KEY_UNSUPPORTED", kty);
    }
    for (const crv of ["00", "02", "03", "04", "06", "08", "20", "65502d323536"]) {
      assert.strictEqual(parsed({ ...EC2, "20": crv }), "COSE_KEY_UNSUPPORTED", crv);
    }
    for (const crv of ["00", "01", "05", "07", "66583235353139"]) {
      assert.strictEqual(parsed({ ...OKP, "20": crv }), "COSE_KEY_UNSUPPORTED", crv);
    }
    const long = { "21": bstr("01".repeat(66)), "22": bstr("01".repeat(66)) };
    assert.strictEqual(parsed({ ...without(EC2, "23"), ...long, "20": "03" }), "COSE_KEY_UNSUPPORTED");
    assert.strictEqual(parsed({ ...OKP, "20": "05", "21": bstr("01".repeat(56)) }), "COSE_KEY_UNSUPPORTED");
  });

  it("what is no map, or more than one", () => {
    for (const hex of ["", "f6", "80", "40", "bf0104ff", `${encodeHex(keyOf(OKP))}00`, "a1", "d81ea0", "820102"]) {
      assert.isTrue(/^(?:CBOR|COSE)_/.test(thrownBy(() => parseKey(decodeHex(hex)))), hex);
    }
    const bytes = keyOf(EC2);
    for (let length = 0; length < bytes.length; length++) {
      assert.strictEqual(thrownBy(() => parseKey(bytes.slice(0, length))).replace(/@.*/, ""), "CBOR_TRUNCATED");
    }
  });

  it("a secret where a public key is expected, even one that is no key", () => {
    assert.strictEqual(parsedPublic(EC2), "COSE_KEY_PRIVATE");
    assert.strictEqual(parsedPublic({ ...OKP, "23": bstr(U) }), "COSE_KEY_PRIVATE");
    assert.strictEqual(parsedPublic(SYMMETRIC), "COSE_KEY_PRIVATE");
    assert.strictEqual(parsedPublic({ ...EC2, "23": "f6" }), "COSE_KEY_VALUE");
    assert.strictEqual(
      thrownBy(() => importPublicKey(crypto, keyOf(EC2))),
      "COSE_KEY_PRIVATE",
    );
  });
});

describe("RFC 9052 §7.1 what a key is for", () => {
  it("a d that is none, or another's, or a point off the curve", () => {
    for (const d of ["00".repeat(32), N, "ff".repeat(32)]) {
      const alone = without(EC2, "21", "22");
      assert.strictEqual(imported({ ...alone, "23": bstr(d) }, ECDSA, "signMessage"), "PSA_ERROR_INVALID_ARGUMENT", d);
    }
    const one = bstr(`${"00".repeat(31)}01`);
    assert.strictEqual(imported({ ...EC2, "23": one }, ECDSA, "signMessage"), "COSE_KEY_VALUE");
    assert.strictEqual(imported({ ...EC2, "22": bstr(X) }, ECDSA, "signMessage"), "COSE_KEY_VALUE");
    assert.strictEqual(imported({ ...OKP, "23": bstr(D) }, "ECDH", "derive"), "COSE_KEY_VALUE");
    const open = without(EC2, "23");
    assert.strictEqual(imported({ ...open, "22": bstr(X) }, ECDSA, "verifyMessage"), "PSA_ERROR_INVALID_ARGUMENT");
    assert.strictEqual(
      imported({ ...open, "21": bstr("00".repeat(32)), "22": bstr("00".repeat(32)) }, ECDSA, "verifyMessage"),
      "PSA_ERROR_INVALID_ARGUMENT",
    );
  });

  it("alg says another algorithm, or one with another length of key", () => {
    for (const alg of ["02", "03", "0a", "05", "25", "22", "1903e7", "674131323847434d", "20"]) {
      const expected = alg === "02" || alg === "03" ? "COSE_KEY_VALUE" : "COSE_KEY_USE";
      assert.strictEqual(imported({ ...SYMMETRIC, "03": alg }, "GCM", "encrypt"), expected, alg);
    }
    assert.strictEqual(imported({ ...SYMMETRIC, "03": "01" }, "GCM", "encrypt"), "nothing");
    assert.strictEqual(imported({ ...SYMMETRIC, "03": "22" }, "KW", "wrap"), "nothing");
    assert.strictEqual(imported({ ...SYMMETRIC, "03": "24" }, "KW", "wrap"), "COSE_KEY_VALUE");
    assert.strictEqual(imported({ ...SYMMETRIC, "03": "05" }, "HMAC_SHA_256", "signMessage"), "nothing");
    assert.strictEqual(imported({ ...EC2, "03": "27" }, ECDSA, "signMessage"), "COSE_KEY_USE");
    assert.strictEqual(imported({ ...EC2, "03": "3818" }, ECDSA, "signMessage"), "COSE_KEY_USE");
  });

  it("key_ops: any one of the RFC's operations for a use is enough, none of them is too few", () => {
    const uses: readonly (readonly [Parameters, KeyAlg, KeyUsage, readonly number[]])[] = [
      [EC2, ECDSA, "signMessage", [KeyOperation.sign]],
      [EC2, ECDSA, "verifyMessage", [KeyOperation.verify]],
      [EC2, "ECDH", "derive", [KeyOperation.deriveKey, KeyOperation.deriveBits]],
      [SYMMETRIC, "GCM", "encrypt", [KeyOperation.encrypt, KeyOperation.wrapKey]],
      [SYMMETRIC, "GCM", "decrypt", [KeyOperation.decrypt, KeyOperation.unwrapKey]],
      [SYMMETRIC, "KW", "wrap", [KeyOperation.encrypt, KeyOperation.wrapKey]],
      [SYMMETRIC, "KW", "unwrap", [KeyOperation.decrypt, KeyOperation.unwrapKey]],
      [SYMMETRIC, "HMAC_SHA_256", "signMessage", [KeyOperation.macCreate]],
      [SYMMETRIC, "HMAC_SHA_256", "verifyMessage", [KeyOperation.macVerify]],
      [SYMMETRIC, "HKDF_EXTRACT_SHA_256", "derive", [KeyOperation.deriveKey, KeyOperation.deriveBits]],
    ];
    for (const [key, alg, usage, operations] of uses) {
      for (let operation = 0; operation <= 11; operation++) {
        const thrown = imported({ ...key, "04": `810${operation.toString(16)}` }, alg, usage);
        const expected = operations.includes(operation) ? "nothing" : "COSE_KEY_USE";
        assert.strictEqual(thrown, expected, `${alg} ${usage} ${operation}`);
      }
      assert.strictEqual(imported({ ...key, "04": "80" }, alg, usage), "COSE_KEY_USE");
      assert.strictEqual(imported({ ...key, "04": "81647369676e" }, alg, usage), "COSE_KEY_USE");
    }
    assert.strictEqual(imported({ ...EC2, "04": "8101" }, ECDSA, "signMessage", "verifyMessage"), "COSE_KEY_USE");
  });

  it("a public key is imported for what public keys do, a key for what its type does, of a length that its use takes", () => {
    const open = without(EC2, "23");
    const cases = [
      imported(open, ECDSA, "signMessage"),
      imported(OKP, ECDSA, "verifyMessage"),
      imported(OKP, "PURE_EDDSA", "verifyMessage"),
      imported(EC2, "PURE_EDDSA", "signMessage"),
      imported(SYMMETRIC, "ECDH", "derive"),
      imported(SYMMETRIC, "CHACHA20_POLY1305", "encrypt"),
      imported({ ...SYMMETRIC, "20": bstr("aa".repeat(15)) }, "GCM", "encrypt"),
      imported({ ...SYMMETRIC, "20": bstr("aa".repeat(33)) }, "KW", "wrap"),
      imported({ ...SYMMETRIC, "20": bstr("aa".repeat(5000)) }, "HMAC_SHA_256", "signMessage"),
    ];
    for (const [i, thrown] of cases.entries()) assert.isTrue(isCoded(thrown), `${i}: ${thrown}`);
  });
});
