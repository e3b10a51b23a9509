// SPDX-License-Identifier: Apache-2.0
import { decodeUtf8 } from "../../../sdk/bytes/utf8.js";
import { type RecoveryReport, recoverLog } from "../../../sdk/storage/recover.js";
import type { SealedLog } from "../../../sdk/storage/sealed-log.js";
import { assert } from "../../harness/assert.js";
import { afterEach, beforeEach, describe, it } from "../../harness/spec.js";
import { detailOf } from "../thrown.js";
import { LogDevice, pattern, put, texts } from "./log-device.js";

describe("recovery of the sealed log", () => {
  let device: LogDevice;
  beforeEach(() => {
    device = new LogDevice();
  });
  afterEach(() => device.end());

  function recover(): { log: SealedLog; report: RecoveryReport } {
    const { log, report } = recoverLog(device.options());
    return { log: device.keep(log), report };
  }

  function flip(at: number): void {
    device.flash.patch(at, (device.flash.copy().bytes[at] as number) ^ 1);
  }

  const UNHARMED = { givenUp: [], damagedRecords: 0, damagedBlocks: 0, missingCommits: 0 };

  it("of what is whole, or empty, writes nothing", () => {
    assert.deepEqual(recover().report, { kept: 0, ...UNHARMED });
    device.mount().commit([put("a", "1"), put("b", "2")]);
    const { operations } = device.power;
    const { log, report } = recover();
    assert.deepEqual(report, { kept: 2, ...UNHARMED });
    assert.strictEqual(texts(log), "a=1 b=2");
    assert.strictEqual(device.power.operations, operations);
  });

  it("keeps what verifies around a record that does not, and goes on", () => {
    const first = device.mount();
    for (const name of ["a", "b", "c", "d"]) first.commit([put(name, `${name}`.repeat(20))]);
    flip(64 + 64 + 10); // in the ciphertext of b: the tag that c is chained to is whole
    assert.strictEqual(
      detailOf(() => device.mount()),
      "STORAGE_DAMAGED",
    );
    const { log, report } = recover();
    assert.deepEqual(report, { ...UNHARMED, kept: 3, damagedRecords: 1, missingCommits: 1 });
    const kept = `a=${"a".repeat(20)} c=${"c".repeat(20)} d=${"d".repeat(20)}`;
    assert.strictEqual(texts(log), kept);
    log.commit([put("e", "5")]);
    assert.strictEqual(texts(device.mount()), `${kept} e=5`);
  });

  it("names a value that lacks a part, and keeps the others", () => {
    device.mount().commit([put("long", pattern(500)), put("short", "s")]);
    flip(64 + 20); // in the first chunk
    const { log, report } = recover();
    assert.deepEqual(
      report.givenUp.map(({ domain, name }) => `${domain} ${decodeUtf8(name)}`),
      ["1 long"],
    );
    assert.strictEqual(report.kept, 1);
    assert.strictEqual(texts(log), "short=s");
    assert.strictEqual(texts(device.mount()), "short=s");
  });

  it("tells of a block that is gone, and of the last records of one, without a counter", () => {
    for (const [from, to] of [
      [2 * 512, 3 * 512], // all of it
      [2 * 512 + 300, 3 * 512], // from some record on
    ] as const) {
      device = new LogDevice();
      device.every = 0;
      const first = device.mount();
      for (let i = 0; i < 30; i++) first.commit([put(`k${i}`, `${i}`.padEnd(20, "."))]);
      for (let at = from; at < to; at++) device.flash.patch(at, 0xff);
      const { log, report } = recover();
      assert.isBelow(report.kept, 30);
      assert.deepEqual({ ...report, kept: 0 }, { ...UNHARMED, kept: 0, damagedRecords: 1 });
      assert.strictEqual(log.names(1).length, report.kept);
      device.end();
    }
  });

  it("never joins parts of two writes of a value", () => {
    device.mount().commit([put("x", "1")]);
    device.power.plan({ operation: 2, bytes: 0, tear: "prefix", seed: 1 }); // behind two of its three chunks
    detailOf(() => device.mount().commit([put("long", pattern(900, 1))]));
    const log = device.mount();
    const before = device.flash.copy().bytes;
    log.commit([put("long", pattern(900, 2))]);
    const { bytes } = device.flash.copy();
    const first = before.findIndex((byte, i) => byte !== bytes[i]);
    flip(first + 64 + 20); // its first chunk, behind the header
    flip(64 + 6); // a record of the life in which power failed: what follows it may have lost its mark
    const { log: kept, report } = recover();
    assert.strictEqual(texts(kept), "");
    assert.isAbove(report.damagedRecords, 0);
    assert.deepEqual(
      report.givenUp.map(({ name }) => decodeUtf8(name)),
      ["long"],
    );
  });

  it("takes an older copy, says so, and goes on above the counter", () => {
    device.mount().commit([put("a", "1")]);
    const old = device.flash.copy();
    const log = device.mount();
    for (let i = 0; i < 3; i++) log.commit([put("a", `${i}`)]);
    device.flash.restore(old);
    const recovered = recover();
    assert.strictEqual(recovered.report.missingCommits, 3);
    assert.strictEqual(texts(recovered.log), "a=1");
    recovered.log.commit([put("a", "new")]);
    assert.strictEqual(device.counter.copy().value, 5);
    assert.strictEqual(texts(device.mount()), "a=new");
  });

  it("of an erased flash says what is missing, and lasts", () => {
    const empty = device.flash.copy();
    device.mount().commit([put("a", "1")]);
    device.mount().commit([put("a", "2")]);
    device.flash.restore(empty);
    const { report } = recover();
    assert.deepEqual(report, { ...UNHARMED, kept: 0, missingCommits: 2 });
    const log = device.mount();
    assert.strictEqual(texts(log), "");
    log.commit([put("b", "1")]);
    assert.strictEqual(texts(device.mount()), "b=1");
  });

  it("refuses what is not ours", () => {
    device.mount().commit([put("a", "1")]);
    device.secret = 8;
    assert.strictEqual(
      detailOf(() => recover()),
      "STORAGE_FOREIGN",
    );
  });

  it("that power cuts off is made again, and gives as much", () => {
    const first = device.mount();
    for (let i = 0; i < 40; i++) first.commit([put(`k${i % 6}`, `${i}`.padEnd(20, "."))]);
    const newest = texts(first);
    flip(512 * (device.flash.copy().bytes[512 * 5] === 0x54 ? 5 : 4) + 3);
    const damaged = device.flash.copy();
    const counter = device.counter.copy();
    const operations = device.power.record(() => recover()).length;
    const kept = texts(device.mount());
    for (let operation = 0; operation < operations; operation++) {
      device.flash.restore(damaged);
      device.counter.restore(counter);
      const options = device.options();
      device.power.plan({ operation, bytes: 40, tear: "garbage", seed: operation });
      detailOf(() => recoverLog(options));
      const { log } = recover();
      assert.strictEqual(texts(log), kept, `cut at ${operation} of ${operations}`);
      assert.strictEqual(texts(device.mount()), kept);
    }
    assert.isTrue(newest.length >= kept.length);
  });
});
