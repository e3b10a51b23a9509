// SPDX-License-Identifier: Apache-2.0
/** What COSE_Encrypt0 authenticates, with this machine's own AES-CCM: Enc_structure, RFC 9052 §5.3; and detached ciphertext. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import type { KeyId } from "../../../sdk/contracts/crypto.js";
import {
  createEncrypt0,
  decryptEncrypt0,
  type Encrypt0DecryptOptions,
  type Encrypt0Options,
  parseEncrypt0Headers,
} from "../../../sdk/cose/encrypt0.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { withKey } from "../crypto/support.js";
import { thrownBy } from "../thrown.js";
import { bstr, CONTENT, SECRET } from "./symmetric.js";

const IV = "89f52f65a1c580933b5261a78c";
const plaintext = decodeHex(CONTENT);
const iv = decodeHex(IV);
const BAD = "PSA_ERROR_INVALID_SIGNATURE";

function withCcmKey<T>(use: (key: KeyId) => T): T {
  const usage = ["encrypt", "decrypt"] as const;
  return withKey({ type: "AES", bits: 128, usage, alg: "CCM_8" }, SECRET.slice(0, 32), use);
}

/** A message sealed with additional data written by hand. */
function sealed(key: KeyId, structure: string, protectedMap: string): string {
  const ciphertext = crypto.aeadEncrypt(key, "CCM_8", iv, decodeHex(structure), plaintext);
  return `83${bstr(protectedMap)}a1054d${IV}${bstr(encodeHex(ciphertext))}`;
}

function outcome(key: KeyId, hex: string, options?: Encrypt0DecryptOptions): string {
  return thrownBy(() => decryptEncrypt0(crypto, key, decodeHex(hex), options));
}

function made(key: KeyId, options: Partial<Encrypt0Options>): string {
  return encodeHex(createEncrypt0(crypto, key, { algorithm: 10, plaintext, iv, ...options }).message);
}

describe("RFC 9052 §5.3 Enc_structure on this machine", () => {
  it("is the context Encrypt0, the protected bucket as received and external_aad", () => {
    withCcmKey((key) => {
      const tried = (structure: string, protectedMap = "a1010a") => outcome(key, sealed(key, structure, protectedMap));
      assert.strictEqual(tried("8368456e637279707430" + "43a1010a40"), "nothing");
      // Keys in another order than ours: what was sent is what counts.
      assert.strictEqual(tried("8368456e637279707430" + "45a20300010a40", "a20300010a"), "nothing");
      assert.strictEqual(tried("8368456e637279707430" + "45a2010a030040", "a20300010a"), BAD);
      // "Encrypt", which is COSE_Encrypt's, "encrypt0", "MAC0", "Signature1", and Encrypt0 as a byte string.
      const contexts = [
        "67456e6372797074",
        "68656e637279707430",
        "644d414330",
        "6a5369676e617475726531",
        "48456e637279707430",
      ];
      for (const context of contexts) assert.strictEqual(tried(`83${context}43a1010a40`), BAD, context);
      assert.strictEqual(tried("8368456e6372797074304040"), BAD, "protected bucket left out");
      assert.strictEqual(tried("8268456e63727970743043a1010a"), BAD, "no external_aad");
      assert.strictEqual(tried("8468456e63727970743043a1010a4040"), BAD, "one item more");
      assert.strictEqual(tried(""), BAD, "no additional data");
    });
  });

  it("holds a message to its external_aad", () => {
    withCcmKey((key) => {
      const externalAad = Uint8Array.of(1, 2);
      const hex = made(key, { externalAad });
      assert.strictEqual(hex, `d0${sealed(key, "8368456e63727970743043a1010a420102", "a1010a")}`);
      assert.strictEqual(outcome(key, hex, { externalAad }), "nothing");
      for (const other of [[], [1], [1, 2, 0], [1, 3], [2, 1]]) {
        assert.strictEqual(outcome(key, hex, { externalAad: Uint8Array.from(other) }), BAD, other.join());
      }
      assert.strictEqual(outcome(key, hex), BAD);
    });
  });

  it("does not hold the unprotected bucket: a kid there can change, one in the protected bucket cannot", () => {
    withCcmKey((key) => {
      const kid = Uint8Array.of(0x31);
      const hex = made(key, { kid });
      assert.isTrue(hex.startsWith(`d08343a1010aa2044131054d${IV}`));
      assert.strictEqual(outcome(key, hex.replace("044131", "044132")), "nothing");
      const held = made(key, { protectedHeader: new Map([[4, kid]]) });
      assert.strictEqual(parseEncrypt0Headers(decodeHex(held)).kid?.join(), "49");
      assert.strictEqual(outcome(key, held), "nothing");
      assert.strictEqual(outcome(key, held.replace("044131", "044132")), BAD);
    });
  });

  it("takes an IV from the protected bucket as well, and there it cannot be moved out", () => {
    withCcmKey((key) => {
      const protectedHeader = new Map([[5, iv]]);
      const held = encodeHex(createEncrypt0(crypto, key, { algorithm: 10, plaintext, protectedHeader }).message);
      assert.isTrue(held.startsWith(`d08352a2010a054d${IV}a0`));
      assert.strictEqual(outcome(key, held), "nothing");
      assert.strictEqual(outcome(key, held.replace(`52a2010a054d${IV}a0`, `43a1010aa1054d${IV}`)), BAD);
    });
  });

  it("is the same for a ciphertext that is elsewhere", () => {
    withCcmKey((key) => {
      const { message, ciphertext } = createEncrypt0(crypto, key, { algorithm: 10, plaintext, iv, detached: true });
      assert.strictEqual(encodeHex(message), `d08343a1010aa1054d${IV}f6`);
      assert.strictEqual(encodeHex(ciphertext), "27bf84baa55761a58cf402a0e32b8c15860d4314274c96a0684a19b8");
      const tried = (detachedCiphertext?: Uint8Array) =>
        thrownBy(() => decryptEncrypt0(crypto, key, message, detachedCiphertext && { detachedCiphertext }));
      assert.strictEqual(
        encodeHex(decryptEncrypt0(crypto, key, message, { detachedCiphertext: ciphertext }).plaintext),
        CONTENT,
      );
      assert.strictEqual(tried(), "COSE_PAYLOAD_MISSING");
      for (const length of [0, 1, 7, 8, 27])
        assert.strictEqual(tried(ciphertext.subarray(0, length)), BAD, `${length} bytes`);
      assert.strictEqual(tried(Uint8Array.of(...ciphertext, 0)), BAD);
      assert.strictEqual(tried(plaintext), BAD);
      const wrong = CONTENT as unknown as Uint8Array;
      assert.strictEqual(tried(wrong), "TypeError");
      assert.strictEqual(
        thrownBy(() => made(key, { plaintext: wrong })),
        "TypeError",
      );
    });
  });
});
