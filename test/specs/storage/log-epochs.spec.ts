// SPDX-License-Identifier: Apache-2.0
import { encodeHex } from "../../../sdk/bytes/hex.js";
import type { Crypto } from "../../../sdk/contracts/crypto.js";
import { SecurityError } from "../../../sdk/errors/security-error.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { afterEach, beforeEach, describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { LogDevice, pattern, put, texts } from "./log-device.js";

/** The machine's crypto, but for its random bytes. */
function withRandom(generateRandom: (length: number) => Uint8Array): Crypto {
  return new Proxy(crypto, {
    get(target, name: keyof Crypto) {
      return name === "generateRandom" ? generateRandom : (target[name] as () => void).bind(target);
    },
  });
}

describe("epochs of the sealed log", () => {
  let device: LogDevice;
  beforeEach(() => {
    device = new LogDevice();
    device.every = 0;
  });
  afterEach(() => device.end());

  /** What the flash has after a mount and a commit on what it is now. */
  function bytesAfter(name: string): string {
    device.mount().commit([put(name, pattern(32))]);
    return encodeHex(device.flash.copy().bytes.slice(0, 1024));
  }

  it("never give the same bytes twice: not after a mount, not on a copy that was put back", () => {
    const empty = device.flash.copy();
    const first = bytesAfter("a");
    device.flash.restore(empty);
    const again = bytesAfter("a");
    // Header: all but salt and tag are the same. The record behind it has nothing in common.
    assert.strictEqual(again.slice(0, 32), first.slice(0, 32));
    assert.notStrictEqual(again.slice(32, 64), first.slice(32, 64));
    const salts = new Set([first.slice(32, 64), again.slice(32, 64)]);
    const sealed = new Set([first.slice(136, 260), again.slice(136, 260)]);
    for (let i = 0; i < 3; i++) {
      device.flash.restore(empty);
      const bytes = bytesAfter("a");
      salts.add(bytes.slice(32, 64));
      sealed.add(bytes.slice(136, 260));
    }
    assert.strictEqual(salts.size, 5);
    assert.strictEqual(sealed.size, 5);
  });

  it("begin with the first write of a mount, inside the block where there is room", () => {
    device.mount().commit([put("a", "1")]);
    const before = device.flash.copy().bytes;
    device.mount().commit([put("b", "2")]);
    const { bytes } = device.flash.copy();
    assert.deepEqual([...device.flash.erases].slice(0, 3), [1, 0, 0]);
    // The header of before, its record of 32 bytes, a gap of 16, and the next header.
    assert.strictEqual(encodeHex(bytes.slice(0, 96)), encodeHex(before.slice(0, 96)));
    assert.strictEqual(encodeHex(bytes.slice(96, 112)), "ff".repeat(16));
    assert.strictEqual(encodeHex(bytes.slice(112, 120)), "5453010000000000");
    // Its link is the tag in front of the gap.
    assert.strictEqual(encodeHex(bytes.slice(112 + 32, 112 + 48)), encodeHex(before.slice(80, 96)));
    assert.strictEqual(texts(device.mount()), "a=1 b=2");
  });

  it("do not begin without random bytes: nothing is written, and all is as it was", () => {
    device.mount().commit([put("a", "1")]);
    const { operations } = device.power;
    const broken = withRandom(() => {
      throw new SecurityError("PSA_ERROR_INSUFFICIENT_ENTROPY", "none");
    });
    const log = device.mount({ crypto: broken });
    assert.strictEqual(
      thrownBy(() => log.commit([put("a", "2")])),
      "PSA_ERROR_INSUFFICIENT_ENTROPY",
    );
    assert.strictEqual(device.power.operations, operations);
    assert.strictEqual(texts(log), "a=1");
    assert.strictEqual(texts(device.mount()), "a=1");
  });

  it("forget what was not committed in them", () => {
    const log = device.mount();
    log.commit([put("a", "1")]);
    const writer = log.writer(1, put("b", "").name, 2);
    writer.write(pattern(400));
    assert.isTrue(device.power.operations > 3);
    writer.abort();
    log.commit([put("c", "3")]);
    assert.strictEqual(texts(log), "a=1 c=3");
    const after = device.mount();
    assert.strictEqual(texts(after), "a=1 c=3");
    assert.strictEqual(after.used, log.used);
  });
});
