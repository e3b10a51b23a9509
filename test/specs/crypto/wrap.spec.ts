// SPDX-License-Identifier: Apache-2.0
/** wrapKey, unwrapKey. */
import type { KeyAttributes, KeyId, KeyWrapAlg } from "../../../sdk/contracts/crypto.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { encodeHex, exported, flipped, hex, NONE, thrownBy, withKey } from "./support.js";

/** RFC 3394 §4.1 to 4.6: key-encryption key, key, wrapped key. */
const RFC3394: ReadonlyArray<readonly [section: string, kek: string, key: string, wrapped: string]> = [
  [
    "§4.1",
    "000102030405060708090a0b0c0d0e0f",
    "00112233445566778899aabbccddeeff",
    "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5",
  ],
  [
    "§4.2",
    "000102030405060708090a0b0c0d0e0f1011121314151617",
    "00112233445566778899aabbccddeeff",
    "96778b25ae6ca435f92b5b97c050aed2468ab8a17ad84e5d",
  ],
  [
    "§4.3",
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
    "00112233445566778899aabbccddeeff",
    "64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7",
  ],
  [
    "§4.4",
    "000102030405060708090a0b0c0d0e0f1011121314151617",
    "00112233445566778899aabbccddeeff0001020304050607",
    "031d33264e15d33268f24ec260743edce1c6c7ddee725a936ba814915c6762d2",
  ],
  [
    "§4.5",
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
    "00112233445566778899aabbccddeeff0001020304050607",
    "a8f9bc1612c68b3ff6e6f4fbe30e71e4769c8b80a32cb8958cd5d17d6b254da1",
  ],
  [
    "§4.6",
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
    "00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f",
    "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21",
  ],
];

function kekOf(hexBytes: string, usage: KeyAttributes["usage"] = ["wrap", "unwrap"]): KeyAttributes {
  return { type: "AES", bits: 4 * hexBytes.length, usage, alg: "KW" };
}

function contentOf(bytes: number, usage: KeyAttributes["usage"] = ["export"]): KeyAttributes {
  return { type: "HMAC", bits: 8 * bytes, usage, alg: "HMAC_SHA_256" };
}

