// SPDX-License-Identifier: Apache-2.0
/** The claims of an attestation result (draft-ietf-rats-ear §3): labels, and the parts that are maps of their own. */
import type { CborValue } from "../cbor/value.js";
import { ProtocolError } from "../errors/security-error.js";
import type { Appraisal } from "./appraisal.js";
import { COMPONENTS_MAX, type PsaClaims, type PsaProfile, type SoftwareComponent } from "./psa-claims.js";
import { type TrustCategory, TrustLabel, type TrustVector } from "./trust-vector.js";

export type ClaimMap = ReadonlyMap<CborValue, CborValue>;

/** What a result repeats of the evidence. Byte strings are views. */
export type AttesterClaims = Pick<
  PsaClaims,
  "profile" | "instanceId" | "implementationId" | "clientId" | "securityLifecycle" | "components"
>;

/** What the verifier adds: the first reason to refuse, and the steps that it had nothing to hold against. */
export interface VerifierClaims {
  readonly reason: ResultReason | undefined;
  readonly unchecked: readonly string[];
}

/** A reason as it stands in a result: a verifier may be newer than its reader, so step and code are any text. */
export interface ResultReason {
  readonly step: string;
  readonly code: string;
  readonly text: string;
}

const PsaLabel = Object.freeze({
  instanceId: 256,
  profile: 265,
  clientId: 2394,
  securityLifecycle: 2395,
  implementationId: 2396,
  components: 2399,
} as const);
const ComponentLabel = Object.freeze({ type: 1, value: 2, version: 4, signerId: 5, description: 6 } as const);
const PROFILES: readonly unknown[] = Object.freeze([
  "tag:psacertified.org,2023:psa#tfm",
  "http://arm.com/psa/2.0.0",
  "PSA_IOT_PROFILE_1",
]);
const HASHES: readonly number[] = Object.freeze([32, 48, 64]);
const INSTANCE_ID_LENGTH = 33;
const IMPLEMENTATION_ID_LENGTH = 32;
const LIFECYCLE_MAX = 0xffff;
const CLIENT_MAX = 2 ** 31;
export const UNCHECKED_MAX = 32;
const TEXT_MAX = 256;
/** As many of the longest as there may be fit into a result. */
const STEP_MAX = 128;

export function wrongResult(name: string, expected: string): never {
  throw new ProtocolError("ATTEST_RESULT", `${name}: expected ${expected}`);
}

export function requireMap(value: CborValue, name: string): ClaimMap {
  return value instanceof Map ? value : wrongResult(name, "a map");
}

export function requireText(value: CborValue, name: string): string {
  if (typeof value === "string" && value.length <= TEXT_MAX) return value;
  return wrongResult(name, `text of at most ${TEXT_MAX} characters`);
}

/** @returns a view. */
export function requireLength(value: CborValue, name: string, lengths: readonly number[]): Uint8Array {
  if (value instanceof Uint8Array && lengths.includes(value.length)) return value;
  return wrongResult(name, `${lengths.join(", ")} bytes`);
}

export function requireInteger(value: CborValue, name: string, least: number, most: number): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= most) return value;
  return wrongResult(name, `an integer from ${least} to ${most}`);
}

function optionalText(value: CborValue, name: string): string | undefined {
  return value === undefined ? undefined : requireText(value, name);
}

/** Half of a surrogate pair has no UTF-8. XS counts such a character as one, Node as two: two, so that both read it. */
function cut(text: string): string {
  let [kept, length] = ["", 0];
  for (const character of text) {
    length += (character.codePointAt(0) ?? 0) > 0xffff ? 2 : 1;
    if (length > TEXT_MAX) break;
    kept += character;
  }
  return kept;
}

/** Texts are cut where a reader would refuse them: what was measured is in the value. */
function componentMap({ type, value, version, signerId, description }: SoftwareComponent): CborValue {
  const map = new Map<CborValue, CborValue>();
  if (type !== undefined) map.set(ComponentLabel.type, cut(type));
  map.set(ComponentLabel.value, value);
  if (version !== undefined) map.set(ComponentLabel.version, cut(version));
  map.set(ComponentLabel.signerId, signerId);
  if (description !== undefined) map.set(ComponentLabel.description, cut(description));
  return map;
}

/** With the labels that the token has for them: RFC 9783 §4. */
export function attesterMap(claims: AttesterClaims): CborValue {
  return new Map<CborValue, CborValue>([
    [PsaLabel.instanceId, claims.instanceId],
    [PsaLabel.profile, claims.profile],
    [PsaLabel.clientId, claims.clientId],
    [PsaLabel.securityLifecycle, claims.securityLifecycle],
    [PsaLabel.implementationId, claims.implementationId],
    [PsaLabel.components, claims.components.map(componentMap)],
  ]);
}

