// SPDX-License-Identifier: Apache-2.0
/**
 * Against the npm package @auth0/cose, which was written by others, both ways. It has no CCM, no ChaCha20-Poly1305, no
 * shortened HMAC, no algorithm of RFC 9864 and no recipient but the direct one; it makes messages without external_aad but
 * for encrypted ones.
 */
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import {
  Algorithms,
  Encrypt,
  Encrypt0,
  EncryptionAlgorithms,
  Headers,
  Mac0,
  ProtectedHeaders,
  Recipient,
  Sign,
  Sign1,
} from "@auth0/cose";
import { assert } from "chai";
import { describe, it } from "mocha";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import { encodeHex } from "../../sdk/bytes/hex.js";
import type { KeyAttributes, KeyId } from "../../sdk/contracts/crypto.js";
import { createEncrypt, decryptEncrypt } from "../../sdk/cose/encrypt.js";
import { createEncrypt0, decryptEncrypt0 } from "../../sdk/cose/encrypt0.js";
import { createMac0, verifyMac0 } from "../../sdk/cose/mac0.js";
import { RecipientAlgorithm } from "../../sdk/cose/recipient-algorithms.js";
import { createSign, verifySign } from "../../sdk/cose/sign.js";
import { createSign1, verifySign1 } from "../../sdk/cose/sign1.js";
import { thrownBy } from "../specs/thrown.js";
import { D, KID, X, Y } from "./example-key.js";

const PAYLOAD = new Uint8Array(300).map((_, i) => i);
const AAD = Uint8Array.of(1, 2, 3);
const crypto = createNodeCrypto();

