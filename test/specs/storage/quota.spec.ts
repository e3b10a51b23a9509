// SPDX-License-Identifier: Apache-2.0
import { SealedStore } from "../../../sdk/storage/sealed-store.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { ENTRY_COST, MapLog } from "../../storage/map-log.js";
import { messageOf, thrownBy } from "../thrown.js";

/** What a key of one character with `bytes` costs. */
const cost = (bytes: number) => ENTRY_COST + 1 + bytes;
const path = "s";

describe("quotas of a sealed partition", () => {
  it("are held to the byte, by writes and by batches", () => {
    for (const [quota, fits] of [
      [2 * cost(10), true],
      [2 * cost(10) - 1, false],
    ] as const) {
      const log = new MapLog();
      const store = new SealedStore(log).open({ path, quota });
      store.write("a", new ArrayBuffer(10));
      assert.strictEqual(store.used, cost(10));
      const said = fits ? "nothing" : "STORAGE_QUOTA";
      const batch = store.batch();
      batch.write("b", new ArrayBuffer(5));
      batch.write("b", new ArrayBuffer(10));
      batch.write("a", new ArrayBuffer(10));
      assert.strictEqual(
        thrownBy(() => batch.commit()),
        said,
      );
      assert.strictEqual(
        thrownBy(() => store.write("b", new ArrayBuffer(10))),
        said,
      );
      assert.strictEqual(store.used, fits ? 2 * cost(10) : cost(10));
      assert.strictEqual(log.commits, fits ? 3 : 1);
    }
  });

  it("say what was asked and what there is", () => {
    const store = new SealedStore(new MapLog()).open({ path, quota: 30 });
    const said = `STORAGE_QUOTA: ${cost(10)} bytes with this one, 30 at most`;
    assert.strictEqual(
      messageOf(() => store.write("a", new ArrayBuffer(10))),
      said,
    );
    assert.strictEqual(store.used, 0);
  });

  it("are each path's own", () => {
    const partition = new SealedStore(new MapLog());
    partition.open({ path: "other" }).write("a", new ArrayBuffer(300));
    const store = partition.open({ path, quota: cost(10) });
    store.write("a", new ArrayBuffer(10));
    partition.open({ path: "other" }).write("b", new ArrayBuffer(300));
    assert.strictEqual(store.quota, cost(10));
    assert.strictEqual(partition.open({ path: "other" }).quota, 0);
  });

  it("are kept with the next write, and stay until another is given", () => {
    const log = new MapLog();
    const reopened = () => new SealedStore(new MapLog(log)).open({ path });
    new SealedStore(log).open({ path, quota: 100 }).write("a", new ArrayBuffer(1));
    assert.strictEqual(reopened().quota, 100);
    const other = new SealedStore(log);
    const store = other.open({ path, quota: 200 });
    assert.strictEqual(store.quota, 200);
    assert.strictEqual(reopened().quota, 100);
    store.delete("nothing");
    assert.strictEqual(reopened().quota, 100);
    store.delete("a");
    assert.strictEqual(reopened().quota, 200);
    const unlimited = other.open({ path, quota: 0 });
    unlimited.createWriter("a").close();
    assert.strictEqual(reopened().quota, 0);
    assert.strictEqual(log.commits, 4);
  });

  it("below what is there let it shrink, and stay the same, but not grow", () => {
    const partition = new SealedStore(new MapLog());
    const store = partition.open({ path });
    for (const key of ["a", "b", "c"]) store.write(key, new ArrayBuffer(20));
    partition.open({ path, quota: cost(20) });
    store.write("a", new ArrayBuffer(20));
    store.write("a", new ArrayBuffer(19));
    assert.strictEqual(
      thrownBy(() => store.write("a", new ArrayBuffer(20))),
      "STORAGE_QUOTA",
    );
    const batch = store.batch();
    batch.delete("b");
    batch.write("d", new ArrayBuffer(20));
    batch.commit();
    store.delete("c");
    store.delete("d");
    store.write("a", new ArrayBuffer(20));
    assert.strictEqual(store.used, cost(20));
  });

  it("are the partition's own limit where there is none", () => {
    const log = new MapLog();
    const partition = new SealedStore(log);
    const store = partition.open({ path });
    const fill = () => {
      for (let i = 0; i < 10; i++) store.write(`${i}`, new ArrayBuffer(600));
    };
    assert.strictEqual(thrownBy(fill), "STORAGE_FULL");
    const { used, capacity, valueMax, entries, paths } = partition.status();
    assert.deepEqual([used, capacity, valueMax, entries, paths], [log.used, 4000, 600, 7, 1]);
    assert.strictEqual(store.used, 6 * cost(600));
  });
});
