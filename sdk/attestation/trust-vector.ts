// SPDX-License-Identifier: Apache-2.0
/**
 * The trustworthiness vector of AR4SI (draft-ietf-rats-ar4si §2.3): what a verifier's verdicts say about an attester, in words
 * that relying parties know whatever the evidence was.
 */
import type { Appraisal, AppraisalStep } from "./appraisal.js";

/** The numbers of the four tiers. */
export const Tier = Object.freeze({ none: 0, affirming: 2, warning: 32, contraindicated: 96 } as const);
export type TierName = keyof typeof Tier;

/** Categories of the vector, and their labels in CBOR. */
export const TrustLabel = Object.freeze({
  instanceIdentity: 0,
  configuration: 1,
  executables: 2,
  fileSystem: 3,
  hardware: 4,
  runtimeOpaque: 5,
  storageOpaque: 6,
  sourcedData: 7,
} as const);
export type TrustCategory = keyof typeof TrustLabel;

/** Claims of -128 to 127. One that is not there, or 0: the verifier says nothing about it. */
export type TrustVector = { readonly [Category in TrustCategory]?: number };

/** Values of AR4SI §2.3.4 that an appraisal of ours comes to. */
const Value = Object.freeze({
  approved: 2,
  approvedBoot: 3,
  unrecognizedRuntime: 33,
  unsupportable: 96,
  unrecognized: 97,
  cryptoFailed: 99,
} as const);

interface About {
  readonly category: TrustCategory;
  /** What a refusal comes to. */
  readonly refused: number;
}

function about(category: TrustCategory, refused: number): About {
  return Object.freeze({ category, refused });
}

/** What the verdict of each step is about; `component NAME` is not among them. */
const ABOUT: { readonly [Step in AppraisalStep]?: About } = Object.freeze({
  structure: about("instanceIdentity", Value.cryptoFailed),
  key: about("instanceIdentity", Value.unrecognized),
  path: about("instanceIdentity", Value.cryptoFailed),
  signature: about("instanceIdentity", Value.cryptoFailed),
  claims: about("instanceIdentity", Value.cryptoFailed),
  profile: about("instanceIdentity", Value.cryptoFailed),
  nonce: about("instanceIdentity", Value.cryptoFailed),
  instanceId: about("instanceIdentity", Value.unrecognized),
  lifecycle: about("configuration", Value.unsupportable),
  clientId: about("configuration", Value.unsupportable),
  implementationId: about("hardware", Value.unrecognized),
  components: about("executables", Value.unrecognizedRuntime),
  certificate: about("instanceIdentity", Value.cryptoFailed),
});
const COMPONENT = about("executables", Value.unrecognizedRuntime);

/** Without these a result does not affirm: an appraisal that was given no reference values has looked at no component. */
const NEEDED: readonly AppraisalStep[] = Object.freeze([
  "signature",
  "nonce",
  "instanceId",
  "lifecycle",
  "implementationId",
  "components",
]);

function aboutOf(step: AppraisalStep): About {
  return ABOUT[step] ?? COMPONENT;
}

/** The tier that a claim is of. AR4SI §2.3.2. */
export function tierOf(value: number): TierName {
  if (value >= -1 && value <= 1) return "none";
  if (value >= -32 && value <= 31) return "affirming";
  if (value >= -96 && value <= 95) return "warning";
  return "contraindicated";
}

/** The tier that trusts least. */
export function worstTier(tiers: readonly TierName[]): TierName {
  const order: readonly TierName[] = ["affirming", "none", "warning", "contraindicated"];
  return tiers.reduce((worst, tier) => (order.indexOf(tier) > order.indexOf(worst) ? tier : worst), "affirming");
}

/**
 * What an appraisal says of the four categories that a PSA token is evidence for.
 * @returns of an accepted one what was looked at and is good; of a refused one the first reason, and nothing else: what was not
 * refused of it was not affirmed either.
 */
export function vectorOf(appraisal: Appraisal): TrustVector {
  if (appraisal.result === "refused") {
    const { category, refused } = aboutOf(appraisal.reason.step);
    return Object.freeze({ [category]: refused });
  }
  const isGood = (step: AppraisalStep) => {
    const verdicts = appraisal.verdicts.filter((verdict) => verdict.step === step);
    return verdicts.length > 0 && verdicts.every(({ verdict }) => verdict === "good");
  };
  return Object.freeze({
    ...(isGood("signature") && isGood("nonce") && isGood("instanceId") ? { instanceIdentity: Value.approved } : {}),
    ...(isGood("lifecycle") ? { configuration: Value.approved } : {}),
    ...(isGood("components") ? { executables: Value.approvedBoot } : {}),
    ...(isGood("implementationId") ? { hardware: Value.approved } : {}),
  });
}

/** The status of an appraisal: "affirming" when nothing that we can look at was left out, "none" when something was. */
export function statusOf(appraisal: Appraisal): TierName {
  const vector = vectorOf(appraisal);
  if (appraisal.result === "refused") return worstTier(Object.values(vector).map(tierOf));
  const isWhole = NEEDED.every((step) => vector[aboutOf(step).category] !== undefined);
  return isWhole ? "affirming" : "none";
}
