// SPDX-License-Identifier: Apache-2.0
/** Why a device was not provisioned, or an order not carried out, and what to do about it. */

/** docs/provision.md has each. */
export type ProvisionErrorCode =
  | "PROVISION_KEY"
  | "PROVISION_IMAGE"
  | "PROVISION_STATE"
  | "PROVISION_OWNER"
  | "PROVISION_CONFIRM"
  | "PROVISION_SERVICE"
  | "PROVISION_REFUSED"
  | "PROVISION_LOST"
  | "PROVISION_APP";

export class ProvisionError extends Error {
  override readonly name = "ProvisionError";
  readonly code: ProvisionErrorCode;
  readonly advice: string;

  constructor(code: ProvisionErrorCode, message: string, advice: string, options: ErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.advice = advice;
  }
}
