// SPDX-License-Identifier: Apache-2.0
/** COSE_Encrypt0 with this machine's own AEADs: RFC 9052 §5.2 and §5.3, appendix C.4, the algorithms of RFC 9053 §4. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import type { AeadAlg, KeyAttributes, KeyId } from "../../../sdk/contracts/crypto.js";
import {
  createEncrypt0,
  decryptEncrypt0,
  type Encrypt0DecryptOptions,
  type Encrypt0Options,
} from "../../../sdk/cose/encrypt0.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { withKey } from "../crypto/support.js";
import { thrownBy } from "../thrown.js";
import { algOnly, bstr, CONTENT, flips, isRefusal, SECRET } from "./symmetric.js";

/** Number, name, PSA's name, bits of the key, bytes of the nonce, bytes of the tag. */
type Fact = readonly [number, string, AeadAlg, number, number, number, string];

/** CONTENT under the first bits of SECRET, the IV the first bytes of IV: computed with OpenSSL; 12 and 32 also the working group's. */
const FACTS: readonly Fact[] = [
  [1, "A128GCM", "GCM", 128, 12, 16, "2b2839f8a0522720fc27cd8ec9088ec6a5049aaf7adb2ee5ef0eaaa1f149c2790c679c0b"],
  [2, "A192GCM", "GCM", 192, 12, 16, "4aef6da3f0f561e5ba83b0b89c141fbcfbfe3f6b78519b574f95657421c7170732d44a1e"],
  [3, "A256GCM", "GCM", 256, 12, 16, "63747bdc4ef33d3e7a758df366b4e892464bc4842d0044492db4b3686e62de4f158c60e6"],
  [10, "AES-CCM-16-64-128", "CCM_8", 128, 13, 8, "27bf84baa55761a58cf402a0e32b8c15860d4314274c96a0684a19b8"],
  [11, "AES-CCM-16-64-256", "CCM_8", 256, 13, 8, "8d94e752c0e419be65bf6d9493e649e08ee1db69924ad1656ad4f697"],
  [12, "AES-CCM-64-64-128", "CCM_8", 128, 7, 8, "191bd858dec79fc11da3428bdfa446ac240d591ffcf91eeb8035f87a"],
  [13, "AES-CCM-64-64-256", "CCM_8", 256, 7, 8, "6eb1184839150d0c5752bc3d8639fd23915d0478b11b3eb7d7543a17"],
  [
    24,
    "ChaCha20/Poly1305",
    "CHACHA20_POLY1305",
    256,
    12,
    16,
    "81c32c048134989007b3b5b932811ea410eeab1534269601a2f9a92c32c8c781c7127c31",
  ],
  [
    30,
    "AES-CCM-16-128-128",
    "CCM",
    128,
    13,
    16,
    "27bf84baa55761a58cf402a0e32b8c15860d4314376a92cd988b92ed04162c319e272031",
  ],
  [
    31,
    "AES-CCM-16-128-256",
    "CCM",
    256,
    13,
    16,
    "8d94e752c0e419be65bf6d9493e649e08ee1db69eb0b0d5af4d9e8a0b9d02bed94250124",
  ],
  [
    32,
    "AES-CCM-64-128-128",
    "CCM",
    128,
    7,
    16,
    "191bd858dec79fc11da3428bdfa446ac240d591f3965fa7ca156fe666bc262807df0ee99",
  ],
  [
    33,
    "AES-CCM-64-128-256",
    "CCM",
    256,
    7,
    16,
    "6eb1184839150d0c5752bc3d8639fd23915d0478089ce3b98ae84d63185a5890a3e2749d",
  ],
];
const IV = "89f52f65a1c580933b5261a78c";
/** RFC 9052 C.4.1 and C.4.2, with the key "our-secret2" of C.7.2. */
const OUR_SECRET_2 = "849b5786457c1491be3a76dcea6c4271";
const C_4_1 =
  "d08343a1010aa1054d89f52f65a1c580933b5261a78c581c5974e1b99a3a4cc09a659aa2e9e7fff161d38ce71cb45ce460ffb569";
const C_4_2 = "d08343a1010aa1064261a7581c252a8911d465c125b6764739700f0141ed09192de139e053bd09abca";
const CONTEXT_IV = "89f52f65a1c580930000000000";

const plaintext = decodeHex(CONTENT);
const BAD = "PSA_ERROR_INVALID_SIGNATURE";

