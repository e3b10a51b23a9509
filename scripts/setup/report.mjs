// SPDX-License-Identifier: Apache-2.0
/** Progress of the setup on stderr, and the one error type that ends it without a stack trace. */

const started = performance.now();

/**
 * A failure that the user can act on: `advice` says what to do next. Printed without a stack. `code`: SETUP_PACKAGES
 * (programs of the system are missing), SETUP_FETCH (sources cannot be fetched), SETUP_SOURCES (those that are there are
 * not the right ones), SETUP_FAILED.
 */
export class SetupError extends Error {
  name = "SetupError";

  constructor(message, advice = "", code = "SETUP_FAILED") {
    super(message);
    this.advice = advice;
    this.code = code;
  }
}

/** Prints one progress line with the seconds since the start. */
export function say(text) {
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
  process.stderr.write(`[setup ${seconds}s] ${text}\n`);
}

/** Shows or replaces the passing line under the last progress line; on a terminal only. */
export function flash(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`);
}

/** Ends the process as `error` deserves: a SetupError is explained, anything else is a defect and keeps its stack. */
export function fail(error) {
  if (error instanceof SetupError) {
    process.stderr.write(
      `\nsetup failed: ${error.code}: ${error.message}\n${error.advice === "" ? "" : `${error.advice}\n`}`,
    );
  } else {
    process.stderr.write(`\n${error?.stack ?? error}\n`);
  }
  process.exit(1);
}
