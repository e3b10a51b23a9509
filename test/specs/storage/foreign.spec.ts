// SPDX-License-Identifier: Apache-2.0
import { findHead } from "../../../sdk/storage/find-head.js";
import { assert } from "../../harness/assert.js";
import { afterEach, beforeEach, describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { Bench } from "./bench.js";

describe("a partition in which no header verifies", () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench({ blockLength: 512, blocks: 40 });
  });
  afterEach(() => bench.close());

  function erase(number: number): void {
    bench.put(number, 0, new Uint8Array(512).fill(0xff));
  }

  const head = () => findHead(bench.area, bench.seals)?.number;

  it("is foreign where something lies that does not verify", () => {
    for (const at of [64, 79, 95]) {
      for (const block of [0, 1, 39]) {
        bench.put(block, at, Uint8Array.of(0));
        if (block === 0) bench.put(0, 0, Uint8Array.of(0x54, 0x53, 1, 0, 0, 0, 0, 0));
        assert.strictEqual(
          thrownBy(() => head()),
          "STORAGE_FOREIGN",
          `${block}, ${at}`,
        );
        erase(block);
      }
    }
    // A header without anything behind it is one that power cut off.
    bench.put(1, 0, bench.page.header({ number: 1 }));
    bench.flip(1, 63);
    bench.put(2, 96, Uint8Array.of(0));
    assert.isUndefined(head());
  });

  it("is empty when the first erase of all was cut off, and what is left is no header with some bits changed", () => {
    bench.put(0, 64, new Uint8Array(16));
    for (const [first, changed] of [
      [[0x54, 0x53, 1, 0, 0, 0, 0, 0xff], 8],
      [[0x54, 0x53, 1, 0, 0, 0, 0xff, 0x01], 9],
      [[0xab, 0x53, 1, 0, 0, 0, 0, 0], 8],
      [[0xab, 0xd3, 1, 0, 0, 0, 0, 0], 9],
      [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 55],
      [[0, 0, 0, 0, 0, 0, 0, 0], 8],
    ] as const) {
      bench.put(0, 0, Uint8Array.from(first));
      assert.strictEqual(
        thrownBy(() => head()),
        changed > 8 ? "nothing" : "STORAGE_FOREIGN",
        `${first}`,
      );
    }
    // Elsewhere nothing is erased before there is a log.
    bench.put(1, 64, new Uint8Array(16));
    assert.strictEqual(
      thrownBy(() => head()),
      "STORAGE_FOREIGN",
    );
  });
});
