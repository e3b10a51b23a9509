// SPDX-License-Identifier: Apache-2.0
/** A key is for its one algorithm: every other operation refuses it, whatever its usages. */
import type {
  AeadAlg,
  HkdfExtractAlg,
  KeyAlg,
  KeyAttributes,
  KeyId,
  MacAlg,
  SignAlg,
} from "../../../sdk/contracts/crypto.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { messageOf } from "../thrown.js";
import { KEY_ALGS, TYPES_OF } from "./algorithms.js";
import { hex, NONE, thrownBy, using, withKey } from "./support.js";
import { RFC5903 } from "./vectors.js";

const NONCE = new Uint8Array(12);
const DERIVED: KeyAttributes = { type: "DERIVE", bits: 256, usage: ["export"], alg: "HKDF_EXTRACT_SHA_256" };
const CONTENT: KeyAttributes = { type: "HMAC", bits: 128, usage: ["export"], alg: "HMAC_SHA_256" };
const PRK_BITS = { HKDF_EXTRACT_SHA_256: 256, HKDF_EXTRACT_SHA_384: 384, HKDF_EXTRACT_SHA_512: 512 } as const;

/** Most usages that a key for `alg` can have. */
function usagesOf(alg: KeyAlg): KeyAttributes["usage"] {
  if (alg === "KW") return ["wrap", "unwrap", "export"];
  if (alg.startsWith("HKDF_EXPAND_")) return ["derive", "deriveBytes", "export"];
  if (alg.startsWith("HKDF_EXTRACT_") || alg === "ECDH") return ["derive", "export"];
  if (alg === "DETERMINISTIC_ECDSA_SHA_256") return ["signHash", "verifyHash", "export"];
  if (alg === "PURE_EDDSA" || alg.startsWith("HMAC_") || alg.startsWith("CBC_MAC")) {
    return ["signMessage", "verifyMessage", "export"];
  }
  return ["encrypt", "decrypt", "export"];
}

/** What there is to do with a key for `alg`. */
function operations(alg: KeyAlg, key: KeyId, content: KeyId): ReadonlyArray<() => unknown> {
  if (alg === "KW") {
    return [() => crypto.wrapKey(key, alg, content), () => crypto.unwrapKey(CONTENT, key, alg, new Uint8Array(24))];
  }
  if (alg === "ECDH") return [() => crypto.keyAgreement(key, hex(RFC5903.gr), DERIVED)];
  if (alg.startsWith("HKDF_EXPAND_")) {
    return [() => crypto.hkdfExpand(key, NONE, DERIVED), () => crypto.hkdfExpandBytes(key, NONE, 16)];
  }
  if (alg.startsWith("HKDF_EXTRACT_")) {
    const extract = alg as HkdfExtractAlg;
    const attributes = { ...DERIVED, bits: PRK_BITS[extract] };
    return [() => crypto.destroyKey(crypto.hkdfExtract(extract, NONE, key, attributes))];
  }
  if (alg === "DETERMINISTIC_ECDSA_SHA_256" || alg === "PURE_EDDSA") {
    const sign: SignAlg = alg;
    const whole = [
      () => crypto.signMessage(key, sign, NONE),
      () => crypto.verifyMessage(key, sign, NONE, new Uint8Array(64)),
    ];
    if (sign === "PURE_EDDSA") return whole;
    const digest = new Uint8Array(32);
    return [
      ...whole,
      () => crypto.signHash(key, sign, digest),
      () => crypto.verifyHash(key, sign, digest, new Uint8Array(64)),
    ];
  }
  if (alg.startsWith("HMAC_") || alg.startsWith("CBC_MAC")) {
    const mac = alg as MacAlg;
    return [() => crypto.macCompute(key, mac, NONE), () => crypto.macVerify(key, mac, NONE, new Uint8Array(16))];
  }
  const aead = alg as AeadAlg;
  return [
    () => crypto.aeadEncrypt(key, aead, NONCE, NONE, NONE),
    () => crypto.aeadDecrypt(key, aead, NONCE, NONE, new Uint8Array(16)),
  ];
}

/** Algorithms that only a key's policy tells apart, as the operation does not name them. */
function isSameOperation(a: KeyAlg, b: KeyAlg): boolean {
  return a === b || (a.startsWith("HKDF_EXPAND_") && b.startsWith("HKDF_EXPAND_"));
}

describe("Crypto policies", () => {
  for (const own of KEY_ALGS) {
    it(`let a key for ${own} do nothing else`, () => {
      const type = TYPES_OF[own][0] as KeyAttributes["type"];
      const bits = type.endsWith("_TWISTED_EDWARDS") ? 255 : 256;
      const generating = () => crypto.generateKey({ type, bits, usage: usagesOf(own), alg: own });
      if (!crypto.supports(own)) {
        assert.strictEqual(thrownBy(generating), "PSA_ERROR_NOT_SUPPORTED");
        return;
      }
      withKey(CONTENT, "5a".repeat(16), (content) => {
        using(generating(), (key) => {
          for (const alg of KEY_ALGS.filter((name) => crypto.supports(name) && !isSameOperation(name, own))) {
            operations(alg, key, content).forEach((operation, i) => {
              assert.strictEqual(thrownBy(operation), "PSA_ERROR_NOT_PERMITTED", `${alg}, operation ${i}`);
            });
          }
        });
      });
    });
  }

  it("says the code first in each message, where a log shows nothing else", () => {
    withKey({ ...CONTENT, usage: ["verifyMessage"] }, "5a".repeat(16), (key) => {
      const text = new Uint8Array(3);
      const sign = messageOf(() => crypto.macCompute(key, "HMAC_SHA_256", text));
      assert.strictEqual(sign.split(":")[0], "PSA_ERROR_NOT_PERMITTED", sign);
      const verify = messageOf(() => crypto.macVerify(key, "HMAC_SHA_256", text, new Uint8Array(32)));
      assert.strictEqual(verify.split(":")[0], "PSA_ERROR_INVALID_SIGNATURE", verify);
    });
    const destroyed = messageOf(() => crypto.destroyKey(12345 as KeyId));
    assert.strictEqual(destroyed.split(":")[0], "PSA_ERROR_INVALID_HANDLE", destroyed);
  });
});
