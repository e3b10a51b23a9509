// SPDX-License-Identifier: Apache-2.0
/** Crypto providers that leave out one check, so that a test can be seen to fail. Never to be used otherwise. */
import type { Crypto } from "../../sdk/contracts/crypto.js";

const NOTHING = new Uint8Array(0);
const TAG_BYTES = 16;

function withOwn(inner: Crypto, own: Partial<Crypto>): Crypto {
  return new Proxy(inner, {
    get(target, name) {
      const found = Reflect.get(own, name) ?? Reflect.get(target, name);
      return typeof found === "function" ? found.bind(target) : found;
    },
  });
}

/** Nothing is encrypted, and the tag says only which key and nonce it was. */
export function emptyTags(inner: Crypto): Crypto {
  return withOwn(inner, {
    aeadEncrypt: (key, alg, nonce, _, plaintext) =>
      Buffer.concat([plaintext, inner.aeadEncrypt(key, alg, nonce, NOTHING, NOTHING)]),
    aeadDecrypt: (key, alg, nonce, _, ciphertext) => {
      inner.aeadDecrypt(key, alg, nonce, NOTHING, ciphertext.subarray(-TAG_BYTES));
      return ciphertext.slice(0, -TAG_BYTES);
    },
  });
}

/** The additional data is forgotten: what lies in front of a record, and its first bytes. */
export function noAdditionalData(inner: Crypto): Crypto {
  return withOwn(inner, {
    aeadEncrypt: (key, alg, nonce, _, plaintext) => inner.aeadEncrypt(key, alg, nonce, NOTHING, plaintext),
    aeadDecrypt: (key, alg, nonce, _, ciphertext) => inner.aeadDecrypt(key, alg, nonce, NOTHING, ciphertext),
  });
}

/** Refuses with another error than the contract says. */
export function otherError(inner: Crypto): Crypto {
  return withOwn(inner, {
    aeadDecrypt: (...call) => {
      try {
        return inner.aeadDecrypt(...call);
      } catch {
        throw new TypeError("not what the contract says");
      }
    },
  });
}
