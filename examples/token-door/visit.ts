// SPDX-License-Identifier: Apache-2.0
/**
 * A visit: [token, proof], two byte strings in CBOR.
 * token - a CWT that the owner signed: for this door (aud), until when (exp), since when (iat), for whom (sub), and whose key
 * proves that (cnf, RFC 8747).
 * proof - a COSE_Sign1 by that key over a fresh public key for the reply. Its external_aad is [challenge, token]: so it is
 * good for this challenge and this token, and for nothing else.
 */
import { decodeCbor } from "thimble/cbor/decode";
import { encodeCbor } from "thimble/cbor/encode";
import type { KeyId } from "thimble/contracts/crypto";
import type { Time } from "thimble/contracts/time";
import { CoseAlgorithm } from "thimble/cose/algorithms";
import { parsePublicKey } from "thimble/cose/key";
import { importKey } from "thimble/cose/key-import";
import { verifySign1 } from "thimble/cose/sign1";
import { verifyCwt } from "thimble/cwt/cwt";
import { crypto } from "thimble/device/crypto";

/** What a stranger may make us read. */
export const LIMITS = Object.freeze({ length: 1024, depth: 5, count: 32 });
const ALGORITHMS = Object.freeze([CoseAlgorithm.ES256, CoseAlgorithm.ESP256]);

export interface Visit {
  readonly guest: string;
  /** Seconds since 1970, by the owner's clock. */
  readonly issuedAt: number;
  /** P-256, for the reply. */
  readonly replyKey: Uint8Array;
}

export interface Door {
  readonly owner: KeyId;
  readonly name: string;
  readonly time: Time;
  readonly challenge: Uint8Array;
}

/** @returns What the owner and the guest have signed. @throws Error - anything is wrong with either. */
export function verifyVisit(message: Uint8Array, { owner, name, time, challenge }: Door): Visit {
  const [token, proof, ...rest] = asArray(decodeCbor(message, { limits: LIMITS }));
  if (!(token instanceof Uint8Array && proof instanceof Uint8Array) || rest.length > 0) throw new Error("no visit");
  // The door never knows how late it is at most (latest), so what may still be good is accepted, and expired is refused.
  const { sub, iat, cnf } = verifyCwt(
    token,
    { time, whenTimeUnknown: "accept", aud: name, required: ["exp", "iat", "sub", "cnf"] },
    (signed) => verifySign1(crypto, owner, signed, { algorithms: ALGORITHMS, limits: LIMITS }).payload,
    LIMITS,
  );
  if (sub === undefined || iat === undefined || cnf?.key === undefined) throw new Error("a token without a key");
  const guestKey = importKey(crypto, cnf.key, { alg: "DETERMINISTIC_ECDSA_SHA_256", usage: ["verifyMessage"] });
  try {
    const externalAad = encodeCbor([challenge, token]);
    const { payload } = verifySign1(crypto, guestKey, proof, { externalAad, algorithms: ALGORITHMS, limits: LIMITS });
    const { kty, publicKey } = parsePublicKey(payload, LIMITS);
    if (kty !== "EC2" || publicKey === undefined) throw new Error("a key for the reply that is not on P-256");
    return { guest: sub, issuedAt: iat, replyKey: publicKey };
  } finally {
    crypto.destroyKey(guestKey);
  }
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
