// SPDX-License-Identifier: Apache-2.0
/** CBC_MAC through macCompute and macVerify, and HKDF_EXPAND_AES_CBC_MAC. RFC 9053 §3.2 and §5.1. */
import type { CbcMacAlg, KeyAttributes, KeyId } from "../../../sdk/contracts/crypto.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { encodeHex, exported, flipped, hex, NONE, thrownBy, using, withKey } from "./support.js";

const KEY_128 = "849b57219dae48de646d07dbb533566e";
const KEY_256 = `${KEY_128}976686457c1491be3a76dcea6c427188`;
const SHARED_256 = "0f1e2d3c4b5a69788796a5b4c3d2e1f01f2e3d4c5b6a798897a6b5c4d3e2f100";
const TEXT = "4054546869732069732074686520636f6e74656e742e";

/** The COSE working group's examples, cbc-mac-examples: key, ToMac, tag. */
const TAGS: ReadonlyArray<readonly [name: string, key: string, toMac: string, tag: string]> = [
  ["cbc-mac-01", KEY_128, `84634d414343a1010e${TEXT}`, "c1ca820e6e247089"],
  ["cbc-mac-03", KEY_256, `84634d414343a1010f${TEXT}`, "9e1226ba1f81b848"],
  ["cbc-mac-04", KEY_256, `84634d414344a101181a${TEXT}`, "db9c7598a0751c5ff3366b6205bd2aa9"],
  ["cbc-mac-enc-01", KEY_128, `84644d41433043a1010e${TEXT}`, "8584dbf007fdc69f"],
  ["cbc-mac-enc-02", KEY_128, `84644d41433044a1011819${TEXT}`, "f0c295e78f3091e95513fa0427adbe25"],
];

/** hkdf-aes-examples: key, Context (the info), CEK; of one block and of two. */
const EXPANDED: typeof TAGS = [
  ["hmac-aes-128-01", KEY_128, "840a83f6f6f683f6f6f682188043a1012b", "f0ccbaf836d73da63ed8508ef966eec9"],
  [
    "hmac-aes-128-02",
    KEY_128,
    "840b83f6f6f683f6f6f68219010043a1012b",
    "9f881dc284490e4c2133ebb6946eb6e2172b5b66a9d0e0862b1a7812165ced7f",
  ],
  ["hmac-aes-256-01", SHARED_256, "840a83f6f6f683f6f6f682188043a1012c", "17b0bca769867bf795d2aa0d77c6984d"],
  [
    "hmac-aes-256-03",
    SHARED_256,
    "840583f6f6f683f6f6f68219010043a1012c",
    "9fa2b55bb98134bc1b5aaa706ddc9b18b01fed3a693a5d9f73fe8b5ee449ffce",
  ],
];

function macKey(key: string, alg: CbcMacAlg, usage: KeyAttributes["usage"] = ["signMessage", "verifyMessage"]) {
  return { type: "AES", bits: 4 * key.length, usage, alg } as const;
}

function prk(key: string, usage: KeyAttributes["usage"] = ["derive", "deriveBytes"]): KeyAttributes {
  return { type: "AES", bits: 4 * key.length, usage, alg: "HKDF_EXPAND_AES_CBC_MAC" };
}

function algOf(tag: string): CbcMacAlg {
  return tag.length === 16 ? "CBC_MAC_8" : "CBC_MAC";
}

/** AES-128 with the key of zeros over a block of zeros: FIPS 197's cipher, as SP 800-38D's H of test case 1 prints it. */
const ZERO_KEY = "00".repeat(16);
const E_OF_ZERO = "66e94bd4ef8a2c3b884cfa59ca342b2e";

