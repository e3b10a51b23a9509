// SPDX-License-Identifier: Apache-2.0
import { assert } from "../../harness/assert.js";
import { afterEach, beforeEach, describe, it } from "../../harness/spec.js";
import type { FlashCopy } from "../../storage/flash-model.js";
import { detailOf } from "../thrown.js";
import { LogDevice, put, SMALL, texts } from "./log-device.js";

const { blockLength } = SMALL;

describe("the chain of the sealed log", () => {
  let device: LogDevice;
  beforeEach(() => {
    device = new LogDevice();
    device.every = 0;
  });
  afterEach(() => device.end());

  function fill(count: number, seed: number): FlashCopy {
    const log = device.mount();
    for (let i = 0; i < count; i++) log.commit([put(`k${i % 3}`, `${seed + i}`.padEnd(24, "."))]);
    return device.flash.copy();
  }

  /** Blocks of `other` in the place of ours. */
  function takeBlocks(other: FlashCopy, ...blocks: number[]): void {
    for (const block of blocks) {
      for (let at = block * blockLength; at < (block + 1) * blockLength; at++) {
        device.flash.patch(at, other.bytes[at] as number);
      }
    }
  }

  it("refuses blocks of two times beside one another", () => {
    const start = fill(2, 0);
    const one = fill(12, 10);
    device.flash.restore(start);
    const other = fill(12, 50);
    assert.strictEqual(texts(device.mount()).length > 0, true);
    for (const blocks of [[0], [1], [0, 2]]) {
      device.flash.restore(other);
      takeBlocks(one, ...blocks);
      assert.strictEqual(
        detailOf(() => device.mount()),
        "STORAGE_DAMAGED",
        `${blocks}`,
      );
    }
    device.flash.restore(other);
    takeBlocks(one, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    device.mount();
  });

  it("refuses a record that was removed, also the last of a block", () => {
    const whole = fill(12, 0);
    for (let at = 64; at < 2 * blockLength; at += 16) {
      // Nobody misses what only says that a block follows, while it does.
      if (at % blockLength >= 448) continue;
      // Nor, without a counter, the last record of all: power may have cut it off.
      if (at >= blockLength + 320) break;
      device.flash.restore(whole);
      if (whole.bytes.slice(at, at + 16).every((byte) => byte === 0xff)) continue;
      for (let i = at; i < at + 16; i++) device.flash.patch(i, 0xff);
      assert.strictEqual(
        detailOf(() => texts(device.mount())),
        "STORAGE_DAMAGED",
        `${at}`,
      );
    }
  });

  it("refuses two records that changed their places", () => {
    const whole = fill(5, 0);
    const size = 64;
    for (const [a, b] of [
      [64, 128],
      [64, 192],
      [128, 192],
    ] as const) {
      device.flash.restore(whole);
      for (let i = 0; i < size; i++) {
        device.flash.patch(a + i, whole.bytes[b + i] as number);
        device.flash.patch(b + i, whole.bytes[a + i] as number);
      }
      assert.strictEqual(
        detailOf(() => device.mount()),
        "STORAGE_DAMAGED",
      );
    }
  });

  it("refuses a log whose newest block is gone, as the block before says that there is one", () => {
    const whole = fill(7, 0);
    assert.notStrictEqual(whole.bytes[blockLength], 0xff);
    assert.strictEqual(whole.bytes[2 * blockLength], 0xff);
    for (let i = blockLength; i < 2 * blockLength; i++) device.flash.patch(i, 0xff);
    assert.strictEqual(
      detailOf(() => device.mount()),
      "STORAGE_DAMAGED",
    );
  });
});
