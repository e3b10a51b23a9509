// SPDX-License-Identifier: Apache-2.0
import { geometryOf, recordSize, roundUp } from "../../../sdk/storage/geometry.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";

function of(blockLength: number, blocks: number, writeAlign: number, eraseValue = 0xff) {
  return geometryOf({ size: blockLength * blocks, blockLength, blocks, writeAlign, eraseValue });
}

/** "fits", or how it is refused. */
function fitOf(...args: Parameters<typeof of>): string {
  const thrown = thrownBy(() => of(...args));
  return thrown === "nothing" ? "fits" : thrown;
}

describe("docs/formats/sealed-store.md, geometry", () => {
  it("has 12 to 32768 blocks", () => {
    for (const blocks of [12, 13, 32767, 32768]) assert.strictEqual(fitOf(512, blocks, 4), "fits");
    for (const blocks of [-12, 0, 11, 12.5, 32769, Number.NaN]) {
      assert.strictEqual(fitOf(512, blocks, 4), "STORAGE_GEOMETRY", `${blocks} blocks`);
    }
  });

  it("has blocks of 512 bytes and more, in whole write units, 65536 units at most", () => {
    for (const [length, unit] of [
      [512, 1],
      [513, 1],
      [516, 4],
      [576, 64],
      [65536, 1],
      [131072, 2],
    ] as const) {
      assert.strictEqual(fitOf(length, 12, unit), "fits", `${length} in units of ${unit}`);
    }
    for (const [length, unit] of [
      [511, 1],
      [512.5, 1],
      [513, 2],
      [514, 4],
      [544, 64],
      [448, 64],
      [65537, 1],
      [131074, 2],
      [Number.POSITIVE_INFINITY, 1],
    ] as const) {
      assert.strictEqual(fitOf(length, 12, unit), "STORAGE_GEOMETRY", `${length} in units of ${unit}`);
    }
  });

  it("has write units of 1, 2, 4 to 64 bytes", () => {
    for (const unit of [1, 2, 4, 8, 16, 32, 64]) assert.strictEqual(fitOf(1536, 12, unit), "fits", `${unit}`);
    for (const unit of [-1, 0, 0.5, 1.5, 3, 6, 12, 48, 96, 128, 2 ** 32, Number.NaN]) {
      assert.strictEqual(fitOf(1536, 12, unit), "STORAGE_GEOMETRY", `${unit}`);
    }
    assert.strictEqual(fitOf(2 ** 31, 12, -(2 ** 31)), "STORAGE_GEOMETRY");
  });

  it("erases to 0x00 or 0xff", () => {
    for (const value of [0x00, 0xff]) assert.strictEqual(fitOf(512, 12, 4, value), "fits");
    for (const value of [-1, 1, 0x0f, 0xfe, 0x100]) assert.strictEqual(fitOf(512, 12, 4, value), "STORAGE_GEOMETRY");
  });

  it("has headers of 64 bytes, and records of an eighth of the rest, 128 to 2048 bytes, in whole units", () => {
    for (const [length, unit, largest] of [
      [512, 1, 128],
      [1087, 1, 128],
      [1088, 1, 128],
      [1095, 1, 128],
      [1096, 1, 129],
      [1096, 8, 128],
      [4096, 1, 504],
      [4096, 16, 496],
      [4096, 32, 480],
      [4096, 64, 448],
      [16447, 1, 2047],
      [16448, 1, 2048],
      [16456, 1, 2048],
      [65536, 64, 2048],
    ] as const) {
      const { headerSize, recordMax, contentMax } = of(length, 12, unit);
      assert.deepEqual([headerSize, recordMax, contentMax], [64, largest, largest - 20], `${length}, ${unit}`);
    }
  });

  it("gives a block's room, the capacity and the largest value", () => {
    // 512 - 64 - (4 + 4 + 16) - (128 - 1): records of whatever size leave less than one of the largest.
    const small = of(512, 13, 1, 0);
    assert.deepEqual([small.blockRoom, small.capacity, small.valueMax], [297, 8 * 297, 1664]);
    assert.deepEqual([small.blockLength, small.blocks, small.align, small.erased], [512, 13, 1, 0]);
    const wide = of(4096, 12, 32);
    assert.deepEqual([wide.blockRoom, wide.capacity], [4096 - 64 - 32 - 480 + 32, 7 * 3552]);
    assert.strictEqual(of(513, 13, 1).valueMax, 1667);
    assert.isTrue(Object.isFrozen(small));
  });

  it("rounds up to whole units", () => {
    assert.deepEqual(
      [0, 1, 15, 16, 17].map((length) => roundUp(length, 16)),
      [0, 16, 16, 16, 32],
    );
    assert.deepEqual([recordSize(1, 1), recordSize(12, 16), recordSize(13, 16), recordSize(4, 64)], [21, 32, 48, 64]);
  });
});
