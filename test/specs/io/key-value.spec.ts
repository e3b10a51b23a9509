// SPDX-License-Identifier: Apache-2.0
import storage from "embedded:storage/key-value";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { messageOf, thrownBy } from "../thrown.js";
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

  it("keeps the values of each format, to the ends of its range", () => {
    empty();
    const store = loose.open({ path });
    const cases: ReadonlyArray<readonly [string, ...unknown[]]> = [
      ["uint8", 0, 1, 255],
      ["int8", -128, -1, 0, 127],
      ["uint16", 0, 258, 65535],
      ["int16", -32768, -2, 258, 32767],
      ["uint32", 0, 16909060, 4294967295],
      ["int32", -2147483648, -5, 16909060, 2147483647],
      ["uint64", 0n, 72623859790382856n, 18446744073709551615n],
      ["int64", -9223372036854775808n, -1n, 9223372036854775807n],
      ["string", "M\u00f4\n\u{1f600}", ""],
    ];
    for (const [format, ...values] of cases) {
      store.format = format;
      assert.strictEqual(store.format, format);
      for (const value of values) {
        store.write(format, value);
        assert.strictEqual(store.read(format), value);
      }
    }
  });

  it("refuses values that their format cannot hold, and keeps what was there", () => {
    empty();
    const store = loose.open({ path });
    const ranges: ReadonlyArray<readonly [string, unknown, ...unknown[]]> = [
      ["uint8", 7, -1, 256, 300],
      ["int8", -7, -129, 128],
      ["uint16", 7, -1, 65536],
      ["int16", -7, -32769, 32768],
      ["uint32", 7, -1, 4294967296],
      ["int32", -7, -2147483649, 2147483648],
      ["uint64", 7n, -1n, 18446744073709551616n],
      ["int64", -7n, -9223372036854775809n, 9223372036854775808n],
      ["string", "seven", "\ud800", "x".repeat(4097), "\u20ac".repeat(1366)],
    ];
    for (const [format, kept, ...values] of ranges) {
      store.format = format;
      store.write(format, kept);
      const isNumber = typeof kept === "number";
      for (const value of isNumber ? [...values, 0.5, Number.NaN, Number.POSITIVE_INFINITY] : values) {
        assert.strictEqual(
          thrownBy(() => store.write(format, value)),
          "RangeError",
        );
      }
      for (const value of [undefined, null, {}, true, isNumber ? 7n : 7, isNumber ? "7" : Symbol("7")]) {
        assert.strictEqual(
          thrownBy(() => store.write(format, value)),
          "TypeError",
        );
      }
      assert.strictEqual(store.read(format), kept);
    }
  });

  it("says what a format or a value may be", () => {
    empty();
    const store = loose.open({ path, format: "uint8" });
    const says = (action: () => unknown, words: string) => assert.strictEqual(messageOf(action), words);
    says(() => store.write("n", 300), "format uint8 takes whole numbers from 0 to 255, got 300");
    says(() => store.write("n", "3"), "format uint8 takes a number, got string");
    store.write("n", 3);
    store.format = "string";
    says(() => store.read("n"), '"n" was written as uint8, not as string');
    says(() => store.write("n", "x".repeat(5000)), "a value has 4096 bytes at most, got 5000");
    says(() => store.write("x".repeat(64), ""), "a name has 1 to 63 bytes, got 64");
    const formats = "buffer, string, uint8, int8, uint16, int16, uint32, int32, uint64, int64";
    says(() => Object.assign(store, { format: "json" }), `no format "json": there are ${formats}`);
  });

  it("says how much room there is when there is none", () => {
    empty();
    const store = storage.open({ path, format: "string" });
    const fill = () => {
      for (let i = 0; i < 8; i++) store.write(`k${i}`, "v".repeat(4096));
    };
    assert.strictEqual(messageOf(fill), "KEY_VALUE_FULL: 33040 bytes with this one, 32768 at most");
    store.close();
    empty();
  });

  it("keeps texts of 4096 bytes", () => {
    empty();
    const store = storage.open({ path, format: "string" });
    for (const text of ["v".repeat(4096), "€".repeat(1365)]) {
      store.write("long", text);
      assert.isTrue(store.read("long") === text);
    }
    store.close();
    empty();
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
