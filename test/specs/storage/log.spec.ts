// SPDX-License-Identifier: Apache-2.0

import { encodeUtf8 } from "../../../sdk/bytes/utf8.js";
import type { FoundEntry } from "../../../sdk/storage/entries.js";
import { assert } from "../../harness/assert.js";
import { afterEach, beforeEach, describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { bytesOf, LogDevice, pattern, put, remove, SMALL, textOf, texts } from "./log-device.js";

describe("the sealed log", () => {
  let device: LogDevice;
  beforeEach(() => {
    device = new LogDevice({ ...SMALL, blocks: 24 });
  });
  afterEach(() => device.end());

  it("keeps what was committed last, over mounts, by domain and name", () => {
    const log = device.mount();
    assert.strictEqual(texts(log), "");
    log.commit([put("a", "1"), put("b", "2"), put("a", "x", 2)]);
    log.commit([put("a", "3"), remove("b"), remove("nothing"), put("c", "")]);
    assert.strictEqual(texts(log), "a=3 c=");
    assert.strictEqual(texts(log, 2), "a=x");
    const after = device.mount();
    assert.strictEqual(texts(after), "a=3 c=");
    assert.strictEqual(texts(after, 2), "a=x");
    const { format, length } = after.find(1, encodeUtf8("c")) as FoundEntry;
    assert.deepEqual([format, length], [2, 0]);
    assert.isUndefined(after.find(1, encodeUtf8("b")));
    assert.strictEqual(after.logStatus.commits, 2);
  });

  it("writes nothing by mounting, nor for a commit without a change", () => {
    const log = device.mount();
    log.commit([]);
    log.commit([remove("nothing")]);
    assert.strictEqual(device.power.operations, 0);
    log.commit([put("a", "1")]);
    const { operations } = device.power;
    device.mount();
    device.mount();
    assert.strictEqual(device.power.operations, operations);
  });

  it("keeps formats from 0 to 15, and names of 1 to 63 bytes", () => {
    const log = device.mount();
    const long = "n".repeat(63);
    log.commit([put("a", "x", 30, 15), put(long, "y", 0, 0)]);
    const after = device.mount();
    assert.strictEqual(after.find(30, encodeUtf8("a"))?.format, 15);
    assert.strictEqual(textOf(after, long, 0), "y");
    for (const wrong of [put("", "x"), put("n".repeat(64), "x"), put("a", "x", 31), put("a", "x", 1, 16)]) {
      assert.strictEqual(
        thrownBy(() => after.commit([wrong])),
        "RangeError",
      );
    }
  });

  it("has long values, which are read in slices and replaced", () => {
    const log = device.mount();
    assert.strictEqual(log.valueMax, 3072);
    const value = pattern(1500);
    log.commit([put("long", value), put("short", "s")]);
    const after = device.mount();
    assert.deepEqual(bytesOf(after, "long"), value);
    const name = encodeUtf8("long");
    const found = after.find(1, name) as FoundEntry;
    for (const [start, end] of [
      [0, 1],
      [98, 103],
      [700, 700],
      [1499, 1500],
      [200, 900],
    ] as const) {
      assert.deepEqual(new Uint8Array(found.bytes(start, end)), value.slice(start, end), `${start} to ${end}`);
    }
    for (const [start, end] of [
      [0, 1501],
      [-1, 1],
      [2, 1],
    ] as const) {
      assert.strictEqual(
        thrownBy(() => found.bytes(start, end)),
        "RangeError",
      );
    }
    const { used } = after;
    after.commit([put("long", pattern(1500, 2))]);
    assert.strictEqual(after.used, used);
    after.commit([put("long", "now short")]);
    assert.strictEqual(texts(device.mount()), "long=now short short=s");
    assert.strictEqual(
      thrownBy(() => after.find(1, name)),
      "STORAGE_STOPPED",
    );
  });

  it("refuses a value that is too long, and one that has no room, and changes nothing", () => {
    const log = device.mount();
    log.commit([put("a", "1")]);
    assert.strictEqual(
      thrownBy(() => log.commit([put("x", new Uint8Array(3073))])),
      "RangeError",
    );
    let count = 0;
    let thrown = "nothing";
    for (; thrown === "nothing"; count++) thrown = thrownBy(() => log.commit([put(`k${count}`, pattern(60))]));
    assert.strictEqual(thrown, "STORAGE_FULL");
    assert.isAbove(count, 20);
    assert.isAtMost(log.used, log.capacity);
    log.commit([put("a", "2")]);
    for (let i = 0; i < count - 1; i++) log.commit([remove(`k${i}`)]);
    assert.strictEqual(texts(device.mount()), "a=2");
  });
});
