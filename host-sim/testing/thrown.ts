// SPDX-License-Identifier: Apache-2.0
/** What a spec threw, as mocha is to have it: an error with its own properties, what was compared, and frames of the spec. */
import { inspect } from "node:util";
import { isTypedArray } from "node:util/types";
import Mocha from "mocha";
import type { Encoded } from "../../sdk/testing/values.js";
import { decodeValue, type StackReader } from "./decode.js";

/** In mocha's own words. */
const TOO_LARGE = "[object too large to diff]";

/** Bytes in a row of text. */
const ROW = 16;

/** `0000: 01 02 ff`, a row for each 16 bytes. */
function hexRows(bytes: Uint8Array): string {
  const rows = Array.from({ length: Math.ceil(bytes.length / ROW) }, (_, i) => {
    const row = [...bytes.subarray(i * ROW, (i + 1) * ROW)].map((byte) => byte.toString(16).padStart(2, "0"));
    return `${(i * ROW).toString(16).padStart(4, "0")}: ${row.join(" ")}`;
  });
  return rows.join("\n");
}

/** A typed array by lines; mocha's own words for it are one line, `{"0":1,"1":2}`. */
function linesOf(values: NodeJS.TypedArray): string {
  if (values instanceof Uint8Array) return hexRows(values);
  return inspect(values, { maxArrayLength: null, compact: false });
}

/** @returns whether it has made texts of two typed arrays of one kind. */
function showTypedArrays(error: { actual?: unknown; expected?: unknown }): boolean {
  const { actual, expected } = error;
  if (!isTypedArray(actual) || !isTypedArray(expected) || actual.constructor !== expected.constructor) return false;
  Object.assign(error, { actual: linesOf(actual), expected: linesOf(expected) });
  return true;
}

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
    else if (!showTypedArrays(value)) makeShowable(value);
  }
  return value;
}