function attributes(alg: AeadAlg, bits: number, usage: KeyAttributes["usage"] = ["encrypt", "decrypt"]): KeyAttributes {
  return { type: alg === "CHACHA20_POLY1305" ? "CHACHA20" : "AES", bits, usage, alg };
}

function withAeadKey<T>(alg: AeadAlg, bits: number, use: (key: KeyId) => T): T {
  return withKey(attributes(alg, bits), SECRET.slice(0, bits / 4), use);
}

function outcome(key: KeyId, hex: string, options?: Encrypt0DecryptOptions): string {
  return thrownBy(() => decryptEncrypt0(crypto, key, decodeHex(hex), options));
}

function made(key: KeyId, options: Partial<Encrypt0Options>): string {
  return encodeHex(createEncrypt0(crypto, key, { algorithm: 10, plaintext, ...options }).message);
}

describe("RFC 9052 C.4 COSE_Encrypt0 on this machine", () => {
  const withExampleKey = (use: (key: KeyId) => void) => withKey(attributes("CCM_8", 128), OUR_SECRET_2, use);

  it("decrypts and makes C.4.1", () => {
    withExampleKey((key) => {
      const opened = decryptEncrypt0(crypto, key, decodeHex(C_4_1));
      assert.strictEqual(encodeHex(opened.plaintext), CONTENT);
      assert.strictEqual(opened.algorithm, 10);
      assert.strictEqual(opened.protectedHeader.get(1), 10);
      assert.strictEqual(encodeHex(opened.unprotectedHeader.get(5) as Uint8Array), IV);
      assert.strictEqual(made(key, { iv: decodeHex(IV) }), C_4_1);
    });
  });

  it("refuses C.4.1 with any bit flipped", () => {
    withExampleKey((key) => {
      flips(decodeHex(C_4_1), true, (changed, bit) => {
        const thrown = thrownBy(() => decryptEncrypt0(crypto, key, changed));
        assert.isTrue(isRefusal(thrown), `bit ${bit}: ${thrown}`);
        if (bit >> 3 >= 24 || (bit >> 3 > 8 && bit >> 3 < 22)) assert.strictEqual(thrown, BAD, `bit ${bit}`);
      });
    });
  });

  it("decrypts and makes C.4.2, whose Partial IV stands at the end of the context IV", () => {
    withExampleKey((key) => {
      const contextIv = decodeHex(CONTEXT_IV);
      const opened = decryptEncrypt0(crypto, key, decodeHex(C_4_2), { contextIv });
      assert.strictEqual(encodeHex(opened.plaintext), CONTENT);
      const unprotectedHeader = new Map([[6, Uint8Array.of(0x61, 0xa7)]]);
      assert.strictEqual(made(key, { contextIv, unprotectedHeader }), C_4_2);
      assert.strictEqual(encodeHex(contextIv), CONTEXT_IV);
      assert.strictEqual(outcome(key, C_4_2), "COSE_IV");
      assert.strictEqual(outcome(key, C_4_2, { contextIv: decodeHex(IV) }), BAD);
    });
  });

  it("exclusive-ors a Partial IV of up to the nonce's length, zeros in front (RFC 9052 §3.1)", () => {
    withExampleKey((key) => {
      const sent = (partialIv: string) => C_4_2.replace("4261a7", bstr(partialIv));
      const pairs: readonly (readonly [string, string])[] = [
        ["ffff", "89f52f65a1c580930000009e58"],
        ["0061a7", CONTEXT_IV],
        ["a7", "89f52f65a1c580930000006100"],
        ["89f52f65a1c5809300000061a7", "00".repeat(13)],
        ["ff00000000000000000000ffff", "76f52f65a1c580930000009e58"],
      ];
      for (const [partialIv, contextIv] of pairs) {
        assert.strictEqual(outcome(key, sent(partialIv), { contextIv: decodeHex(contextIv) }), "nothing", partialIv);
      }
      // Not added, not put behind, not put in front.
      assert.strictEqual(outcome(key, sent("ffff"), { contextIv: decodeHex("89f52f65a1c5809300000061a8") }), BAD);
      assert.strictEqual(outcome(key, sent("61a700"), { contextIv: decodeHex(CONTEXT_IV) }), BAD);
    });
  });
});

