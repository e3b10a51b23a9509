// SPDX-License-Identifier: Apache-2.0
import storage from "embedded:storage/key-value";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { assertSame } from "./same.js";

interface LooseStore {
  read(...args: unknown[]): unknown;
  write(...args: unknown[]): unknown;
  delete(...args: unknown[]): unknown;
  format: unknown;
}

const path = "test";
const loose = storage as unknown as { open(options?: unknown): LooseStore };

function empty(): void {
  const store = storage.open({ path });
  for (const key of store) store.delete(key);
  store.close();
}

describe("embedded:storage/key-value", () => {
  it("reads what was written, undefined where nothing was", () => {
    empty();
    const store = storage.open({ path });
    store.write("a", Uint8Array.of(1, 2, 3).subarray(1));
    store.write("b", new ArrayBuffer(0));
    assertSame([...new Uint8Array(store.read("a") ?? new ArrayBuffer(9))], [2, 3]);
    assert.strictEqual(store.read("b")?.byteLength, 0);
    assert.strictEqual(store.read("c"), undefined);
    store.close();
  });

  it("has the keys of its own domain, each once", () => {
    empty();
    const store = storage.open({ path, format: "string" });
    const other = storage.open({ path: "other", format: "string" });
    for (const key of ["x", "y", "x", "\u00e9 key"]) store.write(key, key);
    other.write("z", "z");
    assertSame([...store].sort(), ["x", "y", "\u00e9 key"]);
    assert.strictEqual(store.read("z"), undefined);
    store.delete("x");
    store.delete("x");
    assertSame([...store].sort(), ["y", "\u00e9 key"]);
    for (const _ of store) break;
    other.delete("z");
    other.close();
    store.close();
  });

  it("shares a domain between those that have it open, with or without a slash", () => {
    empty();
    const one = storage.open({ path, format: "uint8" });
    const two = storage.open({ path: `${path}/`, format: "uint8" });
    one.write("n", 7);
    assert.strictEqual(two.read("n"), 7);
    one.close();
    two.write("n", 8);
    assert.strictEqual(two.read("n"), 8);
    two.close();
  });

  it("keeps numbers of each format, cut to its size", () => {
    empty();
    const store = loose.open({ path });
    const cases: ReadonlyArray<readonly [string, unknown, unknown]> = [
      ["uint8", 257, 1],
      ["uint8", -1, 255],
      ["int8", 128, -128],
      ["uint16", 65536, 0],
      ["int16", 32769, -32767],
      ["uint32", -1, 4294967295],
      ["uint32", 4294967295, 4294967295],
      ["int32", -5, -5],
      ["uint64", -1n, 18446744073709551615n],
      ["int64", -2147483648000n, -2147483648000n],
      ["string", "M\u00f4\n\u{1f600}", "M\u00f4\n\u{1f600}"],
      ["string", "", ""],
    ];
    for (const [format, value, expected] of cases) {
      store.format = format;
      store.write(format, value);
      assert.strictEqual(store.read(format), expected);
      assert.strictEqual(store.format, format);
    }
  });

  it("refuses to read a value in another format", () => {
    empty();
    const store = loose.open({ path, format: "string" });
    store.write("k", "text");
    store.format = "buffer";
    assert.strictEqual(
      thrownBy(() => store.read("k")),
      "TypeError",
    );
    store.write("k", Uint8Array.of(1));
    assert.strictEqual((store.read("k") as ArrayBuffer).byteLength, 1);
  });

  it("fills a buffer that is given, and refuses one that is too small", () => {
    empty();
    const store = storage.open({ path });
    store.write("k", Uint8Array.of(1, 2));
    const target = new Uint8Array(3);
    assert.strictEqual(store.read("k", target), 2);
    assertSame([...target], [1, 2, 0]);
    assert.strictEqual(
      thrownBy(() => store.read("k", new Uint8Array(1))),
      "RangeError",
    );
    store.close();
  });

  it("survives more writes than the flash has room for", () => {
    empty();
    const store = storage.open({ path, format: "string" });
    store.write("still", "here");
    for (let i = 0; i < 60; i++) store.write("k", `${i}`.padEnd(1000, "."));
    assert.strictEqual(store.read("k")?.slice(0, 3), "59.");
    assert.strictEqual(store.read("still"), "here");
    store.close();
    empty();
  });

  it("writes nothing when it was opened for reading", () => {
    empty();
    const store = storage.open({ path, mode: "r" });
    for (const action of [() => store.write("a", new ArrayBuffer(1)), () => store.delete("a")]) {
      assert.strictEqual(thrownBy(action), "Error");
    }
    store.close();
  });

  it("refuses wrong options and calls as Moddable does", () => {
    const symbol = Symbol("x");
    const opens: ReadonlyArray<readonly [unknown, string]> = [
      [undefined, "TypeError"],
      [{}, "Error"],
      [{ path, mode: "w" }, "Error"],
      [{ path, format: "number" }, "RangeError"],
      [{ path, format: "toString" }, "RangeError"],
      [{ path: "" }, "RangeError"],
      [{ path: "x".repeat(64) }, "RangeError"],
    ];
    for (const [options, name] of opens) {
      assert.strictEqual(
        thrownBy(() => loose.open(options)),
        name,
      );
    }
    const store = loose.open({ path });
    const calls: ReadonlyArray<readonly [() => unknown, string]> = [
      [() => store.read(), "SyntaxError"],
      [() => store.write(), "SyntaxError"],
      [() => store.write("a"), "SyntaxError"],
      [() => store.delete(), "SyntaxError"],
      [() => store.read(symbol), "TypeError"],
      [() => store.write(symbol, new ArrayBuffer(1)), "TypeError"],
      [() => store.write("a", "text"), "TypeError"],
      [() => store.write("a", 12), "TypeError"],
      [() => store.write("a", new Uint16Array(1)), "TypeError"],
      [() => store.write("x".repeat(64), new ArrayBuffer(1)), "RangeError"],
      [() => store.write("a", new ArrayBuffer(4097)), "RangeError"],
      [() => Object.assign(store, { format: "x" }), "RangeError"],
    ];
    for (const [action, name] of calls) assert.strictEqual(thrownBy(action), name);
    store.write("longest", new ArrayBuffer(4096));
    store.delete("longest");
  });

  it("throws SyntaxError once it is closed", () => {
    const store = storage.open({ path });
    store.close();
    store.close();
    for (const action of [
      () => store.read("a"),
      () => store.write("a", new ArrayBuffer(1)),
      () => store.delete("a"),
      () => [...store],
      () => store.format,
      () => Object.assign(store, { format: "buffer" }),
    ]) {
      assert.strictEqual(thrownBy(action), "SyntaxError");
    }
  });
});
