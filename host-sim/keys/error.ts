// SPDX-License-Identifier: Apache-2.0
/** What is wrong with a key, a key store or a passphrase, and what to do about it. */

/** docs/cli.md has each. */
export type KeyErrorCode =
  | "KEY_NAME"
  | "KEY_EXISTS"
  | "KEY_NOT_FOUND"
  | "KEY_FILE"
  | "KEY_MODE"
  | "KEY_CURVE"
  | "KEY_ROLE"
  | "KEY_REVOKED"
  | "KEY_PUBLIC_ONLY"
  | "KEY_PASSPHRASE"
  | "KEY_PASSPHRASE_MISSING"
  | "KEY_PASSPHRASE_SHORT"
  | "KEY_PKCS11"
  | "KEY_RECORD";

export class KeyError extends Error {
  override readonly name = "KeyError";
  readonly code: KeyErrorCode;
  readonly advice: string;

  constructor(code: KeyErrorCode, message: string, advice: string, options: ErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.advice = advice;
  }
}
