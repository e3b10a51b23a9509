// SPDX-License-Identifier: Apache-2.0
/** keyAgreement. */
import type { KeyAttributes } from "../../../sdk/contracts/crypto.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { encodeHex, exported, flipped, hex, thrownBy, using, withKey } from "./support.js";
import { RFC5903, RFC7748, X_OF_NO_POINT } from "./vectors.js";

const P256: KeyAttributes = { type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage: ["derive"], alg: "ECDH" };
const X25519: KeyAttributes = { type: "ECC_KEY_PAIR_MONTGOMERY", bits: 255, usage: ["derive"], alg: "ECDH" };
const SECRET: KeyAttributes = { type: "DERIVE", bits: 256, usage: ["export"], alg: "HKDF_EXTRACT_SHA_256" };

function shared(attributes: KeyAttributes, secret: string, peer: string): string {
  return withKey(attributes, secret, (key) => encodeHex(exported(crypto.keyAgreement(key, hex(peer), SECRET))));
}

describe("Crypto key agreement", () => {
  it("agrees on P-256 as RFC 5903 §8.1 prints it, from both sides", () => {
    assert.strictEqual(shared(P256, RFC5903.i, RFC5903.gr), RFC5903.shared);
    assert.strictEqual(shared(P256, RFC5903.r, RFC5903.gi), RFC5903.shared);
  });

  it("agrees on X25519 as RFC 7748 §6.1 prints it, from both sides", () => {
    assert.strictEqual(shared(X25519, RFC7748.a, RFC7748.gb), RFC7748.shared);
    assert.strictEqual(shared(X25519, RFC7748.b, RFC7748.ga), RFC7748.shared);
    withKey(X25519, RFC7748.a, (key) => assert.strictEqual(encodeHex(crypto.exportPublicKey(key)), RFC7748.ga));
  });

  it("ignores the top bit of an X25519 public key (RFC 7748 §5)", () => {
    assert.strictEqual(shared(X25519, RFC7748.a, encodeHex(flipped(hex(RFC7748.gb), 255))), RFC7748.shared);
  });

  it("gives a key with the policy that was asked for, and no bytes beyond it", () => {
    withKey(P256, RFC5903.i, (key) => {
      using(crypto.keyAgreement(key, hex(RFC5903.gr), { ...SECRET, usage: ["derive"] }), (made) => {
        assert.strictEqual(crypto.getKeyAttributes(made).usage.join(), "derive");
        assert.strictEqual(crypto.getKeyAttributes(made).bits, 256);
        assert.strictEqual(
          thrownBy(() => crypto.exportKey(made)),
          "PSA_ERROR_NOT_PERMITTED",
        );
      });
    });
  });

  it("takes a compressed P-256 peer, of either parity (the x of the secret is the same)", () => {
    const x = RFC5903.gr.slice(2, 66);
    for (const parity of ["02", "03"]) assert.strictEqual(shared(P256, RFC5903.i, parity + x), RFC5903.shared);
  });

  it("refuses P-256 peers off the curve, infinity, or of another length", () => {
    withKey(P256, RFC5903.i, (key) => {
      const refused = (peer: Uint8Array) => thrownBy(() => crypto.keyAgreement(key, peer, SECRET));
      const good = hex(RFC5903.gr);
      assert.strictEqual(refused(flipped(good, 8 * 64)), "PSA_ERROR_INVALID_ARGUMENT");
      assert.strictEqual(refused(Uint8Array.of(4, ...new Uint8Array(64))), "PSA_ERROR_INVALID_ARGUMENT");
      assert.strictEqual(refused(Uint8Array.of(0)), "PSA_ERROR_INVALID_ARGUMENT");
      assert.strictEqual(refused(hex(`02${X_OF_NO_POINT}`)), "PSA_ERROR_INVALID_ARGUMENT");
      assert.strictEqual(refused(hex(`03${"ff".repeat(32)}`)), "PSA_ERROR_INVALID_ARGUMENT");
      assert.strictEqual(refused(Uint8Array.of(4, ...good.subarray(1, 33))), "PSA_ERROR_INVALID_ARGUMENT");
      assert.strictEqual(refused(Uint8Array.of(6, ...good.subarray(1))), "PSA_ERROR_INVALID_ARGUMENT");
      for (const length of [0, 32, 64]) {
        assert.strictEqual(refused(good.subarray(0, length)), "PSA_ERROR_INVALID_ARGUMENT", `${length}`);
      }
      assert.strictEqual(refused(Uint8Array.of(...good, 0)), "PSA_ERROR_INVALID_ARGUMENT");
    });
  });

  it("refuses X25519 peers of small order and of another length", () => {
    const small = [
      "00".repeat(32),
      `01${"00".repeat(31)}`,
      "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
      "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
      `ec${"ff".repeat(30)}7f`,
      `ed${"ff".repeat(30)}7f`,
      `ee${"ff".repeat(30)}7f`,
    ];
    withKey(X25519, RFC7748.a, (key) => {
      const refused = (peer: Uint8Array) => thrownBy(() => crypto.keyAgreement(key, peer, SECRET));
      for (const peer of small) assert.strictEqual(refused(hex(peer)), "PSA_ERROR_INVALID_ARGUMENT", peer);
      for (const length of [0, 31, 33, 65]) {
        assert.strictEqual(refused(new Uint8Array(length).fill(9)), "PSA_ERROR_INVALID_ARGUMENT", `${length}`);
      }
    });
  });

  it("refuses attributes that no shared secret has", () => {
    withKey(P256, RFC5903.i, (key) => {
      const refused = (attributes: KeyAttributes) =>
        thrownBy(() => crypto.keyAgreement(key, hex(RFC5903.gr), attributes));
      assert.strictEqual(refused({ ...SECRET, bits: 128 }), "PSA_ERROR_INVALID_ARGUMENT");
      assert.strictEqual(
        refused({ type: "AES", bits: 256, usage: ["encrypt"], alg: "GCM" }),
        "PSA_ERROR_INVALID_ARGUMENT",
      );
    });
  });

  it("keeps to the policy", () => {
    withKey({ ...P256, usage: [] }, RFC5903.i, (key) => {
      assert.strictEqual(
        thrownBy(() => crypto.keyAgreement(key, hex(RFC5903.gr), SECRET)),
        "PSA_ERROR_NOT_PERMITTED",
      );
    });
    const signing = { ...P256, usage: ["signMessage"], alg: "DETERMINISTIC_ECDSA_SHA_256" } as const;
    withKey(signing, RFC5903.i, (key) => {
      assert.strictEqual(
        thrownBy(() => crypto.keyAgreement(key, hex(RFC5903.gr), SECRET)),
        "PSA_ERROR_NOT_PERMITTED",
      );
    });
  });
});
