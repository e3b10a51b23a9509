// SPDX-License-Identifier: Apache-2.0
/** Keys of other tools: each form is read, public and private, and what is none of them has a code. */
import { createHash, generateKeyPairSync, type KeyObject } from "node:crypto";
import { expect } from "chai";
import { encodePublicKey, keyHash, pointOf, publicHalf, readKey } from "../../host-sim/keys/public-key.js";
import { generateKey } from "../../host-sim/keys/store.js";
import { encodeKey } from "../../sdk/cose/key.js";

const privateKey = generateKey();
const key = publicHalf(privateKey);
const point = pointOf(key);
const d = Buffer.from(privateKey.export({ format: "jwk" }).d ?? "", "base64url");
const compressed = Buffer.concat([Uint8Array.of(2 + ((point[64] ?? 0) & 1)), point.subarray(1, 33)]);

const read = (bytes: Uint8Array | string): ReturnType<typeof readKey> =>
  readKey(Buffer.from(bytes as Uint8Array), "a.key", () => Promise.reject(new Error("it is not encrypted")));

const jwk = (from: KeyObject): string => JSON.stringify(from.export({ format: "jwk" }));

const PUBLIC: Readonly<Record<string, Uint8Array | string>> = {
  PEM: key.export({ type: "spki", format: "pem" }),
  DER: key.export({ type: "spki", format: "der" }),
  JWK: jwk(key),
  COSE_Key: encodePublicKey(key, "cose"),
  "COSE_Key with a compressed point": encodeKey({ kty: "EC2", crv: "P-256", publicKey: compressed }),
  "PEM with words before it": `Subject: somebody\n\n${key.export({ type: "spki", format: "pem" })}`,
};

const PRIVATE: Readonly<Record<string, Uint8Array | string>> = {
  "PEM of PKCS #8": privateKey.export({ type: "pkcs8", format: "pem" }),
  "PEM of SEC 1": privateKey.export({ type: "sec1", format: "pem" }),
  "DER of PKCS #8": privateKey.export({ type: "pkcs8", format: "der" }),
  "DER of SEC 1": privateKey.export({ type: "sec1", format: "der" }),
  JWK: jwk(privateKey),
  COSE_Key: encodeKey({ kty: "EC2", crv: "P-256", publicKey: point, d }),
};

async function codeOf(bytes: Uint8Array | string): Promise<string> {
  return await read(bytes).then(
    () => "none",
    (error: { readonly code?: string }) => error.code ?? String(error),
  );
}

describe("a key of another tool", () => {
  for (const [form, bytes] of Object.entries(PUBLIC)) {
    it(`public: ${form}`, async () => {
      const found = await read(bytes);
      expect([found.key.equals(key), found.isPlain]).to.deep.equal([true, false]);
    });
  }

  for (const [form, bytes] of Object.entries(PRIVATE)) {
    it(`private: ${form}`, async () => {
      const found = await read(bytes);
      expect([found.key.equals(privateKey), found.isPlain]).to.deep.equal([true, true]);
    });
  }

  it("of another algorithm is read as well, for verifying images", async () => {
    const { publicKey } = generateKeyPairSync("ed25519");
    const x = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url");
    const found = await read(encodeKey({ kty: "OKP", crv: "Ed25519", publicKey: x }));
    expect(found.key.equals(publicKey)).to.equal(true);
  });

  it("has as its hash the SHA-256 of the SubjectPublicKeyInfo", () => {
    const spki = key.export({ type: "spki", format: "der" });
    expect(spki.length).to.equal(91);
    expect(keyHash(key)).to.deep.equal(createHash("sha256").update(spki).digest());
  });

  it("with the public part of another one is KEY_FILE", async () => {
    const other = pointOf(publicHalf(generateKey()));
    expect(await codeOf(encodeKey({ kty: "EC2", crv: "P-256", publicKey: other, d }))).to.equal("KEY_FILE");
    const { x, y } = publicHalf(generateKey()).export({ format: "jwk" });
    const mixed = JSON.stringify({ ...privateKey.export({ format: "jwk" }), x, y });
    expect(await codeOf(mixed)).to.equal("KEY_FILE");
  });

  it("cut at any byte, or none at all, is KEY_FILE", async () => {
    const symmetric = encodeKey({ kty: "Symmetric", k: Buffer.alloc(16) });
    const off = encodeKey({ kty: "EC2", crv: "P-256", publicKey: Buffer.from(point).fill(7, 40) });
    for (const bytes of ["", "hello", "{", "{}", "-----BEGIN PUBLIC KEY-----\n", symmetric, off]) {
      expect(await codeOf(bytes), String(bytes).slice(0, 30)).to.equal("KEY_FILE");
    }
    for (const form of ["DER", "COSE_Key"]) {
      const whole = Buffer.from(PUBLIC[form] as Uint8Array);
      for (let length = 0; length < whole.length; length++) {
        expect(await codeOf(whole.subarray(0, length)), `${form} cut at ${length}`).to.equal("KEY_FILE");
      }
    }
  });
});
