// SPDX-License-Identifier: Apache-2.0
/** What a verifier says of a token: claim by claim, and the first reason to refuse it. */
import type { DetailCode, ErrorCode } from "../errors/codes.js";
import type { PsaClaims } from "./psa-claims.js";

/** What was looked at, in this order. `component NAME` once for each. */
export type AppraisalStep =
  | "structure"
  | "key"
  | "path"
  | "signature"
  | "claims"
  | "profile"
  | "nonce"
  | "instanceId"
  | "lifecycle"
  | "clientId"
  | "implementationId"
  | `component ${string}`
  | "components"
  | "certificate";

export interface StepVerdict {
  readonly step: AppraisalStep;
  /** "unchecked": the verifier was given nothing to hold it against; or an earlier step made it pointless. */
  readonly verdict: "good" | "refused" | "unchecked";
  /** Of a refusal. */
  readonly code?: DetailCode | ErrorCode;
  /** One sentence for people. It holds nothing that a stranger wrote but printable text, cut to 64 characters. */
  readonly text: string;
}

export interface Reason {
  readonly step: AppraisalStep;
  readonly code: DetailCode | ErrorCode;
  readonly text: string;
}

/** "accepted" has claims that hold. "refused" has none: what it said is in the verdicts, for people. */
export type Appraisal =
  | { readonly result: "accepted"; readonly claims: PsaClaims; readonly verdicts: readonly StepVerdict[] }
  | { readonly result: "refused"; readonly reason: Reason; readonly verdicts: readonly StepVerdict[] };
