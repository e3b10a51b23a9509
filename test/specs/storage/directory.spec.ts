// SPDX-License-Identifier: Apache-2.0
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { encodeUtf8 } from "../../../sdk/bytes/utf8.js";
import { SealedStore } from "../../../sdk/storage/sealed-store.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { MapLog } from "../../storage/map-log.js";
import { thrownBy } from "../thrown.js";

const kept = (log: MapLog, path: string): string => {
  const name = encodeUtf8(path);
  const found = log.find(0, name);
  return found === undefined ? "none" : encodeHex(new Uint8Array(found.bytes(0, found.length)));
};

describe("the paths of a sealed partition", () => {
  it("makes a path in the commit of the first write, not by opening", () => {
    const log = new MapLog();
    const partition = new SealedStore(log);
    const store = partition.open({ path: "a", format: "uint8", quota: 0x1234 });
    store.delete("nothing");
    assert.strictEqual(store.read("n"), undefined);
    assert.deepEqual([...store], []);
    assert.strictEqual(log.commits, 0);
    assert.deepEqual(partition.paths(), []);
    store.write("n", 1);
    assert.strictEqual(log.commits, 1);
    assert.strictEqual(kept(log, "a"), "0134120000");
    store.write("n", 2);
    assert.strictEqual(log.commits, 2);
    assert.deepEqual(partition.paths(), ["a"]);
  });

  it("finds every path and its content after a restart", () => {
    const log = new MapLog();
    const before = new SealedStore(log);
    for (const path of ["a", "b/c", "\u00e9"]) before.open({ path, format: "string" }).write("k", path);
    const after = new SealedStore(new MapLog(log));
    assert.deepEqual(after.paths().sort(), ["a", "b/c", "\u00e9"]);
    for (const path of after.paths()) assert.strictEqual(after.open({ path, format: "string" }).read("k"), path);
    assert.strictEqual(after.status().paths, 3);
  });

  it("shares a path between those that have it open, with or without a slash", () => {
    const partition = new SealedStore(new MapLog());
    const reader = partition.open({ path: "a/", format: "uint8", mode: "r" });
    const one = partition.open({ path: "a", format: "uint8" });
    const two = partition.open({ path: "a/", format: "uint8", quota: 300 });
    one.write("n", 7);
    assert.strictEqual(reader.read("n"), 7);
    assert.strictEqual(two.read("n"), 7);
    assert.strictEqual(one.quota, 300);
    one.close();
    two.write("n", 8);
    assert.strictEqual(reader.read("n"), 8);
    assert.deepEqual(partition.paths(), ["a"]);
  });

  it("leaves no path behind when the first write fails", () => {
    const log = new MapLog();
    const partition = new SealedStore(log);
    const store = partition.open({ path: "a", format: "uint8" });
    log.cut = { commit: 1, counts: false };
    assert.strictEqual(
      thrownBy(() => store.write("n", 1)),
      "Error",
    );
    assert.deepEqual(partition.paths(), []);
    log.cut = undefined;
    store.write("n", 1);
    assert.deepEqual(partition.paths(), ["a"]);
  });

  it("has 30 paths, and refuses the next until one is removed", () => {
    const log = new MapLog();
    const partition = new SealedStore(log);
    for (let i = 1; i <= 30; i++) partition.open({ path: `p${i}`, format: "uint8" }).write("n", i);
    const next = partition.open({ path: "next", format: "uint8" });
    assert.strictEqual(
      thrownBy(() => next.write("n", 1)),
      "STORAGE_PATHS",
    );
    assert.strictEqual(
      thrownBy(() => partition.open({ path: "more" }).createWriter("n")),
      "STORAGE_PATHS",
    );
    assert.strictEqual(log.commits, 30);
    assert.strictEqual(partition.open({ path: "p30", format: "uint8" }).read("n"), 30);
    partition.remove("p17");
    next.write("n", 1);
    assert.strictEqual(kept(log, "next"), "1100000000");
  });

  it("gives no path what is left of another, whose own entry is gone", () => {
    const log = new MapLog();
    log.commit([{ domain: 1, name: encodeUtf8("k"), format: 3, value: Uint8Array.of(1) }]);
    const store = new SealedStore(log).open({ path: "a", format: "uint8" });
    store.write("n", 2);
    assert.deepEqual([...store], ["n"]);
    assert.strictEqual(kept(log, "a"), "0200000000");
  });

  it("refuses a directory that is none", () => {
    for (const [format, hex] of [
      [1, ""],
      [1, "01000000"],
      [1, "010000000000"],
      [1, "0000000000"],
      [1, "1f00000000"],
      [2, "0100000000"],
    ] as const) {
      const log = new MapLog();
      log.commit([{ domain: 0, name: encodeUtf8("a"), format, value: decodeHex(hex) }]);
      assert.strictEqual(
        thrownBy(() => new SealedStore(log)),
        "STORAGE_DAMAGED",
      );
    }
    const log = new MapLog();
    for (const path of ["a", "b"]) {
      log.commit([{ domain: 0, name: encodeUtf8(path), format: 1, value: decodeHex("0100000000") }]);
    }
    assert.strictEqual(
      thrownBy(() => new SealedStore(log)),
      "STORAGE_DAMAGED",
    );
  });
});