describe("RFC 9052 §5.3 COSE_Encrypt0 on this machine", () => {
  for (const [algorithm, name, alg, bits, nonceLength, tagLength, sealed] of FACTS) {
    const iv = IV.slice(0, 2 * nonceLength);
    const sent = (ciphertext: string) => `83${bstr(algOnly(algorithm))}a105${bstr(iv)}${bstr(ciphertext)}`;

    it(`encrypts and decrypts ${name}, tagged and untagged`, () => {
      withAeadKey(alg, bits, (key) => {
        const options = { algorithm, plaintext, iv: decodeHex(iv) };
        const { message, ciphertext } = createEncrypt0(crypto, key, options);
        assert.strictEqual(encodeHex(message), `d0${sent(sealed)}`);
        assert.strictEqual(encodeHex(ciphertext), sealed);
        assert.strictEqual(made(key, { ...options, tagged: false }), sent(sealed));
        for (const hex of [sent(sealed), `d0${sent(sealed)}`]) {
          const opened = decryptEncrypt0(crypto, key, decodeHex(hex));
          assert.strictEqual(encodeHex(opened.plaintext), CONTENT);
          assert.strictEqual(opened.algorithm, algorithm);
        }
        const empty = made(key, { ...options, plaintext: new Uint8Array(0) });
        assert.strictEqual(decryptEncrypt0(crypto, key, decodeHex(empty)).plaintext.length, 0);
      });
    });

    it(`refuses ${name} with a bit of any byte flipped, or with another length`, () => {
      withAeadKey(alg, bits, (key) => {
        flips(decodeHex(`d0${sent(sealed)}`), false, (changed, bit) => {
          const thrown = thrownBy(() => decryptEncrypt0(crypto, key, changed));
          assert.isTrue(isRefusal(thrown), `bit ${bit}: ${thrown}`);
        });
        const lengths = [0, 1, tagLength - 1, tagLength, sealed.length / 2 - 1];
        for (const length of lengths) {
          assert.strictEqual(outcome(key, sent(sealed.slice(0, 2 * length))), BAD, `${length} bytes`);
        }
        assert.strictEqual(outcome(key, sent(`${sealed}00`)), BAD);
        // Half of its tag.
        assert.strictEqual(outcome(key, sent(sealed.slice(0, -tagLength))), BAD);
      });
    });

    it(`refuses an IV of another length for ${name}`, () => {
      withAeadKey(alg, bits, (key) => {
        for (let length = 0; length <= 16; length++) {
          if (length === nonceLength) continue;
          const other = `${IV}000000`.slice(0, 2 * length);
          const hex = `83${bstr(algOnly(algorithm))}a105${bstr(other)}${bstr(sealed)}`;
          assert.strictEqual(outcome(key, hex), "COSE_IV", `${length} bytes`);
          assert.strictEqual(
            thrownBy(() => made(key, { algorithm, iv: decodeHex(other) })),
            "COSE_IV",
          );
        }
      });
    });

    it(`refuses keys of another length or policy for ${name}`, () => {
      const tried = (key: KeyId) =>
        `${outcome(key, sent(sealed))} ${thrownBy(() => made(key, { algorithm, iv: decodeHex(iv) }))}`;
      for (const size of alg === "CHACHA20_POLY1305" ? [] : [128, 192, 256].filter((each) => each !== bits)) {
        assert.strictEqual(withAeadKey(alg, size, tried), "COSE_KEY_USE COSE_KEY_USE", `${size} bits`);
      }
      for (const other of ["GCM", "CCM", "CCM_8", "CCM_12"] as const) {
        const refused = "PSA_ERROR_NOT_PERMITTED PSA_ERROR_NOT_PERMITTED";
        if (other !== alg) assert.strictEqual(withAeadKey(other, bits, tried), refused, other);
      }
      const allowed = (usage: "encrypt" | "decrypt") =>
        withKey(attributes(alg, bits, [usage]), SECRET.slice(0, bits / 4), tried);
      assert.strictEqual(allowed("decrypt"), "nothing PSA_ERROR_NOT_PERMITTED");
      assert.strictEqual(allowed("encrypt"), "PSA_ERROR_NOT_PERMITTED nothing");
      assert.strictEqual(
        tried(withAeadKey(alg, bits, (key) => key)),
        "PSA_ERROR_INVALID_HANDLE PSA_ERROR_INVALID_HANDLE",
      );
    });
  }
});
