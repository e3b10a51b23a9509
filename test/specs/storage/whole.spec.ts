// SPDX-License-Identifier: Apache-2.0
import type { KeyId } from "../../../sdk/contracts/crypto.js";
import { createPreference } from "../../../sdk/storage/preference.js";
import { mountSealedStore, type SealedStore } from "../../../sdk/storage/sealed-store.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { afterEach, beforeEach, describe, it } from "../../harness/spec.js";
import { RamFlash } from "../../storage/ram-flash.js";
import { thrownBy } from "../thrown.js";

let flash = new RamFlash();
let key = 0 as KeyId;
const open: SealedStore[] = [];

/** The partition, as it is mounted after a restart. */
function mount(): SealedStore {
  for (const store of open.splice(0)) store.close();
  const store = mountSealedStore({ flash, crypto, key, name: "test" });
  open.push(store);
  return store;
}

const bytesFrom = (first: number, length: number) => Uint8Array.from({ length }, (_, i) => first + i);

describe("stores on the sealed log", () => {
  beforeEach(() => {
    flash = new RamFlash();
    key = crypto.generateKey({ type: "DERIVE", bits: 256, usage: ["derive"], alg: "HKDF_EXPAND_SHA_256" });
  });

  afterEach(() => {
    for (const store of open.splice(0)) store.close();
    crypto.destroyKey(key);
  });

  it("keep every format, batch, quota and preference over a restart", () => {
    const first = mount();
    assert.deepEqual(first.paths(), []);
    const settings = first.open({ path: "settings", format: "string", quota: 1000 });
    const batch = settings.batch();
    batch.write("name", "k\u00fcche");
    batch.write("count", 4294967295, "uint32");
    batch.write("big", -1n, "int64");
    batch.commit();
    createPreference(first).set("wifi", "on", true);

    const second = mount();
    assert.strictEqual(
      thrownBy(() => settings.read("name")),
      "SyntaxError",
    );
    const again = second.open({ path: "settings", format: "string" });
    assert.strictEqual(again.read("name"), "k\u00fcche");
    assert.strictEqual(again.formatOf("count"), "uint32");
    assert.strictEqual(again.length("big"), 8);
    assert.strictEqual(again.quota, 1000);
    assert.strictEqual(createPreference(second).get("wifi", "on"), true);
    assert.deepEqual(second.paths().sort(), ["preference", "settings"]);
    assert.strictEqual(second.status().paths, 2);
  });

  it("stream a value of several records and read slices of it", () => {
    const store = mount().open({ path: "files" });
    const writer = store.createWriter("long");
    for (let i = 0; i < 10; i++) writer.write(bytesFrom(i * 10, 70));
    assert.strictEqual(
      thrownBy(() => store.write("other", new ArrayBuffer(1))),
      "STORAGE_BUSY",
    );
    writer.close();
    const again = mount().open({ path: "files" });
    assert.strictEqual(again.length("long"), 700);
    assert.deepEqual(
      [...new Uint8Array(again.readSlice("long", 65, 75) as ArrayBuffer)],
      [65, 66, 67, 68, 69, 10, 11, 12, 13, 14],
    );
    assert.strictEqual(again.read("long")?.byteLength, 700);
    const aborted = again.createWriter("long");
    aborted.write(bytesFrom(0, 400));
    aborted.abort();
    again.write("other", new ArrayBuffer(1));
    assert.strictEqual(mount().open({ path: "files" }).length("long"), 700);
  });

  it("hold the quota of a streamed value as of one that is written whole", () => {
    const store = mount().open({ path: "files" });
    store.write("a", bytesFrom(0, 500));
    const quota = store.used;
    const limited = mount().open({ path: "files", quota });
    limited.write("a", bytesFrom(1, 500));
    assert.strictEqual(limited.used, quota);
    const writer = limited.createWriter("a");
    writer.write(bytesFrom(2, 500));
    writer.close();
    assert.strictEqual(limited.used, quota);
    for (const action of [
      () => limited.write("b", new ArrayBuffer(1)),
      () => limited.createWriter("a").write(bytesFrom(0, 520)),
      () => limited.createWriter("b").close(),
    ]) {
      assert.strictEqual(thrownBy(action), "STORAGE_QUOTA");
    }
    assert.strictEqual(new Uint8Array(limited.read("a") as ArrayBuffer)[0], 2);
  });

  it("are filled, refuse what does not fit, and are emptied again", () => {
    const partition = mount();
    const store = partition.open({ path: "full" });
    let count = 0;
    const fill = () => {
      for (; ; count++) store.write(`key ${count}`, bytesFrom(count, 100));
    };
    assert.strictEqual(thrownBy(fill), "STORAGE_FULL");
    assert.isAbove(count, 20);
    assert.strictEqual([...store].length, count);
    store.write("key 0", bytesFrom(9, 100));
    partition.remove("full"); // in one commit or, as the log is full, in several
    const emptied = mount();
    assert.deepEqual(emptied.paths(), []);
    assert.strictEqual(emptied.status().entries, 0);
    emptied.open({ path: "full" }).write("key 0", bytesFrom(0, 100));
  });
});
