// SPDX-License-Identifier: Apache-2.0
/** What the service answers: status, headers and a body, before they are HTTP. */
import { encodeHex } from "../sdk/bytes/hex.js";
import { EVIDENCE_TYPES, SESSION_TYPE } from "./media-types.js";
import { PROBLEM_TYPE, PROBLEMS, type Problem, problemBody } from "./problem.js";
import type { Outcome, SessionRecord } from "./verify-round.js";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export function problemAnswer({ code, headers }: Pick<Problem, "code" | "headers">): Answer {
  return {
    status: PROBLEMS[code][0],
    headers: { ...headers, "content-type": PROBLEM_TYPE },
    body: problemBody(code),
  };
}

export function jsonAnswer(status: number, value: unknown, type = "application/json"): Answer {
  return { status, headers: { "content-type": type }, body: `${JSON.stringify(value)}\n` };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

/** The appraisal for people and for logs. Of a refused one there are no claims: they are in the verdicts' texts. */
export function appraisalJson({ appraisal }: Pick<Outcome, "appraisal">): Record<string, unknown> {
  const { result, verdicts } = appraisal;
  if (appraisal.result === "refused") return { result, reason: appraisal.reason, verdicts };
  const { instanceId, implementationId, lifecycle, securityLifecycle, components } = appraisal.claims;
  return {
    result,
    instanceId: encodeHex(instanceId),
    implementationId: encodeHex(implementationId),
    lifecycle: lifecycle ?? securityLifecycle,
    components: components.map(({ type, version, value, signerId }) => ({
      type: type ?? null,
      version: version ?? null,
      value: encodeHex(value),
      signerId: encodeHex(signerId),
    })),
    verdicts,
  };
}

/** A session, as the challenge-response API of Veraison shows it; `appraisal` is ours. */
export function sessionAnswer(status: number, record: SessionRecord, headers: Record<string, string> = {}): Answer {
  const { session, state } = record;
  const shown = {
    nonce: base64(session.nonce),
    expiry: new Date(session.expiresAt).toISOString(),
    accept: EVIDENCE_TYPES,
    state,
    ...(record.state === "complete"
      ? { appraisal: appraisalJson(record.outcome), result: base64(record.outcome.result) }
      : {}),
  };
  const answer = jsonAnswer(status, shown, SESSION_TYPE);
  return { ...answer, headers: { ...answer.headers, ...headers } };
}