describe("Crypto key wrap", () => {
  for (const [section, kek, key, wrapped] of RFC3394) {
    it(`wraps and unwraps as RFC 3394 ${section} prints it`, () => {
      withKey(kekOf(kek), kek, (wrapping) => {
        withKey(contentOf(key.length / 2), key, (k) => {
          assert.strictEqual(encodeHex(crypto.wrapKey(wrapping, "KW", k)), wrapped);
        });
        const unwrapped = crypto.unwrapKey(contentOf(key.length / 2), wrapping, "KW", hex(wrapped));
        assert.strictEqual(encodeHex(exported(unwrapped)), key);
      });
    });
  }

  const [, KEK, KEY, WRAPPED] = RFC3394[0] as (typeof RFC3394)[number];
  const withKek = (use: (kek: KeyId) => void, usage?: KeyAttributes["usage"]): void => {
    withKey(kekOf(KEK, usage), KEK, use);
  };

  it("gives the new key the policy that was asked for", () => {
    withKek((kek) => {
      const key = crypto.unwrapKey({ type: "AES", bits: 128, usage: ["encrypt"], alg: "GCM" }, kek, "KW", hex(WRAPPED));
      assert.strictEqual(crypto.getKeyAttributes(key).usage.join(), "encrypt");
      assert.strictEqual(
        thrownBy(() => crypto.exportKey(key)),
        "PSA_ERROR_NOT_PERMITTED",
      );
      crypto.destroyKey(key);
    });
  });

  it("says of a key for KW what it is for", () => {
    withKek((kek) => {
      const { alg, usage, type } = crypto.getKeyAttributes(kek);
      assert.deepEqual([alg, usage.join(), type], ["KW", "wrap,unwrap", "AES"]);
    });
  });

  it("refuses a wrapped key with any bit flipped", () => {
    withKek((kek) => {
      for (let bit = 0; bit < 4 * WRAPPED.length; bit++) {
        assert.strictEqual(
          thrownBy(() => crypto.unwrapKey(contentOf(16), kek, "KW", flipped(hex(WRAPPED), bit))),
          "PSA_ERROR_INVALID_SIGNATURE",
          `bit ${bit}`,
        );
      }
    });
  });

  it("refuses lengths that are none, and attributes of another length", () => {
    withKek((kek) => {
      const refused = (attributes: KeyAttributes, wrapped: Uint8Array) =>
        thrownBy(() => crypto.unwrapKey(attributes, kek, "KW", wrapped));
      const whole = hex(WRAPPED);
      for (const length of [0, 8, 16, 23]) {
        assert.strictEqual(
          refused(contentOf(Math.max(1, length - 8)), whole.subarray(0, length)),
          "PSA_ERROR_INVALID_ARGUMENT",
          `${length}`,
        );
      }
      assert.strictEqual(refused(contentOf(17), Uint8Array.of(...whole, 0)), "PSA_ERROR_INVALID_ARGUMENT");
      assert.strictEqual(refused(contentOf(24), whole), "PSA_ERROR_INVALID_ARGUMENT");
      const aes: KeyAttributes = { type: "AES", bits: 256, usage: ["encrypt"], alg: "GCM" };
      assert.strictEqual(refused(aes, whole), "PSA_ERROR_INVALID_ARGUMENT");
      assert.strictEqual(refused(contentOf(520), new Uint8Array(528)), "PSA_ERROR_INVALID_ARGUMENT");
      assert.strictEqual(refused(contentOf(512), new Uint8Array(520)), "PSA_ERROR_INVALID_SIGNATURE");
      const point: KeyAttributes = { type: "ECC_PUBLIC_KEY_MONTGOMERY", bits: 255, usage: [], alg: "ECDH" };
      assert.strictEqual(refused(point, new Uint8Array(40)), "PSA_ERROR_INVALID_ARGUMENT");
    });
  });

  it("wraps keys of 16 to 512 bytes, in steps of 8", () => {
    withKek((kek) => {
      for (const [bytes, expected] of [
        [8, "PSA_ERROR_INVALID_ARGUMENT"],
        [15, "PSA_ERROR_INVALID_ARGUMENT"],
        [16, "nothing"],
        [20, "PSA_ERROR_INVALID_ARGUMENT"],
        [512, "nothing"],
        [520, "PSA_ERROR_INVALID_ARGUMENT"],
      ] as const) {
        withKey(contentOf(bytes), "5a".repeat(bytes), (key) => {
          assert.strictEqual(
            thrownBy(() => {
              const unwrapped = crypto.unwrapKey(contentOf(bytes), kek, "KW", crypto.wrapKey(kek, "KW", key));
              assert.strictEqual(encodeHex(exported(unwrapped)), "5a".repeat(bytes));
            }),
            expected,
            `${bytes}`,
          );
        });
      }
    });
  });

  it("keeps to the policies of both keys", () => {
    withKey(contentOf(16), KEY, (key) => {
      withKek(
        (kek) =>
          assert.strictEqual(
            thrownBy(() => crypto.wrapKey(kek, "KW", key)),
            "PSA_ERROR_NOT_PERMITTED",
          ),
        ["unwrap"],
      );
      withKek(
        (kek) =>
          assert.strictEqual(
            thrownBy(() => crypto.unwrapKey(contentOf(16), kek, "KW", hex(WRAPPED))),
            "PSA_ERROR_NOT_PERMITTED",
          ),
        ["wrap"],
      );
      withKey({ type: "AES", bits: 128, usage: ["encrypt", "decrypt"], alg: "GCM" }, KEK, (gcm) => {
        assert.strictEqual(
          thrownBy(() => crypto.wrapKey(gcm, "KW", key)),
          "PSA_ERROR_NOT_PERMITTED",
        );
      });
      withKek((kek) => {
        assert.strictEqual(
          thrownBy(() => crypto.aeadEncrypt(kek, "GCM", new Uint8Array(12), NONE, NONE)),
          "PSA_ERROR_NOT_PERMITTED",
        );
        assert.strictEqual(
          thrownBy(() => crypto.wrapKey(kek, "KWP" as KeyWrapAlg, key)),
          "PSA_ERROR_NOT_SUPPORTED",
        );
      });
    });
    withKey(contentOf(16, ["signMessage"]), KEY, (key) => {
      withKek((kek) =>
        assert.strictEqual(
          thrownBy(() => crypto.wrapKey(kek, "KW", key)),
          "PSA_ERROR_NOT_PERMITTED",
        ),
      );
    });
  });

  it("refuses usages that do not fit", () => {
    for (const usage of [["encrypt"], ["wrap", "decrypt"]] as const) {
      assert.strictEqual(
        thrownBy(() => crypto.importKey(kekOf(KEK, usage), hex(KEK))),
        "PSA_ERROR_INVALID_ARGUMENT",
      );
    }
    assert.strictEqual(
      thrownBy(() => crypto.importKey({ type: "AES", bits: 128, usage: ["wrap"], alg: "GCM" }, hex(KEK))),
      "PSA_ERROR_INVALID_ARGUMENT",
    );
  });
});
