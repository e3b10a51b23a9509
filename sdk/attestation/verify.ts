// SPDX-License-Identifier: Apache-2.0
/** Appraisal of a PSA token (RFC 9783), by a server or by a device that looks at a peer. */
import { equalPublicBytes, requireBytes } from "../bytes/bytes.js";
import type { CborValue } from "../cbor/value.js";
import { SecurityError } from "../errors/security-error.js";
import { disagreementOf } from "./alias-agrees.js";
import type { Appraisal } from "./appraisal.js";
import { type AppraisalOptions, type CheckedOptions, checkOptions } from "./appraisal-options.js";
import { decodeDefinite } from "./definite.js";
import { type Envelope, type EnvelopeVerifier, readEnvelope } from "./envelope.js";
import { findSigningKey, type PathVerifier, type SigningKey } from "./key-path.js";
import type { PsaClaims } from "./psa-claims.js";
import { psaClaimsFrom, unverifiedInstanceId } from "./psa-parse.js";
import { checkReferences } from "./references.js";
import { codeOf, Report, textOf } from "./report.js";

export type AttestationVerifier = PathVerifier & EnvelopeVerifier;

/**
 * Says of a token whether it is accepted, and why not. Bad evidence never throws: it is refused, with the first reason. Once the
 * signature is good every later step is looked at, so that people see all that differs.
 * @param token - COSE_Sign1 (tag 18) or COSE_Mac0 (tag 17) of a stranger, at most `limits.length` bytes.
 * @returns Of an accepted token the claims; byte strings are views into `token`.
 * @throws TypeError, RangeError - `token` is no Uint8Array, or an option is not what it should be.
 */
export function appraise(crypto: AttestationVerifier, token: Uint8Array, options: AppraisalOptions): Appraisal {
  requireBytes(token, "token");
  const checked = checkOptions(options);
  const report = new Report();
  const claims = verifiedClaims(crypto, token, checked, report);
  return report.finish(claims);
}

function verifiedClaims(
  crypto: AttestationVerifier,
  token: Uint8Array,
  options: CheckedOptions,
  report: Report,
): PsaClaims | undefined {
  const read = report.attempt("structure", () => {
    const envelope = readEnvelope(token, options.limits);
    return { envelope, decoded: decodeDefinite(envelope.payload, options.limits) };
  });
  if (read === undefined) return undefined;
  const { envelope, decoded } = read;
  report.good("structure", `${envelope.kind === "sign1" ? "COSE_Sign1" : "COSE_Mac0"} with ${envelope.algorithm}`);
  const signing = keyOf(crypto, envelope, decoded, options, report);
  if (signing === undefined) return undefined;
  try {
    const isSigned = report.attempt("signature", () => {
      envelope.verify(crypto, signing.key);
      return true;
    });
    if (isSigned !== true) return undefined;
    report.good("signature", "the token is as the device made it");
  } finally {
    for (const key of signing.temporary) crypto.destroyKey(key);
  }
  const claims = claimsOf(decoded, report);
  if (claims !== undefined) checkClaims(claims, signing, options, report);
  return claims;
}

interface DeviceKey extends SigningKey {
  /** That the key was found by. */
  readonly instanceId: Uint8Array;
}

/** Nothing but the instance id and the path is read before the signature is verified. */
function keyOf(
  crypto: AttestationVerifier,
  { kind, unprotectedHeader }: Envelope,
  decoded: CborValue,
  options: CheckedOptions,
  report: Report,
): DeviceKey | undefined {
  const instanceId = unverifiedInstanceId(decoded);
  if (instanceId === undefined) {
    report.refuse("key", "ATTEST_CLAIM", "the token does not say of which device it is: no instance id");
    return undefined;
  }
  if (kind === "sign1") {
    const found = findSigningKey(crypto, unprotectedHeader, instanceId, options, report);
    return found && { ...found, instanceId };
  }
  const key = options.macKeys?.(instanceId);
  if (key === undefined) {
    const why = options.macKeys === undefined ? "MACs are not accepted here" : "no MAC key of this device is known";
    report.refuse("key", "ATTEST_KEY", why);
    return undefined;
  }
  report.good("key", "the device's MAC key is known");
  report.good("path", "no certificate is needed");
  return { key, alias: undefined, endorsements: [], temporary: [], instanceId };
}

/** Notes "claims"; and "profile" of a profile under which there are no claims. */
function claimsOf(decoded: CborValue, report: Report): PsaClaims | undefined {
  try {
    const claims = psaClaimsFrom(decoded);
    report.good("claims", "complete, and each of the type and length that the profile asks for");
    return claims;
  } catch (error) {
    if (!(error instanceof SecurityError)) throw error;
    const code = codeOf(error);
    report.refuse(code === "ATTEST_PROFILE" ? "profile" : "claims", code, textOf(error));
    return undefined;
  }
}

function checkClaims(claims: PsaClaims, signing: DeviceKey, options: CheckedOptions, report: Report): void {
  const { profile, nonce, instanceId, lifecycle = "unknown", clientId } = claims;
  const { profiles, lifecycles, clientIds } = options;
  report.judge("profile", profiles.includes(profile), profile, "ATTEST_PROFILE", `${profile} is not accepted here`);
  const isFresh = equalPublicBytes(nonce, options.nonce);
  report.judge(
    "nonce",
    isFresh,
    "the one that was sent for this token",
    "ATTEST_NONCE",
    "not the one that was sent for this token",
  );
  const isExpected = options.instanceId === undefined || equalPublicBytes(instanceId, options.instanceId);
  // Under PSA_IOT_PROFILE_1 the claim has another label: a token can have both, and each of another device.
  const isOfKey = equalPublicBytes(instanceId, signing.instanceId);
  const another = isOfKey ? "not the device that was expected" : "not the device that the key belongs to";
  report.judge("instanceId", isOfKey && isExpected, "the device that the key belongs to", "ATTEST_INSTANCE", another);
  const isAllowed = lifecycles.includes(lifecycle);
  const state = `the lifecycle is ${lifecycle}`;
  report.judge("lifecycle", isAllowed, state, "ATTEST_LIFECYCLE", `${state}, which is not accepted here`);
  const client = `client ${clientId}`;
  if (clientIds === undefined) report.unchecked("clientId", `${client}; any is accepted here`);
  else
    report.judge("clientId", clientIds.includes(clientId), client, "ATTEST_CLIENT", `${client} is not accepted here`);
  checkReferences(claims, options.references, report);
  checkEndorsements(claims, signing, report);
  const { alias } = signing;
  if (alias === undefined) report.unchecked("certificate", "there is none: the device's own key signed");
  else {
    const refusal = disagreementOf(alias, claims);
    report.judge("certificate", refusal === undefined, "says what the token says", "ATTEST_CERTIFICATE", refusal ?? "");
  }
}

/** After the references: a key that is endorsed for something else is the better reason to refuse. */
function checkEndorsements(
  { instanceId, implementationId }: PsaClaims,
  { endorsements }: SigningKey,
  report: Report,
): void {
  if (endorsements.length === 0) return;
  const ofDevice = endorsements.filter((one) => equalPublicBytes(one.instanceId, instanceId));
  if (ofDevice.length === 0) {
    report.refuse("instanceId", "ATTEST_ENDORSEMENT", "the device's key is endorsed for another instance id");
  } else if (!ofDevice.some((one) => equalPublicBytes(one.implementationId, implementationId))) {
    const text = "the device's key is endorsed for another implementation id";
    report.refuse("implementationId", "ATTEST_ENDORSEMENT", text);
  }
}
