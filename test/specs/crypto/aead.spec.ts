// SPDX-License-Identifier: Apache-2.0
/** aeadEncrypt, aeadDecrypt. */
import type { AeadAlg, KeyAttributes, KeyId } from "../../../sdk/contracts/crypto.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { ascii, encodeHex, flipped, hex, NONE, thrownBy, withKey } from "./support.js";

interface Fact {
  readonly from: string;
  readonly alg: AeadAlg;
  readonly key: string;
  readonly nonce: string;
  readonly ad: string;
  readonly plaintext: string;
  readonly sealed: string;
}

const FACTS: readonly Fact[] = [
  {
    from: "the GCM specification, test case 4",
    alg: "GCM",
    key: "feffe9928665731c6d6a8f9467308308",
    nonce: "cafebabefacedbaddecaf888",
    ad: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
    plaintext:
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
    sealed:
      "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47",
  },
  {
    from: "the GCM specification, test case 5 (a nonce of 8 bytes)",
    alg: "GCM",
    key: "feffe9928665731c6d6a8f9467308308",
    nonce: "cafebabefacedbad",
    ad: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
    plaintext:
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
    sealed:
      "61353b4c2806934a777ff51fa22a4755699b2a714fcdc6f83766e5f97b6c742373806900e49f24b22b097544d4896b424989b5e1ebac0f07c23f45983612d2e79e3b0785561be14aaca2fccb",
  },
  {
    from: "the GCM specification, test case 6 (a nonce of 60 bytes)",
    alg: "GCM",
    key: "feffe9928665731c6d6a8f9467308308",
    nonce:
      "9313225df88406e555909c5aff5269aa6a7a9538534f7da1e4c303d2a318a728c3c0c95156809539fcf0e2429a6b525416aedbf5a0de6a57a637b39b",
    ad: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
    plaintext:
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
    sealed:
      "8ce24998625615b603a033aca13fb894be9112a5c3a211a8ba262a3cca7e2ca701e4a9a4fba43c90ccdcb281d48c7c6fd62875d2aca417034c34aee5619cc5aefffe0bfa462af43c1699d050",
  },
  {
    from: "OpenSSL (a nonce of 1 byte)",
    alg: "GCM",
    key: "000102030405060708090a0b0c0d0e0f",
    nonce: "01",
    ad: "0102",
    plaintext: "546869732069732074686520636f6e74656e742e",
    sealed: "2f82b680a5514c9ab71be3deb44bd436b7d8ba0f6e664d0e618eeec51f7b203507c6d4d6",
  },
  {
    from: "OpenSSL (a nonce of 7 bytes)",
    alg: "GCM",
    key: "000102030405060708090a0b0c0d0e0f",
    nonce: "01020304050607",
    ad: "0102",
    plaintext: "546869732069732074686520636f6e74656e742e",
    sealed: "b07e219575ee3a3ecb3c880e493f45920e492f41dd96127cb19176048384714dfb6b1c1c",
  },
  {
    from: "NIST SP 800-38C, example 1 (a tag of 4 bytes)",
    alg: "CCM_4",
    key: "404142434445464748494a4b4c4d4e4f",
    nonce: "10111213141516",
    ad: "0001020304050607",
    plaintext: "20212223",
    sealed: "7162015b4dac255d",
  },
  {
    from: "NIST SP 800-38C, example 2 (a tag of 6 bytes)",
    alg: "CCM_6",
    key: "404142434445464748494a4b4c4d4e4f",
    nonce: "1011121314151617",
    ad: "000102030405060708090a0b0c0d0e0f",
    plaintext: "202122232425262728292a2b2c2d2e2f",
    sealed: "d2a1f0e051ea5f62081a7792073d593d1fc64fbfaccd",
  },
  {
    from: "RFC 3610 §8, packet vector 1",
    alg: "CCM_8",
    key: "c0c1c2c3c4c5c6c7c8c9cacbcccdcecf",
    nonce: "00000003020100a0a1a2a3a4a5",
    ad: "0001020304050607",
    plaintext: "08090a0b0c0d0e0f101112131415161718191a1b1c1d1e",
    sealed: "588c979a61c663d2f066d0c2c0f989806d5f6b61dac38417e8d12cfdf926e0",
  },
  {
    from: "RFC 8439 §2.8.2",
    alg: "CHACHA20_POLY1305",
    key: "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
    nonce: "070000004041424344454647",
    ad: "50515253c0c1c2c3c4c5c6c7",
    plaintext: encodeHex(
      ascii(
        "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
      ),
    ),
    sealed:
      "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691",
  },
];

