// SPDX-License-Identifier: Apache-2.0
/** Attestation results that are not what they should be: each claim in turn, each byte, each bit. */
import { createResult, verifyResult } from "../../../sdk/attestation/result.js";
import { decodeCbor } from "../../../sdk/cbor/decode.js";
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import { CborFloat, type CborValue } from "../../../sdk/cbor/value.js";
import type { KeyId } from "../../../sdk/contracts/crypto.js";
import { createSign1, verifySign1 } from "../../../sdk/cose/sign1.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { before, describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { accepted, at, makeKey, NOW, refused, VERIFIER } from "./result-samples.js";

type Claims = Map<CborValue, CborValue>;
const CONTENT = Object.freeze({ verifier: VERIFIER, issuedAt: NOW, expires: NOW + 300 });
let key: KeyId;
let good: Uint8Array;
let payload: Uint8Array;

const outcome = (result: Uint8Array) =>
  thrownBy(() => verifyResult(crypto, key, result, { time: at(NOW), whenTimeUnknown: "refuse" }));
const signed = (bytes: Uint8Array) => createSign1(crypto, key, { algorithm: -7, payload: bytes });
const within = (map: Claims, ...path: readonly CborValue[]): Claims =>
  path.reduce<Claims>((inner, label) => inner.get(label) as Claims, map);

/** The good claims with one place changed. */
function changed(path: readonly CborValue[], value: CborValue, from = payload): string {
  const map = decodeCbor(from) as Claims;
  const parent = within(map, ...path.slice(0, -1));
  const label = path.at(-1) as CborValue;
  if (value === undefined) parent.delete(label);
  else if (Array.isArray(parent)) (parent as CborValue[])[label as number] = value;
  else parent.set(label, value);
  return outcome(signed(encodeCbor(map)));
}

before(() => {
  key = makeKey(crypto);
  good = createResult(crypto, key, { appraisal: accepted(), ...CONTENT });
  payload = verifySign1(crypto, key, good).payload.slice();
});

const PSA = [266, "PSA"] as const;
const ATTESTER = [...PSA, 1005] as const;

