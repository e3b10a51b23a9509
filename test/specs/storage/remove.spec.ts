// SPDX-License-Identifier: Apache-2.0
import { SealedStore } from "../../../sdk/storage/sealed-store.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { MapLog } from "../../storage/map-log.js";
import { thrownBy } from "../thrown.js";

/** A partition with three keys in "a" and one in "b". */
function filled(): { log: MapLog; partition: SealedStore } {
  const log = new MapLog();
  const partition = new SealedStore(log);
  const a = partition.open({ path: "a", format: "uint8", quota: 200 });
  for (const key of ["x", "y", "z"]) a.write(key, 1);
  partition.open({ path: "b", format: "uint8" }).write("x", 2);
  return { log, partition };
}

describe("removing a path of a sealed partition", () => {
  it("deletes its entries, itself and its quota in one commit", () => {
    const { log, partition } = filled();
    const open = partition.open({ path: "a", format: "uint8" });
    assert.isTrue(partition.remove("a/"));
    assert.strictEqual(log.commits, 5);
    assert.deepEqual(partition.paths(), ["b"]);
    assert.strictEqual(open.read("x"), undefined);
    assert.strictEqual(open.quota, 0);
    assert.strictEqual(open.used, 0);
    assert.strictEqual(partition.open({ path: "b", format: "uint8" }).read("x"), 2);
    open.write("x", 3);
    assert.deepEqual([...new SealedStore(new MapLog(log)).open({ path: "a" })], ["x"]);
  });

  it("does nothing to a path that does not exist", () => {
    const { log, partition } = filled();
    partition.open({ path: "c" });
    assert.isTrue(partition.remove("c"));
    assert.isTrue(partition.remove("d"));
    assert.strictEqual(log.commits, 4);
    assert.strictEqual(
      thrownBy(() => partition.remove("")),
      "RangeError",
    );
  });

  it("says when it took more than one commit, which a cut may interrupt", () => {
    for (const commit of [5, 6, 7, 8]) {
      for (const counts of [false, true]) {
        const { log, partition } = filled();
        log.changesMax = 3;
        log.cut = { commit, counts };
        assert.strictEqual(
          thrownBy(() => partition.remove("a")),
          "Error",
        );
        const after = new SealedStore(new MapLog(log));
        const left = [...after.open({ path: "a", mode: "r" })].length;
        assert.strictEqual(left, Math.max(0, 3 - (commit - 5) - (counts ? 1 : 0)));
        after.remove("a");
        assert.deepEqual(after.paths(), ["b"]);
      }
    }
    const { log, partition } = filled();
    log.changesMax = 3;
    assert.isFalse(partition.remove("a"));
    assert.deepEqual(partition.paths(), ["b"]);
  });

  it("changes nothing when its one commit fails for another reason", () => {
    const { log, partition } = filled();
    const writer = partition.open({ path: "b" }).createWriter("long");
    assert.strictEqual(
      thrownBy(() => partition.remove("a")),
      "STORAGE_BUSY",
    );
    writer.abort();
    assert.deepEqual([...partition.open({ path: "a" })].sort(), ["x", "y", "z"]);
    assert.strictEqual(log.commits, 4);
  });
});
