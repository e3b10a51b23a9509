// SPDX-License-Identifier: Apache-2.0
/** The flash changes under a store that is open: a read gives what was written there, or says that it is damaged. */
import { encodeUtf8 } from "../../../sdk/bytes/utf8.js";
import type { SealedLog } from "../../../sdk/storage/sealed-log.js";
import { assert } from "../../harness/assert.js";
import { afterEach, beforeEach, describe, it } from "../../harness/spec.js";
import type { FlashCopy } from "../../storage/flash-model.js";
import { detailOf, thrownBy } from "../thrown.js";
import { bytesOf, LogDevice, pattern, put, SMALL, textOf } from "./log-device.js";

const HEADER = 64;
const TAG = 16;

describe("a read of a flash that changed under an open store", () => {
  let device: LogDevice;
  beforeEach(() => {
    device = new LogDevice();
    device.every = 0;
  });
  afterEach(() => device.end());

  const read = (log: SealedLog, name = "a") => detailOf(() => textOf(log, name));

  function flip(at: number): void {
    device.flash.patch(at, (device.flash.copy().bytes[at] as number) ^ 1);
  }

  /** A log that remembers no header yet. */
  function opened(...names: string[]): SealedLog {
    const log = device.mount();
    for (const name of names) log.commit([put(name, `${name}`.repeat(20))]);
    return device.mount();
  }

  for (const [what, at] of [
    ["the ciphertext", HEADER + 8],
    ["the tag", HEADER + 40],
    ["the tag in front of the record", HEADER - 1],
    ["the length", HEADER],
    ["the place of the header", HEADER + 2],
    ["the header", 20],
  ] as const) {
    it(`refuses a record of which ${what} has another bit`, () => {
      const log = opened("a", "b");
      flip(at);
      assert.strictEqual(read(log), "STORAGE_DAMAGED");
      flip(at);
      assert.strictEqual(read(log), "nothing");
    });
  }

  it("refuses a record that was erased, and reads the others", () => {
    const log = opened("a", "b");
    const end = HEADER + 4 + 48 + TAG;
    for (let at = HEADER; at < end; at++) device.flash.patch(at, SMALL.eraseValue);
    assert.strictEqual(read(log), "STORAGE_DAMAGED");
  });

  it("refuses what verifies in its place, and was written in another life of the same device", () => {
    const empty = device.flash.copy();
    opened("b");
    const other: FlashCopy = device.flash.copy();
    device.flash.restore(empty);
    const log = opened("a");
    device.flash.restore(other);
    assert.strictEqual(read(log), "STORAGE_DAMAGED");
  });

  it("refuses a value of which a part is not what was written", () => {
    device.mount().commit([put("long", pattern(500))]);
    const log = device.mount();
    assert.deepEqual(bytesOf(log, "long"), pattern(500));
    flip(HEADER + 20);
    assert.strictEqual(
      detailOf(() => bytesOf(log, "long")),
      "STORAGE_DAMAGED",
    );
  });

  it("refuses places that are not in the value", () => {
    device.mount().commit([put("short", "12345"), put("long", pattern(500))]);
    const log = device.mount();
    for (const [name, length] of [
      ["short", 5],
      ["long", 500],
    ] as const) {
      const found = log.find(1, encodeUtf8(name));
      for (const [start, end] of [
        [-1, 2],
        [3, 2],
        [0, length + 1],
        [length + 1, length + 1],
      ] as const) {
        assert.strictEqual(
          thrownBy(() => found?.bytes(start, end)),
          "RangeError",
        );
      }
      assert.strictEqual(found?.bytes(length, length).byteLength, 0);
    }
  });
});
