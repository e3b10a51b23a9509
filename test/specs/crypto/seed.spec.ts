// SPDX-License-Identifier: Apache-2.0
/** hkdfExpand to a key pair: DICE's, checked against the certificates of open-dice. */
import type { KeyAttributes, KeyId, KeyType } from "../../../sdk/contracts/crypto.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { ascii, encodeHex, exported, hex, thrownBy, using, withKey } from "./support.js";

/** Open Profile for DICE, "Salt" and "Asymmetric Key Pair Derivation". */
const ASYM_SALT = hex(
  "63b6a04d2c077fc10f639f21da793844356cc2b0b441b3a77124035c03f8e1be6035d31f282821a7450a02222ab1b3cff1679b05ab1ca5d1affb789ccd2b0b3b",
);
const INFO = ascii("Key Pair");

/** open-dice's known test values: CDI_Attest, and the subject's public key in the P-256 and in the Ed25519 certificate. */
const KNOWN: ReadonlyArray<readonly [name: string, cdi: string, p256: string, ed25519: string]> = [
  [
    "ZeroInput",
    "fbfc679771342eeacb908659ce49d6b63b4535da2c51433d7f04efa6319e0c19",
    "044f3b4e82c45ada084589c2197baf1f376eac40e1fd49b0240602aec269541c6be7eb4019ab55c66bc88bb8b469ad7ee8589e07d2f8bc888eb311c2df973b1b4a",
    "0d14e5de292eb1c8b31beae43ab55d8e9dc014b73eaa83b925a0788cc62e5c8d",
  ],
  [
    "HashOnlyInput",
    "084ef406c69ba74b1e24d062f9ab8a8d89da6e03e4c6b122857cf74fd6a4bee5",
    "04fe9db2f92809c3041285dcd3706f221c72b6c44fde93eefdfb6d5718fc8f6f0b091a19ea107ea938f44533c1665bbcfc0a6e98997288c1ad0e15c2857775000b",
    "5a3949678cd30e88ab1cddf71555d5bfd3f0b84725a958e1b9da4eb5f1389a5a",
  ],
];
const CDI = (KNOWN[0] as (typeof KNOWN)[number])[1];

const P256: KeyAttributes = {
  ...{ type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage: ["signMessage"], alg: "DETERMINISTIC_ECDSA_SHA_256" },
};
const AGREE: KeyAttributes = { type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage: ["export", "derive"], alg: "ECDH" };
const X25519: KeyAttributes = { type: "ECC_KEY_PAIR_MONTGOMERY", bits: 255, usage: ["export", "derive"], alg: "ECDH" };
const ED25519: KeyAttributes = {
  ...{ type: "ECC_KEY_PAIR_TWISTED_EDWARDS", bits: 255, usage: ["signMessage"], alg: "PURE_EDDSA" },
};

function withPrk(cdi: string, usage: KeyAttributes["usage"], use: (prk: KeyId) => void): void {
  const ikm: KeyAttributes = { type: "DERIVE", bits: 256, usage: ["derive"], alg: "HKDF_EXTRACT_SHA_512" };
  const prk: KeyAttributes = { type: "DERIVE", bits: 512, usage, alg: "HKDF_EXPAND_SHA_512" };
  withKey(ikm, cdi, (key) => using(crypto.hkdfExtract("HKDF_EXTRACT_SHA_512", ASYM_SALT, key, prk), use));
}

