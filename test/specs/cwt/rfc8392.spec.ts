// SPDX-License-Identifier: Apache-2.0
/** CBOR Web Tokens: RFC 8392, its claims set of appendix A.1, and the confirmation claim of RFC 8747. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import type { KeyId } from "../../../sdk/contracts/crypto.js";
import type { Time } from "../../../sdk/contracts/time.js";
import { CoseAlgorithm } from "../../../sdk/cose/algorithms.js";
import { createEncrypt0, decryptEncrypt0 } from "../../../sdk/cose/encrypt0.js";
import { createMac0, verifyMac0 } from "../../../sdk/cose/mac0.js";
import { createSign1, verifySign1 } from "../../../sdk/cose/sign1.js";
import { type Claims, encodeClaims, parseClaims } from "../../../sdk/cwt/claims.js";
import { checkClaims, type Expected, tagCwt, verifyCwt } from "../../../sdk/cwt/cwt.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";

const A_1 =
  "a70175636f61703a2f2f61732e6578616d706c652e636f6d02656572696b77037818636f61703a2f2f6c696768742e6578616d706c652e636f6d" +
  "041a5612aeb0051a5610d9f0061a5610d9f007420b71";
const EXP = 1444064944;
const NBF = 1443944944;
const LIGHT = "coap://light.example.com";
const ALG = "DETERMINISTIC_ECDSA_SHA_256";
const POINT = `${"11".repeat(32)}225820${"22".repeat(32)}`;

function between(earliest?: number, latest?: number): Time {
  return { earliest: () => earliest, latest: () => latest };
}

function expecting(more: Partial<Expected> = {}): Expected {
  return { time: between(NBF, EXP - 1), whenTimeUnknown: "refuse", aud: LIGHT, ...more };
}

const claims = () => parseClaims(decodeHex(A_1));
const outcome = (more: Partial<Expected>, of: Claims = claims()) => thrownBy(() => checkClaims(of, expecting(more)));
const parsed = (hex: string) => thrownBy(() => parseClaims(decodeHex(hex))).replace(/@.*/, "");

