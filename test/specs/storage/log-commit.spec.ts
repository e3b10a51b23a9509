// SPDX-License-Identifier: Apache-2.0
import { assert } from "../../harness/assert.js";
import { afterEach, beforeEach, describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { bytesOf, LogDevice, pattern, put, remove, texts } from "./log-device.js";

describe("a commit of the sealed log", () => {
  let device: LogDevice;
  beforeEach(() => {
    device = new LogDevice();
  });
  afterEach(() => device.end());

  it("of several records counts when its mark is there, and not before", () => {
    device.mount().commit([put("a", "1"), put("b", "2")]);
    const before = device.flash.copy();
    const many = [put("a", "3".repeat(80)), remove("b"), put("c", "4".repeat(80)), put("d", "5".repeat(80))];
    let log = device.mount();
    const operations = device.power.record(() => log.commit(many)).length;
    const whole = texts(device.mount());
    assert.isAbove(operations, 3);
    for (let operation = 0; operation < operations - 1; operation++) {
      device.every = 0;
      device.flash.restore(before);
      log = device.mount();
      device.power.plan({ operation, bytes: 0, tear: "prefix", seed: 1 });
      assert.strictEqual(
        thrownBy(() => log.commit(many)),
        "PowerCut",
      );
      const after = device.mount();
      assert.strictEqual(texts(after), "a=1 b=2", `cut at ${operation}`);
      // Nor does a later commit take what waited.
      after.commit([put("e", "6")]);
      assert.strictEqual(texts(device.mount()), "a=1 b=2 e=6", `cut at ${operation}`);
    }
    assert.isTrue(whole.startsWith("a=333"));
  });

  it("that fails half way leaves the log to be mounted again", () => {
    const log = device.mount();
    log.commit([put("a", "1")]);
    device.power.plan({ operation: 0, bytes: 7, tear: "garbage", seed: 1 });
    assert.strictEqual(
      thrownBy(() => log.commit([put("a", "2")])),
      "PowerCut",
    );
    for (const action of [() => texts(log), () => log.commit([]), () => log.writer(1, put("x", "").name, 1)]) {
      assert.strictEqual(thrownBy(action), "STORAGE_STOPPED");
    }
    assert.strictEqual(texts(device.mount()), "a=1");
  });

  it("of a value in parts counts when it is finished; meanwhile nothing else is written", () => {
    const log = device.mount();
    log.commit([put("a", "old")]);
    const value = pattern(700);
    const writer = log.writer(1, put("a", "").name, 1);
    for (let at = 0; at < value.length; at += 90) writer.write(value.slice(at, at + 90));
    assert.strictEqual(texts(log), "a=old");
    assert.strictEqual(
      thrownBy(() => log.commit([put("b", "1")])),
      "STORAGE_BUSY",
    );
    assert.strictEqual(
      thrownBy(() => log.writer(1, put("b", "").name, 1)),
      "STORAGE_BUSY",
    );
    writer.finish();
    writer.finish();
    writer.abort();
    assert.deepEqual(bytesOf(log, "a"), value);
    assert.strictEqual(
      thrownBy(() => writer.write(value)),
      "STORAGE_STOPPED",
    );
    assert.deepEqual(bytesOf(device.mount(), "a"), value);
    const short = device.mount().writer(1, put("s", "").name, 2);
    short.write(pattern(3));
    short.finish();
    const after = device.mount();
    assert.deepEqual(bytesOf(after, "s"), pattern(3));
    assert.strictEqual(after.logStatus.entries, 2);
  });

  it("that has no room for a value in parts aborts it, and what was there stays", () => {
    const log = device.mount();
    log.commit([put("a", "1"), put("b", "2".repeat(60))]);
    const writer = log.writer(1, put("a", "").name, 1);
    let thrown = "nothing";
    for (let i = 0; i < 40 && thrown === "nothing"; i++) thrown = thrownBy(() => writer.write(pattern(100)));
    assert.isTrue(["STORAGE_FULL", "RangeError"].includes(thrown), thrown);
    log.commit([put("c", "3")]);
    assert.strictEqual(texts(device.mount()), `a=1 b=${"2".repeat(60)} c=3`);
  });
});
