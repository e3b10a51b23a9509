// SPDX-License-Identifier: Apache-2.0
/** What is refused as a COSE_Encrypt0 before any crypto is asked, and what cannot be made. RFC 9052 §2, §3, §5.2. */
import { decodeHex } from "../../../sdk/bytes/hex.js";
import type { KeyAttributes, KeyId } from "../../../sdk/contracts/crypto.js";
import {
  createEncrypt0,
  decryptEncrypt0,
  type Encrypt0DecryptOptions,
  type Encrypt0Options,
  parseEncrypt0Headers,
} from "../../../sdk/cose/encrypt0.js";
import { verifyMac0 } from "../../../sdk/cose/mac0.js";
import { verifySign1 } from "../../../sdk/cose/sign1.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { around, bstr } from "./symmetric.js";

const KEY = 1 as KeyId;
const IV = "000102030405060708090a0b";
const END = `50${"5a".repeat(16)}`;
const GOOD = `8343a10101a1054c${IV}${END}`;
const ATTRIBUTES: KeyAttributes = { type: "AES", bits: 128, usage: ["encrypt", "decrypt"], alg: "GCM" };

/** What decryption throws. The stand-in finds every tag right, and must not have been asked about what is refused. */
function refused(hex: string, options?: Encrypt0DecryptOptions): string {
  let asked = 0;
  const trusting = {
    getKeyAttributes: () => ATTRIBUTES,
    aeadDecrypt: () => {
      asked++;
      return new Uint8Array(1);
    },
  };
  const thrown = thrownBy(() => decryptEncrypt0(trusting, KEY, decodeHex(hex), options));
  assert.strictEqual(asked, thrown === "nothing" ? 1 : 0, hex);
  return thrown;
}

/** The same for a message with these two buckets, each given as the hex of a map. */
function outcome(protectedMap: string, unprotectedMap = `a1054c${IV}`, options: Encrypt0DecryptOptions = {}): string {
  return refused(`83${bstr(protectedMap)}${unprotectedMap}${END}`, options);
}

/** What making a message throws. */
function made(options: Partial<Encrypt0Options>): string {
  const trusting = { getKeyAttributes: () => ATTRIBUTES, aeadEncrypt: () => new Uint8Array(17) };
  const base = { algorithm: 1, plaintext: new Uint8Array(1) };
  return thrownBy(() => createEncrypt0(trusting, KEY, { ...base, ...options }));
}

