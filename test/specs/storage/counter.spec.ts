// SPDX-License-Identifier: Apache-2.0
import type { MonotonicCounter } from "../../../sdk/contracts/counter.js";
import type { KeyId } from "../../../sdk/contracts/crypto.js";
import type { DetailCode } from "../../../sdk/errors/codes.js";
import { ProtocolError } from "../../../sdk/errors/security-error.js";
import { mountSealedStore, type SealedStore } from "../../../sdk/storage/sealed-store.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { afterEach, beforeEach, describe, it } from "../../harness/spec.js";
import { RamFlash } from "../../storage/ram-flash.js";
import { thrownBy } from "../thrown.js";

/** A counter of a board that says something else when it is told to. */
class Counter implements MonotonicCounter {
  value = 0;
  failsToRead: DetailCode | undefined;
  failsToRaise: DetailCode | undefined;

  read(): number {
    if (this.failsToRead !== undefined) throw new ProtocolError(this.failsToRead, "by the test");
    return this.value;
  }

  raise(value: number): void {
    if (this.failsToRaise !== undefined) throw new ProtocolError(this.failsToRaise, "by the test");
    this.value = value;
  }
}

let flash = new RamFlash();
let counter = new Counter();
let key = 0 as KeyId;
let open: SealedStore[] = [];

function mount(): SealedStore {
  const store = mountSealedStore({ flash, crypto, key, name: "test", freshness: { counter, every: 1, wipeEpoch: 0 } });
  open.push(store);
  return store;
}

describe("a store whose counter fails", () => {
  beforeEach(() => {
    [flash, counter] = [new RamFlash(), new Counter()];
    key = crypto.generateKey({ type: "DERIVE", bits: 256, usage: ["derive"], alg: "HKDF_EXPAND_SHA_256" });
  });

  afterEach(() => {
    for (const store of open) store.close();
    open = [];
    crypto.destroyKey(key);
  });

  for (const code of ["STORAGE_COUNTER", "STORAGE_UNAVAILABLE"] as const) {
    it(`is not mounted when it cannot be read, and leaves no key behind: ${code}`, () => {
      counter.failsToRead = code;
      for (let i = 0; i < 40; i++) assert.strictEqual(thrownBy(mount), code);
      counter.failsToRead = undefined;
      assert.isFalse(mount().status().isStopped);
    });
  }

  it("stops when it cannot be raised, and has the new value once it is mounted again", () => {
    const store = mount();
    const counts = store.open({ path: "counts", format: "uint8" });
    counts.write("n", 1);
    counter.failsToRaise = "STORAGE_COUNTER";
    assert.strictEqual(
      thrownBy(() => counts.write("n", 2)),
      "STORAGE_COUNTER",
    );
    assert.isTrue(store.status().isStopped);
    assert.strictEqual(
      thrownBy(() => counts.read("n")),
      "STORAGE_STOPPED",
    );
    counter.failsToRaise = undefined;
    const again = mount();
    assert.isFalse(again.status().isStopped);
    const value = again.open({ path: "counts", format: "uint8" });
    assert.strictEqual(value.read("n"), 2);
    value.write("n", 3);
    assert.strictEqual(counter.value, 3);
  });
});
