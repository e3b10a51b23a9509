// SPDX-License-Identifier: Apache-2.0
/**
 * The format page is enough: reader/read-sealed-store.mjs was written from docs/formats/sealed-store.md alone, by somebody who
 * had not seen sdk/storage. What it reads is what was written.
 */
import { readFileSync } from "node:fs";
import { assert } from "chai";
import { describe, it } from "mocha";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { encodeHex } from "../../sdk/bytes/hex.js";
import { mountSealedStore } from "../../sdk/storage/sealed-store.js";
import { FlashModel, type FlashShape } from "./flash-model.js";
import { Power } from "./power.js";
import { Random } from "./random.js";

type Values = Record<string, { format: number; value: Uint8Array }>;
type Read = (
  bytes: Uint8Array,
  geometry: FlashShape,
  key: Uint8Array,
  name: string,
) => { stores: Record<string, Values>; commits: number };

const READER = `${packageRoot}/test/storage/reader/read-sealed-store.mjs`;
const KEY = new Uint8Array(32).fill(9);
const SHAPES: readonly FlashShape[] = [
  { blockLength: 4096, blocks: 16, writeAlign: 16, eraseValue: 0xff },
  { blockLength: 512, blocks: 24, writeAlign: 32, eraseValue: 0x00 },
  { blockLength: 1024, blocks: 17, writeAlign: 1, eraseValue: 0xff },
  { blockLength: 512, blocks: 64, writeAlign: 8, eraseValue: 0xff },
];

/** A life: many mounts, paths, deletes, batches, long values, until the log has gone round. */
function live(
  shape: FlashShape,
  seed: number,
): { bytes: Uint8Array; expected: Record<string, Record<string, string>> } {
  const random = new Random(seed);
  const power = new Power();
  const flash = new FlashModel(shape, power);
  const crypto = createNodeCrypto();
  const key = crypto.importKey({ type: "DERIVE", bits: 256, usage: ["derive"], alg: "HKDF_EXPAND_SHA_256" }, KEY);
  const expected: Record<string, Record<string, string>> = { one: {}, two: {} };
  for (let mounts = 0; mounts < 12; mounts++) {
    const store = mountSealedStore({ flash: flash.open(), crypto, key, name: "storage" });
    for (let writes = 0; writes < 40; writes++) {
      const path = random.pick(["one", "two"]);
      const values = expected[path] as Record<string, string>;
      const batch = store.open({ path }).batch();
      for (let i = random.below(3); i >= 0; i--) {
        const name = `k${random.below(6)}-${i}`;
        const value = random.bytes(random.oneIn(20) ? 300 : random.below(40));
        if (random.oneIn(5)) {
          batch.delete(name);
          delete values[name];
        } else {
          batch.write(name, value);
          values[name] = encodeHex(value);
        }
      }
      batch.commit();
    }
    store.close();
  }
  return { bytes: flash.copy().bytes, expected };
}

describe("a stranger's reader of sealed stores", () => {
  for (const shape of SHAPES) {
    it(`reads what was written, ${shape.blockLength}x${shape.blocks} align ${shape.writeAlign}`, async () => {
      const { readSealedStore } = (await import(READER)) as { readSealedStore: Read };
      for (const seed of [1, 2, 3]) {
        const { bytes, expected } = live(shape, seed);
        const { stores, commits } = readSealedStore(bytes, shape, KEY, "storage");
        const read = Object.fromEntries(
          Object.entries(stores).map(([path, values]) => [
            path,
            Object.fromEntries(
              Object.entries(values).map(([name, { value }]) => [name, encodeHex(Uint8Array.from(value))]),
            ),
          ]),
        );
        assert.deepEqual(read, expected, `seed ${seed}`);
        assert.isAbove(commits, 400);
        assert.throws(() => readSealedStore(bytes, shape, new Uint8Array(32), "storage"));
        assert.throws(() => readSealedStore(bytes, shape, KEY, "other"));
      }
    });
  }

  it("has 150 lines at most", () => {
    assert.isAtMost(readFileSync(READER, "utf8").trimEnd().split("\n").length, 150);
  });
});
