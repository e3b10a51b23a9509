// SPDX-License-Identifier: Apache-2.0
/** Random updates of a store that is filled to some degree, on a flash that counts: the sealed log, and the plain one beside it. */

import { KeyValueLog } from "../devices/io/key-value-log.js";
import { FLASH_SECTOR_SIZE, KV_OFFSET, KV_SIZE } from "../devices/io/partitions.js";
import { createNodeCrypto } from "../devices/node/crypto.js";
import { encodeUtf8 } from "../sdk/bytes/utf8.js";
import { recordSize } from "../sdk/storage/geometry.js";
import { itemSize } from "../sdk/storage/item.js";
import { mountLog, type SealedLog } from "../sdk/storage/sealed-log.js";
import { FakeFlash, FakeMachine } from "../test/board/fake-natives.js";
import { Random } from "../test/fuzz/decoders/random.js";
import { CountingFlash } from "./counting-flash.js";
import { IdealLog } from "./ideal-log.js";

export const NAME_BYTES = 8;
export const VALUE_BYTES = 32;
/** Of a record, beyond name and value. */
export const RECORD_OVERHEAD = 24;
export const UPDATES = 10_000;
const BLOCK_LENGTH = 4096;
const DOMAIN = 1;
const STRING_DOMAIN = encodeUtf8("app");

/** How full: half of what the store says that it takes, or records on half of the partition's bytes. */
export type Fill = "capacity" | "partition";

/** A store with `keys` entries in it. */
interface Worn {
  readonly keys: number;
  readonly blocks: number;
  readonly programmedBytes: number;
  /** By block. */
  readonly erases: Uint32Array;
  /** Writes these entries, in one commit where the store has that. */
  update(keys: readonly number[]): void;
}

export interface WearFigures {
  readonly store: string;
  readonly keys: number;
  /** Of the partition's bytes: what the records would take in the ideal log. */
  readonly share: number;
  readonly batch: number;
  /** Programmed for each byte of value. */
  readonly perByte: number;
  /** In UPDATES updates. */
  readonly erases: number;
  readonly idealErases: number;
  /** Of any block, from the first write on. */
  readonly leastErased: number;
  readonly mostErased: number;
}

function nameOf(key: number): Uint8Array {
  return encodeUtf8(`k${String(key).padStart(NAME_BYTES - 1, "0")}`);
}

/** Values that differ from write to write. */
function freshValue(random: Random): Uint8Array {
  return new Uint8Array(VALUE_BYTES).map(() => random.below(256));
}

function benchKey(crypto: ReturnType<typeof createNodeCrypto>) {
  const attributes = { type: "DERIVE", bits: 256, usage: ["derive"], alg: "HKDF_EXPAND_SHA_256" } as const;
  return crypto.importKey(attributes, new Uint8Array(32).fill(7));
}

class WornSealed implements Worn {
  readonly keys: number;
  readonly blocks: number;
  readonly #flash: CountingFlash;
  readonly #log: SealedLog;
  readonly #random = new Random(2);

