// SPDX-License-Identifier: Apache-2.0
/**
 * An attestation result that can be handed on: an EAT Attestation Result (draft-ietf-rats-ear-04) of one attester, as a CWT
 * that a verifier has signed with ES256. A relying party checks it without the device's key, and without reference values.
 */
import { equalPublicBytes, requireBytes } from "../bytes/bytes.js";
import { decodeCbor } from "../cbor/decode.js";
import { encodeCbor } from "../cbor/encode.js";
import type { CborValue } from "../cbor/value.js";
import type { Crypto, KeyId } from "../contracts/crypto.js";
import { CoseAlgorithm } from "../cose/algorithms.js";
import { createSign1, verifySign1 } from "../cose/sign1.js";
import { ClaimLabel } from "../cwt/claims.js";
import { type Expected, verifyCwt } from "../cwt/cwt.js";
import { ProtocolError } from "../errors/security-error.js";
import type { Appraisal } from "./appraisal.js";
import { COMPONENTS_MAX } from "./psa-claims.js";
import {
  type AttesterClaims,
  attesterMap,
  type ClaimMap,
  type ResultReason,
  readAttester,
  readVector,
  readVerifierClaims,
  requireInteger,
  requireLength,
  requireMap,
  requireText,
  vectorMap,
  verifierMap,
  wrongResult,
} from "./result-claims.js";
import { statusOf, Tier, type TierName, type TrustVector, tierOf, vectorOf, worstTier } from "./trust-vector.js";

export const RESULT_PROFILE = "tag:ietf.org,2026:rats/ear#04";
export const RESULT_MAX = 8192;
const LIMITS = Object.freeze({ length: RESULT_MAX, depth: 8, count: 1024 });
/** The name of the one attester: what its evidence is. */
const SUBMODULE = "PSA";
const NONCE_LEAST = 8;
const NONCE_MOST = 64;
const NAME_MAX = 128;
const ALGORITHMS = Object.freeze([CoseAlgorithm.ES256, CoseAlgorithm.ESP256]);
const NONCE_LENGTHS: readonly number[] = Object.freeze([32, 48, 64]);

const EarLabel = Object.freeze({
  nonce: 10,
  profile: 265,
  submods: 266,
  status: 1000,
  vector: 1001,
  verifierId: 1004,
  attesterClaims: 1005,
  verifierClaims: 1006,
} as const);

/** Whose software appraised: AR4SI §2.2.2. */
export interface VerifierId {
  readonly developer: string;
  readonly build: string;
}

export interface ResultContent {
  readonly appraisal: Appraisal;
  readonly verifier: VerifierId;
  /** Whole seconds since 1970. */
  readonly issuedAt: number;
  /** Whole seconds since 1970, after `issuedAt`. */
  readonly expires: number;
  /** Of the relying party that the result is for, 8 to 64 bytes: so that it knows a result that was kept. */
  readonly nonce?: Uint8Array;
  /** Names the verifier's key. */
  readonly kid?: Uint8Array;
}

interface Common {
  readonly vector: TrustVector;
  readonly verifier: VerifierId;
  readonly issuedAt: number;
  readonly expires: number;
  readonly nonce: Uint8Array | undefined;
  /** Steps that the verifier had nothing to hold against. */
  readonly unchecked: readonly string[];
}

/**
 * What a verifier said. Only "accepted" has claims. "unproven": nothing was found wrong, and too little was looked at.
 * Byte strings are views into the result.
 */
export type AttestationResult =
  | (Common & {
      readonly result: "accepted";
      readonly status: "affirming";
      readonly claims: AttesterClaims;
      /** Of the evidence: whoever gave it to the device, and not through the verifier, compares it. */
      readonly evidenceNonce: Uint8Array;
    })
  | (Common & { readonly result: "unproven"; readonly status: "none" })
  | (Common & {
      readonly result: "refused";
      readonly status: "warning" | "contraindicated";
      readonly reason: ResultReason | undefined;
    });

/** What a result has to say to be believed. */
export interface ResultExpected extends Pick<Expected, "time" | "whenTimeUnknown" | "leeway"> {
  /** That of `createResult`. Not given: any, or none. */
  readonly nonce?: Uint8Array;
}

function requireNonce(nonce: Uint8Array): Uint8Array {
  requireBytes(nonce, "nonce");
  if (nonce.length < NONCE_LEAST || nonce.length > NONCE_MOST) {
    throw new RangeError(`nonce: expected ${NONCE_LEAST} to ${NONCE_MOST} bytes, got ${nonce.length}`);
  }
  return nonce;
}

