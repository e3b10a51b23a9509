// SPDX-License-Identifier: Apache-2.0
import { SealedStore } from "../../../sdk/storage/sealed-store.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { MapLog } from "../../storage/map-log.js";
import { thrownBy } from "../thrown.js";

const path = "settings";

describe("opening and closing a sealed store", () => {
  it("refuses wrong options as the plain store does", () => {
    const partition = new SealedStore(new MapLog()) as unknown as { open(options?: unknown): unknown };
    const opens: readonly (readonly [unknown, string])[] = [
      [undefined, "TypeError"],
      [null, "TypeError"],
      [{}, "Error"],
      [{ path, mode: "w" }, "Error"],
      [{ path, format: "number" }, "RangeError"],
      [{ path: "" }, "RangeError"],
      [{ path: "/" }, "RangeError"],
      [{ path: "x".repeat(64) }, "RangeError"],
      [{ path: Symbol("x") }, "TypeError"],
      [{ path, quota: -1 }, "RangeError"],
      [{ path, quota: 2 ** 32 }, "RangeError"],
      [{ path, quota: 1.5 }, "RangeError"],
      [{ path, quota: "9" }, "RangeError"],
      [{ path, quota: 9, mode: "r" }, "Error"],
    ];
    for (const [options, name] of opens)
      assert.strictEqual(
        thrownBy(() => partition.open(options)),
        name,
      );
  });

  it("does not take a quota from an open that failed", () => {
    const partition = new SealedStore(new MapLog());
    assert.strictEqual(
      thrownBy(() => partition.open({ path, quota: 9, format: "number" as "string" })),
      "RangeError",
    );
    assert.strictEqual(partition.open({ path }).quota, 0);
  });

  it("writes nothing when it was opened for reading", () => {
    const log = new MapLog();
    const store = new SealedStore(log).open({ path, mode: "r" });
    for (const action of [
      () => store.write("a", new ArrayBuffer(1)),
      () => store.delete("a"),
      () => store.createWriter("a"),
      () => store.batch(),
    ]) {
      assert.strictEqual(thrownBy(action), "Error");
    }
    assert.strictEqual(log.commits, 0);
  });

  it("throws SyntaxError once the store is closed", () => {
    const partition = new SealedStore(new MapLog());
    const store = partition.open({ path });
    const batch = store.batch();
    batch.write("a", new ArrayBuffer(1));
    store.close();
    store.close();
    for (const action of [
      () => store.read("a"),
      () => store.write("a", new ArrayBuffer(1)),
      () => store.delete("a"),
      () => [...store],
      () => store.format,
      () => store.length("a"),
      () => store.formatOf("a"),
      () => store.readSlice("a", 0),
      () => store.createWriter("a"),
      () => store.batch(),
      () => store.quota,
      () => store.used,
      () => batch.commit(),
    ]) {
      assert.strictEqual(thrownBy(action), "SyntaxError");
    }
    partition.open({ path }).write("a", new ArrayBuffer(1));
  });

  it("throws SyntaxError once the partition is closed", () => {
    const log = new MapLog();
    const partition = new SealedStore(log);
    const store = partition.open({ path });
    store.write("a", new ArrayBuffer(1));
    partition.close();
    partition.close();
    for (const action of [
      () => partition.open({ path }),
      () => partition.paths(),
      () => partition.remove(path),
      () => partition.status(),
      () => store.read("a"),
      () => store.read("b"),
      () => store.write("a", new ArrayBuffer(1)),
      () => store.delete("b"),
      () => [...store],
      () => store.used,
    ]) {
      assert.strictEqual(thrownBy(action), "SyntaxError");
    }
    assert.strictEqual(log.commits, 1);
    assert.isTrue(log.isClosed);
  });

  it("is no class to be made or borrowed from", () => {
    const store = new SealedStore(new MapLog()).open({ path });
    const Made = store.constructor as new () => unknown;
    assert.strictEqual(
      thrownBy(() => new Made()),
      "TypeError",
    );
    assert.strictEqual(
      thrownBy(() => Reflect.apply(store.read, {}, ["a"])),
      "SyntaxError",
    );
    assert.strictEqual(
      thrownBy(() => Reflect.apply(store.length, {}, ["a"])),
      "SyntaxError",
    );
  });
});
