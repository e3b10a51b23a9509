// SPDX-License-Identifier: Apache-2.0
/** COSE_Mac0 with this machine's own HMAC: RFC 9052 §6.2 and §6.3, the algorithms of RFC 9053 §3.1. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import type { KeyAttributes, KeyId, MacAlg } from "../../../sdk/contracts/crypto.js";
import { createMac0, type Mac0VerifyOptions, parseMac0Headers, verifyMac0 } from "../../../sdk/cose/mac0.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { withKey } from "../crypto/support.js";
import { thrownBy } from "../thrown.js";
import { algOnly, bstr, CONTENT, flips, isRefusal, SECRET } from "./symmetric.js";

/** The working group's HMac-enc-01. */
const TAG_256 = "a1a848d3471f9d61ee49018d244c824772f223ad4f935293f1789fc3a08d8c58";
/** Tags of CONTENT under the first 32 bytes of SECRET; the others are computed with OpenSSL. */
const FACTS: readonly (readonly [number, MacAlg, string])[] = [
  [4, "HMAC_SHA_256_8", "11f9e357975fb849"],
  [5, "HMAC_SHA_256", TAG_256],
  [
    6,
    "HMAC_SHA_384",
    "c2bf6c504cd098a72633a1eb3ecda1a00e9ae137f2af45dbb8f4a13100ca4899930a5cb585154f68e77b9b6f6cc04644",
  ],
  [
    7,
    "HMAC_SHA_512",
    "15cce65b776c671e07ef06415825b30e65f777edaf2bf47248c6f81b0f12ae33df0d9fadbe35b90019fd5dd8cbe238865a62477cc369ee0b977886a9e87a89ad",
  ],
];

const payload = decodeHex(CONTENT);
const BAD = "PSA_ERROR_INVALID_SIGNATURE";

function attributes(alg: MacAlg, usage: KeyAttributes["usage"] = ["signMessage", "verifyMessage"]): KeyAttributes {
  return { type: "HMAC", bits: 256, usage, alg };
}

function withMacKey<T>(alg: MacAlg, use: (key: KeyId) => T): T {
  return withKey(attributes(alg), SECRET.slice(0, 64), use);
}

function message(protectedMap: string, unprotectedMap: string, content: string, tag: string): string {
  return `84${bstr(protectedMap)}${unprotectedMap}${content}${bstr(tag)}`;
}

/** The tag of a structure written by hand: context, protected bucket, external_aad, payload. */
function tagOver(key: KeyId, alg: MacAlg, structure: string): string {
  return encodeHex(crypto.macCompute(key, alg, decodeHex(structure)));
}

function outcome(key: KeyId, hex: string, options?: Mac0VerifyOptions): string {
  return thrownBy(() => verifyMac0(crypto, key, decodeHex(hex), options));
}

/** The working group's cbc-mac-enc-01 and -02: AES-MAC under the first 16 bytes of SECRET (RFC 9053 §3.2). */
const AES_FACTS: readonly (readonly [number, MacAlg, string])[] = [
  [14, "CBC_MAC_8", "d18443a1010ea054546869732069732074686520636f6e74656e742e488584dbf007fdc69f"],
  [25, "CBC_MAC", "d18444a1011819a054546869732069732074686520636f6e74656e742e50f0c295e78f3091e95513fa0427adbe25"],
];