describe("RFC 8392 §3 claims", () => {
  it("appendix A.1 is read and written to the same bytes", () => {
    const { iss, sub, aud, exp, nbf, iat, cti, others } = claims();
    assert.strictEqual(
      [iss, sub, aud, exp, nbf, iat].join(),
      `coap://as.example.com,erikw,${LIGHT},${EXP},${NBF},${NBF}`,
    );
    assert.strictEqual(encodeHex(cti as Uint8Array), "0b71");
    assert.strictEqual(others?.size, 0);
    assert.strictEqual(encodeHex(encodeClaims(claims())), A_1);
  });

  it("stand in any order, within the caller's limits", () => {
    assert.strictEqual(parseClaims(decodeHex("a2026162016161")).sub, "b");
    const limits = { length: 100, depth: 1, count: 4 };
    assert.strictEqual(
      thrownBy(() => parseClaims(decodeHex("a2026162016161"), { limits })),
      "CBOR_LIMIT_COUNT@0",
    );
    const several = encodeClaims({ aud: ["a", "b"] });
    assert.strictEqual(encodeHex(several), "a1038261616162");
    assert.strictEqual([parseClaims(several).aud].flat().join(), "a,b");
    const wide = parseClaims(decodeHex("a13bffffffffffffffff00")).others;
    assert.strictEqual([...(wide ?? [])].join(), "-18446744073709551616,0");
  });

  it("claims that we do not know are passed over, and kept", () => {
    const { others } = parseClaims(decodeHex("a31863f5206178657468696e6701"));
    assert.strictEqual([...(others ?? [])].join(), "99,true,-1,x,thing,1");
    assert.strictEqual(
      encodeHex(encodeClaims({ others: others as NonNullable<Claims["others"]> })),
      "a31863f5206178657468696e6701",
    );
  });

  it("a date is an integer or a float of seconds, without a tag", () => {
    for (const [hex, exp] of [
      ["a10400", 0],
      ["a10420", -1],
      ["a104fb41d584367c200000", 1443944944.5],
      ["a104f93e00", 1.5],
      ["a1041b001fffffffffffff", Number.MAX_SAFE_INTEGER],
    ] as const) {
      assert.strictEqual(parseClaims(decodeHex(hex)).exp, exp, hex);
    }
    for (const value of [
      "c11a5612aeb0",
      "1b0020000000000000",
      "fb7fefffffffffffff",
      "f97c00",
      "6130",
      "40",
      "f6",
      "f5",
    ]) {
      for (const label of ["04", "05", "06"]) assert.strictEqual(parsed(`a1${label}${value}`), "CWT_CLAIM", value);
    }
  });

  it("each claim has the type that the RFC gives it, and stands once", () => {
    const cases = ["80", "a101420102", "a10200", "a103", "a10380", "a10381f6", "a10382616140", "a1076130", "a107f6"];
    for (const hex of cases) {
      const expected = hex === "a103" ? "CBOR_TRUNCATED" : "CWT_CLAIM";
      assert.strictEqual(parsed(hex), expected, hex);
    }
    assert.strictEqual(parsed("a2016161016162"), "CBOR_DUPLICATE_KEY");
    assert.strictEqual(parsed("a1410100"), "CWT_CLAIM");
    assert.strictEqual(parsed("a1fb7e37e43c8800759c00"), "CWT_CLAIM", "a float as label, 1e300");
    assert.strictEqual(parsed("a0a0"), "CBOR_TRAILING_BYTES");
    assert.strictEqual(parsed("a10382616161ff"), "CBOR_INVALID_UTF8");
  });

  it("cnf has a public key or a kid: RFC 8747 §3", () => {
    const cnf = parseClaims(decodeHex(`a108a101a401022001215820${POINT}`)).cnf;
    assert.strictEqual(cnf?.key?.kty, "EC2");
    assert.strictEqual(
      encodeHex(encodeClaims({ cnf: cnf as NonNullable<Claims["cnf"]> })),
      `a108a101a401022001215820${POINT}`,
    );
    const byKid = parseClaims(decodeHex("a108a103420102"));
    assert.strictEqual(encodeHex(byKid.cnf?.kid as Uint8Array), "0102");
    assert.strictEqual(encodeHex(encodeClaims(byKid)), "a108a103420102");
    assert.strictEqual(parsed(`a108a101a501022001215820${POINT}235820${"33".repeat(32)}`), "COSE_KEY_PRIVATE");
    assert.strictEqual(parsed("a108a101a201042041aa"), "COSE_KEY_PRIVATE");
    for (const hex of ["a108a0", "a108a10240", "a108a1616b00", "a10840", "a108f6", "a108a1036161"]) {
      assert.strictEqual(parsed(hex), "CWT_CLAIM", hex);
    }
    assert.strictEqual(parsed("a108a10140"), "COSE_KEY_VALUE");
  });

  it("what cannot be a claims set is not written", () => {
    const wrong: readonly (readonly [object, string])[] = [
      [{ iss: 1 }, "TypeError"],
      [{ aud: [] }, "TypeError"],
      [{ aud: [1] }, "TypeError"],
      [{ exp: Number.NaN }, "TypeError"],
      [{ exp: 2 ** 53 }, "TypeError"],
      [{ exp: 10n }, "TypeError"],
      [{ cti: "00" }, "TypeError"],
      [{ cnf: {} }, "RangeError"],
      [{ cnf: { kid: "01" } }, "TypeError"],
      [{ cnf: { key: { kty: "EC2", crv: "P-256", d: new Uint8Array(32) } } }, "RangeError"],
      [{ cnf: { key: { kty: "Symmetric", k: Uint8Array.of(1) } } }, "RangeError"],
      [{ others: new Map([[4, 0]]) }, "RangeError"],
    ];
    for (const [i, [one, thrown]] of wrong.entries()) {
      assert.strictEqual(
        thrownBy(() => encodeClaims(one as Claims)),
        thrown,
        `case ${i}`,
      );
    }
  });
});

