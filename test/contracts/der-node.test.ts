// SPDX-License-Identifier: Apache-2.0
/** sdk/crypto/der.ts and Node's own crypto (OpenSSL) read what the other writes. */
import { generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { assert } from "chai";
import { describe, it } from "mocha";
import {
  encodeEcdsaSigValue,
  encodeSubjectPublicKeyInfo,
  parseEcdsaSigValue,
  parseSubjectPublicKeyInfo,
} from "../../sdk/crypto/der.js";

const SIGNATURES = 300; // one in 128 has an r or s of fewer than 32 bytes

function publicKeyOn(curve: "P-256" | "X25519" | "Ed25519"): KeyObject {
  if (curve === "P-256") return generateKeyPairSync("ec", { namedCurve: curve }).publicKey;
  return (curve === "X25519" ? generateKeyPairSync("x25519") : generateKeyPairSync("ed25519")).publicKey;
}

describe("DER, beside node:crypto", () => {
  it("reads and writes its ECDSA signatures", () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    for (let i = 0; i < SIGNATURES; i++) {
      const message = Uint8Array.of(i & 255, i >> 8);
      const der = new Uint8Array(sign("sha256", message, { key: privateKey, dsaEncoding: "der" }));
      const fixed = parseEcdsaSigValue(der);
      assert.isTrue(verify("sha256", message, { key: publicKey, dsaEncoding: "ieee-p1363" }, fixed));
      assert.deepEqual(encodeEcdsaSigValue(fixed), der);
    }
  });

  for (const curve of ["P-256", "X25519", "Ed25519"] as const) {
    it(`reads and writes its public keys on ${curve}`, () => {
      const key = publicKeyOn(curve);
      const der = new Uint8Array(key.export({ format: "der", type: "spki" }));
      const { crv, publicKey } = parseSubjectPublicKeyInfo(der);
      assert.strictEqual(crv, curve);
      const { x } = key.export({ format: "jwk" });
      const start = curve === "P-256" ? 1 : 0;
      assert.strictEqual(Buffer.from(publicKey.subarray(start, start + 32)).toString("base64url"), x);
      assert.deepEqual(encodeSubjectPublicKeyInfo(crv, publicKey), der);
    });
  }
});
