// SPDX-License-Identifier: Apache-2.0
/** What became of one public test vector on one machine. Portable: boards run cases as well. */
import { SecurityError } from "../../sdk/errors/security-error.js";

/**
 * `passed`: valid, and right. `refused`: invalid, and refused. `unsupported`: valid, and nothing that we carry out; the text
 * is the reason. `failed`: anything else.
 */
export type Outcome =
  | { readonly kind: "passed" | "refused" }
  | { readonly kind: "unsupported" | "failed"; readonly text: string };

const PASSED: Outcome = Object.freeze({ kind: "passed" });
const REFUSED: Outcome = Object.freeze({ kind: "refused" });
/** The errors that are refusals of what came from outside; any other is a failure. */
const REFUSALS: readonly string[] = Object.freeze(["PSA_ERROR_INVALID_SIGNATURE", "PSA_ERROR_INVALID_ARGUMENT"]);

export function failed(text: string): Outcome {
  return { kind: "failed", text };
}

/** The result of `use`, or the code or name of what it threw. */
function attempt(use: () => string): { readonly value: string } | { readonly error: string } {
  try {
    return { value: use() };
  } catch (error) {
    if (error instanceof SecurityError) return { error: error.code };
    return { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

/** Holds what came out against what the case says: `expected`, or a refusal. */
export function judge(isValid: boolean, expected: string, use: () => string, refusals = REFUSALS): Outcome {
  const got = attempt(use);
  if ("error" in got) {
    if (!isValid && refusals.includes(got.error)) return REFUSED;
    return failed(`${isValid ? "valid" : "invalid"}, but threw ${got.error}`);
  }
  if (!isValid) return failed("invalid, but accepted");
  return got.value === expected ? PASSED : failed(`got ${got.value}, expected ${expected}`);
}

/** An invalid case that asks for what the contract does not offer must throw, whatever it throws. */
export function mustThrow(use: () => unknown): Outcome {
  const got = attempt(() => {
    use();
    return "";
  });
  return "error" in got ? REFUSED : failed("invalid and outside the contract, but accepted");
}
