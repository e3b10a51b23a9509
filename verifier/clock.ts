// SPDX-License-Identifier: Apache-2.0
/** The two clocks of a verifier. Tests have others. */

export interface Clock {
  /** Milliseconds since 1970; somebody may set it. */
  now(): number;
  /** Milliseconds since some moment; nobody sets it back. */
  monotonic(): number;
}

export const SYSTEM_CLOCK: Clock = Object.freeze({ now: () => Date.now(), monotonic: () => performance.now() });
