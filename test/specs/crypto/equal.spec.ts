// SPDX-License-Identifier: Apache-2.0
/** equalConstantTime. How long it takes is not tested here. */
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { flipped, NONE, thrownBy } from "./support.js";

describe("Crypto equalConstantTime", () => {
  it("finds the same bytes the same, wherever they lie", () => {
    for (const length of [0, 1, 3, 4, 31, 32, 33, 1000]) {
      const bytes = Uint8Array.from({ length }, (_, i) => i * 7);
      assert.strictEqual(crypto.equalConstantTime(bytes, bytes.slice()), true, `${length}`);
      const shifted = new Uint8Array(length + 1);
      shifted.set(bytes, 1);
      assert.strictEqual(crypto.equalConstantTime(shifted.subarray(1), bytes), true, `${length}, shifted`);
    }
    const bytes = new Uint8Array(32);
    assert.strictEqual(crypto.equalConstantTime(bytes, bytes), true);
  });

  it("finds every flipped bit", () => {
    const bytes = new Uint8Array(35).fill(0xa5);
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      assert.strictEqual(crypto.equalConstantTime(bytes, flipped(bytes, bit)), false, `bit ${bit}`);
    }
    assert.strictEqual(crypto.equalConstantTime(flipped(flipped(bytes, 0), 8), bytes), false);
  });

  it("finds other lengths different, also where one begins the other", () => {
    const bytes = new Uint8Array(32);
    for (const length of [0, 1, 31, 33]) {
      assert.strictEqual(crypto.equalConstantTime(bytes, new Uint8Array(length)), false, `${length}`);
      assert.strictEqual(crypto.equalConstantTime(new Uint8Array(length), bytes), false, `${length}`);
    }
  });

  it("refuses what is not bytes", () => {
    for (const value of [undefined, null, "00", 0, [0], new ArrayBuffer(1)]) {
      const other = value as unknown as Uint8Array;
      assert.strictEqual(
        thrownBy(() => crypto.equalConstantTime(other, NONE)),
        "TypeError",
      );
      assert.strictEqual(
        thrownBy(() => crypto.equalConstantTime(NONE, other)),
        "TypeError",
      );
    }
  });
});