function requireName(value: unknown, label: string): string {
  if (typeof value === "string" && value !== "" && value.length <= NAME_MAX) return value;
  throw new RangeError(`${label}: expected 1 to ${NAME_MAX} characters`);
}

function requireSeconds(value: unknown, label: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new RangeError(`${label}: expected whole seconds since 1970, got ${String(value)}`);
}

function submoduleOf(appraisal: Appraisal): CborValue {
  const map = new Map<CborValue, CborValue>();
  const status = statusOf(appraisal);
  map.set(EarLabel.status, Tier[status]);
  map.set(EarLabel.vector, vectorMap(vectorOf(appraisal)));
  if (appraisal.result === "accepted" && status === "affirming") {
    if (appraisal.claims.components.length > COMPONENTS_MAX) {
      throw new RangeError(`components: expected at most ${COMPONENTS_MAX}, got ${appraisal.claims.components.length}`);
    }
    map.set(EarLabel.nonce, appraisal.claims.nonce);
    map.set(EarLabel.attesterClaims, attesterMap(appraisal.claims));
  }
  const said = verifierMap(appraisal);
  if (said !== undefined) map.set(EarLabel.verifierClaims, said);
  return map;
}

/**
 * Signs what an appraisal came to, accepted or refused.
 * @param key - of role `verifier`: allows `signMessage` with ECDSA.
 * @returns A tagged COSE_Sign1, new bytes.
 * @throws TypeError, RangeError - a part of the wrong type, length or value, or all together more than RESULT_MAX bytes.
 * SecurityError - what `Crypto.signMessage` throws.
 */
export function createResult(crypto: Pick<Crypto, "signMessage">, key: KeyId, content: ResultContent): Uint8Array {
  const { appraisal, verifier, nonce, kid } = content;
  const issuedAt = requireSeconds(content.issuedAt, "issuedAt");
  const expires = requireSeconds(content.expires, "expires");
  if (expires <= issuedAt) throw new RangeError("expires: expected a time after issuedAt");
  const map = new Map<CborValue, CborValue>([
    [ClaimLabel.exp, expires],
    [ClaimLabel.iat, issuedAt],
    [EarLabel.profile, RESULT_PROFILE],
    [EarLabel.submods, new Map([[SUBMODULE, submoduleOf(appraisal)]])],
    [EarLabel.status, Tier[statusOf(appraisal)]],
    [
      EarLabel.verifierId,
      new Map([
        [0, requireName(verifier.developer, "verifier.developer")],
        [1, requireName(verifier.build, "verifier.build")],
      ]),
    ],
  ]);
  if (nonce !== undefined) map.set(EarLabel.nonce, requireNonce(nonce));
  const result = createSign1(crypto, key, {
    algorithm: CoseAlgorithm.ES256,
    payload: encodeCbor(map),
    ...(kid === undefined ? {} : { kid }),
  });
  if (result.length <= RESULT_MAX) return result;
  throw new RangeError(`result: expected at most ${RESULT_MAX} bytes, got ${result.length}`);
}

/**
 * Verifies a result and returns what it says: also of a refused one, which has no claims.
 * @param key - the verifier's public key: allows `verifyMessage` with ECDSA.
 * @param result - CWT, in its tag or not.
 * @throws SecurityError PSA_ERROR_INVALID_SIGNATURE - not this verifier's.
 * @throws ProtocolError ATTEST_RESULT - a claim that is missing, of another type, or does not fit to the others.
 * @throws ProtocolError ATTEST_PROFILE - no EAR of this draft. ATTEST_NONCE - another nonce than expected, or none.
 * @throws ProtocolError CWT_EXPIRED, CWT_TIME_UNKNOWN - as `verifyCwt`. CWT_MISSING - without iat or exp.
 * @throws ProtocolError CWT_NOT_YET_VALID - its verifier's clock is ahead of ours.
 * @throws ProtocolError - what `verifySign1` and `verifyCwt` throw.
 */
