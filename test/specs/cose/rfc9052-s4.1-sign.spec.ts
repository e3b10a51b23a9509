// SPDX-License-Identifier: Apache-2.0
/** COSE_Sign on this machine: RFC 9052 §4.1, §4.4, appendix C.1.1 and C.1.2. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import type { KeyId } from "../../../sdk/contracts/crypto.js";
import { CoseAlgorithm } from "../../../sdk/cose/algorithms.js";
import { createSign, parseSignHeaders, type SignVerifyOptions, verifySign } from "../../../sdk/cose/sign.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { KEY, recorder } from "./recorder.js";
import { CONTENT } from "./symmetric.js";

const payload = decodeHex(CONTENT);
const alg = "DETERMINISTIC_ECDSA_SHA_256";
const ES256 = CoseAlgorithm.ES256;

function newKey(): KeyId {
  return crypto.generateKey({ type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage: ["signMessage", "verifyMessage"], alg });
}

describe("RFC 9052 §4.1 COSE_Sign", () => {
  it("two signers sign the same payload, each with headers of its own", () => {
    const keys = [newKey(), newKey()];
    const signers = keys.map((key, i) => ({ key, algorithm: ES256, kid: Uint8Array.of(i) }));
    const message = createSign(crypto, { payload, signers, protectedHeader: new Map([[3, 0]]) });
    const parsed = parseSignHeaders(message);
    assert.strictEqual(parsed.signers.map(({ kid }) => encodeHex(kid as Uint8Array)).join(), "00,01");
    keys.forEach((key, i) => {
      for (const which of [i, Uint8Array.of(i)]) {
        const verified = verifySign(crypto, key, message, { which });
        assert.strictEqual(encodeHex(verified.payload), CONTENT);
        assert.strictEqual(verified.protectedHeader.get(3), 0);
        assert.strictEqual(verified.signer.algorithm, ES256);
      }
      assert.strictEqual(
        thrownBy(() => verifySign(crypto, key, message, { which: 1 - i })),
        "PSA_ERROR_INVALID_SIGNATURE",
      );
    });
    for (const which of [undefined, 2, -1, 0.5, Uint8Array.of(2), new Uint8Array(0)]) {
      const options: SignVerifyOptions = which === undefined ? {} : { which };
      assert.strictEqual(
        thrownBy(() => verifySign(crypto, keys[0] as KeyId, message, options)),
        "COSE_NOT_FOUND",
      );
    }
    for (const key of keys) crypto.destroyKey(key);
  });

  it('signs ["Signature", body, signer, external_aad, payload]', () => {
    const stand = recorder();
    const signer = { key: KEY, algorithm: ES256, externalAad: Uint8Array.of(0xaa, 0xbb) };
    const message = createSign(stand, { payload, signers: [signer], protectedHeader: new Map([[3, 0]]) });
    const signed = `85695369676e617475726543a1030043a1012642aabb54${CONTENT}`;
    assert.strictEqual(stand.messages.join(), signed);
    verifySign(stand, KEY, message, { externalAad: signer.externalAad });
    assert.strictEqual(stand.messages.join(), `${signed},${signed}`);
  });

  it("an empty body bucket is signed as h'', also when it came as h'a0'", () => {
    const stand = recorder();
    const signature = `8143a10126a05840${"5a".repeat(64)}`;
    for (const empty of ["40", "41a0"]) {
      verifySign(stand, KEY, decodeHex(`84${empty}a041008183${signature.slice(2)}`));
    }
    assert.strictEqual(new Set(stand.messages).size, 1);
    assert.strictEqual(stand.messages[0], "85695369676e61747572654043a10126404100");
  });

  it("a detached payload is given beside the message", () => {
    const key = newKey();
    const message = createSign(crypto, {
      payload,
      signers: [{ key, algorithm: ES256 }],
      detached: true,
      tagged: false,
    });
    assert.strictEqual(message[0], 0x84);
    assert.strictEqual(encodeHex(verifySign(crypto, key, message, { detachedPayload: payload }).payload), CONTENT);
    assert.strictEqual(
      thrownBy(() => verifySign(crypto, key, message)),
      "COSE_PAYLOAD_MISSING",
    );
    crypto.destroyKey(key);
  });
});
