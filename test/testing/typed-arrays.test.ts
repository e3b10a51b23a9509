// SPDX-License-Identifier: Apache-2.0
/** Typed arrays that were compared: lines, so that a difference is seen. Mocha has one line for them. */
import { expect } from "chai";
import { decodeThrown } from "../../host-sim/testing/thrown.js";
import { encodeValue } from "../../sdk/testing/values.js";

/** What mocha gets to show. */
function shown(actual: unknown, expected: unknown): [unknown, unknown] {
  const thrown = Object.assign(new Error("differs"), { actual, expected, showDiff: true });
  const error = decodeThrown(encodeValue(thrown), (stack) => stack) as typeof thrown;
  return [error.actual, error.expected];
}

describe("typed arrays that differ", () => {
  it("are rows of hexadecimal digits where they are bytes", () => {
    const bytes = Uint8Array.from({ length: 18 }, (_, i) => i);
    expect(shown(bytes, Uint8Array.of(255))).to.deep.equal([
      "0000: 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f\n0010: 10 11",
      "0000: ff",
    ]);
    expect(shown(new Uint8Array(), Uint8Array.of(1))).to.deep.equal(["", "0000: 01"]);
  });

  it("are a line for each value where they are not", () => {
    expect(shown(Float64Array.of(1.5, -0), Float64Array.of(1.5))).to.deep.equal([
      "Float64Array(2) [\n  1.5,\n  -0\n]",
      "Float64Array(1) [\n  1.5\n]",
    ]);
    expect(shown(BigInt64Array.of(1n), BigInt64Array.of(2n))[0]).to.equal("BigInt64Array(1) [\n  1n\n]");
  });

  it("stay what they are beside a value of another kind, and inside another value", () => {
    expect(shown(Uint8Array.of(1), [1])).to.deep.equal([Uint8Array.of(1), [1]]);
    expect(shown(Uint8Array.of(1), Int8Array.of(1))).to.deep.equal([Uint8Array.of(1), Int8Array.of(1)]);
    expect(shown({ a: Uint8Array.of(1) }, { a: Uint8Array.of(2) })[0]).to.deep.equal({ a: Uint8Array.of(1) });
  });
});
