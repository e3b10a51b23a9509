// SPDX-License-Identifier: Apache-2.0
/** Mac0, Encrypt0, Mac and Encrypt against the npm package cose-js, both ways. */
import { createRequire } from "node:module";
import { assert } from "chai";
import { describe, it } from "mocha";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import { encodeHex } from "../../sdk/bytes/hex.js";
import type { KeyAttributes, KeyId } from "../../sdk/contracts/crypto.js";
import { findAeadAlgorithm, findMacAlgorithm } from "../../sdk/cose/algorithms.js";
import { createEncrypt, decryptEncrypt } from "../../sdk/cose/encrypt.js";
import { createEncrypt0, decryptEncrypt0 } from "../../sdk/cose/encrypt0.js";
import { createMac, verifyMac } from "../../sdk/cose/mac.js";
import { createMac0, verifyMac0 } from "../../sdk/cose/mac0.js";
import { RecipientAlgorithm } from "../../sdk/cose/recipient-algorithms.js";
import { thrownBy } from "../specs/thrown.js";
import { D, X, Y } from "./example-key.js";

/** The parts of cose-js that we use; the package has no types of its own. */
interface CoseJs {
  readonly mac: {
    create(headers: object, payload: Buffer, recipients: object, externalAad?: Buffer): Promise<Buffer>;
    read(message: Buffer, key: Buffer, externalAad?: Buffer): Promise<Buffer>;
  };
  readonly encrypt: {
    create(headers: object, payload: Buffer, recipients: object, options: object): Promise<Buffer>;
    read(message: Buffer, key: Buffer, options: object): Promise<Buffer>;
  };
}
const coseJs = createRequire(import.meta.url)("cose-js") as CoseJs;

const PAYLOAD = Buffer.from("This is the content.");
const AAD = Buffer.from([1, 2, 3]);
const CONTENT = encodeHex(new Uint8Array(PAYLOAD));
/** Their names, and numbers; AES-CCM and GCM as RFC 9053 §4 has them. */
const MACS: ReadonlyArray<readonly [name: string, id: number]> = [
  ["SHA-256_64", 4],
  ["SHA-256", 5],
  ["SHA-384", 6],
  ["SHA-512", 7],
];
const AEADS: ReadonlyArray<readonly [name: string, id: number]> = [
  ["A128GCM", 1],
  ["A192GCM", 2],
  ["A256GCM", 3],
  ["AES-CCM-16-64-128", 10],
  ["AES-CCM-16-64-256", 11],
  ["AES-CCM-64-64-128", 12],
  ["AES-CCM-64-64-256", 13],
  ["AES-CCM-16-128-128", 30],
  ["AES-CCM-16-128-256", 31],
  ["AES-CCM-64-128-128", 32],
  ["AES-CCM-64-128-256", 33],
];

const crypto = createNodeCrypto();

function secret(bytes: number): Uint8Array {
  return new Uint8Array(bytes).map((_, i) => 7 * i + 1);
}

function macKey(id: number): { key: KeyId; bytes: Buffer } {
  const alg = findMacAlgorithm(id)?.psaAlg ?? "HMAC_SHA_256";
  const bytes = secret(alg.startsWith("HMAC_SHA_256") ? 32 : alg === "HMAC_SHA_384" ? 48 : 64);
  const usage = ["signMessage", "verifyMessage"] as const;
  return {
    key: crypto.importKey({ type: "HMAC", bits: 8 * bytes.length, usage, alg }, bytes),
    bytes: Buffer.from(bytes),
  };
}

function aeadKey(id: number): { key: KeyId; bytes: Buffer; nonceLength: number } {
  const { psaAlg = "GCM", keyBits = 128, nonceLength = 12 } = findAeadAlgorithm(id) ?? {};
  const attributes: KeyAttributes = { type: "AES", bits: keyBits, usage: ["encrypt", "decrypt"], alg: psaAlg };
  const bytes = secret(keyBits / 8);
  return { key: crypto.importKey(attributes, bytes), bytes: Buffer.from(bytes), nonceLength };
}

const read = (bytes: Uint8Array): string => encodeHex(new Uint8Array(bytes));
const direct = [{ u: { alg: "direct", kid: "ours" } }];

