// SPDX-License-Identifier: Apache-2.0
/** macCompute, macVerify. */
import type { KeyAttributes, MacAlg } from "../../../sdk/contracts/crypto.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { ascii, encodeHex, flipped, hex, NONE, thrownBy, withKey } from "./support.js";

/** RFC 4231 §4.3, test case 2: key "Jefe". */
const KEY = "4a656665";
const MESSAGE = ascii("what do ya want for nothing?");
const FULL: readonly (readonly [MacAlg, string])[] = [
  ["HMAC_SHA_256", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"],
  ["HMAC_SHA_384", "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649"],
  [
    "HMAC_SHA_512",
    "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
  ],
];
/** RFC 4231 §4.6 asks for the first bytes of a tag. */
const TAGS: typeof FULL = [
  ...FULL,
  ...(["HMAC_SHA_256_8", "HMAC_SHA_256_16", "HMAC_SHA_384_24", "HMAC_SHA_512_32"] as const).map((alg) => {
    const [whole, bytes] = [alg.slice(0, 12), Number(alg.slice(13))];
    return [alg, (FULL.find(([name]) => name === whole)?.[1] ?? "").slice(0, 2 * bytes)] as const;
  }),
];

function attributes(alg: MacAlg, usage: KeyAttributes["usage"] = ["signMessage", "verifyMessage"]): KeyAttributes {
  return { type: "HMAC", bits: 32, usage, alg };
}

describe("Crypto HMAC", () => {
  for (const [alg, tag] of TAGS) {
    it(`computes and verifies ${alg} of RFC 4231 §4.3`, () => {
      withKey(attributes(alg), KEY, (key) => {
        assert.strictEqual(encodeHex(crypto.macCompute(key, alg, MESSAGE)), tag);
        assert.strictEqual(
          thrownBy(() => crypto.macVerify(key, alg, MESSAGE, hex(tag))),
          "nothing",
        );
      });
    });

    it(`refuses ${alg} tags with any bit flipped, cut or too long`, () => {
      withKey(attributes(alg), KEY, (key) => {
        const refused = (bytes: Uint8Array) => thrownBy(() => crypto.macVerify(key, alg, MESSAGE, bytes));
        const right = hex(tag);
        for (let bit = 0; bit < 8 * right.length; bit++) {
          assert.strictEqual(refused(flipped(right, bit)), "PSA_ERROR_INVALID_SIGNATURE", `bit ${bit}`);
        }
        for (const length of [0, 1, 4, right.length - 1]) {
          assert.strictEqual(refused(right.subarray(0, length)), "PSA_ERROR_INVALID_SIGNATURE", `length ${length}`);
        }
        assert.strictEqual(refused(Uint8Array.of(...right, 0)), "PSA_ERROR_INVALID_SIGNATURE");
      });
    });
  }

  it("takes no tag of another length of the same hash", () => {
    withKey(attributes("HMAC_SHA_256_8"), KEY, (key) => {
      const whole = hex(FULL[0]?.[1] ?? "");
      assert.strictEqual(
        thrownBy(() => crypto.macVerify(key, "HMAC_SHA_256_8", MESSAGE, whole)),
        "PSA_ERROR_INVALID_SIGNATURE",
      );
      for (const alg of ["HMAC_SHA_256", "HMAC_SHA_256_16"] as const) {
        assert.strictEqual(
          thrownBy(() => crypto.macCompute(key, alg, MESSAGE)),
          "PSA_ERROR_NOT_PERMITTED",
        );
      }
    });
  });

  it("refuses another message", () => {
    withKey(attributes("HMAC_SHA_256"), KEY, (key) => {
      const tag = crypto.macCompute(key, "HMAC_SHA_256", NONE);
      assert.strictEqual(
        thrownBy(() => crypto.macVerify(key, "HMAC_SHA_256", MESSAGE, tag)),
        "PSA_ERROR_INVALID_SIGNATURE",
      );
    });
  });

  it("keeps to the policy's algorithm and usages", () => {
    withKey(attributes("HMAC_SHA_256", ["verifyMessage"]), KEY, (key) => {
      assert.strictEqual(
        thrownBy(() => crypto.macCompute(key, "HMAC_SHA_256", NONE)),
        "PSA_ERROR_NOT_PERMITTED",
      );
      assert.strictEqual(
        thrownBy(() => crypto.macVerify(key, "HMAC_SHA_512", NONE, new Uint8Array(64))),
        "PSA_ERROR_NOT_PERMITTED",
      );
    });
    withKey(attributes("HMAC_SHA_256", ["signMessage"]), KEY, (key) => {
      assert.strictEqual(
        thrownBy(() => crypto.macVerify(key, "HMAC_SHA_256", NONE, new Uint8Array(32))),
        "PSA_ERROR_NOT_PERMITTED",
      );
      assert.strictEqual(
        thrownBy(() => crypto.macCompute(key, "GCM" as MacAlg, NONE)),
        "PSA_ERROR_NOT_SUPPORTED",
      );
      assert.strictEqual(
        thrownBy(() => crypto.macCompute(key, "HMAC_SHA_256", "x" as unknown as Uint8Array)),
        "TypeError",
      );
    });
  });
});