function readComponent(value: CborValue): SoftwareComponent {
  const map = requireMap(value, "component");
  return Object.freeze({
    type: optionalText(map.get(ComponentLabel.type), "component type"),
    value: requireLength(map.get(ComponentLabel.value), "component value", HASHES),
    version: optionalText(map.get(ComponentLabel.version), "component version"),
    signerId: requireLength(map.get(ComponentLabel.signerId), "component signer id", HASHES),
    description: optionalText(map.get(ComponentLabel.description), "component description"),
  });
}

export function readAttester(value: CborValue): AttesterClaims {
  const map = requireMap(value, "attester claims");
  const profile = map.get(PsaLabel.profile);
  if (!PROFILES.includes(profile)) wrongResult("profile of the evidence", "one that PSA has");
  const components = map.get(PsaLabel.components);
  if (!Array.isArray(components) || components.length > COMPONENTS_MAX) {
    return wrongResult("components", `an array of at most ${COMPONENTS_MAX}`);
  }
  const instanceId = requireLength(map.get(PsaLabel.instanceId), "instance id", [INSTANCE_ID_LENGTH]);
  if (instanceId[0] !== 1) wrongResult("instance id", "0x01 first");
  return Object.freeze({
    profile: profile as PsaProfile,
    instanceId,
    implementationId: requireLength(map.get(PsaLabel.implementationId), "implementation id", [
      IMPLEMENTATION_ID_LENGTH,
    ]),
    clientId: requireInteger(map.get(PsaLabel.clientId), "client id", -CLIENT_MAX, CLIENT_MAX - 1),
    securityLifecycle: requireInteger(map.get(PsaLabel.securityLifecycle), "lifecycle", 0, LIFECYCLE_MAX),
    components: Object.freeze(components.map(readComponent)),
  });
}

/** undefined: there is nothing to say. */
export function verifierMap(appraisal: Appraisal): CborValue {
  const unchecked = appraisal.verdicts.filter(({ verdict }) => verdict === "unchecked").slice(0, UNCHECKED_MAX);
  const map = new Map<CborValue, CborValue>();
  if (appraisal.result === "refused") {
    const { step, code, text } = appraisal.reason;
    map.set("reason", [step.slice(0, STEP_MAX), code, text.slice(0, TEXT_MAX)]);
  }
  if (unchecked.length > 0)
    map.set(
      "unchecked",
      unchecked.map(({ step }) => step.slice(0, STEP_MAX)),
    );
  return map.size === 0 ? undefined : map;
}

export function readVerifierClaims(value: CborValue): VerifierClaims {
  const map = value === undefined ? new Map<CborValue, CborValue>() : requireMap(value, "verifier claims");
  const unchecked = map.get("unchecked") ?? [];
  if (!Array.isArray(unchecked) || unchecked.length > UNCHECKED_MAX) {
    return wrongResult("unchecked", `an array of at most ${UNCHECKED_MAX}`);
  }
  return Object.freeze({
    reason: readReason(map.get("reason")),
    unchecked: Object.freeze(unchecked.map((step: CborValue) => requireText(step, "unchecked"))),
  });
}

function readReason(value: CborValue): ResultReason | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value) || value.length !== 3) return wrongResult("reason", "step, code and text");
  const [step = "", code = "", text = ""] = value.map((item: CborValue) => requireText(item, "reason"));
  return Object.freeze({ step, code, text });
}

const CATEGORIES: readonly TrustCategory[] = Object.freeze(Object.keys(TrustLabel) as TrustCategory[]);

export function vectorMap(vector: TrustVector): CborValue {
  const map = new Map<CborValue, CborValue>();
  for (const name of CATEGORIES) if (vector[name] !== undefined) map.set(TrustLabel[name], vector[name]);
  return map;
}

/** A category that the draft does not have may be one of a later draft: it counts for the status, which stands beside it. */
export function readVector(value: CborValue): TrustVector {
  const map = requireMap(value, "trustworthiness vector");
  const vector: { -readonly [Category in TrustCategory]?: number } = {};
  for (const name of CATEGORIES) {
    const claim = map.get(TrustLabel[name]);
    if (claim !== undefined) vector[name] = requireInteger(claim, "trustworthiness claim", -128, 127);
  }
  return Object.freeze(vector);
}