describe("RFC 9052 §6.3 COSE_Mac0 on this machine", () => {
  for (const [algorithm, alg, hex] of AES_FACTS) {
    it(`computes and verifies ${alg}, with a key of 128 bits and no other`, () => {
      const usage: KeyAttributes["usage"] = ["signMessage", "verifyMessage"];
      withKey({ type: "AES", bits: 128, usage, alg }, SECRET.slice(0, 32), (key) => {
        assert.strictEqual(encodeHex(createMac0(crypto, key, { algorithm, payload })), hex);
        assert.strictEqual(encodeHex(verifyMac0(crypto, key, decodeHex(hex)).payload), CONTENT);
        assert.strictEqual(outcome(key, hex.replace(/..$/, "00")), BAD);
      });
      withKey({ type: "AES", bits: 256, usage, alg }, SECRET.slice(0, 64), (key) => {
        assert.strictEqual(outcome(key, hex), "COSE_KEY_USE");
      });
    });
  }

  for (const [algorithm, alg, tag] of FACTS) {
    const untagged = message(algOnly(algorithm), "a0", bstr(CONTENT), tag);

    it(`computes and verifies ${alg}, tagged and untagged`, () => {
      withMacKey(alg, (key) => {
        assert.strictEqual(encodeHex(createMac0(crypto, key, { algorithm, payload })), `d1${untagged}`);
        assert.strictEqual(encodeHex(createMac0(crypto, key, { algorithm, payload, tagged: false })), untagged);
        for (const hex of [untagged, `d1${untagged}`]) {
          const verified = verifyMac0(crypto, key, decodeHex(hex));
          assert.strictEqual(encodeHex(verified.payload), CONTENT);
          assert.strictEqual(verified.algorithm, algorithm);
          assert.strictEqual(verified.protectedHeader.get(1), algorithm);
          assert.strictEqual(verified.unprotectedHeader.size, 0);
        }
      });
    });

    it(`refuses ${alg} with a bit of any byte flipped`, () => {
      withMacKey(alg, (key) => {
        const whole = decodeHex(`d1${untagged}`);
        flips(whole, algorithm === 4, (changed, bit) => {
          const thrown = thrownBy(() => verifyMac0(crypto, key, changed));
          assert.isTrue(isRefusal(thrown), `bit ${bit}: ${thrown}`);
          const place = (bit >> 3) - (whole.length - tag.length / 2);
          if (place >= 0) assert.strictEqual(thrown, BAD, `bit ${bit}`);
        });
      });
    });

    it(`takes no tag of another length, and no beginning of the right one, for ${alg}`, () => {
      withMacKey(alg, (key) => {
        const full = tag.length / 2;
        for (const length of [0, 1, 4, 8, 16, 32, full - 1, full + 1, 64].filter((each) => each !== full)) {
          const other = `${tag}${"00".repeat(64)}`.slice(0, 2 * length);
          const hex = message(algOnly(algorithm), "a0", bstr(CONTENT), other);
          assert.strictEqual(outcome(key, hex), "COSE_TAG_LENGTH", `${length} bytes`);
        }
      });
    });
  }

  it("takes no HMAC 256/64 with all 32 bytes of the tag, nor HMAC 256/256 with 8", () => {
    withMacKey("HMAC_SHA_256_8", (key) => {
      assert.strictEqual(outcome(key, message("a10104", "a0", bstr(CONTENT), TAG_256)), "COSE_TAG_LENGTH");
    });
    withMacKey("HMAC_SHA_256", (key) => {
      assert.strictEqual(outcome(key, message("a10105", "a0", bstr(CONTENT), TAG_256.slice(0, 16))), "COSE_TAG_LENGTH");
    });
  });

  it("authenticates MAC_structure: context MAC0, protected bucket as received, external_aad, payload", () => {
    withMacKey("HMAC_SHA_256", (key) => {
      const made = (structure: string, protectedMap: string) =>
        message(protectedMap, "a0", bstr(CONTENT), tagOver(key, "HMAC_SHA_256", structure));
      const rest = `40${bstr(CONTENT)}`;
      assert.strictEqual(outcome(key, made(`84644d41433043a10105${rest}`, "a10105")), "nothing");
      // Keys in another order than ours: what was sent is what counts.
      assert.strictEqual(outcome(key, made(`84644d41433045a203000105${rest}`, "a203000105")), "nothing");
      assert.strictEqual(outcome(key, made(`84644d41433045a201050300${rest}`, "a203000105")), BAD);
      // "MAC", which is COSE_Mac's, "Mac0", "Signature1", "Encrypt0", and MAC0 as a byte string.
      for (const other of ["634d4143", "644d616330", "6a5369676e617475726531", "68456e637279707430", "444d414330"]) {
        assert.strictEqual(outcome(key, made(`84${other}43a10105${rest}`, "a10105")), BAD, other);
      }
      assert.strictEqual(outcome(key, made(`84644d41433040${rest}`, "a10105")), BAD, "protected bucket left out");
      assert.strictEqual(outcome(key, made(`83644d41433043a10105${bstr(CONTENT)}`, "a10105")), BAD, "no external_aad");
      assert.strictEqual(outcome(key, made(CONTENT, "a10105")), BAD, "the payload alone");
    });
  });

  it("holds a message to its external_aad", () => {
    withMacKey("HMAC_SHA_256", (key) => {
      const externalAad = Uint8Array.of(1, 2);
      const made = encodeHex(createMac0(crypto, key, { algorithm: 5, payload, externalAad }));
      const tag = tagOver(key, "HMAC_SHA_256", `84644d41433043a10105420102${bstr(CONTENT)}`);
      assert.strictEqual(made, `d1${message("a10105", "a0", bstr(CONTENT), tag)}`);
      assert.strictEqual(outcome(key, made, { externalAad }), "nothing");
      for (const other of [[], [1], [1, 2, 0], [1, 3], [2, 1]]) {
        assert.strictEqual(outcome(key, made, { externalAad: Uint8Array.from(other) }), BAD, other.join());
      }
      assert.strictEqual(outcome(key, made), BAD);
      // A byte moved from external_aad to the payload is another message.
      const moved = message("a10105", "a0", bstr(`02${CONTENT}`), tag);
      assert.strictEqual(outcome(key, moved, { externalAad: Uint8Array.of(1) }), BAD);
    });
  });

  it("authenticates a payload that is elsewhere", () => {
    withMacKey("HMAC_SHA_256_8", (key) => {
      const made = encodeHex(createMac0(crypto, key, { algorithm: 4, payload, detached: true }));
      assert.strictEqual(made, "d18443a10104a0f64811f9e357975fb849");
      assert.strictEqual(outcome(key, made, { detachedPayload: payload }), "nothing");
      assert.strictEqual(verifyMac0(crypto, key, decodeHex(made), { detachedPayload: payload }).payload, payload);
      assert.strictEqual(outcome(key, made, { detachedPayload: payload.subarray(1) }), BAD);
      assert.strictEqual(outcome(key, made, { detachedPayload: new Uint8Array(0) }), BAD);
      assert.strictEqual(outcome(key, made), "COSE_PAYLOAD_MISSING");
    });
  });

  it("tells an empty payload from none", () => {
    withMacKey("HMAC_SHA_256", (key) => {
      const made = createMac0(crypto, key, { algorithm: 5, payload: new Uint8Array(0) });
      assert.strictEqual(verifyMac0(crypto, key, made).payload.length, 0);
      assert.strictEqual(outcome(key, encodeHex(made).replace("a040", "a0f6")), "COSE_PAYLOAD_MISSING");
    });
  });

  it("does not protect the unprotected bucket, and so not an unprotected kid", () => {
    withMacKey("HMAC_SHA_256_8", (key) => {
      const kid = Uint8Array.of(0x31);
      const made = encodeHex(createMac0(crypto, key, { algorithm: 4, payload, kid }));
      assert.strictEqual(made, `d18443a10104a1044131${bstr(CONTENT)}4811f9e357975fb849`);
      assert.strictEqual(outcome(key, made.replace("044131", "044132")), "nothing");
      assert.strictEqual(outcome(key, made.replace("a1044131", "a0")), "nothing");
      const inside = new Map([[4, kid]]);
      const held = encodeHex(createMac0(crypto, key, { algorithm: 4, payload, protectedHeader: inside }));
      assert.strictEqual(parseMac0Headers(decodeHex(held)).kid?.join(), "49");
      assert.strictEqual(outcome(key, held.replace("044131", "044132")), BAD);
    });
  });

  it("leaves it to the key's policy which algorithm and use it has", () => {
    const sample = `d1${message("a10105", "a0", bstr(CONTENT), TAG_256)}`;
    for (const alg of ["HMAC_SHA_256_8", "HMAC_SHA_256_16", "HMAC_SHA_384", "HMAC_SHA_512"] as const) {
      withMacKey(alg, (key) => {
        assert.strictEqual(outcome(key, sample), "PSA_ERROR_NOT_PERMITTED", alg);
        assert.strictEqual(
          thrownBy(() => createMac0(crypto, key, { algorithm: 5, payload })),
          "PSA_ERROR_NOT_PERMITTED",
        );
      });
    }
    withKey(attributes("HMAC_SHA_256", ["verifyMessage"]), SECRET.slice(0, 64), (key) => {
      assert.strictEqual(outcome(key, sample), "nothing");
      assert.strictEqual(
        thrownBy(() => createMac0(crypto, key, { algorithm: 5, payload })),
        "PSA_ERROR_NOT_PERMITTED",
      );
    });
    withKey(attributes("HMAC_SHA_256", ["signMessage"]), SECRET.slice(0, 64), (key) => {
      assert.strictEqual(outcome(key, sample), "PSA_ERROR_NOT_PERMITTED");
    });
    withKey(attributes("HMAC_SHA_256"), SECRET.slice(64), (key) => assert.strictEqual(outcome(key, sample), BAD));
    const gone = withMacKey("HMAC_SHA_256", (key) => key);
    assert.strictEqual(outcome(gone, sample), "PSA_ERROR_INVALID_HANDLE");
  });
});
