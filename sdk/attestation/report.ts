// SPDX-License-Identifier: Apache-2.0
/** Collects what is found at each step of an appraisal, and says in the end what comes of it. */
import type { DetailCode, ErrorCode } from "../errors/codes.js";
import { ProtocolError, SecurityError } from "../errors/security-error.js";
import type { Appraisal, AppraisalStep, Reason, StepVerdict } from "./appraisal.js";
import type { PsaClaims } from "./psa-claims.js";

type Code = DetailCode | ErrorCode;

/** In this order; the components stand before `components`. */
const STEPS: readonly AppraisalStep[] = Object.freeze([
  "structure",
  "key",
  "path",
  "signature",
  "claims",
  "profile",
  "nonce",
  "instanceId",
  "lifecycle",
  "clientId",
  "implementationId",
  "components",
  "certificate",
] as const);

export function codeOf(error: SecurityError): Code {
  return error instanceof ProtocolError ? error.detail : error.code;
}

/** An error's words without the code that stands in front of them. */
export function textOf(error: SecurityError): string {
  const { message } = error;
  return message.slice(message.indexOf(": ") + 2);
}

export class Report {
  readonly #verdicts = new Map<AppraisalStep, StepVerdict>();
  /** Steps of single components, in the token's order. */
  readonly #components: StepVerdict[] = [];

  good(step: AppraisalStep, text: string): void {
    this.#set({ step, verdict: "good", text });
  }

  refuse(step: AppraisalStep, code: Code, text: string): void {
    this.#set({ step, verdict: "refused", code, text });
  }

  unchecked(step: AppraisalStep, text: string): void {
    this.#set({ step, verdict: "unchecked", text });
  }

  /** Good or refused, by whether it `holds`. */
  judge(step: AppraisalStep, holds: boolean, good: string, code: Code, refusal: string): void {
    if (holds) this.good(step, good);
    else this.refuse(step, code, refusal);
  }

  /**
   * Runs a step that refuses by an error.
   * @returns What it returns; undefined: refused. @throws whatever is no SecurityError.
   */
  attempt<Result>(step: AppraisalStep, run: () => Result): Result | undefined {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof SecurityError)) throw error;
      this.refuse(step, codeOf(error), textOf(error));
      return undefined;
    }
  }

  /** Accepted only when there are claims, each step was looked at, and none refused. */
  finish(claims: PsaClaims | undefined): Appraisal {
    const verdicts: StepVerdict[] = [];
    for (const step of STEPS) {
      if (step === "components") verdicts.push(...this.#components);
      verdicts.push(this.#verdicts.get(step) ?? notReached(step));
    }
    Object.freeze(verdicts);
    const refused = verdicts.find(({ verdict }) => verdict === "refused");
    const isWhole = this.#verdicts.size === STEPS.length;
    if (claims !== undefined && refused === undefined && isWhole) {
      return Object.freeze({ result: "accepted", claims, verdicts });
    }
    return Object.freeze({ result: "refused", reason: reasonOf(refused), verdicts });
  }

  #set(verdict: StepVerdict): void {
    Object.freeze(verdict);
    if (verdict.step.startsWith("component ")) this.#components.push(verdict);
    else this.#verdicts.set(verdict.step, verdict);
  }
}

Object.freeze(Report.prototype);

function notReached(step: AppraisalStep): StepVerdict {
  return Object.freeze({ step, verdict: "unchecked", text: "not looked at: an earlier step refused the token" });
}

/** Each way that ends early has refused a step; if none did, that is our own mistake, and nothing is accepted. */
function reasonOf(refused: StepVerdict | undefined): Reason {
  const { step = "structure", code = "PSA_ERROR_GENERIC_ERROR", text = "the appraisal did not end" } = refused ?? {};
  return Object.freeze({ step, code, text });
}
