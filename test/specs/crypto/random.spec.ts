// SPDX-License-Identifier: Apache-2.0
/** generateRandom, generateKey. */
import type { KeyAttributes } from "../../../sdk/contracts/crypto.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { encodeHex, exported, thrownBy, using } from "./support.js";

describe("Crypto random bytes and keys", () => {
  it("gives as many bytes as are asked for", () => {
    for (const length of [0, 1, 32, 257, 65536]) {
      const bytes = crypto.generateRandom(length);
      assert.strictEqual(bytes instanceof Uint8Array, true);
      assert.strictEqual(bytes.length, length);
    }
  });

  it("does not repeat itself, and uses every value of a byte", () => {
    const one = encodeHex(crypto.generateRandom(16));
    assert.strictEqual(encodeHex(crypto.generateRandom(16)) === one, false);
    assert.strictEqual(new Set(crypto.generateRandom(8192)).size, 256);
  });

  it("refuses lengths out of range", () => {
    for (const length of [-1, 65537, 1.5, Number.NaN]) {
      assert.strictEqual(
        thrownBy(() => crypto.generateRandom(length)),
        "RangeError",
        String(length),
      );
    }
    assert.strictEqual(
      thrownBy(() => crypto.generateRandom("16" as unknown as number)),
      "TypeError",
    );
  });

  const kinds: readonly (readonly [KeyAttributes, number])[] = [
    [{ type: "AES", bits: 128, usage: ["export"], alg: "GCM" }, 16],
    [{ type: "AES", bits: 192, usage: ["export"], alg: "CCM" }, 24],
    [{ type: "CHACHA20", bits: 256, usage: ["export"], alg: "CHACHA20_POLY1305" }, 32],
    [{ type: "HMAC", bits: 520, usage: ["export"], alg: "HMAC_SHA_512" }, 65],
    [{ type: "DERIVE", bits: 256, usage: ["export"], alg: "HKDF_EXTRACT_SHA_256" }, 32],
    [{ type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage: ["export"], alg: "DETERMINISTIC_ECDSA_SHA_256" }, 32],
    [{ type: "ECC_KEY_PAIR_MONTGOMERY", bits: 255, usage: ["export"], alg: "ECDH" }, 32],
  ];
  for (const [attributes, size] of kinds) {
    it(`generates ${attributes.type} keys of ${attributes.bits} bits, each another`, () => {
      const one = exported(crypto.generateKey(attributes));
      const two = exported(crypto.generateKey(attributes));
      assert.strictEqual(one.length, size);
      assert.strictEqual(encodeHex(one) === encodeHex(two), false);
    });
  }

  it("generates an X25519 scalar that is clamped", () => {
    const scalar = exported(
      crypto.generateKey({ type: "ECC_KEY_PAIR_MONTGOMERY", bits: 255, usage: ["export"], alg: "ECDH" }),
    );
    assert.strictEqual((scalar[0] as number) & 7, 0);
    assert.strictEqual((scalar[31] as number) & 192, 64);
  });

  it("generates no public key", () => {
    assert.strictEqual(
      thrownBy(() => crypto.generateKey({ type: "ECC_PUBLIC_KEY_SECP_R1", bits: 256, usage: [], alg: "ECDH" })),
      "PSA_ERROR_INVALID_ARGUMENT",
    );
  });

  it("generates a signing key that works and cannot be exported", () => {
    const alg = "DETERMINISTIC_ECDSA_SHA_256";
    const attributes = {
      type: "ECC_KEY_PAIR_SECP_R1",
      bits: 256,
      usage: ["signMessage", "verifyMessage"],
      alg,
    } as const;
    using(crypto.generateKey(attributes), (key) => {
      const message = crypto.generateRandom(100);
      assert.strictEqual(
        thrownBy(() => crypto.verifyMessage(key, alg, message, crypto.signMessage(key, alg, message))),
        "nothing",
      );
      assert.strictEqual(
        thrownBy(() => crypto.exportKey(key)),
        "PSA_ERROR_NOT_PERMITTED",
      );
    });
  });
});
