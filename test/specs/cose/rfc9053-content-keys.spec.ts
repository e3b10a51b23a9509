// SPDX-License-Identifier: Apache-2.0
/** The keys that recipients bring, by kind and length, and where their layers end: RFC 9053 §3.1, §4.3, §6.2; RFC 9052 §5.1. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { CoseAlgorithm } from "../../../sdk/cose/algorithms.js";
import { createEncrypt, decryptEncrypt } from "../../../sdk/cose/encrypt.js";
import { importKey } from "../../../sdk/cose/key-import.js";
import { verifyMac } from "../../../sdk/cose/mac.js";
import { RecipientAlgorithm } from "../../../sdk/cose/recipient-algorithms.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import {
  bstr,
  DIRECT,
  EXTRACT_256,
  encryptMessage,
  GCM_128,
  KW,
  KW_128,
  keyOf,
  list,
  macMessage,
  macOf,
  recipient,
  sealed,
  withKeys,
  wrapped,
} from "./by-hand.js";
import { CONTENT } from "./symmetric.js";
import { outcome } from "./trusting.js";

const plaintext = decodeHex(CONTENT);
const iv = new Uint8Array(12);
const POINT = `a401022001215820${"11".repeat(32)}225820${"22".repeat(32)}`;

describe("RFC 9053 the keys that recipients bring", () => {
  it("ChaCha20/Poly1305 has keys of its own type, derived, wrapped and imported", () => {
    const algorithm = CoseAlgorithm.CHACHA20_POLY1305;
    withKeys([keyOf(3, EXTRACT_256), keyOf(1, KW_128)], (secret, kek) => {
      for (const one of [
        { algorithm: RecipientAlgorithm.direct_HKDF_SHA_256, key: secret },
        { algorithm: RecipientAlgorithm.A128KW, key: kek },
      ]) {
        const { message } = createEncrypt(crypto, { algorithm, plaintext, iv, recipients: [one] });
        assert.strictEqual(encodeHex(decryptEncrypt(crypto, { key: one.key }, message).plaintext), CONTENT);
      }
    });
    const key = { kty: "Symmetric", k: new Uint8Array(32) } as const;
    crypto.destroyKey(importKey(crypto, key, { alg: "CHACHA20_POLY1305", usage: ["encrypt", "export"] }));
  });

  it("a wrapped HMAC key has any length that is wrapped: 16 to 512 bytes, a multiple of 8", () => {
    const message = (bytes: number) =>
      macMessage(`5820${"5a".repeat(32)}`, recipient("", KW, bstr("5a".repeat(bytes + 8))));
    for (const bytes of [16, 24, 32, 64, 512]) {
      assert.strictEqual(outcome("Mac", message(bytes)), "nothing unwrap,verify", `${bytes} bytes`);
    }
    for (const bytes of [0, 8, 15, 17, 20, 33, 513, 520]) {
      assert.strictEqual(outcome("Mac", message(bytes)), "COSE_RECIPIENT", `${bytes} bytes`);
    }
  });

  it("a short HMAC key that was wrapped verifies", () => {
    const short = keyOf(7, { type: "HMAC", bits: 128, usage: ["signMessage", "export"], alg: "HMAC_SHA_256" });
    withKeys([short, keyOf(1, KW_128)], (key, kek) => {
      const message = macMessage(macOf(key), recipient("", KW, wrapped(kek, key)));
      assert.strictEqual(encodeHex(verifyMac(crypto, { key: kek }, message).payload), CONTENT);
    });
  });

  it("a key that is agreed on wraps, and has no layer below", () => {
    const agreed = recipient("a101381c", `a120${POINT}`, `5818${"5a".repeat(24)}`);
    assert.strictEqual(
      outcome("Encrypt", encryptMessage("4100", agreed)),
      "nothing agree,extract,expand,unwrap,decrypt",
    );
    const layered = `84${agreed.slice(2)}${list(recipient("", DIRECT, "40"))}`;
    assert.strictEqual(outcome("Encrypt", encryptMessage("4100", layered)), "COSE_RECIPIENT");
  });

  it("a recipient in a layer below is found by its kid, or by the place of the one above", () => {
    withKeys([keyOf(1, KW_128), keyOf(2, KW_128), keyOf(3, GCM_128)], (outer, inner, content) => {
      const kekOfInner = keyOf(1, { ...KW_128, usage: ["wrap", "export"] });
      const wrappedOuter = wrapped(inner, kekOfInner);
      crypto.destroyKey(kekOfInner);
      const leaf = recipient("", `a20122044101`, wrappedOuter);
      const way = recipient("", KW, wrapped(outer, content), list(leaf));
      const plain = recipient("", `a20122044102`, wrapped(outer, content));
      const message = encryptMessage(sealed(content), way, plain);
      const open = (key: typeof outer, which?: number | Uint8Array) =>
        thrownBy(() => decryptEncrypt(crypto, which === undefined ? { key } : { key, which }, message));
      assert.strictEqual(open(inner, Uint8Array.of(1)), "nothing");
      assert.strictEqual(open(inner, 0), "nothing");
      assert.strictEqual(open(outer, Uint8Array.of(2)), "nothing");
      assert.strictEqual(open(outer, 1), "nothing");
      assert.strictEqual(open(outer, Uint8Array.of(3)), "COSE_NOT_FOUND");
      assert.strictEqual(open(outer), "COSE_NOT_FOUND");
      assert.strictEqual(open(outer, Uint8Array.of(1)), "PSA_ERROR_INVALID_SIGNATURE");
    });
  });
});
