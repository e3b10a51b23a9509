// SPDX-License-Identifier: Apache-2.0
/** AEAD and key wrap: what one back-end closes the other opens, and a changed bit is noticed. */
import { randomBytes } from "node:crypto";
import { assert } from "chai";
import fc from "fast-check";
import { describe } from "mocha";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import type { AeadAlg, Crypto, KeyAttributes, KeyId } from "../../sdk/contracts/crypto.js";
import { createNobleCrypto } from "../../sdk/crypto/noble.js";
import { thrownBy } from "../specs/thrown.js";
import { defineProperties, type Property } from "./property.js";

const BACK_ENDS: readonly Crypto[] = [
  createNodeCrypto(),
  createNobleCrypto({ random: (length) => randomBytes(length) }),
];
const AEADS: readonly {
  readonly alg: AeadAlg;
  readonly type: "AES" | "CHACHA20";
  readonly bits: number;
  readonly nonce: number;
}[] = [
  { alg: "GCM", type: "AES", bits: 128, nonce: 12 },
  { alg: "CCM", type: "AES", bits: 256, nonce: 13 },
  { alg: "CCM_8", type: "AES", bits: 128, nonce: 7 },
  { alg: "CHACHA20_POLY1305", type: "CHACHA20", bits: 256, nonce: 12 },
];
const INVALID = "PSA_ERROR_INVALID_SIGNATURE";

const bytes = fc.uint8Array({ maxLength: 300 });
const material = fc.uint8Array({ minLength: 32, maxLength: 32 });
/** Who closes and who opens. */
const sides = fc.tuple(fc.constantFrom(...BACK_ENDS), fc.constantFrom(...BACK_ENDS));

function withBitFlipped(content: Uint8Array, at: number): Uint8Array {
  const changed = content.slice();
  const bit = at % (8 * changed.length);
  changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
  return changed;
}

/** Makes a key, lends it, destroys it. */
function withKey<Result>(
  crypto: Crypto,
  attributes: KeyAttributes,
  key: Uint8Array,
  use: (key: KeyId) => Result,
): Result {
  const handle = crypto.importKey(attributes, key.subarray(0, attributes.bits / 8));
  try {
    return use(handle);
  } finally {
    crypto.destroyKey(handle);
  }
}

function aeadProperty({ alg, type, bits, nonce: nonceLength }: (typeof AEADS)[number]): Property {
  const attributes: KeyAttributes = { type, bits, usage: ["encrypt", "decrypt"], alg };
  const nonces = fc.uint8Array({ minLength: nonceLength, maxLength: nonceLength });
  return {
    name: `${alg} with a nonce of ${nonceLength}: what is encrypted is decrypted, and nothing else`,
    property: fc.property(
      sides,
      material,
      nonces,
      bytes,
      bytes,
      fc.nat(),
      ([one, other], key, nonce, aad, text, at) => {
        const ciphertext = withKey(one, attributes, key, (handle) => one.aeadEncrypt(handle, alg, nonce, aad, text));
        withKey(other, attributes, key, (handle) => {
          const open = (data: Uint8Array, sealed: Uint8Array) => other.aeadDecrypt(handle, alg, nonce, data, sealed);
          assert.deepEqual(open(aad, ciphertext), text);
          assert.strictEqual(
            thrownBy(() => open(aad, withBitFlipped(ciphertext, at))),
            INVALID,
          );
          assert.strictEqual(
            thrownBy(() => open(Uint8Array.of(...aad, 0), ciphertext)),
            INVALID,
          );
        });
      },
    ),
  };
}

const WRAPPING: KeyAttributes = { type: "AES", bits: 256, usage: ["wrap", "unwrap"], alg: "KW" };
const EXPORTED: KeyAttributes = { type: "HMAC", bits: 256, usage: ["export"], alg: "HMAC_SHA_256" };

const wrapProperty: Property = {
  name: "KW: what is wrapped is unwrapped, and nothing else",
  property: fc.property(sides, material, material, fc.nat(), ([one, other], wrappingKey, key, at) => {
    const wrapped = withKey(one, WRAPPING, wrappingKey, (wrapping) =>
      withKey(one, EXPORTED, key, (handle) => one.wrapKey(wrapping, "KW", handle)),
    );
    withKey(other, WRAPPING, wrappingKey, (wrapping) => {
      const unwrapped = other.unwrapKey(EXPORTED, wrapping, "KW", wrapped);
      assert.deepEqual(other.exportKey(unwrapped), key);
      other.destroyKey(unwrapped);
      const changed = withBitFlipped(wrapped, at);
      assert.strictEqual(
        thrownBy(() => other.unwrapKey(EXPORTED, wrapping, "KW", changed)),
        INVALID,
      );
    });
  }),
};

describe("properties of AEAD and key wrap", () => defineProperties([...AEADS.map(aeadProperty), wrapProperty]));
