// SPDX-License-Identifier: Apache-2.0
import { mountLog } from "../../../sdk/storage/sealed-log.js";
import { assert } from "../../harness/assert.js";
import { afterEach, beforeEach, describe, it } from "../../harness/spec.js";
import { bytesOf, LogDevice, pattern, put, remove, SMALL, texts } from "./log-device.js";

describe("cleaning of the sealed log", () => {
  let device: LogDevice;
  beforeEach(() => {
    device = new LogDevice();
  });
  afterEach(() => device.end());

  it("goes round the flash, moves what never changes, and wears all blocks alike", () => {
    let log = device.mount();
    log.commit([put("static", "stays"), put("long", pattern(400), 2)]);
    for (let i = 0; i < 500; i++) {
      log.commit([put(`k${i % 5}`, `${i}`.padEnd(20, "."))]);
      if (i % 97 === 96) log = device.mount();
    }
    const erases = [...device.flash.erases];
    assert.isAbove(Math.min(...erases), 2);
    assert.isAtMost(Math.max(...erases) - Math.min(...erases), 1, `${erases}`);
    const after = device.mount();
    assert.isTrue(texts(after).startsWith("k0=495....") && texts(after).endsWith("static=stays"));
    assert.deepEqual(bytesOf(after, "long", 2), pattern(400));
    assert.strictEqual(after.used, log.used);
  });

  it("works for values in parts, batches and deletes as well", () => {
    let log = device.mount();
    for (let i = 0; i < 150; i++) {
      log.commit([put(`k${i % 4}`, pattern(30, i)), put("n", pattern(5, i), 3), remove(`k${(i + 2) % 4}`)]);
      if (i % 10 === 9) log.commit([put("long", pattern(300, i), 2)]);
      if (i % 40 === 39) log = device.mount();
    }
    const after = device.mount();
    assert.deepEqual(bytesOf(after, "k0", 1), pattern(30, 148));
    assert.deepEqual(bytesOf(after, "k1", 1), pattern(30, 149));
    assert.isUndefined(bytesOf(after, "k2", 1));
    assert.deepEqual(bytesOf(after, "n", 3), pattern(5, 149));
    assert.deepEqual(bytesOf(after, "long", 2), pattern(300, 149));
    assert.strictEqual(after.logStatus.entries, 4);
  });

  it("tells entries apart whose names have one hash", () => {
    const hash = (domain: number, probe: number, name: Uint8Array) => (domain * 5 + probe * 3 + (name[1] ?? 0)) % 29;
    let log = device.mount({ hash });
    for (let i = 0; i < 200; i++) {
      const key = `k${i % 6}`;
      if (i % 7 === 3) log.commit([remove(key)]);
      else log.commit([put(key, `${i}`), put(key, `${i}b`, 2)]);
      if (i % 31 === 30) log = device.mount({ hash });
    }
    assert.strictEqual(texts(log), "k0=198 k2=194 k3=195 k4=196 k5=197");
    assert.strictEqual(texts(device.mount({ hash }), 2), "k0=198b k1=193b k2=194b k3=195b k4=196b k5=197b");
  });

  it("lets a mount read no more blocks than were written since the last checkpoint, and few headers", () => {
    device.end();
    device = new LogDevice({ ...SMALL, blocks: 64 });
    const log = device.mount();
    let reads = 0;
    const count = () => {
      const options = device.options();
      const { flash } = options;
      const read = flash.read.bind(flash);
      reads = 0;
      const counting = (length: number, offset: number) => {
        reads += length;
        return read(length, offset);
      };
      device.keep(mountLog({ ...options, flash: { ...flash, read: counting } }));
      return reads;
    };
    for (let i = 0; i < 900; i++) log.commit([put(`k${i % 5}`, pattern(20, i))]);
    // 64 blocks are 32 KB; between checkpoints there are some eight.
    assert.isAtMost(count(), 12 * 512 * 2);
  });
});
