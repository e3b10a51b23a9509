// SPDX-License-Identifier: Apache-2.0
import { assert } from "chai";
import { KeyValueLog } from "../../devices/io/key-value-log.js";
import { KV_OFFSET } from "../../devices/io/partitions.js";
import { nameBytes } from "../../sdk/storage/domain.js";
import { type FakeFlash, FakeMachine, PowerCut } from "./fake-natives.js";

const DOMAIN = nameBytes("app");

function put(log: KeyValueLog, key: string, value: string): void {
  log.put(DOMAIN, nameBytes(key), 2, Buffer.from(value));
}

/** Everything in the log, as text, in order of key. */
function contents(log: KeyValueLog): string {
  const keys = log.keys(DOMAIN).map((key) => Buffer.from(key).toString());
  return keys
    .sort()
    .map((key) => {
      const entry = log.find(DOMAIN, nameBytes(key));
      return `${key}=${entry === undefined ? "?" : Buffer.from(log.readValue(entry)).toString()}`;
    })
    .join(" ");
}

function isPowerCut(action: () => void): boolean {
  try {
    action();
    return false;
  } catch (error) {
    if (error instanceof PowerCut) return true;
    throw error;
  }
}

describe("key-value log", () => {
  let machine: FakeMachine;
  beforeEach(() => {
    machine = new FakeMachine();
    machine.install();
  });

  it("keeps the last value of each key over restarts, and forgets deleted ones", () => {
    const log = new KeyValueLog();
    assert.strictEqual(contents(log), "");
    put(log, "a", "1");
    put(log, "b", "2");
    put(log, "a", "3");
    log.delete(DOMAIN, nameBytes("b"));
    log.delete(DOMAIN, nameBytes("nothing"));
    put(log, "c", "");
    assert.strictEqual(contents(log), "a=3 c=");
    assert.strictEqual(contents(new KeyValueLog()), "a=3 c=");
  });

  it("keeps domains apart", () => {
    const log = new KeyValueLog();
    log.put(nameBytes("ab"), nameBytes("c"), 1, Uint8Array.of(1));
    assert.isUndefined(log.find(nameBytes("a"), nameBytes("bc")));
    assert.deepEqual(log.keys(nameBytes("a")), []);
  });

  it("is compacted when a bank is full, many times over", () => {
    let log = new KeyValueLog();
    for (let i = 0; i < 3000; i++) put(log, `k${i % 7}`, `${i}`.padEnd(50, "."));
    const before = contents(log);
    log = new KeyValueLog();
    assert.strictEqual(contents(log), before);
    assert.include(before, `k3=${"2999".padEnd(50, ".")}`);
  });

  it("refuses what does not fit and changes nothing, and still deletes", () => {
    const log = new KeyValueLog();
    let count = 0;
    assert.throws(() => {
      for (; ; count++) put(log, `k${count}`, "x".repeat(4000));
    }, "KEY_VALUE_FULL");
    assert.strictEqual(count, 8);
    const full = contents(log);
    assert.throws(() => put(log, "k8", "y".repeat(4000)), "KEY_VALUE_FULL");
    assert.strictEqual(contents(log), full);
    put(log, "k0", "z".repeat(4000));
    assert.include(contents(new KeyValueLog()), "k0=zz");
    log.delete(DOMAIN, nameBytes("k0"));
    put(log, "k9", "x".repeat(4000));
    assert.strictEqual(new KeyValueLog().keys(DOMAIN).length, 8);
  });

  it("skips a record in which a bit fell, and keeps the others", () => {
    const log = new KeyValueLog();
    put(log, "a", "1");
    put(log, "b", "2");
    put(log, "c", "3");
    const { valueOffset } = log.find(DOMAIN, nameBytes("b")) ?? assert.fail("no entry");
    const at = valueOffset - KV_OFFSET;
    machine.flash.bytes[at] = (machine.flash.bytes[at] ?? 0) ^ 1;
    assert.strictEqual(contents(new KeyValueLog()), "a=1 c=3");
  });

  it("never gives a value that was not written, whichever bit of a record falls", () => {
    const log = new KeyValueLog();
    put(log, "a", "1");
    put(log, "b", "2");
    const { offset, size, type } = log.find(DOMAIN, nameBytes("b")) ?? assert.fail("no entry");
    const start = machine.flash;
    for (let bit = 0; bit < size * 8; bit++) {
      machine.flash = start.copy();
      const at = offset - KV_OFFSET + (bit >> 3);
      machine.flash.bytes[at] = (machine.flash.bytes[at] ?? 0) ^ (1 << (bit & 7));
      const after = new KeyValueLog();
      assert.oneOf(contents(after), ["a=1", "a=1 b=2"], `bit ${bit}`);
      assert.oneOf(after.find(DOMAIN, nameBytes("b"))?.type, [undefined, type], `bit ${bit}`);
      put(after, "b", "3");
      assert.strictEqual(contents(new KeyValueLog()), "a=1 b=3", `bit ${bit}`);
    }
  });

  /** Cuts the power at every byte of every flash operation of `action`, then checks what is left and that it works. */
  function cutEverywhere(start: FakeFlash, action: (log: KeyValueLog) => void): number {
    machine.flash = start.copy();
    const old = contents(new KeyValueLog());
    const whole = new KeyValueLog();
    machine.flash.operations = 0;
    action(whole);
    const count = machine.flash.operations;
    const fresh = contents(new KeyValueLog());
    let cuts = 0;
    for (let operation = 1; operation <= count; operation++) {
      for (const bytes of [...Array(100).keys(), 2048, 4095, 4096]) {
        machine.flash = start.copy();
        const log = new KeyValueLog();
        machine.flash.cut = { operation, bytes };
        machine.flash.operations = 0;
        assert.isTrue(isPowerCut(() => action(log)));
        machine.flash.restart();
        const what = `operation ${operation} of ${count} after ${bytes} bytes`;
        const after = new KeyValueLog();
        assert.oneOf(contents(after), [old, fresh], what);
        put(after, "later", "yes");
        assert.include([`${old} later=yes`.trim(), `${fresh} later=yes`], contents(new KeyValueLog()), what);
        cuts++;
      }
    }
    return cuts;
  }

  it("has the old or the new value, never a third, when power goes in an update", function () {
    this.timeout(60_000);
    const log = new KeyValueLog();
    put(log, "a", "old");
    put(log, "b", "other");
    const start = machine.flash;
    assert.isAbove(
      cutEverywhere(start, (it) => put(it, "a", "new value of two units")),
      100,
    );
    assert.isAbove(
      cutEverywhere(start, (it) => it.delete(DOMAIN, nameBytes("a"))),
      100,
    );
  });

  it("has the old or the new value when power goes in the very first write", function () {
    this.timeout(60_000);
    cutEverywhere(machine.flash, (it) => put(it, "a", "first"));
  });

  it("has the old or the new value when power goes in a compaction", function () {
    this.timeout(120_000);
    const log = new KeyValueLog();
    put(log, "a", "old");
    put(log, "b", "other");
    for (let i = 0; i < 7; i++) put(log, "c", "x".repeat(4096));
    const cuts = cutEverywhere(machine.flash, (it) => put(it, "a", "y".repeat(4000)));
    assert.isAbove(cuts, 1000, "this update compacts");
  });
});
