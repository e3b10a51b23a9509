// SPDX-License-Identifier: Apache-2.0
/** Keys that stay make a new content key for each message: a salt or a nonce of party U. RFC 9053 §6.1.2, §6.3. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import type { KeyAttributes, KeyId } from "../../../sdk/contracts/crypto.js";
import { CoseAlgorithm } from "../../../sdk/cose/algorithms.js";
import { KdfLabel } from "../../../sdk/cose/kdf.js";
import { createMac, parseMacHeaders, verifyMac } from "../../../sdk/cose/mac.js";
import { RecipientAlgorithm } from "../../../sdk/cose/recipient-algorithms.js";
import type { RecipientOptions } from "../../../sdk/cose/recipient-make.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { EXTRACT_256, keyOf, P256, withKeys } from "./by-hand.js";
import { CONTENT } from "./symmetric.js";

const payload = decodeHex(CONTENT);
const { partyUNonce, salt } = KdfLabel;
const EXPAND: KeyAttributes = { type: "AES", bits: 128, usage: ["derive"], alg: "HKDF_EXPAND_AES_CBC_MAC" };

/** The nonce of party U and the tag of a message, which the recipient finds right. */
function made(to: RecipientOptions, own: KeyId): { readonly nonce: unknown; readonly tag: string } {
  const message = createMac(crypto, { payload, algorithm: CoseAlgorithm.HMAC_256, recipients: [to] });
  verifyMac(crypto, { key: own, ...(to.context && { context: to.context }) }, message);
  const [recipient] = parseMacHeaders(message).recipients;
  const start = encodeHex(message).indexOf(CONTENT) + CONTENT.length;
  return { nonce: recipient?.unprotectedHeader.get(partyUNonce), tag: encodeHex(message).slice(start, start + 68) };
}

/** Two messages have different nonces of 32 bytes, and so different keys and tags. */
function isFresh(to: RecipientOptions, own: KeyId): void {
  const [first, second] = [made(to, own), made(to, own)];
  assert.strictEqual((first.nonce as Uint8Array).length, 32);
  assert.notStrictEqual(encodeHex(first.nonce as Uint8Array), encodeHex(second.nonce as Uint8Array));
  assert.notStrictEqual(first.tag, second.tag);
}

/** The caller's own salt or nonce is what there is, and nothing is added. */
function isOwn(to: RecipientOptions, own: KeyId, nonce?: number): void {
  assert.strictEqual(made(to, own).nonce, nonce);
}

describe("RFC 9053 §6 keys that stay", () => {
  it("direct+HKDF and ECDH-SS send a random nonce", () => {
    const [own, sender] = [crypto.generateKey(P256), crypto.generateKey(P256)];
    withKeys([keyOf(3, EXTRACT_256), own, sender], (secret) => {
      isFresh({ algorithm: RecipientAlgorithm.direct_HKDF_SHA_256, key: secret }, secret);
      const publicKey = crypto.exportPublicKey(own);
      isFresh({ algorithm: RecipientAlgorithm.ECDH_SS_HKDF_256, key: sender, publicKey }, own);
      isFresh({ algorithm: RecipientAlgorithm.ECDH_SS_A128KW, key: sender, publicKey }, own);
    });
  });

  it("unless the caller gives a salt or a nonce, of any value", () => {
    withKeys([keyOf(3, EXTRACT_256)], (key) => {
      const to = { algorithm: RecipientAlgorithm.direct_HKDF_SHA_256, key };
      isOwn({ ...to, salt: Uint8Array.of(1) }, key);
      isOwn({ ...to, protectedHeader: new Map([[salt, Uint8Array.of(1)]]) }, key);
      isOwn({ ...to, protectedHeader: new Map([[partyUNonce, 0]]) }, key);
      isOwn({ ...to, unprotectedHeader: new Map([[partyUNonce, 0]]) }, key, 0);
      isOwn({ ...to, context: { partyU: { nonce: 0 } } }, key);
      isFresh({ ...to, unprotectedHeader: new Map([[KdfLabel.partyVNonce, 0]]) }, key);
    });
  });

  it("where nothing is extracted a salt makes no new key: HKDF on AES-CBC-MAC needs the nonce", () => {
    withKeys([keyOf(3, EXPAND)], (key) => {
      const to = { algorithm: RecipientAlgorithm.direct_HKDF_AES_128, key };
      isFresh(to, key);
      isFresh({ ...to, salt: Uint8Array.of(1) }, key);
      isFresh({ ...to, unprotectedHeader: new Map([[salt, Uint8Array.of(1)]]) }, key);
      isOwn({ ...to, unprotectedHeader: new Map([[partyUNonce, 7]]) }, key, 7);
    });
  });
});