describe("Crypto key pair from a seed", () => {
  for (const [name, cdi, p256, ed25519] of KNOWN) {
    it(`makes the P-256 key of open-dice's ${name}, which signs`, () => {
      withPrk(cdi, ["derive"], (prk) => {
        using(crypto.hkdfExpand(prk, INFO, P256), (pair) => {
          assert.strictEqual(encodeHex(crypto.exportPublicKey(pair)), p256);
          const signature = crypto.signMessage(pair, "DETERMINISTIC_ECDSA_SHA_256", INFO);
          const verifying = { ...P256, type: "ECC_PUBLIC_KEY_SECP_R1", usage: ["verifyMessage"] } as const;
          withKey(verifying, p256, (key) => crypto.verifyMessage(key, "DETERMINISTIC_ECDSA_SHA_256", INFO, signature));
        });
      });
    });

    it(`makes the Ed25519 key of open-dice's ${name}; or has no Ed25519`, () => {
      withPrk(cdi, ["derive"], (prk) => {
        if (!crypto.supports("PURE_EDDSA")) {
          assert.strictEqual(
            thrownBy(() => crypto.hkdfExpand(prk, INFO, ED25519)),
            "PSA_ERROR_NOT_SUPPORTED",
          );
          return;
        }
        using(crypto.hkdfExpand(prk, INFO, ED25519), (pair) => {
          assert.strictEqual(encodeHex(crypto.exportPublicKey(pair)), ed25519);
        });
      });
    });
  }

  it("takes the seed itself as private key of X25519, clamped", () => {
    withPrk(CDI, ["derive", "deriveBytes"], (prk) => {
      const seed = crypto.hkdfExpandBytes(prk, INFO, 32);
      const imported = using(crypto.importKey(X25519, seed), (key) => crypto.exportKey(key));
      assert.strictEqual(encodeHex(exported(crypto.hkdfExpand(prk, INFO, X25519))), encodeHex(imported));
    });
  });

  it("gives the same scalar whatever the key is for, another to another info, and never the seed", () => {
    withPrk(CDI, ["derive", "deriveBytes"], (prk) => {
      const scalar = exported(crypto.hkdfExpand(prk, INFO, AGREE));
      const other = exported(crypto.hkdfExpand(prk, ascii("Key Pair 2"), AGREE));
      const seed = crypto.hkdfExpandBytes(prk, INFO, 32);
      assert.strictEqual(
        encodeHex(using(crypto.importKey(AGREE, scalar), (key) => crypto.exportPublicKey(key))),
        (KNOWN[0] as (typeof KNOWN)[number])[2],
      );
      assert.strictEqual(new Set([scalar, other, seed].map(encodeHex)).size, 3);
    });
  });

  it("makes key pairs with every expansion", () => {
    for (const [type, bits, alg] of [
      ["DERIVE", 256, "HKDF_EXPAND_SHA_256"],
      ["DERIVE", 384, "HKDF_EXPAND_SHA_384"],
      ["AES", 256, "HKDF_EXPAND_AES_CBC_MAC"],
    ] as const) {
      withKey({ type, bits, usage: ["derive"], alg }, "5a".repeat(bits / 8), (prk) => {
        using(crypto.hkdfExpand(prk, INFO, P256), (pair) => {
          assert.deepEqual({ ...crypto.getKeyAttributes(pair) }, { ...P256, lifetime: "volatile" });
          assert.strictEqual(
            thrownBy(() => crypto.exportKey(pair)),
            "PSA_ERROR_NOT_PERMITTED",
          );
        });
      });
    }
  });

  it("refuses public keys, attributes that do not fit, and a PRK that may not derive", () => {
    withPrk(CDI, ["derive"], (prk) => {
      const expanding = (change: Partial<KeyAttributes>) =>
        thrownBy(() => crypto.hkdfExpand(prk, INFO, { ...AGREE, ...change }));
      for (const type of ["ECC_PUBLIC_KEY_SECP_R1", "ECC_PUBLIC_KEY_MONTGOMERY"] satisfies KeyType[]) {
        const bits = type === "ECC_PUBLIC_KEY_SECP_R1" ? 256 : 255;
        assert.strictEqual(expanding({ type, bits, usage: [] }), "PSA_ERROR_INVALID_ARGUMENT", type);
      }
      assert.strictEqual(expanding({ bits: 384 }), "PSA_ERROR_INVALID_ARGUMENT");
      assert.strictEqual(expanding({ usage: ["signMessage"] }), "PSA_ERROR_INVALID_ARGUMENT");
      assert.strictEqual(expanding({ type: "ECC_KEY_PAIR_MONTGOMERY" }), "PSA_ERROR_INVALID_ARGUMENT");
    });
    withPrk(CDI, ["export"], (prk) => {
      assert.strictEqual(
        thrownBy(() => crypto.hkdfExpand(prk, INFO, AGREE)),
        "PSA_ERROR_NOT_PERMITTED",
      );
    });
  });
});
