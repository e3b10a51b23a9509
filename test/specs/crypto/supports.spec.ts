// SPDX-License-Identifier: Apache-2.0
/** supports, held to what making a key says: of every algorithm, with every key type. */
import type { Alg, KeyAlg, KeyAttributes, KeyType } from "../../../sdk/contracts/crypto.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { HASHES, KEY_ALGS, TYPES_OF } from "./algorithms.js";
import { hex, NONE, thrownBy, withKey } from "./support.js";
import { RFC6979, RFC7748 } from "./vectors.js";

/** A key of each type. */
const KEYS: Readonly<Record<KeyType, readonly [bits: number, bytes: string]>> = {
  AES: [256, "5a".repeat(32)],
  CHACHA20: [256, "5a".repeat(32)],
  HMAC: [256, "5a".repeat(32)],
  DERIVE: [256, "5a".repeat(32)],
  RAW_DATA: [256, "5a".repeat(32)],
  ECC_KEY_PAIR_SECP_R1: [256, RFC6979.secret],
  ECC_PUBLIC_KEY_SECP_R1: [256, RFC6979.public],
  ECC_KEY_PAIR_MONTGOMERY: [255, RFC7748.a],
  ECC_PUBLIC_KEY_MONTGOMERY: [255, RFC7748.ga],
  ECC_KEY_PAIR_TWISTED_EDWARDS: [255, "5a".repeat(32)],
  ECC_PUBLIC_KEY_TWISTED_EDWARDS: [255, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"],
};
const TYPES = Object.keys(KEYS) as readonly KeyType[];

function attributesOf(type: KeyType, alg: KeyAlg): KeyAttributes {
  return { type, bits: KEYS[type][0], usage: [], alg };
}

/** What importKey has to say to a key of this type for this algorithm. */
function expected(type: KeyType, alg: KeyAlg): string {
  if (!TYPES_OF[alg].includes(type)) return "PSA_ERROR_INVALID_ARGUMENT";
  return crypto.supports(alg) ? "nothing" : "PSA_ERROR_NOT_SUPPORTED";
}

describe("Crypto supports", () => {
  it("knows every algorithm of the contract but Ed25519, which boards lack", () => {
    for (const alg of [...HASHES, ...KEY_ALGS] as readonly Alg[]) {
      if (alg !== "PURE_EDDSA") assert.strictEqual(crypto.supports(alg), true, alg);
    }
  });

  it("knows no other name, and throws for nothing", () => {
    const names = ["", "MD5", "sha_256", "HMAC_SHA_256_4", "CBC_MAC_4", "CCM_16", "KWP", "HKDF_EXPAND_AES", "toString"];
    for (const name of [...names, "constructor", "__proto__", undefined, null, 0, {}, ["GCM"], Symbol.iterator]) {
      assert.strictEqual(crypto.supports(name as unknown as Alg), false, String(name));
    }
  });

  it("hashes what it supports", () => {
    for (const alg of HASHES) {
      assert.strictEqual(crypto.hashCompute(alg, NONE).length, { SHA_256: 32, SHA_384: 48, SHA_512: 64 }[alg]);
    }
  });

  for (const alg of KEY_ALGS) {
    it(`is what importKey says to keys for ${alg}, of every type`, () => {
      for (const type of TYPES) {
        const importing = () => crypto.destroyKey(crypto.importKey(attributesOf(type, alg), hex(KEYS[type][1])));
        assert.strictEqual(thrownBy(importing), expected(type, alg), type);
      }
    });

    it(`is what generateKey and hkdfExpand say to keys for ${alg}`, () => {
      withKey({ type: "DERIVE", bits: 256, usage: ["derive"], alg: "HKDF_EXPAND_SHA_256" }, "5a".repeat(32), (prk) => {
        for (const type of TYPES_OF[alg]) {
          const wanted = type.startsWith("ECC_PUBLIC_KEY_") ? "PSA_ERROR_INVALID_ARGUMENT" : expected(type, alg);
          const attributes = attributesOf(type, alg);
          const generating = () => crypto.destroyKey(crypto.generateKey(attributes));
          const expanding = () => crypto.destroyKey(crypto.hkdfExpand(prk, NONE, attributes));
          assert.strictEqual(thrownBy(generating), wanted, `${type}, generated`);
          assert.strictEqual(thrownBy(expanding), wanted, `${type}, expanded`);
        }
      });
    });
  }

  it("is what unwrapKey says, before it looks at what is wrapped", () => {
    withKey({ type: "AES", bits: 128, usage: ["unwrap"], alg: "KW" }, "5a".repeat(16), (kek) => {
      for (const [type, alg] of [
        ["HMAC", "HMAC_SHA_512"],
        ["ECC_KEY_PAIR_TWISTED_EDWARDS", "PURE_EDDSA"],
      ] as const) {
        const unwrapping = () => crypto.unwrapKey(attributesOf(type, alg), kek, "KW", new Uint8Array(40));
        const wanted = crypto.supports(alg) ? "PSA_ERROR_INVALID_SIGNATURE" : "PSA_ERROR_NOT_SUPPORTED";
        assert.strictEqual(thrownBy(unwrapping), wanted, alg);
      }
    });
  });
});
