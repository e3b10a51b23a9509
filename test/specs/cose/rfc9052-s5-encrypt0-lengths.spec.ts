// SPDX-License-Identifier: Apache-2.0
/** How long what a COSE_Encrypt0 is made of may be. A file of its own: it takes half of a board's heap. RFC 9052 §5.3. */
import { decodeHex } from "../../../sdk/bytes/hex.js";
import type { KeyAttributes, KeyId } from "../../../sdk/contracts/crypto.js";
import { decryptEncrypt0, type Encrypt0DecryptOptions } from "../../../sdk/cose/encrypt0.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";

const KEY = 1 as KeyId;
const IV = "000102030405060708090a0b";
const GOOD = `8343a10101a1054c${IV}50${"5a".repeat(16)}`;
const ATTRIBUTES: KeyAttributes = { type: "AES", bits: 128, usage: ["decrypt"], alg: "GCM" };

/** What decryption throws, by a stand-in that finds every tag right. */
function refused(hex: string, options: Encrypt0DecryptOptions): string {
  const trusting = { getKeyAttributes: () => ATTRIBUTES, aeadDecrypt: () => new Uint8Array(1) };
  return thrownBy(() => decryptEncrypt0(trusting, KEY, decodeHex(hex), options));
}

describe("RFC 9052 §5.3 the lengths of a COSE_Encrypt0", () => {
  it("is no longer than the algorithm takes: the sender's doing, and no mistake of the caller's", () => {
    const ccm = (options: Encrypt0DecryptOptions) => refused(`8343a1010aa1054d${IV}00f6`, options);
    const ciphertext = (bytes: number) => ({ detachedCiphertext: new Uint8Array(bytes) });
    assert.strictEqual(ccm(ciphertext(65535 + 8)), "nothing");
    assert.strictEqual(ccm(ciphertext(65536 + 8)), "COSE_LENGTH");
  });

  it("has no more headers and external_aad than can be authenticated, which is seen before they are copied", () => {
    const aad = (bytes: number) => ({ externalAad: new Uint8Array(bytes) });
    const bucket = 3;
    assert.strictEqual(refused(GOOD, aad(65264 - bucket)), "COSE_LENGTH");
  });
});
