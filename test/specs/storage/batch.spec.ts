// SPDX-License-Identifier: Apache-2.0
import { SealedStore } from "../../../sdk/storage/sealed-store.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { MapLog } from "../../storage/map-log.js";
import { thrownBy } from "../thrown.js";

/** A store of texts with "old" under "a". */
function made() {
  const log = new MapLog();
  const store = new SealedStore(log).open({ path: "s", format: "string" });
  store.write("a", "old");
  return { log, store };
}

describe("a batch of a sealed store", () => {
  it("makes all changes in one commit, each in its format", () => {
    const { log, store } = made();
    const batch = store.batch();
    batch.write("b", "text");
    batch.write("n", 7, "uint16");
    batch.write("x", Uint8Array.of(1, 2), "buffer");
    batch.delete("a");
    batch.delete("nothing");
    assert.deepEqual([...store], ["a"]);
    assert.strictEqual(log.commits, 1);
    batch.commit();
    assert.strictEqual(log.commits, 2);
    assert.deepEqual([...store].sort(), ["b", "n", "x"]);
    assert.strictEqual(store.read("b"), "text");
    assert.strictEqual(store.formatOf("n"), "uint16");
    assert.strictEqual(store.length("x"), 2);
  });

  it("takes the last change of a key, and bytes as they were when they were given", () => {
    const { store } = made();
    const batch = store.batch();
    const bytes = Uint8Array.of(1);
    batch.write("a", "first");
    batch.delete("a");
    batch.write("b", "first");
    batch.write("b", bytes, "buffer");
    bytes[0] = 9;
    batch.commit();
    assert.deepEqual([...store], ["b"]);
    assert.deepEqual([...new Uint8Array(store.readSlice("b", 0) as ArrayBuffer)], [1]);
  });

  it("makes the path, too", () => {
    const log = new MapLog();
    const partition = new SealedStore(log);
    const batch = partition.open({ path: "new", format: "uint8" }).batch();
    batch.write("a", 1);
    batch.write("b", 2);
    batch.commit();
    assert.strictEqual(log.commits, 1);
    assert.deepEqual(partition.paths(), ["new"]);
  });

  it("changes nothing when it fails, and can be committed again", () => {
    for (const counts of [false, true]) {
      const { log, store } = made();
      const batch = store.batch();
      batch.write("a", "new");
      batch.write("b", "new");
      log.cut = { commit: 2, counts };
      assert.strictEqual(
        thrownBy(() => batch.commit()),
        "Error",
      );
      assert.strictEqual(store.read("a"), counts ? "new" : "old");
      assert.strictEqual(store.read("b"), counts ? "new" : undefined);
      log.cut = undefined;
      batch.commit();
      assert.strictEqual(store.read("b"), "new");
    }
  });

  it("is empty after its commit, and a commit of nothing is none", () => {
    const { log, store } = made();
    const batch = store.batch();
    batch.commit();
    batch.delete("nothing");
    batch.commit();
    assert.strictEqual(log.commits, 1);
    batch.write("a", "new");
    batch.commit();
    store.write("a", "newer");
    batch.commit();
    assert.strictEqual(store.read("a"), "newer");
    assert.strictEqual(log.commits, 3);
  });

  it("refuses what a write refuses, and stays as it was", () => {
    const { store } = made();
    const batch = store.batch();
    batch.write("a", "new");
    for (const [action, name] of [
      [() => batch.write("a", 1), "TypeError"],
      [() => batch.write("a", 256, "uint8"), "RangeError"],
      [() => batch.write("a", "x", "json" as "string"), "RangeError"],
      [() => batch.write("a", "x".repeat(601)), "RangeError"],
      [() => batch.write("", "x"), "RangeError"],
      [() => batch.delete("x".repeat(64)), "RangeError"],
    ] as const) {
      assert.strictEqual(thrownBy(action), name);
    }
    batch.commit();
    assert.strictEqual(store.read("a"), "new");
  });

  it("is refused while a value is written in parts", () => {
    const { store } = made();
    const batch = store.batch();
    batch.write("a", "new");
    store.format = "buffer";
    const writer = store.createWriter("long");
    assert.strictEqual(
      thrownBy(() => batch.commit()),
      "STORAGE_BUSY",
    );
    writer.abort();
    batch.commit();
    store.format = "string";
    assert.strictEqual(store.read("a"), "new");
  });
});
