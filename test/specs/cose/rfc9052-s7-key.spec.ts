// SPDX-License-Identifier: Apache-2.0
/** COSE_Key of all our types, with private parts, and its import: RFC 9052 §7, RFC 9053 §7. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import type { Crypto, KeyId } from "../../../sdk/contracts/crypto.js";
import { CoseAlgorithm } from "../../../sdk/cose/algorithms.js";
import { type CoseKey, encodeKey, KeyOperation, parseKey } from "../../../sdk/cose/key.js";
import { importKey, importPublicKey, type KeyPurpose } from "../../../sdk/cose/key-import.js";
import { RecipientAlgorithm } from "../../../sdk/cose/recipient-algorithms.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";

/** RFC 8032 §7.1 TEST 1, RFC 7748 §6.1 (Alice). */
const ED25519 = { d: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60" };
const ED25519_PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const X25519 = "77076d0a7318a57d3c16c17251b26645f0cdf3b8b9e8b8a9a1b3d4f4f0c0f2a1";
/** RFC 6979 §A.2.5. */
const P256 = {
  d: "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
  x: "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6",
  y: "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
};
const BYTES: KeyPurpose = { alg: "HKDF_EXPAND_SHA_256", usage: ["derive", "deriveBytes"] };
const SIGN: KeyPurpose = { alg: "DETERMINISTIC_ECDSA_SHA_256", usage: ["signMessage", "verifyMessage"] };

function ec2(more: Partial<CoseKey> = {}): CoseKey {
  const publicKey = decodeHex(`04${P256.x}${P256.y}`);
  return { kty: "EC2", crv: "P-256", publicKey, d: decodeHex(P256.d), ...more } as CoseKey;
}

function importOutcome(key: CoseKey, purpose: KeyPurpose): string {
  return thrownBy(() => crypto.destroyKey(importKey(crypto, key, purpose)));
}

/** How many keys an import that fails leaves behind. */
function leftBy(key: CoseKey, purpose: KeyPurpose): number {
  let left = 0;
  const counting = {
    importKey(...args: Parameters<Crypto["importKey"]>) {
      left++;
      return crypto.importKey(...args);
    },
    exportPublicKey: (id: KeyId) => crypto.exportPublicKey(id),
    destroyKey(id: KeyId) {
      left--;
      crypto.destroyKey(id);
    },
  };
  thrownBy(() => importKey(counting, key, purpose));
  return left;
}

describe("RFC 9052 §7 COSE_Key", () => {
  it("each type is written as the RFC has it, and read back", () => {
    const keys: readonly (readonly [CoseKey, string])[] = [
      [ec2(), `a501022001215820${P256.x}225820${P256.y}235820${P256.d}`],
      [{ kty: "EC2", crv: "P-256", d: decodeHex(P256.d) }, `a301022001235820${P256.d}`],
      [{ kty: "EC2", crv: "P-256", publicKey: decodeHex(`03${P256.x}`) }, `a401022001215820${P256.x}22f5`],
      [{ kty: "OKP", crv: "Ed25519", publicKey: decodeHex(ED25519_PUBLIC) }, `a301012006215820${ED25519_PUBLIC}`],
      [{ kty: "OKP", crv: "X25519", d: decodeHex(X25519) }, `a301012004235820${X25519}`],
      [{ kty: "Symmetric", k: Uint8Array.of(1, 2), alg: 5, kid: Uint8Array.of(9) }, "a40104024109030520420102"],
      [{ kty: "Symmetric", k: Uint8Array.of(1), keyOps: [9, 10] }, "a301040482090a204101"],
    ];
    for (const [key, hex] of keys) {
      assert.strictEqual(encodeHex(encodeKey(key)), hex);
      assert.strictEqual(encodeHex(encodeKey(parseKey(decodeHex(hex)))), hex);
    }
  });

  it("a key stays when it is imported to stay", () => {
    const id = 0x2c05e;
    const key = importKey(crypto, ec2(), { ...SIGN, lifetime: "persistent", id });
    const { lifetime } = crypto.getKeyAttributes(crypto.openKey(id));
    crypto.destroyKey(key);
    assert.strictEqual(lifetime, "persistent");
  });

  it("a private key signs, and its public half verifies", () => {
    const key = importKey(crypto, ec2(), SIGN);
    const signature = crypto.signMessage(key, "DETERMINISTIC_ECDSA_SHA_256", Uint8Array.of(1));
    const { publicKey } = ec2() as { publicKey: Uint8Array };
    const verifier = importPublicKey(crypto, encodeKey({ kty: "EC2", crv: "P-256", publicKey }));
    crypto.verifyMessage(verifier, "DETERMINISTIC_ECDSA_SHA_256", Uint8Array.of(1), signature);
    crypto.destroyKey(key);
    crypto.destroyKey(verifier);
  });

  it("a private key comes without its public part, or with the right one in either form", () => {
    const { d } = ec2() as { d: Uint8Array };
    assert.strictEqual(importOutcome({ kty: "EC2", crv: "P-256", d }, SIGN), "nothing");
    assert.strictEqual(importOutcome(ec2({ publicKey: decodeHex(`03${P256.x}`) }), SIGN), "nothing");
    for (const publicKey of [`02${P256.x}`, `04${P256.x}${P256.x}`, `04${P256.y}${P256.x}`]) {
      assert.strictEqual(importOutcome(ec2({ publicKey: decodeHex(publicKey) }), SIGN), "COSE_KEY_VALUE", publicKey);
      assert.strictEqual(leftBy(ec2({ publicKey: decodeHex(publicKey) }), SIGN), 0, publicKey);
    }
  });

  it("alg and key_ops allow what they name, and nothing else", () => {
    const k = new Uint8Array(32);
    const hmac: KeyPurpose = { alg: "HMAC_SHA_256", usage: ["signMessage", "verifyMessage"] };
    const { macCreate, macVerify, sign, verify, wrapKey, unwrapKey, deriveKey, deriveBits } = KeyOperation;
    const cases: readonly (readonly [CoseKey, KeyPurpose, string])[] = [
      [{ kty: "Symmetric", k, alg: CoseAlgorithm.HMAC_256 }, hmac, "nothing"],
      [{ kty: "Symmetric", k, alg: CoseAlgorithm.HMAC_256_64 }, hmac, "COSE_KEY_USE"],
      [{ kty: "Symmetric", k, alg: "HS256" }, hmac, "COSE_KEY_USE"],
      [{ kty: "Symmetric", k, keyOps: [macCreate, macVerify] }, hmac, "nothing"],
      [{ kty: "Symmetric", k, keyOps: [macVerify] }, hmac, "COSE_KEY_USE"],
      [{ kty: "Symmetric", k, keyOps: [sign, verify] }, hmac, "COSE_KEY_USE"],
      [{ kty: "Symmetric", k, keyOps: [wrapKey] }, { alg: "KW", usage: ["wrap"] }, "nothing"],
      [{ kty: "Symmetric", k, keyOps: [unwrapKey] }, { alg: "KW", usage: ["wrap"] }, "COSE_KEY_USE"],
      [{ kty: "Symmetric", k, alg: RecipientAlgorithm.A256KW }, { alg: "KW", usage: ["unwrap"] }, "nothing"],
      [ec2({ keyOps: [sign, verify], alg: CoseAlgorithm.ESP256 }), SIGN, "nothing"],
      [ec2({ keyOps: [sign] }), SIGN, "COSE_KEY_USE"],
      [ec2({ alg: 1n << 60n }), SIGN, "COSE_KEY_USE"],
      [{ kty: "Symmetric", k, keyOps: [deriveKey] }, BYTES, "COSE_KEY_USE"],
      [{ kty: "Symmetric", k, keyOps: [deriveBits] }, BYTES, "nothing"],
      [
        { kty: "Symmetric", k, keyOps: [macCreate] },
        { alg: "HMAC_SHA_256", usage: ["signMessage", "export"] },
        "nothing",
      ],
      [ec2({ alg: CoseAlgorithm.Ed25519 }), SIGN, "COSE_KEY_USE"],
      [ec2({ keyOps: [deriveKey] }), { alg: "ECDH", usage: ["derive"] }, "nothing"],
      [ec2({ keyOps: [deriveKey] }), SIGN, "COSE_KEY_USE"],
    ];
    for (const [i, [key, purpose, expected]] of cases.entries()) {
      assert.strictEqual(importOutcome(key, purpose), expected, `case ${i}`);
    }
  });

  it("alg and key_ops are integers or text, and no floats, large as they may be", () => {
    const float = "fb7e37e43c8800759c"; // 1e300
    for (const parameter of [`03${float}`, "03f93c00", `0481${float}`, "0481f93c00"]) {
      assert.strictEqual(
        thrownBy(() => parseKey(decodeHex(`a30104${parameter}204101`))),
        "COSE_KEY_VALUE",
        parameter,
      );
    }
  });

  it("a key of one type is not imported for an algorithm of another", () => {
    assert.strictEqual(importOutcome({ kty: "Symmetric", k: new Uint8Array(16) }, SIGN), "PSA_ERROR_INVALID_ARGUMENT");
    const hmac: KeyPurpose = { alg: "HMAC_SHA_256", usage: ["signMessage"] };
    assert.strictEqual(importOutcome(ec2(), hmac), "PSA_ERROR_INVALID_ARGUMENT");
    const x25519 = encodeKey({ kty: "OKP", crv: "X25519", publicKey: decodeHex(ED25519_PUBLIC) });
    assert.strictEqual(
      thrownBy(() => importPublicKey(crypto, x25519)),
      "COSE_KEY_USE",
    );
  });

  it("an Ed25519 key works where the machine has it, and is refused at import where not", () => {
    const key: CoseKey = { kty: "OKP", crv: "Ed25519", d: decodeHex(ED25519.d), publicKey: decodeHex(ED25519_PUBLIC) };
    const expected = crypto.supports("PURE_EDDSA") ? "nothing" : "PSA_ERROR_NOT_SUPPORTED";
    assert.strictEqual(importOutcome(key, { alg: "PURE_EDDSA", usage: ["signMessage"] }), expected);
    if (expected === "nothing") {
      const other = { ...key, publicKey: decodeHex(X25519) } as CoseKey;
      assert.strictEqual(importOutcome(other, { alg: "PURE_EDDSA", usage: ["signMessage"] }), "COSE_KEY_VALUE");
    }
  });

  it("a key with no public and no private part, or a part of another length, cannot be written", () => {
    const keys = [
      { kty: "EC2", crv: "P-256" },
      { kty: "OKP", crv: "X25519" },
      { kty: "OKP", crv: "X25519", publicKey: new Uint8Array(33) },
      { kty: "EC2", crv: "P-256", d: new Uint8Array(31) },
      { kty: "EC2", crv: "P-256", publicKey: new Uint8Array(32) },
      { kty: "OKP", crv: "X25519", publicKey: new Uint8Array(33).fill(2) },
      { kty: "OKP", crv: "X25519", publicKey: new Uint8Array(65).fill(4) },
    ] as const;
    for (const key of keys)
      assert.strictEqual(
        thrownBy(() => encodeKey(key)),
        "RangeError",
      );
  });
});