describe("MACs against cose-js", () => {
  for (const [name, algorithm] of MACS) {
    it(`COSE_Mac0 both ways: ${name}`, async () => {
      const { key, bytes } = macKey(algorithm);
      const ours = createMac0(crypto, key, { algorithm, payload: PAYLOAD, externalAad: AAD });
      assert.strictEqual(read(await coseJs.mac.read(Buffer.from(ours), bytes, AAD)), CONTENT);
      const theirs = new Uint8Array(await coseJs.mac.create({ p: { alg: name } }, PAYLOAD, { key: bytes }, AAD));
      assert.strictEqual(read(verifyMac0(crypto, key, theirs, { externalAad: AAD }).payload), CONTENT);
      const wrong = () => verifyMac0(crypto, key, theirs);
      assert.strictEqual(thrownBy(wrong), "PSA_ERROR_INVALID_SIGNATURE");
    });

    it(`COSE_Mac with a direct recipient both ways: ${name}`, async () => {
      const { key, bytes } = macKey(algorithm);
      const recipients = [{ algorithm: RecipientAlgorithm.direct, key }];
      const ours = createMac(crypto, { algorithm, payload: PAYLOAD, externalAad: AAD, recipients });
      assert.strictEqual(read(await coseJs.mac.read(Buffer.from(ours), bytes, AAD)), CONTENT);
      const to = direct.map((recipient) => ({ ...recipient, key: bytes }));
      const theirs = new Uint8Array(await coseJs.mac.create({ p: { alg: name } }, PAYLOAD, to, AAD));
      assert.strictEqual(read(verifyMac(crypto, { key }, theirs, { externalAad: AAD }).payload), CONTENT);
    });
  }
});

describe("Encryption against cose-js", () => {
  for (const [name, algorithm] of AEADS) {
    it(`COSE_Encrypt0 both ways: ${name}`, async () => {
      const { key, bytes, nonceLength } = aeadKey(algorithm);
      const options = { algorithm, plaintext: PAYLOAD, externalAad: AAD, iv: secret(nonceLength) };
      const { message } = createEncrypt0(crypto, key, options);
      assert.strictEqual(read(await coseJs.encrypt.read(Buffer.from(message), bytes, { externalAAD: AAD })), CONTENT);
      const aad = { externalAAD: AAD };
      const theirs = new Uint8Array(await coseJs.encrypt.create({ p: { alg: name } }, PAYLOAD, { key: bytes }, aad));
      assert.strictEqual(read(decryptEncrypt0(crypto, key, theirs, { externalAad: AAD }).plaintext), CONTENT);
      const wrong = () => decryptEncrypt0(crypto, key, theirs);
      assert.strictEqual(thrownBy(wrong), "PSA_ERROR_INVALID_SIGNATURE");
    });

    it(`COSE_Encrypt with a direct recipient both ways: ${name}`, async () => {
      const { key, bytes, nonceLength } = aeadKey(algorithm);
      const recipients = [{ algorithm: RecipientAlgorithm.direct, key }];
      const iv = secret(nonceLength);
      const { message } = createEncrypt(crypto, { algorithm, plaintext: PAYLOAD, externalAad: AAD, iv, recipients });
      const aad = { externalAAD: AAD };
      assert.strictEqual(read(await coseJs.encrypt.read(Buffer.from(message), bytes, aad)), CONTENT);
      const to = direct.map((recipient) => ({ ...recipient, key: bytes }));
      const theirs = new Uint8Array(await coseJs.encrypt.create({ p: { alg: name } }, PAYLOAD, to, aad));
      assert.strictEqual(read(decryptEncrypt(crypto, { key }, theirs, { externalAad: AAD }).plaintext), CONTENT);
    });
  }

  for (const alg of ["ECDH-ES", "ECDH-ES-512"]) {
    it(`we decrypt their COSE_Encrypt by ${alg} on P-256 (cose-js reads none of these)`, async () => {
      const to = [
        { p: { alg }, u: {}, key: { crv: "P-256", x: Buffer.from(X), y: Buffer.from(Y), d: Buffer.from(D) } },
      ];
      const aad = { externalAAD: AAD };
      const theirs = new Uint8Array(await coseJs.encrypt.create({ p: { alg: "A128GCM" } }, PAYLOAD, to, aad));
      const attributes: KeyAttributes = { type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage: ["derive"], alg: "ECDH" };
      const key = crypto.importKey(attributes, D);
      assert.strictEqual(read(decryptEncrypt(crypto, { key }, theirs, { externalAad: AAD }).plaintext), CONTENT);
    });
  }
});
