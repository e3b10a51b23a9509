// SPDX-License-Identifier: Apache-2.0
import { mountSealedStore, recoverSealedStore, type SealedStore } from "../../../sdk/storage/sealed-store.js";
import { assert } from "../../harness/assert.js";
import { afterEach, beforeEach, describe, it } from "../../harness/spec.js";
import { detailOf } from "../thrown.js";
import { LogDevice, pattern, put } from "./log-device.js";

describe("recovery of a sealed store", () => {
  let device: LogDevice;
  let open: SealedStore[] = [];
  beforeEach(() => {
    device = new LogDevice();
  });
  afterEach(() => {
    for (const store of open) store.close();
    open = [];
    device.end();
  });

  function mount(): SealedStore {
    const store = mountSealedStore(device.options());
    open.push(store);
    return store;
  }

  function recover() {
    const { store, report } = recoverSealedStore(device.options());
    open.push(store);
    return { store, report };
  }

  /** Does something, then flips a bit in the first record that it wrote. */
  function harm(action: () => void): void {
    const before = device.flash.copy().bytes;
    action();
    const { bytes } = device.flash.copy();
    const at = before.findIndex((byte, i) => byte !== bytes[i]) + 10;
    device.flash.patch(at, (bytes[at] as number) ^ 1);
  }

  it("names what it gives up by its path, and keeps the rest", () => {
    const before = mount();
    const settings = before.open({ path: "settings", format: "string" });
    settings.write("name", "kept");
    const files = before.open({ path: "files" });
    files.write("short", pattern(9));
    harm(() => files.write("long", pattern(500)));
    const { store, report } = recover();
    assert.deepEqual(report.givenUp, [{ path: "files", name: "long" }]);
    assert.strictEqual(report.kept, 4); // two paths, two values
    assert.isTrue(Object.isFrozen(report));
    assert.strictEqual(store.open({ path: "settings", format: "string" }).read("name"), "kept");
    assert.deepEqual([...mount().open({ path: "files" })], ["short"]);
  });

  it("has no path for what it gives up of one that is gone", () => {
    const log = device.mount();
    log.commit([put("a", "1")]);
    harm(() => log.commit([put("long", pattern(500), 5)]));
    assert.deepEqual(recover().report.givenUp, [{ path: undefined, name: "long" }]);
  });

  it("gives a store also where a path's removal was lost, and another has its place", () => {
    const before = mount();
    before.open({ path: "old", format: "uint8" }).write("n", 1);
    harm(() => before.remove("old"));
    before.open({ path: "new", format: "uint8" }).write("m", 2);
    assert.strictEqual(
      detailOf(() => mount()),
      "STORAGE_DAMAGED",
    );
    const { store } = recover();
    assert.strictEqual(store.open({ path: "new", format: "uint8" }).read("m"), 2);
  });
});
