// SPDX-License-Identifier: Apache-2.0
/** Why a verifier does not start. */

export type VerifierErrorCode = "VERIFIER_BUSY" | "VERIFIER_STATE" | "VERIFIER_ADDRESS";

export class VerifierError extends Error {
  override readonly name = "VerifierError";
  readonly code: VerifierErrorCode;
  /** What to do. */
  readonly advice: string;

  constructor(code: VerifierErrorCode, message: string, advice: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.advice = advice;
  }
}