function attributes(alg: AeadAlg, usage: KeyAttributes["usage"] = ["encrypt", "decrypt"]): KeyAttributes {
  return alg === "CHACHA20_POLY1305"
    ? { type: "CHACHA20", bits: 256, usage, alg }
    : { type: "AES", bits: 128, usage, alg };
}

const KEY_OF = (alg: AeadAlg) => "5a".repeat(alg === "CHACHA20_POLY1305" ? 32 : 16);
const ALGS: readonly (readonly [AeadAlg, number])[] = [
  ["GCM", 16],
  ["CCM", 16],
  ["CCM_8", 8],
  ["CHACHA20_POLY1305", 16],
];

describe("Crypto AEAD", () => {
  for (const fact of FACTS) {
    it(`seals and opens ${fact.from}`, () => {
      withKey(attributes(fact.alg), fact.key, (key) => {
        const sealed = crypto.aeadEncrypt(key, fact.alg, hex(fact.nonce), hex(fact.ad), hex(fact.plaintext));
        assert.strictEqual(encodeHex(sealed), fact.sealed);
        const opened = crypto.aeadDecrypt(key, fact.alg, hex(fact.nonce), hex(fact.ad), hex(fact.sealed));
        assert.strictEqual(encodeHex(opened), fact.plaintext);
      });
    });

    it(`refuses ${fact.from} with a bit of the tag, the text or the additional data changed`, () => {
      withKey(attributes(fact.alg), fact.key, (key) => {
        const [nonce, ad, sealed] = [hex(fact.nonce), hex(fact.ad), hex(fact.sealed)];
        const opening = (a: Uint8Array, text: Uint8Array) =>
          thrownBy(() => crypto.aeadDecrypt(key, fact.alg, nonce, a, text));
        const tagStart = 4 * fact.plaintext.length;
        for (let bit = tagStart; bit < 8 * sealed.length; bit++) {
          assert.strictEqual(opening(ad, flipped(sealed, bit)), "PSA_ERROR_INVALID_SIGNATURE", `bit ${bit}`);
        }
        if (tagStart > 0) assert.strictEqual(opening(ad, flipped(sealed, 0)), "PSA_ERROR_INVALID_SIGNATURE");
        assert.strictEqual(opening(Uint8Array.of(...ad, 0), sealed), "PSA_ERROR_INVALID_SIGNATURE");
      });
    });
  }

  for (const [alg, tag] of ALGS) {
    it(`${alg}: opens what it sealed, of any small size`, () => {
      withKey(attributes(alg), KEY_OF(alg), (key) => {
        const nonce = new Uint8Array(12).fill(1);
        for (const size of [0, 1, 15, 16, 17, 64, 100]) {
          const plaintext = new Uint8Array(size).fill(size);
          for (const ad of [NONE, new Uint8Array(13), new Uint8Array(14), new Uint8Array(300)]) {
            const sealed = crypto.aeadEncrypt(key, alg, nonce, ad, plaintext);
            assert.strictEqual(sealed.length, size + tag);
            assert.strictEqual(encodeHex(crypto.aeadDecrypt(key, alg, nonce, ad, sealed)), encodeHex(plaintext));
          }
        }
      });
    });

    it(`${alg}: refuses every flipped bit, every cut, and another nonce or additional data`, () => {
      withKey(attributes(alg), KEY_OF(alg), (key) => {
        const nonce = new Uint8Array(12);
        const ad = ascii("ad");
        const sealed = crypto.aeadEncrypt(key, alg, nonce, ad, ascii("attack at dawn"));
        const opening = (n: Uint8Array, a: Uint8Array, text: Uint8Array) =>
          thrownBy(() => crypto.aeadDecrypt(key, alg, n, a, text));
        for (let bit = 0; bit < 8 * sealed.length; bit++) {
          assert.strictEqual(opening(nonce, ad, flipped(sealed, bit)), "PSA_ERROR_INVALID_SIGNATURE", `bit ${bit}`);
        }
        for (let length = 0; length < sealed.length; length++) {
          assert.strictEqual(
            opening(nonce, ad, sealed.subarray(0, length)),
            "PSA_ERROR_INVALID_SIGNATURE",
            `${length}`,
          );
        }
        assert.strictEqual(opening(flipped(nonce, 95), ad, sealed), "PSA_ERROR_INVALID_SIGNATURE");
        assert.strictEqual(opening(nonce, NONE, sealed), "PSA_ERROR_INVALID_SIGNATURE");
        assert.strictEqual(opening(nonce, ad, Uint8Array.of(...sealed, 0)), "PSA_ERROR_INVALID_SIGNATURE");
      });
    });

    it(`${alg}: refuses nonces of other lengths`, () => {
      withKey(attributes(alg), KEY_OF(alg), (key) => {
        const [min, max] = alg.startsWith("CCM") ? [7, 13] : alg === "GCM" ? [1, 128] : [12, 12];
        for (const length of [0, 1, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 128, 129]) {
          const expected = length >= min && length <= max ? "nothing" : "RangeError";
          const nonce = new Uint8Array(length);
          assert.strictEqual(
            thrownBy(() => crypto.aeadEncrypt(key, alg, nonce, NONE, NONE)),
            expected,
            `${length}`,
          );
          if (expected === "nothing") continue;
          assert.strictEqual(
            thrownBy(() => crypto.aeadDecrypt(key, alg, nonce, NONE, new Uint8Array(32))),
            expected,
            `${length}`,
          );
        }
      });
    });

    it(`${alg}: keeps to the policy`, () => {
      const other = alg === "GCM" ? "CCM" : "GCM";
      const nonce = new Uint8Array(12);
      withKey(attributes(alg, ["encrypt"]), KEY_OF(alg), (key) => {
        const sealed = crypto.aeadEncrypt(key, alg, nonce, NONE, NONE);
        assert.strictEqual(
          thrownBy(() => crypto.aeadDecrypt(key, alg, nonce, NONE, sealed)),
          "PSA_ERROR_NOT_PERMITTED",
        );
        assert.strictEqual(
          thrownBy(() => crypto.aeadEncrypt(key, other, nonce, NONE, NONE)),
          "PSA_ERROR_NOT_PERMITTED",
        );
      });
      withKey(attributes(alg, ["decrypt"]), KEY_OF(alg), (key) => {
        assert.strictEqual(
          thrownBy(() => crypto.aeadEncrypt(key, alg, nonce, NONE, NONE)),
          "PSA_ERROR_NOT_PERMITTED",
        );
      });
    });
  }

  // A text of 65535 bytes, the longest that is allowed, and its ciphertext do not fit the heap of a small board together.
  it("keeps CCM's bound of a 13 byte nonce", () => {
    withKey(attributes("CCM"), KEY_OF("CCM"), (key) => {
      assert.strictEqual(sealing(key, 13, 0, 65536), "RangeError");
      assert.strictEqual(sealing(key, 13, 0, 1000), "nothing");
    });
  });

  it("keeps CCM's bound of additional data", () => {
    withKey(attributes("CCM"), KEY_OF("CCM"), (key) => {
      assert.strictEqual(sealing(key, 12, 65279, 0), "nothing");
      assert.strictEqual(sealing(key, 12, 65280, 0), "RangeError");
    });
  });
});

function sealing(key: KeyId, nonce: number, ad: number, text: number): string {
  return thrownBy(() =>
    crypto.aeadEncrypt(key, "CCM", new Uint8Array(nonce), new Uint8Array(ad), new Uint8Array(text)),
  );
}
