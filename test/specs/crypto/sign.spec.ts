// SPDX-License-Identifier: Apache-2.0
/** signMessage, verifyMessage, signHash, verifyHash. */
import type { KeyAttributes, KeyUsage, SignAlg } from "../../../sdk/contracts/crypto.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { ascii, encodeHex, flipped, hex, NONE, thrownBy, withKey } from "./support.js";
import { P256_ORDER, RFC6979 } from "./vectors.js";

const ALG: SignAlg = "DETERMINISTIC_ECDSA_SHA_256";
const SAMPLE = ascii("sample");

function pair(...usage: KeyUsage[]): KeyAttributes {
  return { type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage, alg: ALG };
}

function point(...usage: KeyUsage[]): KeyAttributes {
  return { type: "ECC_PUBLIC_KEY_SECP_R1", bits: 256, usage, alg: ALG };
}

/** n - s: the other signature of the same message. */
function mirrored(signature: string): Uint8Array {
  const s = BigInt(`0x${P256_ORDER}`) - BigInt(`0x${signature.slice(64)}`);
  return hex(signature.slice(0, 64) + s.toString(16).padStart(64, "0"));
}

describe("Crypto ECDSA on P-256", () => {
  it("signs as RFC 6979 A.2.5 prints it, s above n/2 included", () => {
    withKey(pair("signMessage"), RFC6979.secret, (key) => {
      assert.strictEqual(encodeHex(crypto.signMessage(key, ALG, SAMPLE)), RFC6979.sample);
      assert.strictEqual(encodeHex(crypto.signMessage(key, ALG, ascii("test"))), RFC6979.test);
    });
  });

  it("signs a hash as the message that has it", () => {
    withKey(pair("signHash"), RFC6979.secret, (key) => {
      const hash = crypto.hashCompute("SHA_256", SAMPLE);
      assert.strictEqual(encodeHex(crypto.signHash(key, ALG, hash)), RFC6979.sample);
      assert.strictEqual(encodeHex(crypto.signMessage(key, ALG, SAMPLE)), RFC6979.sample);
    });
  });

  it("verifies message and hash with a public key and with a pair", () => {
    const hash = crypto.hashCompute("SHA_256", SAMPLE);
    const signature = hex(RFC6979.sample);
    withKey(point("verifyHash"), RFC6979.public, (key) => {
      assert.strictEqual(
        thrownBy(() => crypto.verifyMessage(key, ALG, SAMPLE, signature)),
        "nothing",
      );
      assert.strictEqual(
        thrownBy(() => crypto.verifyHash(key, ALG, hash, signature)),
        "nothing",
      );
    });
    withKey(pair("verifyHash"), RFC6979.secret, (key) => {
      assert.strictEqual(
        thrownBy(() => crypto.verifyMessage(key, ALG, SAMPLE, signature)),
        "nothing",
      );
      assert.strictEqual(
        thrownBy(() => crypto.verifyHash(key, ALG, hash, signature)),
        "nothing",
      );
    });
  });

  it("accepts n-s for s: there is no low-s rule", () => {
    withKey(point("verifyMessage"), RFC6979.public, (key) => {
      assert.strictEqual(
        thrownBy(() => crypto.verifyMessage(key, ALG, SAMPLE, mirrored(RFC6979.sample))),
        "nothing",
      );
      assert.strictEqual(
        thrownBy(() => crypto.verifyMessage(key, ALG, ascii("test"), mirrored(RFC6979.test))),
        "nothing",
      );
    });
  });

  it("refuses another message, another hash, and flipped bits of the signature", () => {
    withKey(point("verifyHash"), RFC6979.public, (key) => {
      const signature = hex(RFC6979.sample);
      const refused = (message: Uint8Array, bytes: Uint8Array) =>
        thrownBy(() => crypto.verifyMessage(key, ALG, message, bytes));
      assert.strictEqual(refused(NONE, signature), "PSA_ERROR_INVALID_SIGNATURE");
      assert.strictEqual(
        thrownBy(() => crypto.verifyHash(key, ALG, new Uint8Array(32), signature)),
        "PSA_ERROR_INVALID_SIGNATURE",
      );
      for (let bit = 0; bit < 512; bit += 31) {
        assert.strictEqual(refused(SAMPLE, flipped(signature, bit)), "PSA_ERROR_INVALID_SIGNATURE", `bit ${bit}`);
      }
    });
  });

  it("refuses signatures of other lengths, and r or s of 0 or n", () => {
    withKey(point("verifyMessage"), RFC6979.public, (key) => {
      const signature = hex(RFC6979.sample);
      const refused = (bytes: Uint8Array) => thrownBy(() => crypto.verifyMessage(key, ALG, SAMPLE, bytes));
      for (const length of [0, 1, 32, 63]) {
        assert.strictEqual(refused(signature.subarray(0, length)), "PSA_ERROR_INVALID_SIGNATURE", `${length}`);
      }
      assert.strictEqual(refused(Uint8Array.of(...signature, 0)), "PSA_ERROR_INVALID_SIGNATURE");
      for (const value of ["00".repeat(32), P256_ORDER, "ff".repeat(32)]) {
        assert.strictEqual(refused(hex(value + RFC6979.sample.slice(64))), "PSA_ERROR_INVALID_SIGNATURE", `r ${value}`);
        assert.strictEqual(
          refused(hex(RFC6979.sample.slice(0, 64) + value)),
          "PSA_ERROR_INVALID_SIGNATURE",
          `s ${value}`,
        );
        assert.strictEqual(refused(hex(value + value)), "PSA_ERROR_INVALID_SIGNATURE", `r and s ${value}`);
      }
    });
  });

  it("keeps to the policy", () => {
    const hash = new Uint8Array(32);
    const signature = new Uint8Array(64);
    withKey(pair("signMessage"), RFC6979.secret, (key) => {
      assert.strictEqual(
        thrownBy(() => crypto.signHash(key, ALG, hash)),
        "PSA_ERROR_NOT_PERMITTED",
      );
      assert.strictEqual(
        thrownBy(() => crypto.verifyMessage(key, ALG, NONE, signature)),
        "PSA_ERROR_NOT_PERMITTED",
      );
      assert.strictEqual(
        thrownBy(() => crypto.signMessage(key, "ECDH" as SignAlg, NONE)),
        "PSA_ERROR_NOT_SUPPORTED",
      );
    });
    withKey(point("verifyMessage"), RFC6979.public, (key) => {
      assert.strictEqual(
        thrownBy(() => crypto.verifyHash(key, ALG, hash, signature)),
        "PSA_ERROR_NOT_PERMITTED",
      );
      assert.strictEqual(
        thrownBy(() => crypto.signMessage(key, ALG, NONE)),
        "PSA_ERROR_NOT_PERMITTED",
      );
    });
    withKey({ ...pair("derive"), alg: "ECDH" }, RFC6979.secret, (key) => {
      assert.strictEqual(
        thrownBy(() => crypto.signMessage(key, ALG, NONE)),
        "PSA_ERROR_NOT_PERMITTED",
      );
    });
  });

  it("refuses hashes that are not 32 bytes", () => {
    withKey(pair("signHash", "verifyHash"), RFC6979.secret, (key) => {
      for (const length of [0, 31, 33, 64]) {
        const hash = new Uint8Array(length);
        assert.strictEqual(
          thrownBy(() => crypto.signHash(key, ALG, hash)),
          "RangeError",
          `${length}`,
        );
        assert.strictEqual(
          thrownBy(() => crypto.verifyHash(key, ALG, hash, new Uint8Array(64))),
          "RangeError",
        );
      }
    });
  });
});
