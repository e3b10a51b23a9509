// SPDX-License-Identifier: Apache-2.0
/** The key that results are signed with: in OpenSSL, whose signatures take the same time for every key, and not in JavaScript. */
import { createHash, createPublicKey, type KeyObject, sign } from "node:crypto";
import type { Crypto, KeyId } from "../sdk/contracts/crypto.js";

const KID_BYTES = 8;

export interface ResultKey {
  readonly crypto: Pick<Crypto, "signMessage">;
  readonly key: KeyId;
  /** The first 8 bytes of the key's hash, as in credentials. */
  readonly kid: Uint8Array;
  /** Of the public half. */
  readonly jwk: Readonly<Record<string, unknown>>;
}

/** @param privateKey - P-256. */
export function resultKey(privateKey: KeyObject): ResultKey {
  const publicKey = createPublicKey(privateKey);
  const hash = createHash("sha256")
    .update(publicKey.export({ format: "der", type: "spki" }))
    .digest();
  const { kty, crv, x, y } = publicKey.export({ format: "jwk" });
  return Object.freeze({
    crypto: {
      signMessage: (_key: KeyId, _alg: unknown, message: Uint8Array) =>
        new Uint8Array(sign("sha256", message, { key: privateKey, dsaEncoding: "ieee-p1363" })),
    },
    key: 1 as KeyId,
    kid: new Uint8Array(hash.subarray(0, KID_BYTES)),
    jwk: Object.freeze({ kty, crv, x, y, alg: "ES256", kid: hash.subarray(0, KID_BYTES).toString("hex") }),
  });
}
