// SPDX-License-Identifier: Apache-2.0
/** What a spec threw, as mocha is to have it: an error with its own properties, what was compared, and frames of the spec. */
import { inspect } from "node:util";
import Mocha from "mocha";
import type { Encoded } from "../../sdk/testing/values.js";
import { decodeValue, type StackReader } from "./decode.js";

/** In mocha's own words. */
const TOO_LARGE = "[object too large to diff]";

/** Mocha has no words for some values, arrays of BigInts for one: it gets a text of ours, and compares that. */
function makeShowable(error: { actual?: unknown; expected?: unknown }): void {
  try {
    for (const value of [error.actual, error.expected]) Mocha.utils.stringify(value);
  } catch {
    for (const key of ["actual", "expected"] as const) {
      error[key] = inspect(error[key], { depth: null, maxArrayLength: null, sorted: true, breakLength: 1 });
    }
  }
}

/** @returns any value: what is no error, mocha turns into one. */
export function decodeThrown(encoded: Encoded, readStack: StackReader): unknown {
  const { value, isCut } = decodeValue(encoded, readStack);
  if (value instanceof Error && "actual" in value && "expected" in value) {
    if (isCut) Object.assign(value, { actual: TOO_LARGE, expected: TOO_LARGE });
    else makeShowable(value);
  }
  return value;
}
