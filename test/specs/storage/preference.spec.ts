// SPDX-License-Identifier: Apache-2.0
import { createPreference, type PreferenceValue } from "../../../sdk/storage/preference.js";
import { SealedStore } from "../../../sdk/storage/sealed-store.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { MapLog } from "../../storage/map-log.js";
import { thrownBy } from "../thrown.js";

function made() {
  const log = new MapLog();
  const partition = new SealedStore(log);
  return { log, partition, preference: createPreference(partition) };
}

describe("Moddable's Preference on a sealed store", () => {
  it("gives each type as it was set, also after a restart", () => {
    const { log, preference } = made();
    const values = [true, false, 0, 1, -1, 2 ** 31 - 1, -(2 ** 31), "", "M\u00f4", "1"];
    for (const [i, value] of values.entries()) preference.set("wifi", `k${i}`, value);
    preference.set("wifi", "bytes", Uint8Array.of(1, 2, 3).subarray(1));
    const { get } = createPreference(new SealedStore(new MapLog(log)));
    for (const [i, value] of values.entries()) assert.isTrue(get("wifi", `k${i}`) === value);
    assert.deepEqual([...new Uint8Array(get("wifi", "bytes") as ArrayBuffer)], [2, 3]);
    assert.strictEqual(get("wifi", "nothing"), undefined);
    assert.strictEqual(get("nothing", "k0"), undefined);
  });

  it("takes another type for the same key", () => {
    const { set, get, keys } = made().preference;
    for (const value of [true, 1, "one", false]) {
      set("d", "k", value);
      assert.isTrue(get("d", "k") === value);
    }
    assert.deepEqual(keys("d"), ["k"]);
  });

  it("has the keys of each domain, and deletes one, a domain, or all", () => {
    const { log, partition, preference } = made();
    for (const [domain, key] of [
      ["a", "x"],
      ["a", "y"],
      ["ab", "x"],
      ["b", "a"],
    ] as const) {
      preference.set(domain, key, 1);
    }
    assert.deepEqual(preference.keys("a").sort(), ["x", "y"]);
    assert.deepEqual(preference.keys("ab"), ["x"]);
    assert.deepEqual(preference.keys("c"), []);
    preference.delete("a", "x");
    preference.delete("a", "x");
    preference.delete("c", "x");
    assert.deepEqual(preference.keys("a"), ["y"]);
    preference.set("a", "x", 2);
    preference.reset("a");
    assert.strictEqual(log.commits, 7);
    assert.deepEqual(preference.keys("a"), []);
    assert.strictEqual(preference.get("ab", "x"), 1);
    preference.reset();
    assert.deepEqual([...preference.keys("ab"), ...preference.keys("b")], []);
    assert.deepEqual(partition.paths(), ["preference"]);
    assert.isTrue(Object.isFrozen(preference));
  });

  it("refuses what Moddable does not keep, and leaves what was there", () => {
    const { set, get } = made().preference;
    set("d", "k", 7);
    const loose = set as (...args: unknown[]) => void;
    for (const value of [undefined, null, {}, [1], 1n, Symbol("x"), () => 1]) {
      assert.strictEqual(
        thrownBy(() => loose("d", "k", value)),
        "TypeError",
      );
    }
    for (const value of [0.5, Number.NaN, 2 ** 31, -(2 ** 31) - 1, "x".repeat(601)]) {
      assert.strictEqual(
        thrownBy(() => set("d", "k", value as PreferenceValue)),
        "RangeError",
      );
    }
    assert.strictEqual(get("d", "k"), 7);
  });

  it("has domains and keys of 1 to 31 bytes", () => {
    const { set, get, keys, reset } = made().preference;
    const long = "x".repeat(31);
    set(long, long, true);
    assert.strictEqual(get(long, long), true);
    for (const part of ["", "x".repeat(32), "\u20ac".repeat(11), "a\0b"]) {
      for (const action of [
        () => set(part, "k", 1),
        () => set("d", part, 1),
        () => get(part, "k"),
        () => get("d", part),
        () => keys(part),
        () => reset(part),
      ]) {
        assert.strictEqual(thrownBy(action), "RangeError");
      }
    }
  });

  it("refuses what somebody else has put there", () => {
    const { partition, preference } = made();
    partition.open({ path: "preference", format: "uint64" }).write("d\0k", 1n);
    assert.strictEqual(
      thrownBy(() => preference.get("d", "k")),
      "TypeError",
    );
  });
});
