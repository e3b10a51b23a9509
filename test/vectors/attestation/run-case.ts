// SPDX-License-Identifier: Apache-2.0
/** Runs one case of the attestation vectors. Portable: a case is plain data, which boards are given too (files.ts). */
import type { AppraisalOptions } from "../../../sdk/attestation/appraisal-options.js";
import { parseEat } from "../../../sdk/attestation/eat.js";
import { parsePsaClaims } from "../../../sdk/attestation/psa-parse.js";
import { appraise } from "../../../sdk/attestation/verify.js";
import { decodeHex } from "../../../sdk/bytes/hex.js";
import { CborTag, type CborValue } from "../../../sdk/cbor/value.js";
import { decodeWellFormed } from "../../../sdk/cbor/well-formed.js";
import type { Crypto, KeyId } from "../../../sdk/contracts/crypto.js";
import { ProtocolError } from "../../../sdk/errors/security-error.js";
import { failed, type Outcome } from "../outcome.js";

/** A key of the suite: a public one, 0x04‖x‖y, or one for MACs. Hexadecimal. */
export type KeyData = { readonly publicKey: string } | { readonly mac: string };

/** Bytes are hexadecimal. `why`: a valid case that is refused with that code, and why that is so. */
export type AttestationCase =
  /** A whole token; `refusal`: what is to refuse it, as "step: CODE", or "any". */
  | {
      readonly kind: "token";
      readonly hex: string;
      readonly key: KeyData;
      readonly refusal?: string;
      readonly why?: string;
    }
  /** A PSA claims set alone. */
  | { readonly kind: "claims"; readonly hex: string; readonly isInvalid: boolean; readonly why?: string }
  /** Claims of EAT, or a message with such a payload. */
  | { readonly kind: "eat"; readonly hex: string };

const ALL = Object.freeze({
  profiles: ["tag:psacertified.org,2023:psa#tfm", "http://arm.com/psa/2.0.0", "PSA_IOT_PROFILE_1"],
  lifecycles: [
    "unknown",
    "assembly-and-test",
    "provisioning",
    "secured",
    "non-psa-rot-debug",
    "debug",
    "decommissioned",
  ],
} as const);
const PASSED: Outcome = Object.freeze({ kind: "passed" });
const REFUSED: Outcome = Object.freeze({ kind: "refused" });
/** Labels that the drafts before RFC 9711 gave to other claims. */
const PREDATES = "written before RFC 9711: a label stands for another claim today";

function payloadOf(message: Uint8Array): Uint8Array {
  let value = decodeWellFormed(message);
  while (value instanceof CborTag) value = value.value;
  const payload = Array.isArray(value) ? (value as readonly CborValue[])[2] : undefined;
  return payload instanceof Uint8Array ? payload : message;
}

function importKey(crypto: Crypto, key: KeyData): KeyId {
  if ("mac" in key) {
    const bytes = decodeHex(key.mac);
    const attributes = { type: "HMAC", bits: 8 * bytes.length, usage: ["verifyMessage"], alg: "HMAC_SHA_256" } as const;
    return crypto.importKey(attributes, bytes);
  }
  const alg = "DETERMINISTIC_ECDSA_SHA_256";
  const attributes = { type: "ECC_PUBLIC_KEY_SECP_R1", bits: 256, usage: ["verifyMessage"], alg } as const;
  return crypto.importKey(attributes, decodeHex(key.publicKey));
}

/** The nonce of a suite is what its token says: that it is fresh cannot be seen from a file. */
function nonceOf(token: Uint8Array): Uint8Array {
  try {
    return parsePsaClaims(payloadOf(token)).nonce;
  } catch {
    return new Uint8Array(32);
  }
}

function runToken(crypto: Crypto, c: AttestationCase & { kind: "token" }): Outcome {
  const token = decodeHex(c.hex);
  const key = importKey(crypto, c.key);
  const find = () => key;
  const keys: Partial<AppraisalOptions> = "mac" in c.key ? { macKeys: find } : { devices: find };
  const appraisal = appraise(crypto, token, { nonce: nonceOf(token), references: "unchecked", policy: ALL, ...keys });
  crypto.destroyKey(key);
  const got = appraisal.result === "accepted" ? "accepted" : `${appraisal.reason.step}: ${appraisal.reason.code}`;
  const { refusal = "accepted", why } = c;
  if (got !== refusal && !(refusal === "any" && got !== "accepted"))
    return failed(`${got}, where ${refusal} was expected`);
  if (why !== undefined) return { kind: "unsupported", text: why };
  return got === "accepted" ? PASSED : REFUSED;
}

function runClaims({ hex, isInvalid, why }: AttestationCase & { kind: "claims" }): Outcome {
  try {
    parsePsaClaims(decodeHex(hex));
  } catch (error) {
    const isRefusal = error instanceof ProtocolError && isInvalid;
    return isRefusal ? REFUSED : failed(`${isInvalid ? "invalid" : "valid"}, but threw ${error}`);
  }
  if (isInvalid) return failed("invalid, but accepted");
  return why === undefined ? PASSED : { kind: "unsupported", text: why };
}

function runEat({ hex }: AttestationCase & { kind: "eat" }): Outcome {
  const payload = payloadOf(decodeHex(hex));
  if (!(decodeWellFormed(payload) instanceof Map)) return failed("no claims set");
  try {
    parseEat(payload);
    return PASSED;
  } catch (error) {
    const detail = error instanceof ProtocolError ? error.detail : "";
    if (detail === "EAT_CLAIM") return { kind: "unsupported", text: PREDATES };
    if (detail === "EAT_UNSUPPORTED") return { kind: "unsupported", text: "a submodule is a token in JSON" };
    return failed(`threw ${error}`);
  }
}

export function runAttestation(crypto: Crypto, c: AttestationCase): Outcome {
  if (c.kind === "token") return runToken(crypto, c);
  return c.kind === "claims" ? runClaims(c) : runEat(c);
}