interface Pair {
  readonly algorithm: Algorithms.ES256 | Algorithms.EdDSA;
  readonly ours: KeyId;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

function pair(algorithm: Pair["algorithm"], attributes: KeyAttributes, jwk: object): Pair {
  const privateKey = createPrivateKey({ key: { ...jwk, d: base64(D) }, format: "jwk" });
  return { algorithm, ours: crypto.importKey(attributes, D), privateKey, publicKey: createPublicKey(privateKey) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}

function keys(): Pair[] {
  const usage = ["signMessage", "verifyMessage"] as const;
  const p256 = { type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage, alg: "DETERMINISTIC_ECDSA_SHA_256" } as const;
  const ed25519 = { type: "ECC_KEY_PAIR_TWISTED_EDWARDS", bits: 255, usage, alg: "PURE_EDDSA" } as const;
  const x = base64(crypto.exportPublicKey(crypto.importKey(ed25519, D)));
  return [
    pair(Algorithms.ES256, p256, { kty: "EC", crv: "P-256", x: base64(X), y: base64(Y) }),
    pair(Algorithms.EdDSA, ed25519, { kty: "OKP", crv: "Ed25519", x }),
  ];
}

const MACS: ReadonlyArray<readonly [algorithm: 5 | 6 | 7, bytes: number, alg: KeyAttributes["alg"]]> = [
  [5, 32, "HMAC_SHA_256"],
  [6, 48, "HMAC_SHA_384"],
  [7, 64, "HMAC_SHA_512"],
];
const GCM: ReadonlyArray<readonly [algorithm: 1 | 2 | 3, bytes: number]> = [
  [EncryptionAlgorithms.A128GCM, 16],
  [EncryptionAlgorithms.A192GCM, 24],
  [EncryptionAlgorithms.A256GCM, 32],
];

function secret(bytes: number): Uint8Array {
  return new Uint8Array(bytes).map((_, i) => 7 * i + 1);
}

async function refusalOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
}

describe("COSE against @auth0/cose", () => {
  for (const { algorithm, ours: key, privateKey, publicKey } of keys()) {
    it(`COSE_Sign1 both ways: ${Algorithms[algorithm]}`, async () => {
      const ours = createSign1(crypto, key, { algorithm, payload: PAYLOAD, externalAad: AAD, kid: KID });
      const read = Sign1.decode(ours);
      await read.verify(publicKey, { externalAAD: AAD });
      assert.strictEqual(encodeHex(new Uint8Array(read.payload)), encodeHex(PAYLOAD));
      assert.instanceOf(await refusalOf(read.verify(publicKey)), Error);

      const theirs = await Sign1.sign([[Headers.Algorithm, algorithm]], [[Headers.KeyID, KID]], PAYLOAD, privateKey);
      const message = new Uint8Array(theirs.encode());
      assert.strictEqual(encodeHex(verifySign1(crypto, key, message).payload), encodeHex(PAYLOAD));
      const wrong = () => verifySign1(crypto, key, message, { externalAad: AAD });
      assert.strictEqual(thrownBy(wrong), "PSA_ERROR_INVALID_SIGNATURE");
    });

    it(`COSE_Sign1 with a detached payload, ours: ${Algorithms[algorithm]}`, async () => {
      const ours = createSign1(crypto, key, { algorithm, payload: PAYLOAD, detached: true });
      await Sign1.decode(ours).verify(publicKey, { detachedPayload: PAYLOAD });
    });
  }

  it("COSE_Sign with two signers, ours (theirs has a map where the protected bucket is to be)", async () => {
    const [es256, eddsa] = keys() as [Pair, Pair];
    const signers = [es256, eddsa].map(({ ours, algorithm }, i) => ({ key: ours, algorithm, kid: Uint8Array.of(i) }));
    const ours = Sign.decode(createSign(crypto, { payload: PAYLOAD, signers }));
    for (const [i, { publicKey }] of [es256, eddsa].entries()) {
      await ours.signatures[i]?.verify(publicKey, new Uint8Array(0), PAYLOAD);
    }
    const theirs = await Sign.sign(
      [],
      [],
      PAYLOAD,
      [es256, eddsa].map(({ privateKey, algorithm }) => {
        return { key: privateKey, protectedHeaders: new ProtectedHeaders([[Headers.Algorithm, algorithm]]) };
      }),
    );
    const wrong = () => verifySign(crypto, es256.ours, new Uint8Array(theirs.encode()), { which: 0 });
    assert.match(thrownBy(wrong), /^CBOR_UNEXPECTED_TYPE@/);
  });

  for (const [algorithm, bytes, alg] of MACS) {
    it(`COSE_Mac0 both ways: HMAC ${bytes * 8}`, async () => {
      const usage = ["signMessage", "verifyMessage"] as const;
      const key = crypto.importKey({ type: "HMAC", bits: 8 * bytes, usage, alg }, secret(bytes));
      const ours = createMac0(crypto, key, { algorithm, payload: PAYLOAD, externalAad: AAD });
      await Mac0.decode(ours).verify(secret(bytes), { externalAAD: AAD });
      const theirs = await Mac0.create([[Headers.Algorithm, algorithm]], [], PAYLOAD, secret(bytes));
      const { payload } = verifyMac0(crypto, key, new Uint8Array(theirs.encode()));
      assert.strictEqual(encodeHex(payload), encodeHex(PAYLOAD));
    });
  }

  for (const [algorithm, bytes] of GCM) {
    const own = secret(bytes);
    const iv = secret(12);
    const attributes: KeyAttributes = { type: "AES", bits: 8 * bytes, usage: ["encrypt", "decrypt"], alg: "GCM" };

    it(`COSE_Encrypt0 both ways: GCM ${8 * bytes}`, async () => {
      const key = crypto.importKey(attributes, own);
      const { message } = createEncrypt0(crypto, key, { algorithm, plaintext: PAYLOAD, externalAad: AAD, iv });
      const read = await Encrypt0.decode(message).decrypt(own, { externalAAD: AAD });
      assert.strictEqual(encodeHex(new Uint8Array(read)), encodeHex(PAYLOAD));
      const theirs = await Encrypt0.encrypt([[Headers.Algorithm, algorithm]], [[Headers.IV, iv]], PAYLOAD, own, AAD);
      const options = { externalAad: AAD };
      const { plaintext } = decryptEncrypt0(crypto, key, new Uint8Array(theirs.encode()), options);
      assert.strictEqual(encodeHex(plaintext), encodeHex(PAYLOAD));
    });

    it(`COSE_Encrypt with a direct recipient, ours (theirs has a map where the protected bucket is to be): GCM ${8 * bytes}`, async () => {
      const key = crypto.importKey(attributes, own);
      const recipients = [{ algorithm: RecipientAlgorithm.direct, key }];
      const { message } = createEncrypt(crypto, { algorithm, plaintext: PAYLOAD, externalAad: AAD, iv, recipients });
      const read = await Encrypt.decode(message).decrypt(own, { externalAAD: AAD });
      assert.strictEqual(encodeHex(new Uint8Array(read)), encodeHex(PAYLOAD));
      const to = [Recipient.create([], [[Headers.Algorithm, EncryptionAlgorithms.Direct]])];
      const headers: [Headers.IV, Uint8Array][] = [[Headers.IV, iv]];
      const theirs = await Encrypt.encrypt([[Headers.Algorithm, algorithm]], headers, PAYLOAD, own, AAD, to);
      const wrong = () => decryptEncrypt(crypto, { key }, new Uint8Array(theirs.encode()), { externalAad: AAD });
      assert.match(thrownBy(wrong), /^CBOR_UNEXPECTED_TYPE@/);
    });
  }
});
