// SPDX-License-Identifier: Apache-2.0
/** What a spec threw, as mocha is to have it: an error with its own properties, what was compared, and frames of the spec. */
import type { Encoded } from "../../sdk/testing/values.js";
import { decodeValue, type StackReader } from "./decode.js";

/** In mocha's own words. */
const TOO_LARGE = "[object too large to diff]";

/** @returns any value: what is no error, mocha turns into one. */
export function decodeThrown(encoded: Encoded, readStack: StackReader): unknown {
  const { value, isCut } = decodeValue(encoded, readStack);
  if (isCut && value instanceof Error && "actual" in value && "expected" in value) {
    Object.assign(value, { actual: TOO_LARGE, expected: TOO_LARGE });
  }
  return value;
}