describe("Crypto AES-CBC-MAC", () => {
  for (const [name, key, toMac, tag] of TAGS) {
    const alg = algOf(tag);
    it(`computes and verifies ${alg} of ${name}`, () => {
      withKey(macKey(key, alg), key, (k) => {
        assert.strictEqual(encodeHex(crypto.macCompute(k, alg, hex(toMac))), tag);
        assert.strictEqual(
          thrownBy(() => crypto.macVerify(k, alg, hex(toMac), hex(tag))),
          "nothing",
        );
      });
    });

    it(`refuses the tag of ${name} with any bit flipped, cut or too long`, () => {
      withKey(macKey(key, alg), key, (k) => {
        const refused = (bytes: Uint8Array) => thrownBy(() => crypto.macVerify(k, alg, hex(toMac), bytes));
        for (let bit = 0; bit < 4 * tag.length; bit++) {
          assert.strictEqual(refused(flipped(hex(tag), bit)), "PSA_ERROR_INVALID_SIGNATURE", `bit ${bit}`);
        }
        for (const length of [0, 1, 7, tag.length / 2 - 1]) {
          assert.strictEqual(refused(hex(tag).subarray(0, length)), "PSA_ERROR_INVALID_SIGNATURE", `length ${length}`);
        }
        assert.strictEqual(refused(Uint8Array.of(...hex(tag), 0)), "PSA_ERROR_INVALID_SIGNATURE");
        assert.strictEqual(refused(new Uint8Array(16)), "PSA_ERROR_INVALID_SIGNATURE");
      });
    });
  }

  it("fills with zeros to whole blocks, an empty message to one", () => {
    withKey(macKey(ZERO_KEY, "CBC_MAC"), ZERO_KEY, (key) => {
      const tag = (message: Uint8Array) => encodeHex(crypto.macCompute(key, "CBC_MAC", message));
      for (const length of [0, 1, 15, 16]) assert.strictEqual(tag(new Uint8Array(length)), E_OF_ZERO, `${length}`);
      assert.strictEqual(tag(new Uint8Array(17)) === E_OF_ZERO, false);
      assert.strictEqual(tag(hex(`${"00".repeat(16)}${E_OF_ZERO}`)), E_OF_ZERO);
    });
  });

  it("takes the first 8 bytes where it is cut, at every length around a block", () => {
    for (let length = 0; length <= 49; length++) {
      const message = new Uint8Array(length).fill(0xa5);
      const whole = withKey(macKey(KEY_128, "CBC_MAC"), KEY_128, (k) => crypto.macCompute(k, "CBC_MAC", message));
      const cut = withKey(macKey(KEY_128, "CBC_MAC_8"), KEY_128, (k) => crypto.macCompute(k, "CBC_MAC_8", message));
      assert.strictEqual(encodeHex(cut), encodeHex(whole.subarray(0, 8)), `${length}`);
    }
  });

  it("works with keys of 24 bytes, and says of a key what it is for", () => {
    const key = KEY_256.slice(0, 48);
    withKey(macKey(key, "CBC_MAC"), key, (k) => {
      crypto.macVerify(k, "CBC_MAC", NONE, crypto.macCompute(k, "CBC_MAC", NONE));
      const { type, alg, bits, usage } = crypto.getKeyAttributes(k);
      assert.deepEqual([type, alg, bits, usage.join()], ["AES", "CBC_MAC", 192, "signMessage,verifyMessage"]);
    });
    withKey(prk(KEY_128), KEY_128, (k) => {
      const { alg, usage } = crypto.getKeyAttributes(k);
      assert.deepEqual([alg, usage.join()], ["HKDF_EXPAND_AES_CBC_MAC", "derive,deriveBytes"]);
    });
  });

  it("keeps to the policy's algorithm and usages", () => {
    const computing = (key: KeyId, alg: CbcMacAlg) => thrownBy(() => crypto.macCompute(key, alg, NONE));
    const verifying = (key: KeyId, alg: CbcMacAlg) =>
      thrownBy(() => crypto.macVerify(key, alg, NONE, new Uint8Array(16)));
    withKey(macKey(KEY_128, "CBC_MAC", ["verifyMessage"]), KEY_128, (key) => {
      assert.strictEqual(computing(key, "CBC_MAC"), "PSA_ERROR_NOT_PERMITTED");
      assert.strictEqual(verifying(key, "CBC_MAC_8"), "PSA_ERROR_NOT_PERMITTED");
      assert.strictEqual(verifying(key, "CBC_MAC"), "PSA_ERROR_INVALID_SIGNATURE");
    });
    withKey(macKey(KEY_128, "CBC_MAC_8", ["signMessage"]), KEY_128, (key) => {
      assert.strictEqual(computing(key, "CBC_MAC"), "PSA_ERROR_NOT_PERMITTED");
      assert.strictEqual(verifying(key, "CBC_MAC_8"), "PSA_ERROR_NOT_PERMITTED");
      assert.strictEqual(
        thrownBy(() => crypto.aeadEncrypt(key, "GCM", new Uint8Array(12), NONE, NONE)),
        "PSA_ERROR_NOT_PERMITTED",
      );
      assert.strictEqual(
        thrownBy(() => crypto.exportKey(key)),
        "PSA_ERROR_NOT_PERMITTED",
      );
    });
    for (const alg of ["GCM", "KW", "HKDF_EXPAND_AES_CBC_MAC"] as const) {
      withKey({ ...prk(KEY_128, []), alg }, KEY_128, (key) => {
        assert.strictEqual(computing(key, "CBC_MAC"), "PSA_ERROR_NOT_PERMITTED", alg);
      });
    }
    const gone = crypto.importKey(macKey(KEY_128, "CBC_MAC"), hex(KEY_128));
    crypto.destroyKey(gone);
    assert.strictEqual(computing(gone, "CBC_MAC"), "PSA_ERROR_INVALID_HANDLE");
  });

  it("is of no use as another key on AES: nothing is wrapped, sealed or opened under it", () => {
    const content: KeyAttributes = { type: "HMAC", bits: 128, usage: ["export"], alg: "HMAC_SHA_256" };
    const keys = [macKey(KEY_128, "CBC_MAC"), macKey(KEY_128, "CBC_MAC_8"), prk(KEY_128)];
    for (const attributes of keys) {
      withKey(attributes, KEY_128, (key) => {
        withKey(content, KEY_128, (other) => {
          for (const use of [
            () => crypto.wrapKey(key, "KW", other),
            () => crypto.unwrapKey(content, key, "KW", new Uint8Array(24)),
            () => crypto.aeadEncrypt(key, "CCM", new Uint8Array(13), NONE, NONE),
            () => crypto.aeadDecrypt(key, "CCM", new Uint8Array(13), NONE, new Uint8Array(16)),
          ]) {
            assert.strictEqual(thrownBy(use), "PSA_ERROR_NOT_PERMITTED", attributes.alg);
          }
        });
      });
    }
  });

  it("refuses attributes that do not fit", () => {
    const importing = (change: Record<string, unknown>) =>
      thrownBy(() => crypto.importKey({ ...macKey(KEY_128, "CBC_MAC"), ...change } as KeyAttributes, hex(KEY_128)));
    for (const usage of ["encrypt", "wrap", "derive", "signHash"]) {
      assert.strictEqual(importing({ usage: [usage] }), "PSA_ERROR_INVALID_ARGUMENT", usage);
    }
    assert.strictEqual(importing({ type: "HMAC" }), "PSA_ERROR_INVALID_ARGUMENT");
    assert.strictEqual(importing({ alg: "CBC_MAC_4" }), "PSA_ERROR_NOT_SUPPORTED");
    assert.strictEqual(importing({ alg: "HKDF_EXPAND_AES_CBC_MAC" }), "PSA_ERROR_INVALID_ARGUMENT");
    assert.strictEqual(
      importing({ type: "DERIVE", usage: ["derive"], alg: "HKDF_EXPAND_AES_CBC_MAC" }),
      "PSA_ERROR_INVALID_ARGUMENT",
    );
  });
});

