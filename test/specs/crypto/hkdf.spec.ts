// SPDX-License-Identifier: Apache-2.0
/** hkdfExtract, hkdfExpand, hkdfExpandBytes. */
import type { HkdfExtractAlg, KeyAttributes, KeyId, KeyUsage } from "../../../sdk/contracts/crypto.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { encodeHex, exported, hex, NONE, thrownBy, using, withKey } from "./support.js";

const EXTRACT = "HKDF_EXTRACT_SHA_256";
const IKM: KeyAttributes = { type: "DERIVE", bits: 176, usage: ["derive"], alg: EXTRACT };
/** RFC 5869 A.1. */
const SALT = hex("000102030405060708090a0b0c");
const INFO = hex("f0f1f2f3f4f5f6f7f8f9");
const SECRET = "0b".repeat(22);
const PRK = "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5";
const OKM = "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865";

function prk(...usage: KeyUsage[]): KeyAttributes {
  return { type: "DERIVE", bits: 256, usage, alg: "HKDF_EXPAND_SHA_256" };
}

describe("Crypto HKDF", () => {
  it("extracts as RFC 5869 A.1 prints it", () => {
    withKey(IKM, SECRET, (ikm) => {
      assert.strictEqual(encodeHex(exported(crypto.hkdfExtract(EXTRACT, SALT, ikm, prk("export")))), PRK);
    });
  });

  it("expands to bytes as RFC 5869 A.1 prints it", () => {
    withKey(prk("derive", "deriveBytes"), PRK, (key) => {
      assert.strictEqual(encodeHex(crypto.hkdfExpandBytes(key, INFO, 42)), OKM);
      assert.strictEqual(encodeHex(crypto.hkdfExpandBytes(key, INFO, 1)), OKM.slice(0, 2));
    });
  });

  it("goes from handle to handle: extract, then expand, no salt and no info (RFC 5869 A.3)", () => {
    withKey(IKM, SECRET, (ikm) => {
      using(crypto.hkdfExtract(EXTRACT, NONE, ikm, prk("derive")), (key) => {
        assert.strictEqual(
          thrownBy(() => crypto.exportKey(key)),
          "PSA_ERROR_NOT_PERMITTED",
        );
        const made = crypto.hkdfExpand(key, NONE, { type: "HMAC", bits: 336, usage: ["export"], alg: "HMAC_SHA_256" });
        assert.strictEqual(
          encodeHex(exported(made)),
          "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
        );
      });
    });
  });

  it("takes a salt that is a key", () => {
    const salt: KeyAttributes = { type: "RAW_DATA", bits: 104, usage: ["derive"], alg: EXTRACT };
    withKey(salt, encodeHex(SALT), (saltKey) => {
      withKey(IKM, SECRET, (ikm) => {
        assert.strictEqual(encodeHex(exported(crypto.hkdfExtract(EXTRACT, saltKey, ikm, prk("export")))), PRK);
        assert.strictEqual(
          thrownBy(() => crypto.hkdfExtract(EXTRACT, ikm, ikm, prk())),
          "PSA_ERROR_INVALID_ARGUMENT",
        );
        assert.strictEqual(
          thrownBy(() => crypto.hkdfExtract(EXTRACT, SALT, saltKey, prk())),
          "PSA_ERROR_INVALID_ARGUMENT",
        );
      });
    });
    withKey({ ...salt, usage: [] }, encodeHex(SALT), (saltKey) => {
      withKey(IKM, SECRET, (ikm) => {
        assert.strictEqual(
          thrownBy(() => crypto.hkdfExtract(EXTRACT, saltKey, ikm, prk())),
          "PSA_ERROR_NOT_PERMITTED",
        );
      });
    });
  });

  it("makes keys that work: expand to an AES key and seal with it", () => {
    const aes: KeyAttributes = { type: "AES", bits: 128, usage: ["encrypt"], alg: "CCM_8" };
    withKey(prk("derive"), PRK, (key) => {
      using(crypto.hkdfExpand(key, INFO, aes), (derived) => {
        withKey(aes, OKM.slice(0, 32), (same) => {
          const seal = (k: KeyId) => encodeHex(crypto.aeadEncrypt(k, "CCM_8", new Uint8Array(13), NONE, SALT));
          assert.strictEqual(seal(derived), seal(same));
        });
      });
    });
  });

  it("works with SHA-384 and SHA-512", () => {
    for (const [hash, bytes] of [
      ["SHA_384", 48],
      ["SHA_512", 64],
    ] as const) {
      withKey({ ...IKM, alg: `HKDF_EXTRACT_${hash}` }, SECRET, (ikm) => {
        const attributes: KeyAttributes = {
          type: "DERIVE",
          bits: 8 * bytes,
          usage: ["export", "derive", "deriveBytes"],
          alg: `HKDF_EXPAND_${hash}`,
        };
        using(crypto.hkdfExtract(`HKDF_EXTRACT_${hash}`, SALT, ikm, attributes), (key) => {
          const mac: KeyAttributes = { type: "HMAC", bits: 104, usage: ["signMessage"], alg: `HMAC_${hash}` };
          const expected = withKey(mac, encodeHex(SALT), (k) => crypto.macCompute(k, `HMAC_${hash}`, hex(SECRET)));
          assert.strictEqual(encodeHex(crypto.exportKey(key)), encodeHex(expected));
          assert.strictEqual(crypto.hkdfExpandBytes(key, INFO, 255 * bytes).length, 255 * bytes);
        });
      });
    }
  });

  it("keeps to the policy: bytes only with deriveBytes, expansion only with derive", () => {
    withKey(prk("derive"), PRK, (key) => {
      assert.strictEqual(
        thrownBy(() => crypto.hkdfExpandBytes(key, INFO, 16)),
        "PSA_ERROR_NOT_PERMITTED",
      );
    });
    const aes: KeyAttributes = { type: "AES", bits: 128, usage: [], alg: "GCM" };
    withKey(prk("export"), PRK, (key) => {
      assert.strictEqual(
        thrownBy(() => crypto.hkdfExpandBytes(key, INFO, 16)),
        "PSA_ERROR_NOT_PERMITTED",
      );
      assert.strictEqual(
        thrownBy(() => crypto.hkdfExpand(key, INFO, aes)),
        "PSA_ERROR_NOT_PERMITTED",
      );
    });
    withKey(IKM, SECRET, (ikm) => {
      assert.strictEqual(
        thrownBy(() => crypto.hkdfExpand(ikm, INFO, aes)),
        "PSA_ERROR_NOT_PERMITTED",
      );
      const other = { ...prk(), bits: 512, alg: "HKDF_EXPAND_SHA_512" } as const;
      assert.strictEqual(
        thrownBy(() => crypto.hkdfExtract("HKDF_EXTRACT_SHA_512", SALT, ikm, other)),
        "PSA_ERROR_NOT_PERMITTED",
      );
    });
    withKey({ ...IKM, usage: [] }, SECRET, (ikm) => {
      assert.strictEqual(
        thrownBy(() => crypto.hkdfExtract(EXTRACT, SALT, ikm, prk())),
        "PSA_ERROR_NOT_PERMITTED",
      );
    });
  });

  it("refuses lengths and attributes out of range", () => {
    withKey(prk("derive", "deriveBytes"), PRK, (key) => {
      assert.strictEqual(crypto.hkdfExpandBytes(key, INFO, 255 * 32).length, 8160);
      const expanding = (length: number) => thrownBy(() => crypto.hkdfExpandBytes(key, INFO, length));
      assert.strictEqual(expanding(255 * 32 + 1), "PSA_ERROR_INVALID_ARGUMENT");
      assert.strictEqual(expanding(0), "RangeError");
      assert.strictEqual(expanding(255 * 64 + 1), "RangeError");
      assert.strictEqual(
        thrownBy(() => crypto.hkdfExpandBytes(key, new Uint8Array(4096), 16)),
        "nothing",
      );
      assert.strictEqual(
        thrownBy(() => crypto.hkdfExpandBytes(key, new Uint8Array(4097), 16)),
        "RangeError",
      );
    });
    withKey({ ...prk("derive", "deriveBytes"), bits: 248 }, PRK.slice(2), (key) => {
      assert.strictEqual(
        thrownBy(() => crypto.hkdfExpandBytes(key, INFO, 16)),
        "PSA_ERROR_INVALID_ARGUMENT",
      );
    });
    withKey(IKM, SECRET, (ikm) => {
      for (const bits of [248, 264, 512]) {
        assert.strictEqual(
          thrownBy(() => crypto.hkdfExtract(EXTRACT, SALT, ikm, { ...prk(), bits })),
          "PSA_ERROR_INVALID_ARGUMENT",
        );
      }
      const aes: KeyAttributes = { type: "AES", bits: 256, usage: ["encrypt"], alg: "GCM" };
      assert.strictEqual(
        thrownBy(() => crypto.hkdfExtract(EXTRACT, SALT, ikm, aes)),
        "PSA_ERROR_INVALID_ARGUMENT",
      );
    });
  });

  it("refuses to extract with what is no extract algorithm", () => {
    withKey(IKM, SECRET, (ikm) => {
      for (const alg of ["HKDF_EXPAND_SHA_256", "HMAC_SHA_256", "SHA_256", "HKDF_EXTRACT_SHA_1", "toString"]) {
        assert.strictEqual(
          thrownBy(() => crypto.hkdfExtract(alg as HkdfExtractAlg, SALT, ikm, prk())),
          "PSA_ERROR_NOT_SUPPORTED",
          alg,
        );
      }
    });
  });
});
