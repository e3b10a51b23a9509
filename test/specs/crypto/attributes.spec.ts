// SPDX-License-Identifier: Apache-2.0
/** Which key attributes fit together: asked through importKey, which every back-end answers alike. */
import type { KeyAttributes } from "../../../sdk/contracts/crypto.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { messageOf } from "../thrown.js";
import { thrownBy } from "./support.js";

const AES = { type: "AES", bits: 128, usage: ["encrypt"], alg: "GCM" } as const;

/** What importKey says to these attributes with as many bytes as `bits` says. */
function answer(change: Record<string, unknown>): string {
  const attributes = { ...AES, ...change } as unknown as KeyAttributes;
  const size = typeof attributes.bits === "number" && attributes.bits > 0 ? Math.ceil(attributes.bits / 8) : 0;
  return thrownBy(() => crypto.destroyKey(crypto.importKey(attributes, new Uint8Array(Math.min(size, 9000)).fill(7))));
}

describe("Crypto key attributes", () => {
  it("takes every size that a type has, and no other", () => {
    for (const bits of [128, 192, 256]) assert.strictEqual(answer({ bits }), "nothing", `AES ${bits}`);
    for (const bits of [8, 64, 120, 136, 512]) {
      assert.strictEqual(answer({ bits }), "PSA_ERROR_INVALID_ARGUMENT", `AES ${bits}`);
    }
    const mac = { type: "HMAC", alg: "HMAC_SHA_256", usage: ["signMessage"] };
    for (const bits of [8, 256, 4096 * 8]) assert.strictEqual(answer({ ...mac, bits }), "nothing", `HMAC ${bits}`);
    for (const bits of [7, 255, 4097 * 8]) {
      assert.strictEqual(answer({ ...mac, bits }), "PSA_ERROR_INVALID_ARGUMENT", `HMAC ${bits}`);
    }
    const pair = { type: "ECC_KEY_PAIR_SECP_R1", alg: "ECDH", usage: ["derive"] };
    assert.strictEqual(answer({ ...pair, bits: 256 }), "nothing");
    assert.strictEqual(answer({ ...pair, bits: 384 }), "PSA_ERROR_INVALID_ARGUMENT");
    assert.strictEqual(answer({ ...pair, type: "ECC_KEY_PAIR_MONTGOMERY", bits: 255 }), "nothing");
    assert.strictEqual(answer({ ...pair, type: "ECC_KEY_PAIR_MONTGOMERY", bits: 256 }), "PSA_ERROR_INVALID_ARGUMENT");
  });

  it("refuses bits that are no whole number", () => {
    for (const bits of [0, -8, 128.5, Number.NaN]) assert.strictEqual(answer({ bits }), "RangeError", `${bits}`);
    assert.strictEqual(answer({ bits: "128" }), "TypeError");
    assert.strictEqual(answer({ bits: undefined }), "TypeError");
  });

  it("refuses algorithms that the type is not for", () => {
    for (const alg of ["CHACHA20_POLY1305", "HMAC_SHA_256", "ECDH", "SHA_256", "HKDF_EXPAND_SHA_256"]) {
      assert.strictEqual(answer({ alg }), "PSA_ERROR_INVALID_ARGUMENT", alg);
    }
    assert.strictEqual(answer({ type: "HMAC", usage: [] }), "PSA_ERROR_INVALID_ARGUMENT");
    const montgomery = { type: "ECC_KEY_PAIR_MONTGOMERY", bits: 255, usage: [], alg: "DETERMINISTIC_ECDSA_SHA_256" };
    assert.strictEqual(answer(montgomery), "PSA_ERROR_INVALID_ARGUMENT");
    const salt = { type: "RAW_DATA", bits: 256, usage: [] };
    assert.strictEqual(answer({ ...salt, alg: "HKDF_EXPAND_SHA_256" }), "PSA_ERROR_INVALID_ARGUMENT");
    assert.strictEqual(answer({ ...salt, alg: "HKDF_EXTRACT_SHA_256" }), "nothing");
  });

  it("refuses usages that the algorithm does not have", () => {
    for (const usage of ["signMessage", "verifyHash", "derive", "deriveBytes", "copy", "toString"]) {
      assert.strictEqual(answer({ usage: [usage] }), "PSA_ERROR_INVALID_ARGUMENT", usage);
    }
    const prk = { type: "DERIVE", bits: 256, alg: "HKDF_EXPAND_SHA_256" };
    assert.strictEqual(answer({ ...prk, usage: ["derive", "deriveBytes"] }), "nothing");
    assert.strictEqual(answer({ ...prk, usage: ["deriveBytes"] }), "PSA_ERROR_INVALID_ARGUMENT");
    assert.strictEqual(
      answer({ ...prk, alg: "HKDF_EXTRACT_SHA_256", usage: ["derive", "deriveBytes"] }),
      "PSA_ERROR_INVALID_ARGUMENT",
    );
    assert.strictEqual(answer({ ...prk, usage: ["encrypt"] }), "PSA_ERROR_INVALID_ARGUMENT");
    assert.strictEqual(answer({ usage: [] }), "nothing");
    assert.strictEqual(answer({ usage: "encrypt" }), "TypeError");
    assert.strictEqual(answer({ usage: [1] }), "TypeError");
  });

  it("refuses unknown names and what is not attributes", () => {
    assert.strictEqual(answer({ type: "DES" }), "PSA_ERROR_NOT_SUPPORTED");
    assert.strictEqual(answer({ alg: "CBC" }), "PSA_ERROR_NOT_SUPPORTED");
    assert.strictEqual(answer({ type: "constructor" }), "PSA_ERROR_NOT_SUPPORTED");
    assert.strictEqual(answer({ type: 1 }), "TypeError");
    assert.strictEqual(answer({ alg: undefined }), "TypeError");
    const bytes = new Uint8Array(16);
    assert.strictEqual(
      thrownBy(() => crypto.importKey(null as unknown as KeyAttributes, bytes)),
      "TypeError",
    );
    assert.strictEqual(
      thrownBy(() => crypto.importKey(AES, "00" as unknown as Uint8Array)),
      "TypeError",
    );
  });

  it("wants an id of a persistent key, and of no other", () => {
    assert.strictEqual(answer({ id: 1 }), "PSA_ERROR_INVALID_ARGUMENT");
    assert.strictEqual(answer({ lifetime: "persistent" }), "PSA_ERROR_INVALID_ARGUMENT");
    assert.strictEqual(answer({ lifetime: "eternal", id: 1 }), "PSA_ERROR_INVALID_ARGUMENT");
    for (const id of [0, -1, 1.5, 0x40000000]) {
      assert.strictEqual(answer({ lifetime: "persistent", id }), "RangeError", `${id}`);
    }
    assert.strictEqual(answer({ lifetime: "volatile" }), "nothing");
  });

  it("names type, algorithm and usage in what it says", () => {
    const says = (expected: string, change: object, length = 16) => {
      const message = messageOf(() => crypto.importKey({ ...AES, ...change } as KeyAttributes, new Uint8Array(length)));
      assert.isTrue(message.endsWith(expected), message);
    };
    says("a key of type AES cannot be for ECDH", { alg: "ECDH" });
    says("usage derive does not fit a key of type AES for GCM", { usage: ["derive"] });
    says("a key of type AES with 128 bits has 16 bytes", {}, 17);
  });
});
