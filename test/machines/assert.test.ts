// SPDX-License-Identifier: Apache-2.0
/** The boards' assert agrees with chai's on what holds. */
import { strictEqual } from "node:assert/strict";
import { assert as chai } from "chai";
import { describe, it } from "mocha";
import type { Assert } from "../harness/assert-contract.js";
import { assert as board } from "../harness/board/assert.js";

function fails(action: () => void): string {
  try {
    action();
  } catch (error) {
    return error instanceof Error ? error.name : "thrown";
  }
  return "holds";
}

const VALUES: readonly unknown[] = [
  ...[0, -0, 1, 1n, Number.NaN, "", "1", true, false, null, undefined, Symbol.iterator],
  ...[[], [1], [1, 2], [[1], { a: 1 }], [[1], { a: 2 }], [undefined]],
  ...[{}, { a: 1 }, { a: 1, b: undefined }, { b: undefined, a: 1 }, { a: { b: [1] } }, { a: { b: [2] } }],
  ...[Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(1, 1), Int8Array.of(1), new Float32Array([Number.NaN])],
  ...[new Map([[1, "a"]]), new Map([[1, "b"]]), new Map([[2, "a"]]), new Set([1]), new Set([2]), new Set()],
];
const NUMBERS = [-1, 0, -0, 1, Number.NaN, Number.POSITIVE_INFINITY];

type Unary = "isTrue" | "isFalse" | "isUndefined";
type Binary = "strictEqual" | "notStrictEqual" | "deepEqual";
type Order = "isAbove" | "isAtLeast" | "isBelow" | "isAtMost";

function compare(use: (assert: Assert) => void, title: string): void {
  strictEqual(
    fails(() => use(board)),
    fails(() => use(chai)),
    title,
  );
}

describe("assert of the boards, beside chai", () => {
  for (const name of ["isTrue", "isFalse", "isUndefined"] satisfies Unary[]) {
    it(name, () => {
      for (const value of VALUES) compare((assert) => assert[name](value), String(value));
    });
  }

  for (const name of ["strictEqual", "notStrictEqual", "deepEqual"] satisfies Binary[]) {
    it(name, () => {
      VALUES.forEach((a, i) => {
        // A copy on one side, so that equal means more than identical.
        VALUES.forEach((b, j) => {
          const right = typeof b === "symbol" ? b : structuredClone(b);
          compare((assert) => assert[name](a, right), `${name} of values ${i} and ${j}`);
        });
      });
    });
  }

  for (const name of ["isAbove", "isAtLeast", "isBelow", "isAtMost"] satisfies Order[]) {
    it(name, () => {
      for (const a of NUMBERS) for (const b of NUMBERS) compare((assert) => assert[name](a, b), `${a} ${b}`);
    });
  }

  it("instanceOf", () => {
    for (const value of VALUES) compare((assert) => assert.instanceOf(value, Uint8Array), String(value));
    for (const value of VALUES) compare((assert) => assert.instanceOf(value, Object), String(value));
  });

  it("fails with the caller's message", () => {
    const text = (assert: Assert) => {
      try {
        assert.strictEqual<unknown>(1, "1", "one");
      } catch (error) {
        return (error as Error).message;
      }
      return "";
    };
    strictEqual(text(board), text(chai));
    strictEqual(
      fails(() => board.fail("always")),
      "AssertionError",
    );
  });

  it("refuses to compare what is no plain data", () => {
    strictEqual(
      fails(() => board.deepEqual(new Date(0), new Date(0))),
      "TypeError",
    );
  });
});
