// SPDX-License-Identifier: Apache-2.0
/**
 * The time contract: what a device knows of the time of day. Ours: neither ECMA-419 nor PSA names it. Types only.
 *
 * A device starts without knowing the time, and a clock that anyone can set is worth nothing for deciding what has expired.
 * So time here is two bounds, each of which someone trusted has vouched for. A floor that a signed statement raised is an
 * `earliest` without a `latest`; a gateway with a synchronised clock gives both.
 */
export interface Time {
  /** Seconds since 1970-01-01T00:00:00Z: it is surely not earlier. Never goes down. undefined: nothing is known. */
  earliest(): number | undefined;
  /** Seconds since 1970-01-01T00:00:00Z: it is surely not later; `earliest()` or more. undefined: nothing is known. */
  latest(): number | undefined;
}