describe("RFC 8392 §3.1 whether claims are good now, for us", () => {
  it("from nbf on, and no longer at exp", () => {
    const at = (seconds: number) => outcome({ time: between(seconds, seconds) });
    assert.strictEqual(at(NBF - 1), "CWT_NOT_YET_VALID");
    assert.strictEqual(at(NBF), "nothing");
    assert.strictEqual(at(EXP - 1), "nothing");
    assert.strictEqual(at(EXP), "CWT_EXPIRED");
    assert.strictEqual(at(EXP + 1e9), "CWT_EXPIRED");
  });

  it("what the bounds of the time cannot decide is refused, or accepted where the caller says so", () => {
    for (const time of [between(), between(NBF), between(0, EXP), between(NBF, EXP), between(NBF - 1, EXP - 1)]) {
      assert.strictEqual(outcome({ time }), "CWT_TIME_UNKNOWN");
      assert.strictEqual(outcome({ time, whenTimeUnknown: "accept" }), "nothing");
    }
    assert.strictEqual(outcome({ time: between(EXP), whenTimeUnknown: "accept" }), "CWT_EXPIRED");
    assert.strictEqual(outcome({ time: between(undefined, NBF - 1), whenTimeUnknown: "accept" }), "CWT_NOT_YET_VALID");
    const silent = { time: between(), whenTimeUnknown: undefined as unknown as "refuse" };
    assert.strictEqual(outcome(silent), "CWT_TIME_UNKNOWN");
    assert.strictEqual(outcome({ time: between() }, {}), "CWT_MISSING");
    assert.strictEqual(
      thrownBy(() => checkClaims({}, { time: between(), whenTimeUnknown: "refuse" })),
      "nothing",
    );
  });

  it("a time that is no number, or that ends before it begins, decides nothing", () => {
    const at = (earliest?: number, latest?: number) =>
      outcome({ time: between(earliest, latest), whenTimeUnknown: "accept" });
    assert.strictEqual(at(Number.NaN), "RangeError");
    assert.strictEqual(at(undefined, Number.NaN), "RangeError");
    assert.strictEqual(at(NBF, Number.NaN), "RangeError");
    assert.strictEqual(at(NBF + 1, NBF), "RangeError");
    assert.strictEqual(at(NBF, NBF), "nothing");
    assert.strictEqual(at(), "nothing");
  });

  it("a name that was to be expected and is undefined switches no check off", () => {
    for (const name of ["iss", "sub", "aud"] as const) {
      for (const value of [undefined, null, 1]) {
        assert.strictEqual(outcome({ [name]: value } as Partial<Expected>), "TypeError", `${name} ${value}`);
      }
    }
  });

  it("clocks may differ by the leeway", () => {
    const at = (seconds: number, leeway: number) => outcome({ time: between(seconds, seconds), leeway });
    assert.strictEqual(at(EXP + 59, 60), "nothing");
    assert.strictEqual(at(EXP + 60, 60), "CWT_EXPIRED");
    assert.strictEqual(at(NBF - 60, 60), "nothing");
    assert.strictEqual(at(NBF - 61, 60), "CWT_NOT_YET_VALID");
    for (const leeway of [-1, Number.NaN, Number.POSITIVE_INFINITY]) assert.strictEqual(at(NBF, leeway), "RangeError");
  });

  it("the issuer, the subject and the audience are those that are expected", () => {
    assert.strictEqual(outcome({ iss: "coap://as.example.com", sub: "erikw" }), "nothing");
    assert.strictEqual(outcome({ iss: "coap://AS.example.com" }), "CWT_ISSUER");
    assert.strictEqual(outcome({ sub: "" }), "CWT_SUBJECT");
    assert.strictEqual(outcome({ aud: "coap://lock.example.com" }), "CWT_AUDIENCE");
    const { aud: _, ...nameless } = expecting();
    assert.strictEqual(
      thrownBy(() => checkClaims(claims(), nameless)),
      "CWT_AUDIENCE",
    );
    assert.strictEqual(outcome({}, { aud: ["a", LIGHT] }), "nothing");
    assert.strictEqual(outcome({}, { aud: ["a", "b"] }), "CWT_AUDIENCE");
  });

  it("claims that are required are there", () => {
    assert.strictEqual(outcome({ required: ["exp", "cti"] }), "nothing");
    assert.strictEqual(outcome({ required: ["cnf"] }), "CWT_MISSING");
    assert.strictEqual(outcome({ iss: "a" }, { aud: LIGHT }), "CWT_MISSING");
    assert.strictEqual(outcome({ sub: "a" }, { aud: LIGHT }), "CWT_MISSING");
  });
});

