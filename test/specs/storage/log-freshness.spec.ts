// SPDX-License-Identifier: Apache-2.0
import { assert } from "../../harness/assert.js";
import { afterEach, beforeEach, describe, it } from "../../harness/spec.js";
import { detailOf, thrownBy } from "../thrown.js";
import { LogDevice, put, texts } from "./log-device.js";

describe("freshness of the sealed log", () => {
  let device: LogDevice;
  beforeEach(() => {
    device = new LogDevice();
  });
  afterEach(() => device.end());

  it("at level 1 refuses a copy that lacks one commit, and an erased flash", () => {
    const empty = device.flash.copy();
    device.mount().commit([put("a", "1")]);
    const old = device.flash.copy();
    device.mount().commit([put("a", "2")]);
    const newest = device.flash.copy();
    for (const copy of [empty, old]) {
      device.flash.restore(copy);
      assert.strictEqual(
        detailOf(() => device.mount()),
        "STORAGE_ROLLED_BACK",
      );
    }
    device.flash.restore(newest);
    assert.strictEqual(texts(device.mount()), "a=2");
    assert.strictEqual(device.counter.copy().value, 2);
  });

  it("at level 4 refuses a copy that lacks what the counter has counted", () => {
    device.every = 4;
    const copies = [device.flash.copy()];
    const log = device.mount();
    for (let i = 1; i <= 9; i++) {
      log.commit([put("a", `${i}`)]);
      copies.push(device.flash.copy());
    }
    assert.strictEqual(device.counter.copy().value, 2);
    copies.forEach((copy, commits) => {
      device.flash.restore(copy);
      const expected = commits < 8 ? "STORAGE_ROLLED_BACK" : "nothing";
      assert.strictEqual(
        detailOf(() => device.mount()),
        expected,
        `${commits}`,
      );
    });
  });

  it("without a counter takes any copy, and says so", () => {
    device.every = 0;
    device.mount().commit([put("a", "1")]);
    const old = device.flash.copy();
    device.mount().commit([put("a", "2")]);
    device.flash.restore(old);
    const log = device.mount();
    assert.strictEqual(texts(log), "a=1");
    assert.strictEqual(log.logStatus.freshness, 0);
  });

  it("finishes an interrupted commit's count at the next mount, before anything of it can be read", () => {
    const log = device.mount();
    log.commit([put("a", "1")]);
    const old = device.flash.copy();
    device.power.plan({ operation: 1, bytes: 0, tear: "prefix", seed: 1 });
    assert.strictEqual(
      thrownBy(() => log.commit([put("a", "2")])),
      "PowerCut",
    );
    assert.strictEqual(device.counter.copy().value, 1);
    const operations = device.power.record(() => {
      assert.strictEqual(texts(device.mount()), "a=2");
    });
    assert.deepEqual(operations, [{ kind: "counter", address: 2, length: 2 }]);
    assert.strictEqual(device.counter.copy().value, 2);
    device.flash.restore(old);
    assert.strictEqual(
      detailOf(() => device.mount()),
      "STORAGE_ROLLED_BACK",
    );
  });

  it("expects an empty flash after a wipe, and counts anew above the wipes", () => {
    device.mount().commit([put("a", "1")]);
    device.wipeEpoch = 3;
    device.secret = 8;
    assert.strictEqual(
      detailOf(() => device.mount()),
      "STORAGE_FOREIGN",
    );
    for (let block = 0; block < 16; block++) device.flash.open().eraseBlock(block);
    device.mount().commit([put("a", "2")]);
    assert.strictEqual(device.counter.copy().value, 3 * 2 ** 26 + 1);
    device.wipeEpoch = 2;
    assert.strictEqual(
      detailOf(() => device.mount()),
      "STORAGE_COUNTER",
    );
  });
});
