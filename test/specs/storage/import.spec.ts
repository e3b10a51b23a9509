// SPDX-License-Identifier: Apache-2.0
import type { FormatName } from "../../../sdk/bytes/value-format.js";
import { KeyValueDomain } from "../../../sdk/storage/domain.js";
import { importStore, type PlainStore } from "../../../sdk/storage/import.js";
import type { SealedDomain } from "../../../sdk/storage/sealed-domain.js";
import { SealedStore } from "../../../sdk/storage/sealed-store.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { MapEntries } from "../../storage/map-entries.js";
import { MapLog } from "../../storage/map-log.js";
import { thrownBy } from "../thrown.js";

const VALUES: readonly (readonly [FormatName, unknown])[] = [
  ["string", "text"],
  ["uint8", 255],
  ["int32", -5],
  ["uint64", 18446744073709551615n],
];

/** A plain store with a key for each of the values, and "b" with two bytes. */
function plainStore() {
  const entries = new MapEntries();
  const open = () => new KeyValueDomain(entries, { given: {}, path: "s", readOnly: false });
  const plain = open() as unknown as PlainStore & { write(key: string, value: unknown): void };
  plain.write("b", Uint8Array.of(1, 2));
  for (const [format, value] of VALUES) {
    plain.format = format;
    plain.write(format, value);
  }
  return { entries, plain };
}

const sealedOn = (log: MapLog): SealedDomain => new SealedStore(log).open({ path: "s" });

function assertImported(to: SealedDomain): void {
  assert.deepEqual([...to].sort(), [".imported", "b", "int32", "string", "uint64", "uint8"]);
  to.format = "buffer";
  assert.deepEqual([...new Uint8Array(to.read("b") as ArrayBuffer)], [1, 2]);
  for (const [format, value] of VALUES) {
    to.format = format;
    assert.isTrue(to.read(format) === value);
  }
}

describe("import from a plain store", () => {
  it("moves every key with its format, in one commit", () => {
    const { plain } = plainStore();
    const log = new MapLog();
    plain.format = "int8";
    assert.strictEqual(importStore(plain, sealedOn(log)), 5);
    assertImported(sealedOn(log));
    assert.deepEqual([...plain], []);
    assert.strictEqual(plain.format, "int8");
    assert.strictEqual(log.commits, 1);
  });

  it("is finished after a cut at any step, in one commit or in several", () => {
    for (const changesMax of [1000, 2]) {
      const steps: (readonly [commit: number, counts: boolean, deletion: number])[] = [];
      const commits = changesMax === 1000 ? 1 : 6;
      for (let commit = 1; commit <= commits; commit++) steps.push([commit, false, 0], [commit, true, 0]);
      for (let deletion = 1; deletion <= 5; deletion++) steps.push([0, false, deletion]);
      for (const [commit, counts, deletion] of steps) {
        const { entries, plain } = plainStore();
        const log = new MapLog();
        log.changesMax = changesMax;
        log.cut = { commit, counts };
        entries.cutAt = deletion;
        assert.strictEqual(
          thrownBy(() => importStore(plain, sealedOn(log))),
          "Error",
        );
        entries.cutAt = 0;
        const again = new MapLog(log);
        again.changesMax = changesMax;
        importStore(plain, sealedOn(again));
        assertImported(sealedOn(again));
        assert.deepEqual([...plain], []);
      }
    }
  });

  it("takes nothing more once it is done: who writes the flash writes plain stores", () => {
    const { plain } = plainStore();
    const log = new MapLog();
    importStore(plain, sealedOn(log));
    sealedOn(log).delete("b");
    plain.format = "buffer";
    plain.write("b", Uint8Array.of(6));
    plain.write("uint8", Uint8Array.of(6));
    assert.strictEqual(importStore(plain, sealedOn(log)), 0);
    assert.deepEqual([...plain], []);
    assert.strictEqual(sealedOn(log).length("b"), undefined);
    assert.strictEqual(sealedOn(log).formatOf("uint8"), "uint8");
  });

  it("is done as well where there was nothing", () => {
    const { entries, plain } = plainStore();
    const log = new MapLog();
    const none = new KeyValueDomain(new MapEntries(), { given: {}, path: "s", readOnly: false });
    assert.strictEqual(importStore(none as unknown as PlainStore, sealedOn(log)), 0);
    assert.strictEqual(importStore(plain, sealedOn(log)), 0);
    assert.deepEqual([...sealedOn(log)], [".imported"]);
    assert.strictEqual(entries.names().length, 0);
  });

  it("keeps the value that the sealed store has", () => {
    const { plain } = plainStore();
    const to = sealedOn(new MapLog());
    to.write("uint8", Uint8Array.of(7));
    assert.strictEqual(importStore(plain, to), 4);
    assert.strictEqual(to.formatOf("uint8"), "buffer");
  });

  it("changes nothing where a value cannot be moved", () => {
    const cases: readonly (readonly [
      prepare: (all: ReturnType<typeof plainStore>) => void,
      error: string,
      quota: number,
    ])[] = [
      [({ plain }) => plain.write(".imported", 1n), "RangeError", 0],
      [({ entries }) => entries.put("odd", 12, new Uint8Array(1)), "TypeError", 0],
      [({ entries }) => entries.put("long", 1, new Uint8Array(601)), "RangeError", 0],
      [() => undefined, "STORAGE_QUOTA", 60],
    ];
    for (const [prepare, error, quota] of cases) {
      const all = plainStore();
      prepare(all);
      const count = [...all.plain].length;
      const log = new MapLog();
      const to = new SealedStore(log).open({ path: "s", quota });
      assert.strictEqual(
        thrownBy(() => importStore(all.plain, to)),
        error,
      );
      assert.strictEqual([...all.plain].length, count);
      assert.strictEqual(log.commits, 0);
      assert.strictEqual(all.plain.format, "uint64");
    }
  });
});
