// SPDX-License-Identifier: Apache-2.0
/**
 * COSE against Node's own crypto, which shares nothing with the noble back-end: it verifies, opens and derives from what we
 * make by the RFCs' structures, written here by cbor2, and we from what it makes.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  sign as nodeSign,
  verify as nodeVerify,
  randomBytes,
} from "node:crypto";
import { encode, Tag } from "cbor2";
import { assert } from "chai";
import { describe, it } from "mocha";
import { concatBytes } from "../../sdk/bytes/bytes.js";
import { encodeHex } from "../../sdk/bytes/hex.js";
import type { KeyAttributes, KeyId } from "../../sdk/contracts/crypto.js";
import { findAeadAlgorithm } from "../../sdk/cose/algorithms.js";
import { createEncrypt0, decryptEncrypt0 } from "../../sdk/cose/encrypt0.js";
import { createMac0, verifyMac0 } from "../../sdk/cose/mac0.js";
import { createSign1, verifySign1 } from "../../sdk/cose/sign1.js";
import { createNobleCrypto } from "../../sdk/crypto/noble.js";

const crypto = createNobleCrypto({ random: (length) => randomBytes(length) });
const PAYLOAD = new Uint8Array(100).map((_, i) => i);
const AAD = Uint8Array.of(1, 2, 3);
const AES = ["aes-128", "aes-192", "aes-256"];

function protectedBytes(algorithm: number): Uint8Array {
  return encode(new Map([[1, algorithm]]));
}

function toBeSigned(algorithm: number): Uint8Array {
  return encode(["Signature1", protectedBytes(algorithm), AAD, PAYLOAD]);
}

function fromBase64(text: string | undefined): Uint8Array {
  return new Uint8Array(Buffer.from(text ?? "", "base64url"));
}

interface Scheme {
  readonly name: string;
  readonly algorithms: readonly number[];
  readonly generate: () => { privateKey: KeyObject; publicKey: KeyObject };
  readonly type: "ECC_KEY_PAIR_SECP_R1" | "ECC_KEY_PAIR_TWISTED_EDWARDS";
  readonly alg: KeyAttributes["alg"];
  readonly hash: string | null;
}

const SCHEMES: readonly Scheme[] = [
  {
    name: "P-256",
    algorithms: [-7, -9],
    generate: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
    type: "ECC_KEY_PAIR_SECP_R1",
    alg: "DETERMINISTIC_ECDSA_SHA_256",
    hash: "sha256",
  },
  {
    name: "Ed25519",
    algorithms: [-8, -19],
    generate: () => generateKeyPairSync("ed25519"),
    type: "ECC_KEY_PAIR_TWISTED_EDWARDS",
    alg: "PURE_EDDSA",
    hash: null,
  },
];

function importPair({ type, alg }: Scheme, privateKey: KeyObject): KeyId {
  const bits = type === "ECC_KEY_PAIR_SECP_R1" ? 256 : 255;
  const usage = ["signMessage", "verifyMessage"] as const;
  return crypto.importKey({ type, bits, usage, alg }, fromBase64(privateKey.export({ format: "jwk" }).d));
}

describe("COSE against node:crypto", () => {
  for (const scheme of SCHEMES) {
    for (const algorithm of scheme.algorithms) {
      it(`COSE_Sign1 both ways with a JWK of node:crypto: ${scheme.name}, algorithm ${algorithm}`, () => {
        const { privateKey, publicKey } = scheme.generate();
        const key = importPair(scheme, privateKey);
        const ours = createSign1(crypto, key, { algorithm, payload: PAYLOAD, externalAad: AAD });
        const dsaEncoding = "ieee-p1363" as const;
        const signed = toBeSigned(algorithm);
        assert.isTrue(nodeVerify(scheme.hash, signed, { key: publicKey, dsaEncoding }, ours.subarray(-64)));
        const signature = new Uint8Array(nodeSign(scheme.hash, signed, { key: privateKey, dsaEncoding }));
        const theirs = encode(new Tag(18, [protectedBytes(algorithm), new Map(), PAYLOAD, signature]));
        const { payload } = verifySign1(crypto, key, theirs, { externalAad: AAD });
        assert.strictEqual(encodeHex(payload), encodeHex(PAYLOAD));
      });
    }
  }

  for (const [algorithm, hash, bytes, length, alg] of [
    [4, "sha256", 32, 8, "HMAC_SHA_256_8"],
    [5, "sha256", 32, 32, "HMAC_SHA_256"],
    [6, "sha384", 48, 48, "HMAC_SHA_384"],
    [7, "sha512", 64, 64, "HMAC_SHA_512"],
  ] as const) {
    it(`COSE_Mac0 both ways: ${alg}`, () => {
      const secret = new Uint8Array(randomBytes(bytes));
      const usage = ["signMessage", "verifyMessage"] as const;
      const key = crypto.importKey({ type: "HMAC", bits: 8 * bytes, usage, alg }, secret);
      const macked = encode(["MAC0", protectedBytes(algorithm), AAD, PAYLOAD]);
      const tag = new Uint8Array(createHmac(hash, secret).update(macked).digest().subarray(0, length));
      const ours = createMac0(crypto, key, { algorithm, payload: PAYLOAD, externalAad: AAD });
      assert.strictEqual(encodeHex(ours.subarray(-length)), encodeHex(tag));
      const theirs = encode(new Tag(17, [protectedBytes(algorithm), new Map(), PAYLOAD, tag]));
      assert.strictEqual(encodeHex(verifyMac0(crypto, key, theirs, { externalAad: AAD }).payload), encodeHex(PAYLOAD));
    });
  }

  for (const algorithm of [1, 2, 3, 10, 11, 12, 13, 24, 30, 31, 32, 33]) {
    const { name, psaAlg, keyBits, nonceLength, tagLength } = findAeadAlgorithm(algorithm) ?? assert.fail();
    it(`COSE_Encrypt0 both ways: ${name}`, () => {
      const isChaCha = psaAlg === "CHACHA20_POLY1305";
      const secret = new Uint8Array(randomBytes(keyBits / 8));
      const iv = new Uint8Array(randomBytes(nonceLength));
      const usage = ["encrypt", "decrypt"] as const;
      const type = isChaCha ? "CHACHA20" : "AES";
      const key = crypto.importKey({ type, bits: keyBits, usage, alg: psaAlg }, secret);
      const aad = encode(["Encrypt0", protectedBytes(algorithm), AAD]);
      const mode = psaAlg === "GCM" ? "gcm" : "ccm";
      const cipher = (isChaCha ? "chacha20-poly1305" : `${AES[(keyBits - 128) / 64]}-${mode}`) as "aes-128-ccm";
      const options = { authTagLength: tagLength };
      const plaintextLength = { plaintextLength: PAYLOAD.length };

      const { ciphertext } = createEncrypt0(crypto, key, { algorithm, plaintext: PAYLOAD, externalAad: AAD, iv });
      const opening = createDecipheriv(cipher, secret, iv, options);
      opening.setAuthTag(ciphertext.subarray(-tagLength));
      opening.setAAD(aad, plaintextLength);
      const opened = Buffer.concat([opening.update(ciphertext.subarray(0, -tagLength)), opening.final()]);
      assert.strictEqual(encodeHex(new Uint8Array(opened)), encodeHex(PAYLOAD));

      const sealing = createCipheriv(cipher, secret, iv, options);
      sealing.setAAD(aad, plaintextLength);
      const text = new Uint8Array(Buffer.concat([sealing.update(PAYLOAD), sealing.final()]));
      const sealed = concatBytes(text, new Uint8Array(sealing.getAuthTag()));
      const theirs = encode(new Tag(16, [protectedBytes(algorithm), new Map([[5, iv]]), sealed]));
      const { plaintext } = decryptEncrypt0(crypto, key, theirs, { externalAad: AAD });
      assert.strictEqual(encodeHex(plaintext), encodeHex(PAYLOAD));
    });
  }

  for (const [curve, type, bits] of [
    ["P-256", "ECC_KEY_PAIR_SECP_R1", 256],
    ["X25519", "ECC_KEY_PAIR_MONTGOMERY", 255],
  ] as const) {
    it(`key agreement and HKDF both ways: ${curve}`, () => {
      const isP256 = curve === "P-256";
      const theirs = isP256 ? generateKeyPairSync("ec", { namedCurve: curve }) : generateKeyPairSync("x25519");
      const jwk = theirs.publicKey.export({ format: "jwk" });
      const theirPoint = isP256
        ? concatBytes(Uint8Array.of(4), fromBase64(jwk.x), fromBase64(jwk.y))
        : fromBase64(jwk.x);
      const own = crypto.generateKey({ type, bits, usage: ["derive", "export"], alg: "ECDH" });
      const ownPoint = crypto.exportPublicKey(own);
      const [x, y] = isP256 ? [ownPoint.subarray(1, 33), ownPoint.subarray(33)] : [ownPoint];
      const base64 = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString("base64url");
      const kty = isP256
        ? { kty: "EC", crv: "P-256", x: base64(x), y: base64(y) }
        : { kty: "OKP", crv: "X25519", x: base64(x) };
      const publicKey = createPublicKey({ key: kty, format: "jwk" });
      const secret = diffieHellman({ privateKey: theirs.privateKey, publicKey });
      const expected = new Uint8Array(hkdfSync("sha256", secret, AAD, "info", 42));

      const ikm = { type: "DERIVE", bits: 256, usage: ["derive"], alg: "HKDF_EXTRACT_SHA_256" } as const;
      const prk = { type: "DERIVE", bits: 256, usage: ["derive", "deriveBytes"], alg: "HKDF_EXPAND_SHA_256" } as const;
      const agreed = crypto.keyAgreement(own, theirPoint, ikm);
      const extracted = crypto.hkdfExtract("HKDF_EXTRACT_SHA_256", AAD, agreed, prk);
      const info = new Uint8Array(Buffer.from("info"));
      assert.strictEqual(encodeHex(crypto.hkdfExpandBytes(extracted, info, 42)), encodeHex(expected));
      const scalar = base64(crypto.exportKey(own));
      const ownPrivate = createPrivateKey({ key: { ...kty, d: scalar }, format: "jwk" });
      assert.isTrue(diffieHellman({ privateKey: ownPrivate, publicKey: theirs.publicKey }).equals(secret));
    });
  }
});
