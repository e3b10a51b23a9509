// SPDX-License-Identifier: Apache-2.0
/** Why a request is turned down: problem details (RFC 9457) with a code. None holds anything that the client sent. */

/** Status, and what to do. docs/verifier-service.md has the same list; a test compares the two. */
export const PROBLEMS = Object.freeze({
  REQUEST_INVALID: [400, "This is not HTTP that the verifier understands."],
  QUERY_INVALID: [400, "A query parameter is unknown, there twice, or has a value that it cannot have."],
  BODY_UNEXPECTED: [400, "This request has no body."],
  NOT_FOUND: [404, "There is nothing at this path."],
  SESSION_UNKNOWN: [
    404,
    "There is no such session: it was never opened, was used long ago, or has ended. Open a new one.",
  ],
  METHOD_NOT_ALLOWED: [405, "This path does not have this method. The header Allow lists those that it has."],
  NOT_ACCEPTABLE: [406, "The verifier writes JSON or application/eat+cwt, and Accept has neither."],
  REQUEST_TIMEOUT: [408, "The request took too long."],
  SESSION_USED: [409, "Evidence was given to this session already, and its nonce is used up. Open a new one."],
  SESSION_EXPIRED: [410, "The session has expired, and its nonce with it. Open a new one."],
  BODY_TOO_LARGE: [413, "The body is longer than evidence may be."],
  MEDIA_TYPE: [415, "Evidence is application/eat+cwt, application/psa-attestation-token or application/octet-stream."],
  RATE_LIMIT: [429, "Too many requests from this address. Wait as long as Retry-After says."],
  CLIENT_SESSIONS: [429, "Too many sessions of this address are open. Use them, or wait until they expire."],
  HEAD_TOO_LARGE: [431, "The headers are too long."],
  INTERNAL: [500, "The verifier failed. Its log says more."],
  SESSIONS_FULL: [503, "Too many sessions are open. Those that are keep their nonces; try again later."],
  STATE_WRITE: [503, "The verifier cannot keep its state, so it answers nothing. Its log says more."],
  STOPPING: [503, "The verifier is about to stop. Sessions that are open outlast that."],
} as const satisfies Readonly<Record<string, readonly [number, string]>>);

export type ProblemCode = keyof typeof PROBLEMS;

export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, headers: Readonly<Record<string, string>> = {}, options?: ErrorOptions) {
    super(`${code}: ${PROBLEMS[code][1]}`, options);
    this.code = code;
    this.headers = headers;
  }
}

export const PROBLEM_TYPE = "application/problem+json";

export function problemBody(code: ProblemCode): string {
  const [status, detail] = PROBLEMS[code];
  return `${JSON.stringify({ type: "about:blank", status, code, detail })}\n`;
}
