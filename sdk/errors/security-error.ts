// SPDX-License-Identifier: Apache-2.0
/** The one error class for outside data and for operations that fail. Our caller's own mistakes are TypeError or RangeError. */
import { type DetailCode, ERROR_CODES, type ErrorCode } from "./codes.js";

/** A failure with a PSA code, with which the message begins. The message is for people and logs: it holds no secret and is not stable, the code is. */
export class SecurityError extends Error {
  override readonly name = "SecurityError"; // a field: assigning this.name throws, Error.prototype is frozen
  readonly code: ErrorCode;

  /** @param rule - what stands before the message: the code, or what a protocol calls it. */
  constructor(code: ErrorCode, message: string, rule: string = code) {
    super(`${rule}: ${message}`);
    this.code = code;
  }
}

/**
 * A SecurityError that also says which rule of which protocol was broken, and where.
 * `detail` and `offset` are for logs and tests; towards a peer only `code` may matter, so that causes cannot be told apart.
 */
export class ProtocolError extends SecurityError {
  readonly detail: DetailCode;
  /** Byte offset in the input that the failing call was given, when one byte is to blame. */
  readonly offset: number | undefined;

  constructor(detail: DetailCode, message: string, offset?: number) {
    super(ERROR_CODES[detail], message, offset === undefined ? detail : `${detail} at byte ${offset}`);
    this.detail = detail;
    this.offset = offset;
  }
}

Object.freeze(SecurityError.prototype);
Object.freeze(ProtocolError.prototype);
