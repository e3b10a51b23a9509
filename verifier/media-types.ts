// SPDX-License-Identifier: Apache-2.0
/** Media types: what evidence may be called, and in which form a client wants its answer. */
import { RESULT_PROFILE } from "../sdk/attestation/result.js";

export const RESULT_TYPE = `application/eat+cwt; eat_profile="${RESULT_PROFILE}"`;
/** As the challenge-response API of Veraison calls it. */
export const SESSION_TYPE = "application/vnd.veraison.challenge-response-session+json";

/** The last: of a tool that does not know better. */
export const EVIDENCE_TYPES: readonly string[] = Object.freeze([
  'application/eat+cwt; eat_profile="tag:psacertified.org,2023:psa#tfm"',
  "application/eat+cwt",
  "application/psa-attestation-token",
  "application/octet-stream",
]);
const EVIDENCE = new Set(["application/eat+cwt", "application/psa-attestation-token", "application/octet-stream"]);

export type AnswerForm = "json" | "cwt";
const FORMS: Readonly<Record<string, AnswerForm>> = Object.freeze({
  "*/*": "json",
  "application/*": "json",
  "application/json": "json",
  [SESSION_TYPE]: "json",
  "application/eat+cwt": "cwt",
});

/** Without its parameters: a profile that a client names is not believed, the token's own is looked at. */
function nameOf(type: string): string {
  return (type.split(";", 1)[0] ?? "").trim().toLowerCase();
}

export function isEvidenceType(contentType: string | undefined): boolean {
  return contentType !== undefined && EVIDENCE.has(nameOf(contentType));
}

function weightOf(range: string): number {
  const q = /;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*(?:;|$)/i.exec(range)?.[1];
  return q === undefined ? 1 : Math.min(1, Number(q));
}

/** RFC 9110 §12.5.1. @returns the form that is wanted most, JSON where all is the same; undefined: none of ours. */
export function answerForm(accept: string | undefined): AnswerForm | undefined {
  if (accept === undefined || accept.trim() === "") return "json";
  let best: { form: AnswerForm; weight: number } | undefined;
  for (const range of accept.split(",")) {
    const form = Object.hasOwn(FORMS, nameOf(range)) ? FORMS[nameOf(range)] : undefined;
    const weight = weightOf(range);
    if (form !== undefined && weight > (best?.weight ?? 0)) best = { form, weight };
  }
  return best?.form;
}
