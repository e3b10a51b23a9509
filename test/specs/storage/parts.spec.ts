// SPDX-License-Identifier: Apache-2.0
import { SealedStore } from "../../../sdk/storage/sealed-store.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { MapLog } from "../../storage/map-log.js";
import { messageOf, thrownBy } from "../thrown.js";

/** A store with the bytes 0 to 9 under "a". */
function made(quota = 0) {
  const log = new MapLog();
  const partition = new SealedStore(log);
  const store = partition.open({ path: "s", quota });
  store.write(
    "a",
    Uint8Array.from({ length: 10 }, (_, i) => i),
  );
  return { log, partition, store };
}

const bytesIn = (buffer: ArrayBuffer | undefined) => (buffer === undefined ? undefined : [...new Uint8Array(buffer)]);

describe("values of a sealed store in parts", () => {
  it("are read from anywhere to anywhere", () => {
    const { store } = made();
    assert.deepEqual(bytesIn(store.readSlice("a", 0)), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert.deepEqual(bytesIn(store.readSlice("a", 3, 5)), [3, 4]);
    assert.deepEqual(bytesIn(store.readSlice("a", 8)), [8, 9]);
    assert.deepEqual(bytesIn(store.readSlice("a", 8, 20)), [8, 9]);
    assert.deepEqual(bytesIn(store.readSlice("a", 4, 4)), []);
    assert.deepEqual(bytesIn(store.readSlice("a", 10, 11)), []);
    assert.deepEqual(bytesIn(store.readSlice("a", 11)), []);
    assert.strictEqual(store.readSlice("nothing", 0), undefined);
  });

  it("are read from places only", () => {
    const { store } = made();
    const read = (...args: unknown[]) => thrownBy(() => Reflect.apply(store.readSlice, store, ["a", ...args]));
    for (const args of [[-1], [0.5], ["0"], [], [0, -1], [0, 1.5], [3, 2], [20, 11]]) {
      assert.strictEqual(read(...args), "RangeError");
    }
    assert.strictEqual(
      messageOf(() => store.readSlice("a", 3, 2)),
      "end 2 is before start 3",
    );
  });

  it("count once the writer is closed", () => {
    const { log, store } = made();
    const writer = store.createWriter("a");
    const part = Uint8Array.of(1, 2);
    writer.write(part);
    part.fill(9);
    writer.write(new DataView(Uint8Array.of(0, 3, 0).buffer, 1, 1));
    writer.write(new ArrayBuffer(0));
    assert.strictEqual(store.length("a"), 10);
    assert.strictEqual(log.commits, 1);
    writer.close();
    assert.deepEqual(bytesIn(store.read("a")), [1, 2, 3]);
    assert.strictEqual(log.commits, 2);
    store.createWriter("empty").close();
    assert.strictEqual(store.length("empty"), 0);
  });

  it("leave the old value when they are aborted, or are no bytes", () => {
    const { store } = made();
    const writer = store.createWriter("a");
    assert.strictEqual(
      thrownBy(() => writer.write("text" as unknown as ArrayBuffer)),
      "TypeError",
    );
    writer.write(Uint8Array.of(1));
    assert.strictEqual(
      thrownBy(() => store.write("b", new ArrayBuffer(1))),
      "STORAGE_BUSY",
    );
    assert.strictEqual(
      thrownBy(() => store.createWriter("b")),
      "STORAGE_BUSY",
    );
    writer.abort();
    writer.abort();
    for (const action of [() => writer.write(Uint8Array.of(1)), () => writer.close()]) {
      assert.strictEqual(thrownBy(action), "SyntaxError");
    }
    assert.strictEqual(store.length("a"), 10);
    const next = store.createWriter("b");
    next.close();
    assert.strictEqual(
      thrownBy(() => next.close()),
      "SyntaxError",
    );
  });

  it("are bytes only, in a store of bytes", () => {
    const { store } = made();
    store.format = "string";
    assert.strictEqual(
      messageOf(() => store.createWriter("a")),
      "a value is written in parts as buffer, not as string",
    );
    assert.strictEqual(
      thrownBy(() => Reflect.apply(store.createWriter, store, [])),
      "SyntaxError",
    );
  });

  it("end where they are longer than a value or the quota, and the old value stays", () => {
    for (const [quota, error] of [
      [0, "RangeError"],
      [300, "STORAGE_QUOTA"],
    ] as const) {
      const { log, store } = made(quota);
      const writer = store.createWriter("a");
      const fill = () => {
        for (let i = 0; i <= 600; i++) writer.write(Uint8Array.of(i));
      };
      assert.strictEqual(thrownBy(fill), error);
      assert.strictEqual(
        thrownBy(() => writer.close()),
        "SyntaxError",
      );
      assert.strictEqual(store.length("a"), 10);
      assert.strictEqual(log.commits, 1);
      store.write("b", new ArrayBuffer(1)); // the writer has given way
    }
  });

  it("make their path at once", () => {
    const { log, partition } = made();
    const writer = partition.open({ path: "new" }).createWriter("k");
    writer.write(Uint8Array.of(1));
    writer.close();
    assert.strictEqual(new SealedStore(new MapLog(log)).open({ path: "new" }).length("k"), 1);
  });
});