export function verifyResult(
  crypto: Pick<Crypto, "verifyMessage">,
  key: KeyId,
  result: Uint8Array,
  expected: ResultExpected,
): AttestationResult {
  const { time, whenTimeUnknown, leeway = 0 } = expected;
  let payload = new Uint8Array(0);
  verifyCwt(
    result,
    { time, whenTimeUnknown, leeway, required: ["iat", "exp"] },
    (message) => {
      payload = verifySign1(crypto, key, message, { algorithms: ALGORITHMS, limits: LIMITS }).payload as typeof payload;
      return payload;
    },
    LIMITS,
  );
  const map = requireMap(decodeCbor(payload, { form: "anyOrder", limits: LIMITS }), "result");
  const common = readCommon(map);
  const latest = time.latest();
  if (latest !== undefined && common.issuedAt > latest + leeway) {
    throw new ProtocolError("CWT_NOT_YET_VALID", "the result was made after what is now");
  }
  if (expected.nonce !== undefined) checkNonce(requireNonce(expected.nonce), common.nonce);
  return readSubmodule(map, common);
}

function checkNonce(expected: Uint8Array, found: Uint8Array | undefined): void {
  if (found !== undefined && equalPublicBytes(found, expected)) return;
  throw new ProtocolError("ATTEST_NONCE", "the result is not the answer to this nonce");
}

type Read = Omit<Common, "vector" | "unchecked">;

function readCommon(map: ClaimMap): Read {
  if (map.get(EarLabel.profile) !== RESULT_PROFILE) {
    throw new ProtocolError("ATTEST_PROFILE", `expected a result of the profile ${RESULT_PROFILE}`);
  }
  // Never a float, not even a whole one: draft-ietf-rats-ear §3.
  const issuedAt = requireInteger(map.get(ClaimLabel.iat), "iat", 0, Number.MAX_SAFE_INTEGER);
  const expires = requireInteger(map.get(ClaimLabel.exp), "exp", 0, Number.MAX_SAFE_INTEGER);
  if (expires <= issuedAt) wrongResult("exp", "a time after iat");
  const verifier = requireMap(map.get(EarLabel.verifierId), "verifier id");
  const nonce = map.get(EarLabel.nonce);
  if (nonce !== undefined) {
    const isNonce = nonce instanceof Uint8Array && nonce.length >= NONCE_LEAST && nonce.length <= NONCE_MOST;
    if (!isNonce) return wrongResult("nonce", `${NONCE_LEAST} to ${NONCE_MOST} bytes`);
  }
  return {
    verifier: Object.freeze({
      developer: requireText(verifier.get(0), "developer"),
      build: requireText(verifier.get(1), "build"),
    }),
    issuedAt,
    expires,
    nonce: nonce as Uint8Array | undefined,
  };
}

function readStatus(value: CborValue): TierName {
  const found = (Object.keys(Tier) as TierName[]).find((name) => Tier[name] === value);
  return found ?? wrongResult("status", "0, 2, 32 or 96");
}

/** One attester: a result about several would need a word for which of them one means. */
function readSubmodule(map: ClaimMap, common: Read): AttestationResult {
  const submods = requireMap(map.get(EarLabel.submods), "submods");
  if (submods.size !== 1 || !submods.has(SUBMODULE)) wrongResult("submods", `one, of the name ${SUBMODULE}`);
  const submodule = requireMap(submods.get(SUBMODULE), "submodule");
  const status = readStatus(submodule.get(EarLabel.status));
  // The one beside the submodules may trust less than theirs, never more.
  const overall = map.has(EarLabel.status) ? readStatus(map.get(EarLabel.status)) : status;
  const vector = readVector(submodule.get(EarLabel.vector));
  // 0 is the same as no claim: AR4SI §2.3.2.
  const tiers = Object.values(vector).flatMap((claim) => (claim === 0 ? [] : [tierOf(claim)]));
  if (worstTier([...tiers, status]) !== status) wrongResult("status", "one that trusts no more than the vector");
  const shown = worstTier([status, overall]);
  if (shown !== overall) wrongResult("status", "one that trusts no more than that of the submodule");
  const { reason, unchecked } = readVerifierClaims(submodule.get(EarLabel.verifierClaims));
  const said = { ...common, vector, unchecked };
  if (shown === "none") return Object.freeze({ ...said, result: "unproven", status: shown });
  if (shown !== "affirming") return Object.freeze({ ...said, result: "refused", status: shown, reason });
  if (reason !== undefined) wrongResult("reason", "none where the status is affirming");
  return Object.freeze({
    ...said,
    result: "accepted",
    status: shown,
    claims: readAttester(submodule.get(EarLabel.attesterClaims)),
    evidenceNonce: requireLength(submodule.get(EarLabel.nonce), "nonce of the evidence", NONCE_LENGTHS),
  });
}