describe("RFC 9052 §5.2 what is no COSE_Encrypt0", () => {
  it("is whole: no beginning of a message, and nothing after it", () => {
    for (const hex of [GOOD, `d0${GOOD}`]) {
      assert.strictEqual(refused(hex), "nothing");
      for (let length = 0; length < hex.length; length += 2) {
        assert.strictEqual(refused(hex.slice(0, length)).replace(/@.*/, ""), "CBOR_TRUNCATED", `${length / 2} bytes`);
      }
      assert.strictEqual(refused(`${hex}00`), `CBOR_TRAILING_BYTES@${hex.length / 2}`);
    }
  });

  it("has tag 16 or none", () => {
    for (const tag of ["d1", "d2", "d6", "d83d", "d860", "d861", "d862"]) {
      assert.strictEqual(refused(`${tag}${GOOD}`), "COSE_TAG@0", tag);
    }
    assert.strictEqual(refused(`d0d0${GOOD}`), "CBOR_UNEXPECTED_TYPE@1");
  });

  it("is an array of three: byte string, map, byte string or nil", () => {
    const cases: readonly (readonly [string, string])[] = [
      [`8243a10101a1054c${IV}`, "COSE_STRUCTURE@0"],
      [`84${GOOD.slice(2)}40`, "COSE_STRUCTURE@0"],
      ["80", "COSE_STRUCTURE@0"],
      [`9f${GOOD.slice(2)}ff`, "CBOR_INDEFINITE_LENGTH@0"],
      ["a0", "CBOR_UNEXPECTED_TYPE@0"],
      [bstr(GOOD), "CBOR_UNEXPECTED_TYPE@0"],
      [`83a10101a1054c${IV}${END}`, "CBOR_UNEXPECTED_TYPE@1"],
      [`83f6a1054c${IV}${END}`, "CBOR_UNEXPECTED_TYPE@1"],
      [`834101a1054c${IV}${END}`, "CBOR_UNEXPECTED_TYPE@2"],
      [`8344a1010100a1054c${IV}${END}`, "CBOR_TRAILING_BYTES@5"],
      [`8343a1010180${END}`, "CBOR_UNEXPECTED_TYPE@5"],
      [`8343a1010141a0${END}`, "CBOR_UNEXPECTED_TYPE@5"],
      [`8343a10101a1054c${IV}70${"5a".repeat(16)}`, "CBOR_UNEXPECTED_TYPE@20"],
      [`8343a10101a1054c${IV}f7`, "CBOR_UNEXPECTED_TYPE@20"],
      [`8343a10101a1054c${IV}80`, "CBOR_UNEXPECTED_TYPE@20"],
      // COSE_Encrypt: recipients come fourth.
      [`84${GOOD.slice(2)}818340a040`, "COSE_STRUCTURE@0"],
    ];
    for (const [hex, thrown] of cases) assert.strictEqual(refused(hex), thrown, hex);
  });

  it("takes a detached ciphertext only where the message has nil", () => {
    const detachedCiphertext = new Uint8Array(17);
    const nil = `8343a10101a1054c${IV}f6`;
    assert.strictEqual(refused(nil, { detachedCiphertext }), "nothing");
    assert.strictEqual(refused(nil), "COSE_PAYLOAD_MISSING");
    assert.strictEqual(refused(GOOD, { detachedCiphertext }), "COSE_PAYLOAD_UNEXPECTED");
    assert.strictEqual(refused(nil.replace(/f6$/, "40"), { detachedCiphertext }), "COSE_PAYLOAD_UNEXPECTED");
  });

  it("has an empty protected bucket as h'' or h'a0', and then no algorithm", () => {
    for (const empty of ["", "a0"]) {
      assert.strictEqual(parseEncrypt0Headers(decodeHex(`83${bstr(empty)}a0${END}`)).protectedHeader.size, 0);
      assert.strictEqual(outcome(empty), "COSE_ALG_MISSING");
      assert.strictEqual(outcome(empty, `a20101054c${IV}`), "COSE_ALG_UNPROTECTED");
    }
    assert.strictEqual(outcome("a10101", `a20101054c${IV}`), "COSE_DUPLICATE_LABEL");
  });

  it("has an AEAD: no MAC, no signature, no AES-CTR or AES-CBC (RFC 9459), no key wrap", () => {
    const others = ["00", "04", "05", "07", "0e", "0f", "1819", "22", "24", "25", "26", "27", "28", "32", "39fffd"];
    for (const alg of [...others, "39fffa", "1903e7", "3bffffffffffffffff", "674131323847434d"]) {
      assert.strictEqual(outcome(`a101${alg}`), "COSE_ALG_UNSUPPORTED", alg);
    }
    for (const alg of ["4101", "f6", "8101", "f93c00"]) {
      assert.strictEqual(outcome(`a101${alg}`), "COSE_HEADER_VALUE", alg);
    }
  });

  it("has an algorithm that the caller names", () => {
    assert.strictEqual(refused(GOOD, { algorithms: [3, 1] }), "nothing");
    for (const algorithms of [[], [3], [10]]) assert.strictEqual(refused(GOOD, { algorithms }), "COSE_ALG_NOT_ALLOWED");
  });

  it("has one IV of the nonce's length, or one Partial IV with a context IV", () => {
    const contextIv = new Uint8Array(12);
    const cases: readonly (readonly [string, string, Encrypt0DecryptOptions?])[] = [
      ["a0", "COSE_IV"],
      ["a0", "COSE_IV", { contextIv }],
      ["a10540", "COSE_IV"],
      [`a1054b${IV.slice(2)}`, "COSE_IV"],
      [`a1054d${IV}00`, "COSE_IV"],
      [`a1054c${IV}`, "COSE_IV", { contextIv }],
      ["a10641ff", "COSE_IV"],
      ["a10640", "COSE_IV", { contextIv }],
      ["a10641ff", "nothing", { contextIv }],
      [`a1064c${IV}`, "nothing", { contextIv }],
      [`a1064d00${IV}`, "COSE_IV", { contextIv }],
      [`a1064d${IV}00`, "COSE_IV", { contextIv }],
      ["a10641ff", "RangeError", { contextIv: new Uint8Array(11) }],
      ["a10641ff", "RangeError", { contextIv: new Uint8Array(13) }],
      [`a2054c${IV}0641ff`, "COSE_HEADER_VALUE"],
      [`a2054c${IV}0641ff`, "COSE_HEADER_VALUE", { contextIv }],
      ["a1056c000000000000000000000000", "COSE_HEADER_VALUE"],
      ["a105f6", "COSE_HEADER_VALUE"],
      ["a10600", "COSE_HEADER_VALUE", { contextIv }],
    ];
    for (const [unprotectedMap, thrown, options] of cases) {
      assert.strictEqual(outcome("a10101", unprotectedMap, options), thrown, unprotectedMap);
    }
    assert.strictEqual(outcome(`a20101054c${IV}`, "a10641ff", { contextIv }), "COSE_HEADER_VALUE");
    assert.strictEqual(outcome(`a20101054c${IV}`, `a1054c${IV}`), "COSE_DUPLICATE_LABEL");
  });

  it("keeps the rules of all headers: labels once, crit understood", () => {
    const iv = `054c${IV}`;
    assert.strictEqual(outcome("a201010101"), "CBOR_DUPLICATE_KEY@5");
    assert.strictEqual(outcome("a20101044131", `a2044131${iv}`), "COSE_DUPLICATE_LABEL");
    assert.strictEqual(outcome("a10101", `a24000${iv}`), "COSE_LABEL@5");
    assert.strictEqual(outcome("a3010102811863186300"), "COSE_CRIT_UNKNOWN");
    assert.strictEqual(outcome("a3010102811863186300", undefined, { criticalLabels: [99] }), "nothing");
    assert.strictEqual(
      outcome("a3010102811863186300", undefined, { criticalLabels: "c" as unknown as [] }),
      "TypeError",
    );
    assert.strictEqual(outcome("a2010102811863", `a2186300${iv}`, { criticalLabels: [99] }), "COSE_CRIT");
    assert.strictEqual(outcome(`a301010281${iv.slice(0, 2)}${iv}`, "a0"), "nothing");
    assert.strictEqual(outcome("a201010280"), "COSE_CRIT");
    assert.strictEqual(outcome("a10101", `a2028101${iv}`), "COSE_CRIT");
  });

  it("stays within the limits", () => {
    around({ length: 38, depth: 3, count: 10 }, (limits) => refused(`d0${GOOD}`, { limits }));
    const inside = `8348a201011863818100a1054c${IV}${END}`;
    around({ length: 42, depth: 3, count: 13 }, (limits) => refused(inside, { limits }));
  });

  it("is no other message, and no other message is one", () => {
    const sign1 = `8443a10126a04201025840${"5a".repeat(64)}`;
    assert.strictEqual(`${refused(`d2${sign1}`)} ${refused(sign1)}`, "COSE_TAG@0 COSE_STRUCTURE@0");
    for (const reader of [verifySign1, verifyMac0]) {
      const read = [`d0${GOOD}`, GOOD].map((hex) => thrownBy(() => reader(crypto, KEY, decodeHex(hex))));
      assert.strictEqual(read.join(), "COSE_TAG@0,COSE_STRUCTURE@0");
    }
  });

  it("is not made against the rules either", () => {
    const iv = decodeHex(IV);
    const partial = new Map([[6, Uint8Array.of(1)]]);
    const contextIv = new Uint8Array(12);
    assert.strictEqual(made({ iv }), "nothing");
    assert.strictEqual(made({ unprotectedHeader: partial, contextIv }), "nothing");
    for (const algorithm of [0, 4, 5, 14, 15, 25, -7, -8, -65534]) {
      assert.strictEqual(made({ algorithm, iv }), "COSE_ALG_UNSUPPORTED");
    }
    assert.strictEqual(made({}), "COSE_IV");
    assert.strictEqual(made({ contextIv }), "COSE_IV");
    assert.strictEqual(made({ iv, contextIv }), "COSE_IV");
    assert.strictEqual(made({ unprotectedHeader: partial }), "COSE_IV");
    assert.strictEqual(made({ unprotectedHeader: new Map([[6, new Uint8Array(13)]]), contextIv }), "COSE_IV");
    assert.strictEqual(made({ unprotectedHeader: partial, contextIv: new Uint8Array(13) }), "RangeError");
    assert.strictEqual(made({ iv, unprotectedHeader: partial }), "COSE_HEADER_VALUE");
    assert.strictEqual(made({ iv, protectedHeader: new Map([[5, iv]]) }), "COSE_DUPLICATE_LABEL");
    assert.strictEqual(made({ iv, unprotectedHeader: new Map([[1, 1]]) }), "COSE_DUPLICATE_LABEL");
    assert.strictEqual(made({ iv, protectedHeader: new Map([[2, [99]]]) }), "COSE_CRIT");
  });

  it("a mistake of the caller's own is a TypeError or a RangeError", () => {
    const wrong = "d0" as unknown as Uint8Array;
    const iv = decodeHex(IV);
    const use = (message: Uint8Array) => decryptEncrypt0(crypto, KEY, message);
    assert.strictEqual(
      thrownBy(() => use(wrong)),
      "TypeError",
    );
    assert.strictEqual(
      thrownBy(() => parseEncrypt0Headers(wrong)),
      "TypeError",
    );
    assert.strictEqual(refused(GOOD, { externalAad: wrong }), "TypeError");
    assert.strictEqual(outcome("a10101", "a1064101", { contextIv: wrong }), "TypeError");
    assert.strictEqual(refused(GOOD, { limits: { length: 1, depth: -1, count: 1 } }), "RangeError");
    assert.strictEqual(made({ iv, externalAad: wrong }), "TypeError");
    assert.strictEqual(made({ unprotectedHeader: new Map([[6, Uint8Array.of(1)]]), contextIv: wrong }), "TypeError");
  });
});
