// SPDX-License-Identifier: Apache-2.0
/** Runs on the board: what the sealed log costs in instructions and heap, on the partition `storage`. */
import flashes from "../../devices/io/storage-flash.js";
import { ticks } from "../../devices/io/ticks.js";
import { crypto } from "../../devices/psa/crypto.js";
import type { KeyAttributes, KeyId } from "../../sdk/contracts/crypto.js";
import type { Change } from "../../sdk/storage/entries.js";
import { FRAME_LENGTH, TAG_LENGTH } from "../../sdk/storage/geometry.js";
import { itemSize } from "../../sdk/storage/item.js";
import { mountLog, type SealedLog } from "../../sdk/storage/sealed-log.js";
import { liveHeap, pattern, requireSame, time } from "./time.js";

const DERIVE: KeyAttributes = { type: "DERIVE", bits: 256, usage: ["derive"], alg: "HKDF_EXPAND_SHA_256" };
const NAME_BYTES = 8;
const VALUE_BYTES = 32;
const BATCH = 8;
const DOMAIN = 1;
/** More than the log keeps the keys of. */
const EPOCHS = 6;

export interface StoragePlan {
  readonly repeats: number;
  readonly keys: number;
  /** For the heap: more than `keys`. */
  readonly manyKeys: number;
  /** Updates between one measured mount and the next, and how many mounts. */
  readonly updates: number;
  readonly mounts: number;
}

function nameOf(key: number): Uint8Array {
  const name = pattern(NAME_BYTES, 0x61);
  name[6] = key & 0xff;
  name[7] = key >> 8;
  return name;
}

function change(key: number): Change {
  return { domain: DOMAIN, name: nameOf(key), format: 0, value: pattern(VALUE_BYTES, key) };
}

function batch(first: number): Change[] {
  const changes: Change[] = [];
  for (let i = 0; i < BATCH; i++) changes.push(change(first + i));
  return changes;
}

class Bench {
  readonly #flash = flashes.open({ path: "storage" });
  readonly #key: KeyId = crypto.importKey(DERIVE, pattern(32, 5));

  mount(): SealedLog {
    return mountLog({ flash: this.#flash, crypto, key: this.#key, name: "storage" });
  }

  clear(): void {
    const { blocks } = this.#flash.status();
    this.#flash.eraseBlock(0, blocks);
  }

  /** A log with so many entries, each in a record of its own or in batches, in one epoch. */
  filled(keys: number, isBatched: boolean): SealedLog {
    this.clear();
    const log = this.mount();
    for (let key = 0; key < keys; key += isBatched ? BATCH : 1) log.commit(isBatched ? batch(key) : [change(key)]);
    return log;
  }
}

/** The cipher alone, over a record with one such entry, or with a batch of them. */
function timeCipher(repeats: number): void {
  const attributes: KeyAttributes = { type: "AES", bits: 128, usage: ["encrypt", "decrypt"], alg: "CCM" };
  const key = crypto.importKey(attributes, pattern(16, 9));
  const nonce = pattern(13, 3);
  const additional = pattern(TAG_LENGTH + FRAME_LENGTH, 1);
  for (const [name, entries] of [
    ["open-one", 1],
    ["open-batch", BATCH],
  ] as const) {
    const sealed = crypto.aeadEncrypt(
      key,
      "CCM",
      nonce,
      additional,
      pattern(entries * itemSize(NAME_BYTES, VALUE_BYTES), 2),
    );
    time("storage", name, repeats, () => crypto.aeadDecrypt(key, "CCM", nonce, additional, sealed));
  }
  const plain = pattern(itemSize(NAME_BYTES, VALUE_BYTES), 2);
  time("storage", "seal-one", repeats, () => crypto.aeadEncrypt(key, "CCM", nonce, additional, plain));
}

/** Times an operation on what is made for it before: that is the app's own cost. */
function timeEach<T>(name: string, repeats: number, prepare: (i: number) => T, operation: (prepared: T) => void): void {
  const samples: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const prepared = prepare(i);
    const start = ticks();
    operation(prepared);
    samples.push(ticks() - start);
  }
  trace(`bench storage ${name} ${samples.join(" ")}\n`);
}

function timeReads(name: string, log: SealedLog, repeats: number, keyOf: (i: number) => number): void {
  requireSame(log.read(DOMAIN, nameOf(keyOf(0)), 0, VALUE_BYTES), pattern(VALUE_BYTES, keyOf(0)));
  const read = (key: Uint8Array) => log.read(DOMAIN, key, 0, VALUE_BYTES);
  timeEach(name, repeats, (i) => nameOf(keyOf(i)), read);
}

export function run({ repeats, keys, manyKeys, updates, mounts }: StoragePlan): void {
  const bench = new Bench();
  timeCipher(repeats);

  let log = bench.filled(keys, false);
  // Neighbours, so that the header of their block is known; then every so often another block's.
  timeReads("read", log, repeats, (i) => keys - 1 - i);
  const commit = (changes: Change[]) => log.commit(changes);
  timeEach("write", repeats, (i) => [change((37 * i) % keys)], commit);
  timeEach("write-batch", repeats, (i) => batch((BATCH * i) % keys), commit);
  log.close();

  log = bench.filled(keys, true);
  timeReads("read-batch", log, repeats, (i) => keys - 1 - i);
  log.close();

  // Epochs that are not remembered: each read verifies a header and derives a key.
  bench.clear();
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    log = bench.mount();
    for (let key = epoch; key < keys; key += EPOCHS) log.commit([change(key)]);
    if (epoch < EPOCHS - 1) log.close();
  }
  timeReads("read-epoch", log, repeats, (i) => (i * 7) % keys);
  log.close();

  bench.filled(keys, false).close();
  time("storage", "mount-0", 1, () => {
    log = bench.mount();
  });
  let next = 0;
  for (let i = 0; i < mounts; i++) {
    for (let j = 0; j < updates; j += BATCH, next += BATCH) log.commit(batch(next % keys));
    log.close();
    time("storage", `mount-${(i + 1) * updates}`, 1, () => {
      log = bench.mount();
    });
  }
  log.close();

  for (const count of [0, keys, manyKeys]) {
    bench.filled(count, true).close();
    log = bench.mount();
    trace(`bench storage heap-${count} ${liveHeap()}\n`);
    log.status(DOMAIN, nameOf(0));
    log.close();
  }
}
