// SPDX-License-Identifier: Apache-2.0
/** A device for the bench of the verifier: PSA tokens with three components, signed by OpenSSL so that they do not take the client's time. */
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import type { ReferenceValues } from "../sdk/attestation/reference-values.js";
import { concatBytes } from "../sdk/bytes/bytes.js";
import { encodeCbor } from "../sdk/cbor/encode.js";
import type { CborValue } from "../sdk/cbor/value.js";
import type { KeyId } from "../sdk/contracts/crypto.js";
import { createSign1 } from "../sdk/cose/sign1.js";

const hash = (text: string) => new Uint8Array(createHash("sha256").update(text).digest());
const IMPLEMENTATION = hash("implementation");
const SIGNER = hash("signer");
const TYPES = ["boot", "firmware", "app"];
const VERSION = "1.2.3+4";

export const BENCH_REFERENCES: ReferenceValues = {
  implementationId: IMPLEMENTATION,
  components: TYPES.map((type) => ({ type, version: VERSION, value: hash(type), signerId: SIGNER })),
};

export interface BenchDevice {
  /** 0x04‖x‖y. */
  readonly publicKey: Uint8Array;
  readonly token: (nonce: Uint8Array) => Uint8Array;
}

export function makeBenchDevice(): BenchDevice {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const point = concatBytes(Uint8Array.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url"));
  const crypto = {
    signMessage: (_key: KeyId, _alg: unknown, message: Uint8Array) =>
      new Uint8Array(sign("sha256", message, { key: privateKey, dsaEncoding: "ieee-p1363" })),
  };
  const components = TYPES.map(
    (type) =>
      new Map<CborValue, CborValue>([
        [1, type],
        [2, hash(type)],
        [4, VERSION],
        [5, SIGNER],
      ]),
  );
  const instanceId = concatBytes(Uint8Array.of(1), new Uint8Array(createHash("sha256").update(point).digest()));
  return {
    publicKey: point,
    token: (nonce) => {
      const claims = new Map<CborValue, CborValue>([
        [10, nonce],
        [256, instanceId],
        [265, "tag:psacertified.org,2023:psa#tfm"],
        [268, SIGNER],
        [2394, -1],
        [2395, 0x3000],
        [2396, IMPLEMENTATION],
        [2399, components],
      ]);
      return createSign1(crypto, 1 as KeyId, { algorithm: -7, payload: encodeCbor(claims) });
    },
  };
}