  constructor(blocks: number, writeAlign: number, fill: Fill) {
    const crypto = createNodeCrypto();
    this.blocks = blocks;
    this.#flash = new CountingFlash(blocks, BLOCK_LENGTH, writeAlign);
    this.#log = mountLog({ flash: this.#flash, crypto, key: benchKey(crypto), name: "bench" });
    const { capacity } = this.#log;
    const size = recordSize(itemSize(NAME_BYTES, VALUE_BYTES), writeAlign);
    const [room, each] =
      fill === "capacity" ? [capacity, this.#log.cost(NAME_BYTES, VALUE_BYTES)] : [blocks * BLOCK_LENGTH, size];
    this.keys = Math.floor(room / 2 / each);
    for (let key = 0; key < this.keys; key++) this.update([key]);
  }

  get programmedBytes(): number {
    return this.#flash.programmedBytes;
  }

  get erases(): Uint32Array {
    return this.#flash.erases;
  }

  update(keys: readonly number[]): void {
    this.#log.commit(
      keys.map((key) => ({ domain: DOMAIN, name: nameOf(key), format: 0, value: freshValue(this.#random) })),
    );
  }
}

/** The firmware's flash under the plain log, counting. */
class CountingKeyValueFlash extends FakeFlash {
  programmedBytes = 0;
  readonly erases = new Uint32Array(KV_SIZE / FLASH_SECTOR_SIZE);

  override write(offset: number, data: Uint8Array): void {
    super.write(offset, data);
    this.programmedBytes += data.length;
  }

  override erase(offset: number, length: number): void {
    super.erase(offset, length);
    const first = (offset - KV_OFFSET) / FLASH_SECTOR_SIZE;
    for (let block = first; block < first + length / FLASH_SECTOR_SIZE; block++) {
      this.erases[block] = (this.erases[block] as number) + 1;
    }
  }
}

/** The log behind embedded:storage/key-value, half full. It has no batches. */
class WornPlain implements Worn {
  readonly keys: number;
  readonly blocks = KV_SIZE / FLASH_SECTOR_SIZE;
  readonly #flash = new CountingKeyValueFlash();
  readonly #log: KeyValueLog;
  readonly #random = new Random(2);

  constructor() {
    const machine = new FakeMachine();
    machine.flash = this.#flash;
    machine.install();
    this.#log = new KeyValueLog();
    this.update([0]);
    const { size } = this.#log.find(STRING_DOMAIN, nameOf(0)) ?? { size: 0 };
    this.keys = Math.floor(KV_SIZE / 2 / 2 / size);
    for (let key = 0; key < this.keys; key++) this.update([key]);
  }

  get programmedBytes(): number {
    return this.#flash.programmedBytes;
  }

  get erases(): Uint32Array {
    return this.#flash.erases;
  }

  update(keys: readonly number[]): void {
    for (const key of keys) this.#log.put(STRING_DOMAIN, nameOf(key), 1, freshValue(this.#random));
  }
}

function sum(counts: Uint32Array): number {
  return counts.reduce((all, count) => all + count, 0);
}

/** Different keys, at random. */
function pick(random: Random, keys: number, count: number): number[] {
  const picked = new Set<number>();
  while (picked.size < count) picked.add(random.below(keys));
  return [...picked];
}

/** Erases of the ideal log with as many keys in as many blocks, once it runs as it always will. */
function idealErases({ keys, blocks }: Worn): number {
  const ideal = new IdealLog(blocks, BLOCK_LENGTH, NAME_BYTES + VALUE_BYTES + RECORD_OVERHEAD, keys);
  const random = new Random(1);
  for (let key = 0; key < keys; key++) ideal.update(key);
  while (ideal.erases < 3 * blocks) ideal.update(random.below(keys));
  const before = ideal.erases;
  for (let i = 0; i < UPDATES; i++) ideal.update(random.below(keys));
  return ideal.erases - before;
}

function measure(store: string, worn: Worn, batch: number): WearFigures {
  const random = new Random(1);
  const update = () => worn.update(pick(random, worn.keys, batch));
  // What it was filled with is gone from its order, and the circle is closed.
  while (sum(worn.erases) < 3 * worn.blocks) update();
  const bytes = worn.programmedBytes;
  const erases = sum(worn.erases);
  for (let done = 0; done < UPDATES; done += batch) update();
  return {
    store,
    keys: worn.keys,
    share: (worn.keys * (NAME_BYTES + VALUE_BYTES + RECORD_OVERHEAD)) / (worn.blocks * BLOCK_LENGTH),
    batch,
    perByte: (worn.programmedBytes - bytes) / (UPDATES * VALUE_BYTES),
    erases: sum(worn.erases) - erases,
    idealErases: idealErases(worn),
    leastErased: Math.min(...worn.erases),
    mostErased: Math.max(...worn.erases),
  };
}

export function measureSealedWear(blocks: number, writeAlign: number, fill: Fill, batch: number): WearFigures {
  const what = fill === "capacity" ? "half of its capacity" : "half of the partition";
  return measure(`sealed, ${what}, units of ${writeAlign}`, new WornSealed(blocks, writeAlign, fill), batch);
}

export function measurePlainWear(): WearFigures {
  return measure("plain log, 64 KB in two banks, one half full", new WornPlain(), 1);
}

/** Bytes that a record programs beyond name and value, on a flash of single bytes; the second, as the first begins a block. */
export function measureOverhead(): number {
  const crypto = createNodeCrypto();
  const flash = new CountingFlash(16, BLOCK_LENGTH, 1);
  const log = mountLog({ flash, crypto, key: benchKey(crypto), name: "bench" });
  const commit = (key: number) =>
    log.commit([{ domain: DOMAIN, name: nameOf(key), format: 0, value: new Uint8Array(VALUE_BYTES) }]);
  commit(0);
  const before = flash.programmedBytes;
  commit(1);
  return flash.programmedBytes - before - NAME_BYTES - VALUE_BYTES;
}
