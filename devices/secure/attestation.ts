// SPDX-License-Identifier: Apache-2.0
/** The attestation contract on the call gate (gate.h): every board's back-end. What a token says is decided behind it. */
import { requireBytes } from "../../sdk/bytes/bytes.js";
import type { InitialAttestation, TokenProfile } from "../../sdk/contracts/attestation.js";
import { gateError } from "./status.js";

/** As in ../native.d.ts; again here because an app's type check reads this file, and an app has no `native`. */
// biome-ignore lint/suspicious/noExplicitAny: what a C function returns has no type; each binding states it.
declare function native(name: string): { call(receiver: unknown, ...values: unknown[]): any };

/** enum secure_service of gate.h. */
const Service = Object.freeze({ attestationKey: 14 } as const);

const POINT_SIZE = 65;
const NONCE_SIZES: readonly number[] = Object.freeze([32, 48, 64]);

/** enum token_profile of token.h. */
const PROFILES: Readonly<Record<TokenProfile, number>> = Object.freeze({
  "tag:psacertified.org,2023:psa#tfm": 1,
  "http://arm.com/psa/2.0.0": 2,
});

function bytesOf(result: ArrayBuffer | number, operation: string): Uint8Array {
  if (typeof result === "number") throw gateError(result, operation);
  return new Uint8Array(result);
}

class GateAttestation implements InitialAttestation {
  token(nonce: Uint8Array, profile: TokenProfile = "tag:psacertified.org,2023:psa#tfm"): Uint8Array {
    requireBytes(nonce, "nonce");
    if (!NONCE_SIZES.includes(nonce.length)) {
      throw new RangeError(`nonce: expected 32, 48 or 64 bytes, got ${nonce.length}`);
    }
    if (typeof profile !== "string") throw new TypeError(`profile: expected a string, got ${typeof profile}`);
    if (!Object.hasOwn(PROFILES, profile)) {
      throw new RangeError(`profile: expected one of ${Object.keys(PROFILES).join(", ")}`);
    }
    return bytesOf(native("xs_thimble_secure_attest").call(this, PROFILES[profile], nonce), "token");
  }

  publicKey(): Uint8Array {
    const made = native("xs_thimble_secure_get").call(this, Service.attestationKey, POINT_SIZE);
    return bytesOf(made, "publicKey");
  }
}

Object.freeze(GateAttestation.prototype);

/** This device's attestation. It holds no state of its own: the key and all claims but the nonce are behind the gate. */
export const attestation: InitialAttestation = Object.freeze(new GateAttestation());
