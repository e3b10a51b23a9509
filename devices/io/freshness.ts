// SPDX-License-Identifier: Apache-2.0
/**
 * How fresh the sealed store of this board is, as devices/NAME/silicon.json says: the same on every board that shares a
 * firmware archive. test/board/layout.test.ts holds all of them and devices/silicon/layout.h in step.
 */
export interface FreshnessLevel {
  /** Index of the counter that tells the present flash from an older copy. */
  readonly counter: number;
  /** It rises at every commit (1), or at every N-th. */
  readonly every: number;
}

/** Undefined: a board without such a counter. */
export const FRESHNESS: FreshnessLevel | undefined = Object.freeze({ counter: 0, every: 1 } as const);
