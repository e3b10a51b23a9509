// SPDX-License-Identifier: Apache-2.0
/** The part of chai's `assert` that a portable spec may use: board/assert.ts has no more. `message` comes before chai's own text. */

export interface Assert {
  fail(message: string): never;
  /** Strict equality, as `===`. */
  strictEqual<T>(actual: T, expected: T, message?: string): void;
  notStrictEqual<T>(actual: T, expected: T, message?: string): void;
  /** Plain objects, arrays, typed arrays, Maps and Sets of those, and primitives (NaN equals NaN). */
  deepEqual<T>(actual: T, expected: T, message?: string): void;
  isTrue(value: unknown, message?: string): void;
  isFalse(value: unknown, message?: string): void;
  isUndefined(value: unknown, message?: string): void;
  instanceOf(value: unknown, type: new (...args: never[]) => unknown, message?: string): void;
  isAbove(value: number, limit: number, message?: string): void;
  isAtLeast(value: number, limit: number, message?: string): void;
  isBelow(value: number, limit: number, message?: string): void;
  isAtMost(value: number, limit: number, message?: string): void;
}
