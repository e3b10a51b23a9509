// SPDX-License-Identifier: Apache-2.0
import { encodeUtf8 } from "../../../sdk/bytes/utf8.js";
import { SealedStore } from "../../../sdk/storage/sealed-store.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { MapLog } from "../../storage/map-log.js";
import { messageOf, thrownBy } from "../thrown.js";

const path = "settings";
type Loose = Record<"read" | "write" | "delete", (...args: unknown[]) => unknown> & { format: unknown };

const fresh = () => new SealedStore(new MapLog());

describe("a store of a sealed partition", () => {
  it("reads what was written in each format, undefined where nothing was", () => {
    const store = fresh().open({ path }) as unknown as Loose;
    const values: Record<string, unknown> = { string: "M\u00f4", uint8: 255, int16: -2, uint32: 7, int64: -1n };
    for (const [format, value] of Object.entries(values)) {
      store.format = format;
      store.write(format, value);
      assert.strictEqual(store.read(format), value);
      assert.strictEqual(store.read("nothing"), undefined);
    }
    assert.strictEqual(store.format, "int64");
  });

  it("gives buffers of their own, of exactly the value", () => {
    const store = fresh().open({ path });
    const bytes = Uint8Array.of(9, 1, 2, 9);
    store.write("b", bytes.subarray(1, 3));
    bytes.fill(7);
    assert.deepEqual([...new Uint8Array(store.read("b") as ArrayBuffer)], [1, 2]);
    const target = new Uint8Array(3);
    assert.strictEqual(store.read("b", target), 2);
    assert.deepEqual([...target], [1, 2, 0]);
    assert.strictEqual(
      messageOf(() => store.read("b", new ArrayBuffer(1))),
      "the buffer has 1 bytes, the value 2",
    );
  });

  it("has the keys of its path alone", () => {
    const partition = fresh();
    const one = partition.open({ path, format: "string" });
    const other = partition.open({ path: "other", format: "string" });
    for (const key of ["x", "y", "x", "\u00e9"]) one.write(key, key);
    other.write("z", "z");
    one.delete("x");
    one.delete("x");
    assert.deepEqual([...one].sort(), ["y", "\u00e9"]);
    assert.deepEqual([...other], ["z"]);
    assert.strictEqual(one.read("z"), undefined);
  });

  it("refuses to read a value in another format, and says which", () => {
    const store = fresh().open({ path }) as unknown as Loose;
    store.write("k", new ArrayBuffer(4));
    store.format = "uint32";
    assert.strictEqual(
      messageOf(() => store.read("k")),
      '"k" was written as buffer, not as uint32',
    );
    assert.strictEqual(
      thrownBy(() => store.read("k")),
      "TypeError",
    );
  });

  it("refuses a number that has not the bytes of its format", () => {
    const log = new MapLog();
    const partition = new SealedStore(log);
    partition.open({ path, format: "uint8" }).write("made", 1);
    const store = partition.open({ path, format: "uint32" });
    for (const length of [0, 3, 5]) {
      log.commit([{ domain: 1, name: encodeUtf8("n"), format: 7, value: new Uint8Array(length) }]);
      assert.strictEqual(
        thrownBy(() => store.read("n")),
        "STORAGE_DAMAGED",
      );
    }
    log.commit([{ domain: 1, name: encodeUtf8("n"), format: 7, value: Uint8Array.of(1, 0, 0, 0) }]);
    assert.strictEqual(store.read("n"), 1);
  });

  it("says the format and the length of a value, in whatever format the store is", () => {
    const partition = fresh();
    partition.open({ path, format: "string" }).write("text", "\u20ac");
    const store = partition.open({ path, format: "uint16" });
    store.write("n", 1);
    assert.strictEqual(store.formatOf("text"), "string");
    assert.strictEqual(store.length("text"), 3);
    assert.strictEqual(store.formatOf("n"), "uint16");
    assert.strictEqual(store.length("n"), 2);
    assert.strictEqual(store.formatOf("nothing"), undefined);
    assert.strictEqual(store.length("nothing"), undefined);
  });

  it("refuses values and keys as the plain store does, and keeps what was there", () => {
    const store = fresh().open({ path, format: "string" }) as unknown as Loose;
    store.write("k", "kept");
    const calls: readonly (readonly [() => unknown, string])[] = [
      [() => store.read(), "SyntaxError"],
      [() => store.write(), "SyntaxError"],
      [() => store.write("k"), "SyntaxError"],
      [() => store.delete(), "SyntaxError"],
      [() => store.read(Symbol("k")), "TypeError"],
      [() => store.write("k", 1), "TypeError"],
      [() => store.write("k", "v".repeat(601)), "RangeError"],
      [() => store.write("", "v"), "RangeError"],
      [() => store.write("k".repeat(64), "v"), "RangeError"],
      [() => Object.assign(store, { format: "json" }), "RangeError"],
    ];
    for (const [action, name] of calls) assert.strictEqual(thrownBy(action), name);
    assert.strictEqual(store.read("k"), "kept");
    store.write("k".repeat(63), "v".repeat(600));
  });
});
