// SPDX-License-Identifier: Apache-2.0
/**
 * harness/assert on a board: the portable part of chai's `assert`, in little memory. chai itself (6.3.0) runs on XS 13.3
 * once it finds the globals Event and EventTarget, which boards lack, but it is 96 KB of byte code and does not fit the
 * 256 KB heap of a board. test/machines/assert.test.ts compares the two.
 */
import type { Assert } from "../assert-contract.js";
import { isDeepEqual } from "./deep-equal.js";
import { inspect } from "./inspect.js";

class AssertionError extends Error {
  override readonly name = "AssertionError";
}

function check(isRight: boolean, message: string | undefined, text: () => string): void {
  if (!isRight) throw new AssertionError(message === undefined ? text() : `${message}: ${text()}`);
}

function compare(relation: string, holds: (value: number, limit: number) => boolean) {
  return (value: number, limit: number, message?: string): void => {
    const isNumber = typeof value === "number" && typeof limit === "number";
    check(
      isNumber && holds(value, limit),
      message,
      () => `expected ${inspect(value)} to be ${relation} ${inspect(limit)}`,
    );
  };
}

export const assert: Assert = Object.freeze<Assert>({
  fail(message) {
    throw new AssertionError(message);
  },
  strictEqual(actual, expected, message) {
    check(actual === expected, message, () => `expected ${inspect(actual)} to equal ${inspect(expected)}`);
  },
  notStrictEqual(actual, expected, message) {
    check(actual !== expected, message, () => `expected ${inspect(actual)} to not equal ${inspect(expected)}`);
  },
  deepEqual(actual, expected, message) {
    const isEqual = isDeepEqual(actual, expected);
    check(isEqual, message, () => `expected ${inspect(actual)} to deeply equal ${inspect(expected)}`);
  },
  isTrue(value, message) {
    check(value === true, message, () => `expected ${inspect(value)} to be true`);
  },
  isFalse(value, message) {
    check(value === false, message, () => `expected ${inspect(value)} to be false`);
  },
  isUndefined(value, message) {
    check(value === undefined, message, () => `expected ${inspect(value)} to equal undefined`);
  },
  instanceOf(value, type, message) {
    check(value instanceof type, message, () => `expected ${inspect(value)} to be an instance of ${type.name}`);
  },
  isAbove: compare("above", (value, limit) => value > limit),
  isAtLeast: compare("at least", (value, limit) => value >= limit),
  isBelow: compare("below", (value, limit) => value < limit),
  isAtMost: compare("at most", (value, limit) => value <= limit),
});
