// SPDX-License-Identifier: Apache-2.0
/** COSE_Sign1 with this machine's own crypto: the example that RFC 9052 C.2.1 prints, and a message made here. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { CoseAlgorithm } from "../../../sdk/cose/algorithms.js";
import { encodeKey } from "../../../sdk/cose/key.js";
import { importPublicKey } from "../../../sdk/cose/key-import.js";
import { createSign1, verifySign1 } from "../../../sdk/cose/sign1.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";

const EXAMPLE =
  "d28443a10126a10442313154546869732069732074686520636f6e74656e742e58408eb33e4ca31d1c465ab05aac34cc6b23d58fef5c083106c4d25a91aef0b0117e2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4c345cacb36";
/** Key "11" of RFC 9052 C.7.1. */
const KEY =
  "a4010220012158" +
  "20bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff" +
  "22582020138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e";

/** `message` with one bit of the byte at `offset` flipped; a negative offset counts from the end. */
function flip(message: Uint8Array, offset: number): Uint8Array {
  const copy = message.slice();
  const at = offset < 0 ? copy.length + offset : offset;
  copy[at] = (copy[at] as number) ^ 1;
  return copy;
}

describe("RFC 9052 C.2.1 COSE_Sign1 on this machine", () => {
  it("verifies the example, and refuses it with a bit of payload or signature flipped", () => {
    const key = importPublicKey(crypto, decodeHex(KEY));
    const message = decodeHex(EXAMPLE);
    const { payload, algorithm } = verifySign1(crypto, key, message);
    assert.strictEqual(encodeHex(payload), "546869732069732074686520636f6e74656e742e");
    assert.strictEqual(algorithm, CoseAlgorithm.ES256);
    for (const offset of [12, -64, -1]) {
      assert.strictEqual(
        thrownBy(() => verifySign1(crypto, key, flip(message, offset))),
        "PSA_ERROR_INVALID_SIGNATURE",
      );
    }
    crypto.destroyKey(key);
  });

  it("signs with a key made here and verifies with its public half, sent as a COSE_Key", () => {
    const signer = crypto.generateKey({
      type: "ECC_KEY_PAIR_SECP_R1",
      bits: 256,
      usage: ["signMessage"],
      alg: "DETERMINISTIC_ECDSA_SHA_256",
    });
    const coseKey = encodeKey({ kty: "EC2", crv: "P-256", publicKey: crypto.exportPublicKey(signer) });
    const verifier = importPublicKey(crypto, coseKey);
    const externalAad = Uint8Array.of(9);
    for (const algorithm of [CoseAlgorithm.ES256, CoseAlgorithm.ESP256]) {
      const message = createSign1(crypto, signer, { algorithm, payload: Uint8Array.of(1, 2), externalAad });
      assert.strictEqual(encodeHex(verifySign1(crypto, verifier, message, { externalAad }).payload), "0102");
      assert.strictEqual(
        thrownBy(() => verifySign1(crypto, verifier, message)),
        "PSA_ERROR_INVALID_SIGNATURE",
      );
    }
    crypto.destroyKey(signer);
    crypto.destroyKey(verifier);
  });

  it("refuses a key that is not on the curve", () => {
    assert.strictEqual(
      thrownBy(() => importPublicKey(crypto, flip(decodeHex(KEY), -1))),
      "PSA_ERROR_INVALID_ARGUMENT",
    );
  });
});
