// SPDX-License-Identifier: Apache-2.0
/** A signed message cut at every length or with any bit flipped: which code it is. test/fuzz/decoders damages all kinds of messages. */
import { assert } from "chai";
import { describe, it } from "mocha";
import { encodeHex } from "../../sdk/bytes/hex.js";
import { CoseAlgorithm } from "../../sdk/cose/algorithms.js";
import { createSign1, verifySign1 } from "../../sdk/cose/sign1.js";
import { thrownBy } from "../specs/thrown.js";
import { exampleKeys, KID } from "./example-key.js";

const CODED = /^((CBOR|COSE)_[A-Z0-9_]+(@\d+)?|PSA_ERROR_[A-Z_]+)$/;
const PAYLOAD = Uint8Array.of(1, 2, 3, 4, 5);

describe("COSE_Sign1, damaged", () => {
  const { crypto, signer, verifier } = exampleKeys();
  const message = createSign1(crypto, signer, { algorithm: CoseAlgorithm.ES256, payload: PAYLOAD, kid: KID });
  const outcome = (bytes: Uint8Array): string => thrownBy(() => verifySign1(crypto, verifier, bytes));

  it("is whole to begin with", () => {
    assert.strictEqual(encodeHex(message.subarray(0, 19)), "d28443a10126a1044231314501020304055840");
    assert.strictEqual(outcome(message), "nothing");
  });

  it("is refused when cut, at every length", () => {
    for (let length = 0; length < message.length; length++) {
      assert.match(outcome(message.slice(0, length)), /^CBOR_TRUNCATED@\d+$/, `${length} bytes`);
    }
  });

  it("is refused when longer, by any byte", () => {
    for (let byte = 0; byte < 256; byte++) {
      assert.strictEqual(outcome(Uint8Array.of(...message, byte)), `CBOR_TRAILING_BYTES@${message.length}`);
    }
  });

  it("is refused with any bit flipped, but for those of kid, which is not signed", () => {
    const passed: number[] = [];
    for (let bit = 0; bit < 8 * message.length; bit++) {
      const flipped = message.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (0x80 >> (bit & 7));
      const thrown = outcome(flipped);
      if (thrown === "nothing") passed.push(bit);
      else assert.match(thrown, CODED, `bit ${bit}`);
      if (thrown === "nothing") {
        assert.strictEqual(encodeHex(verifySign1(crypto, verifier, flipped).payload), encodeHex(PAYLOAD));
      }
    }
    const unprotected = passed.map((bit) => bit >> 3).filter((byte) => byte < 7 || byte > 10);
    assert.deepEqual(unprotected, [], "bytes outside the unprotected bucket");
    const kid = passed.filter((bit) => bit >> 3 >= 9);
    assert.strictEqual(kid.length, 16, "each bit of kid is free");
  });

  it("is read without its tag as an untagged COSE_Sign1", () => {
    assert.strictEqual(outcome(message.slice(1)), "nothing");
  });

  it("is refused with another key, another external_aad, or as detached with another payload", () => {
    const other = crypto.generateKey({
      type: "ECC_KEY_PAIR_SECP_R1",
      bits: 256,
      usage: ["verifyMessage"],
      alg: "DETERMINISTIC_ECDSA_SHA_256",
    });
    const invalid = "PSA_ERROR_INVALID_SIGNATURE";
    const options = { algorithm: CoseAlgorithm.ES256, payload: PAYLOAD, detached: true, externalAad: Uint8Array.of(1) };
    const detached = createSign1(crypto, signer, options);
    const verify = (aad: number, detachedPayload: Uint8Array) => () =>
      verifySign1(crypto, verifier, detached, { externalAad: Uint8Array.of(aad), detachedPayload });
    assert.strictEqual(
      thrownBy(() => verifySign1(crypto, other, message)),
      invalid,
    );
    assert.strictEqual(thrownBy(verify(1, PAYLOAD)), "nothing");
    assert.strictEqual(thrownBy(verify(2, PAYLOAD)), invalid);
    assert.strictEqual(thrownBy(verify(1, PAYLOAD.subarray(1))), invalid);
  });

  it("is refused with each limit one too low, and read with it exact and one higher", () => {
    const need = { length: message.length, depth: 3, count: 11 };
    for (const [name, limit] of Object.entries(need)) {
      for (const step of [-1, 0, 1]) {
        const limits = { length: 1000, depth: 100, count: 100, [name]: limit + step };
        const thrown = thrownBy(() => verifySign1(crypto, verifier, message, { limits }));
        assert.match(thrown, step < 0 ? /^CBOR_LIMIT_/ : /^nothing$/, `${name} ${limit + step}`);
      }
    }
  });
});