describe("RFC 8392 §7 tokens", () => {
  const algorithm = CoseAlgorithm.ES256;
  const payload = decodeHex(A_1);
  const usage = ["signMessage", "verifyMessage"] as const;
  const newKey = () => crypto.generateKey({ type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage, alg: ALG });
  const verifier = (key: KeyId) => (message: Uint8Array) => verifySign1(crypto, key, message).payload;

  it("are signed, in the CWT tag and without; the claims are looked at only after the signature", () => {
    const [key, other] = [newKey(), newKey()];
    const message = createSign1(crypto, key, { algorithm, payload });
    assert.strictEqual(encodeHex(tagCwt(message)), `d83d${encodeHex(message)}`);
    for (const token of [message, tagCwt(message), createSign1(crypto, key, { algorithm, payload, tagged: false })]) {
      assert.strictEqual(verifyCwt(token, expecting(), verifier(key)).sub, "erikw");
      assert.strictEqual(
        thrownBy(() => verifyCwt(token, expecting({ time: between(EXP) }), verifier(other))),
        "PSA_ERROR_INVALID_SIGNATURE",
      );
    }
    assert.strictEqual(
      thrownBy(() => verifyCwt(tagCwt(message), expecting({ time: between(EXP) }), verifier(key))),
      "CWT_EXPIRED",
    );
    crypto.destroyKey(key);
    crypto.destroyKey(other);
  });

  it("are authenticated with a MAC, or signed and then encrypted", () => {
    const mac = crypto.generateKey({ type: "HMAC", bits: 256, usage, alg: "HMAC_SHA_256_8" });
    const token = tagCwt(createMac0(crypto, mac, { algorithm: CoseAlgorithm.HMAC_256_64, payload }));
    assert.strictEqual(verifyCwt(token, expecting(), (one) => verifyMac0(crypto, mac, one).payload).exp, EXP);
    const key = newKey();
    const aes = crypto.generateKey({ type: "AES", bits: 128, usage: ["encrypt", "decrypt"], alg: "CCM_8" });
    const plaintext = createSign1(crypto, key, { algorithm, payload });
    const options = { algorithm: CoseAlgorithm.AES_CCM_16_64_128, plaintext, iv: new Uint8Array(13) };
    const nested = tagCwt(createEncrypt0(crypto, aes, options).message);
    const open = (one: Uint8Array) => verifier(key)(decryptEncrypt0(crypto, aes, one).plaintext);
    assert.strictEqual(verifyCwt(nested, expecting(), open).exp, EXP);
    for (const one of [mac, key, aes]) crypto.destroyKey(one);
  });

  it("hold their claims to the caller's limits as well", () => {
    const key = newKey();
    const token = createSign1(crypto, key, { algorithm, payload });
    const open = (one: Uint8Array) => verifySign1(crypto, key, one).payload;
    assert.strictEqual(
      thrownBy(() => verifyCwt(token, expecting(), open, { length: 4096, depth: 4, count: 5 })),
      "CBOR_LIMIT_COUNT@0",
    );
    crypto.destroyKey(key);
  });

  it("have a COSE message in a tag of its own behind the CWT tag", () => {
    const verify = () => payload;
    for (const [hex, thrown] of [
      ["d83d", "CWT_TAG@2"],
      ["d83d84", "CWT_TAG@2"],
      ["d83da0", "CWT_TAG@2"],
      ["d83dd2", "nothing"],
      [`d83dd2${"00".repeat(94)}`, "CBOR_LIMIT_LENGTH"],
      ["d9003dd2", "CBOR_NON_SHORTEST@0"],
      ["", "CBOR_TRUNCATED@0"],
    ] as const) {
      assert.strictEqual(
        thrownBy(() => verifyCwt(decodeHex(hex), expecting(), verify, { length: 96, depth: 1, count: 15 })),
        thrown,
        hex,
      );
    }
  });
});
