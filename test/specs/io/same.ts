// SPDX-License-Identifier: Apache-2.0
/** Compares plain data (numbers, strings, booleans, arrays of them) with the one assertion that every machine has. */
import { assert } from "../../harness/assert.js";

export function assertSame(actual: unknown, expected: unknown): void {
  assert.strictEqual(JSON.stringify(actual), JSON.stringify(expected));
}
