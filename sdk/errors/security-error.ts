// SPDX-License-Identifier: Apache-2.0
/** The one error class for outside data and for operations that fail. Our caller's own mistakes are TypeError or RangeError. */
import { type DetailCode, ERROR_CODES, type ErrorCode } from "./codes.js";

/** A failure with a PSA code. The message is for people and logs: it holds no secret and is not stable, the code is. */
export class SecurityError extends Error {
  override readonly name = "SecurityError"; // a field: assigning this.name throws, Error.prototype is frozen
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
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
    super(
      ERROR_CODES[detail],
      offset === undefined ? `${detail}: ${message}` : `${detail} at byte ${offset}: ${message}`,
    );
    this.detail = detail;
    this.offset = offset;
  }
}

Object.freeze(SecurityError.prototype);
Object.freeze(ProtocolError.prototype);