describe("Crypto HKDF-Expand with AES-CBC-MAC", () => {
  for (const [name, key, context, cek] of EXPANDED) {
    it(`expands as ${name} prints it, to bytes and to a key`, () => {
      withKey(prk(key), key, (k) => {
        assert.strictEqual(encodeHex(crypto.hkdfExpandBytes(k, hex(context), cek.length / 2)), cek);
        const hmac: KeyAttributes = { type: "HMAC", bits: 4 * cek.length, usage: ["export"], alg: "HMAC_SHA_256" };
        assert.strictEqual(encodeHex(exported(crypto.hkdfExpand(k, hex(context), hmac))), cek);
      });
    });
  }

  it("begins longer outputs with the shorter ones, to 512 bytes", () => {
    withKey(prk(KEY_128), KEY_128, (key) => {
      const whole = encodeHex(crypto.hkdfExpandBytes(key, NONE, 512));
      for (const length of [1, 15, 16, 17, 33, 511]) {
        assert.strictEqual(
          encodeHex(crypto.hkdfExpandBytes(key, NONE, length)),
          whole.slice(0, 2 * length),
          `${length}`,
        );
      }
      const long: KeyAttributes = { type: "DERIVE", bits: 8 * 512, usage: ["export"], alg: "HKDF_EXTRACT_SHA_256" };
      assert.strictEqual(encodeHex(exported(crypto.hkdfExpand(key, NONE, long))), whole);
      for (const refused of [
        () => crypto.hkdfExpandBytes(key, NONE, 513),
        () => crypto.hkdfExpand(key, NONE, { ...long, bits: 8 * 513 }),
      ]) {
        assert.strictEqual(thrownBy(refused), "PSA_ERROR_INVALID_ARGUMENT");
      }
      assert.strictEqual(
        thrownBy(() => crypto.hkdfExpandBytes(key, NONE, 0)),
        "RangeError",
      );
    });
  });

  it("makes keys for itself and for CBC_MAC", () => {
    const [, , context, cek] = EXPANDED[0] as (typeof EXPANDED)[number];
    const mac = macKey(cek, "CBC_MAC");
    withKey(prk(KEY_128), KEY_128, (key) => {
      using(crypto.hkdfExpand(key, hex(context), mac), (made) => {
        const expected = withKey(mac, cek, (same) => encodeHex(crypto.macCompute(same, "CBC_MAC", hex(context))));
        assert.strictEqual(encodeHex(crypto.macCompute(made, "CBC_MAC", hex(context))), expected);
      });
    });
  });

  it("keeps to the policy: bytes only with deriveBytes, expansion only with derive", () => {
    const expandingBytes = (key: KeyId) => thrownBy(() => crypto.hkdfExpandBytes(key, NONE, 16));
    const expanding = (key: KeyId) => thrownBy(() => crypto.hkdfExpand(key, NONE, macKey(KEY_128, "CBC_MAC")));
    withKey(prk(KEY_128, ["derive"]), KEY_128, (key) => {
      assert.strictEqual(expandingBytes(key), "PSA_ERROR_NOT_PERMITTED");
    });
    withKey(prk(KEY_128, ["export"]), KEY_128, (key) => {
      assert.strictEqual(expandingBytes(key), "PSA_ERROR_NOT_PERMITTED");
      assert.strictEqual(expanding(key), "PSA_ERROR_NOT_PERMITTED");
    });
    withKey(macKey(KEY_128, "CBC_MAC"), KEY_128, (key) => {
      assert.strictEqual(expandingBytes(key), "PSA_ERROR_NOT_PERMITTED");
      assert.strictEqual(expanding(key), "PSA_ERROR_NOT_PERMITTED");
    });
    withKey(prk(KEY_128), KEY_128, (key) => {
      const ikm: KeyAttributes = { type: "DERIVE", bits: 256, usage: ["derive"], alg: "HKDF_EXPAND_SHA_256" };
      assert.strictEqual(
        thrownBy(() => crypto.hkdfExtract("HKDF_EXTRACT_SHA_256", NONE, key, ikm)),
        "PSA_ERROR_NOT_PERMITTED",
      );
    });
  });
});