describe("an attestation result with a claim that is wrong", () => {
  it("is refused without each claim that it must have", () => {
    assert.strictEqual(outcome(signed(payload)), "nothing");
    for (const path of [
      [266],
      PSA,
      [1004],
      [1004, 0],
      [1004, 1],
      [...PSA, 10],
      [...PSA, 1000],
      [...PSA, 1001],
      ATTESTER,
      ...[256, 265, 2394, 2395, 2396, 2399].map((label) => [...ATTESTER, label]),
      ...[2, 5].map((label) => [...ATTESTER, 2399, 0, label]),
    ]) {
      const [list, index, ...rest] = path.slice(-3);
      const isListed = list === 2399 && index === 0 && rest.length === 1;
      const seen = isListed ? changed([...ATTESTER, 2399], [new Map()]) : changed(path, undefined);
      assert.strictEqual(seen, "ATTEST_RESULT", path.join("/"));
    }
    assert.strictEqual(changed([265], undefined), "ATTEST_PROFILE");
    assert.strictEqual(changed([4], undefined), "CWT_MISSING");
    assert.strictEqual(changed([6], undefined), "CWT_MISSING");
    assert.strictEqual(changed([1000], undefined), "nothing");
  });

  it("is refused with each claim of another type or length", () => {
    const wrong: readonly (readonly [readonly CborValue[], CborValue])[] = [
      [[4], new CborFloat(NOW + 300)],
      [[6], new CborFloat(NOW)],
      [[6], -1],
      [[6], NOW + 300],
      [[10], "nonce"],
      [[10], new Uint8Array(7)],
      [[10], new Uint8Array(65)],
      [[266], []],
      [PSA, 1],
      [[1004], "v"],
      [[1004, 0], 1],
      [[1004, 1], "b".repeat(257)],
      [[1000], 1],
      [[1000], "affirming"],
      [[...PSA, 1000], 3],
      [[...PSA, 1001], [2]],
      [[...PSA, 1001, 0], 128],
      [[...PSA, 1001, 0], -129],
      [[...PSA, 1001, 7], 2.5],
      [[...PSA, 10], new Uint8Array(31)],
      [ATTESTER, 1],
      [[...ATTESTER, 256], new Uint8Array(32)],
      [[...ATTESTER, 256], new Uint8Array(33)],
      [[...ATTESTER, 265], "tag:another"],
      [[...ATTESTER, 2394], 2 ** 31],
      [[...ATTESTER, 2394], -(2 ** 31) - 1],
      [[...ATTESTER, 2395], 0x10000],
      [[...ATTESTER, 2395], -1],
      [[...ATTESTER, 2396], new Uint8Array(33)],
      [[...ATTESTER, 2399], 1],
      [[...ATTESTER, 2399], [1]],
      [[...ATTESTER, 2399], new Array(33).fill(component())],
      [[...ATTESTER, 2399], [component([2, new Uint8Array(33)])]],
      [[...ATTESTER, 2399], [component([5, new Uint8Array(31)])]],
      [[...ATTESTER, 2399], [component([1, 1])]],
      [[...ATTESTER, 2399], [component([4, 1])]],
      [[...ATTESTER, 2399], [component([6, "x".repeat(257)])]],
      [[...PSA, 1006], 1],
      [[...PSA, 1006], new Map([["unchecked", 1]])],
      [[...PSA, 1006], new Map([["unchecked", [1]]])],
      [[...PSA, 1006], new Map([["unchecked", new Array(33).fill("nonce")]])],
    ];
    for (const [path, value] of wrong) assert.strictEqual(changed(path, value), "ATTEST_RESULT", path.join("/"));
    assert.strictEqual(changed([265], "tag:ietf.org,2026:rats/ear#03"), "ATTEST_PROFILE");
    assert.strictEqual(changed([...ATTESTER, 2399], [component()]), "nothing");
    assert.strictEqual(changed([...ATTESTER, 2399], new Array(32).fill(component())), "nothing");
  });

  it("is refused when its parts contradict one another", () => {
    for (const [path, value] of [
      [[...PSA, 1001, 2], 33],
      [[...PSA, 1001, 1], 96],
      [[...PSA, 1001, 4], -33],
      [[...PSA, 1001, 4], -128],
      [[...PSA, 1001, 3], 1],
      [[...PSA, 1001, 3], -1],
      [[...PSA, 1000], 32],
      [[...PSA, 1006], new Map([["reason", ["nonce", "ATTEST_NONCE", "another"]]])],
      [[266, "another"], new Map([[1000, 2]])],
    ] as const) {
      assert.strictEqual(changed(path, value), "ATTEST_RESULT", path.join("/"));
    }
    for (const claim of [0, 31, -2, -32]) assert.strictEqual(changed([...PSA, 1001, 3], claim), "nothing");
  });

  it("refuses although a submodule affirms, when it says so beside them", () => {
    const map = decodeCbor(payload) as Claims;
    map.set(1000, 96);
    const result = verifyResult(crypto, key, signed(encodeCbor(map)), { time: at(NOW), whenTimeUnknown: "refuse" });
    assert.strictEqual(`${result.result} ${result.status}`, "refused contraindicated");
    assert.isFalse("claims" in result);
  });

  it("passes over claims that it does not know", () => {
    for (const path of [[-70000], [...PSA, 1003], [...ATTESTER, 268], [...PSA, 1001, 8]]) {
      assert.strictEqual(changed(path, 1), "nothing", path.join("/"));
    }
  });

  it("has a reason of step, code and text", () => {
    const bytes = createResult(crypto, key, { appraisal: refused("nonce"), ...CONTENT });
    const from = verifySign1(crypto, key, bytes).payload.slice();
    for (const value of [1, ["nonce", "ATTEST_NONCE"], ["nonce", "ATTEST_NONCE", 1], ["a", "b", "c".repeat(257)]]) {
      assert.strictEqual(changed([...PSA, 1006, "reason"], value, from), "ATTEST_RESULT");
    }
    assert.strictEqual(changed([...PSA, 1006], undefined, from), "nothing");
    // A refusal does not become an acceptance by its status alone.
    assert.strictEqual(changed([...PSA, 1000], 2, from), "ATTEST_RESULT");
  });
});

describe("an attestation result that was damaged", () => {
  it("is refused when it is not a map", () => {
    for (const value of [[], 1, "map", null]) {
      assert.strictEqual(outcome(signed(encodeCbor(value))), "CWT_CLAIM");
    }
  });

  it("is refused where it is cut", () => {
    for (let length = 0; length < good.length; length++) {
      assert.isTrue(outcome(good.subarray(0, length)).startsWith("CBOR_TRUNCATED"), `${length} bytes`);
    }
    assert.isTrue(outcome(Uint8Array.of(...good, 0)).startsWith("CBOR_TRAILING_BYTES"));
    assert.isTrue(outcome(new Uint8Array(8193)).startsWith("CBOR_LIMIT_LENGTH"));
  });

  it("is refused with another signature, of another key, or with another algorithm", () => {
    const other = makeKey(crypto);
    const bytes = createResult(crypto, other, { appraisal: accepted(), ...CONTENT });
    assert.strictEqual(outcome(bytes), "PSA_ERROR_INVALID_SIGNATURE");
    const mixed = good.slice();
    mixed.set(bytes.subarray(-64), mixed.length - 64);
    assert.strictEqual(outcome(mixed), "PSA_ERROR_INVALID_SIGNATURE");
  });

  /** A signature is verified for nearly each: on a board a sample, that meets each position in a byte. Node takes all (test/attestation). */
  it("is refused with a bit flipped", () => {
    for (let bit = 0; bit < 8 * good.length; bit += 331) {
      const flipped = good.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      assert.notStrictEqual(outcome(flipped), "nothing", `bit ${bit}`);
    }
  });
});

function component(...more: readonly (readonly [number, CborValue])[]): CborValue {
  return new Map<CborValue, CborValue>([[2, new Uint8Array(32)], [5, new Uint8Array(32)], ...more]);
}
