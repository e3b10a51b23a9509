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
import { mountSealedStore, type SealedStore } from "../../sdk/storage/sealed-store.js";
import { liveHeap, pattern, requireSame, time } from "./time.js";

const DERIVE: KeyAttributes = { type: "DERIVE", bits: 256, usage: ["derive"], alg: "HKDF_EXPAND_SHA_256" };
const NAME_BYTES = 8;
const VALUE_BYTES = 32;
const BATCH = 8;
const DOMAIN = 1;
/** More than the log keeps the keys of. */
const EPOCHS = 6;

/** Each part is a run of its own: an app that is busy for a minute is stopped. */
export interface StoragePlan {
  readonly part: "cost" | "app" | "mount" | "heap";
  readonly repeats: number;
  readonly keys: number;
  /** Updates between one measured mount and the next, and how many of those. */
  readonly updates: number;
  readonly mounts: number;
}

function nameOf(key: number): Uint8Array {
  const name = pattern(NAME_BYTES, 0x61);
  name[6] = key & 0xff;
  name[7] = key >> 8;
  return name;
}

/** As an app says it. */
function textOf(key: number): string {
  return `key-${String(key).padStart(NAME_BYTES - 4, "0")}`;
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
    return mountLog(this.#options());
  }

  mountStore(): SealedStore {
    return mountSealedStore(this.#options());
  }

  #options() {
    return { flash: this.#flash, crypto, key: this.#key, name: "storage" };
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
  const read = (key: Uint8Array): ArrayBuffer | undefined => log.find(DOMAIN, key)?.bytes(0, VALUE_BYTES);
  // Of the last epoch, which is forgotten until it is read again.
  const other = keyOf(EPOCHS - 1);
  requireSame(new Uint8Array(read(nameOf(other)) as ArrayBuffer), pattern(VALUE_BYTES, other));
  timeEach(name, repeats, (i) => nameOf(keyOf(i)), read);
}

function timeCosts(bench: Bench, { repeats, keys }: StoragePlan): void {
  timeCipher(repeats);
  let log = bench.filled(keys, false);
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
    for (let key = epoch * BATCH; key < keys; key += EPOCHS * BATCH) log.commit(batch(key));
    log.close();
  }
  log = bench.mount();
  timeReads("read-epoch", log, repeats, (i) => (i * BATCH) % keys);
  log.close();
}

/** The read and the write that an app calls. */
function timeApp(bench: Bench, { repeats, keys }: StoragePlan): void {
  bench.clear();
  const store = bench.mountStore();
  const domain = store.open({ path: "bench" });
  for (let key = 0; key < keys; key++) domain.write(textOf(key), pattern(VALUE_BYTES, key));
  requireSame(new Uint8Array(domain.read(textOf(1)) as ArrayBuffer), pattern(VALUE_BYTES, 1));
  const key = (i: number) => textOf(keys - 1 - i);
  timeEach("app-read", repeats, key, (name) => domain.read(name));
  const value = pattern(VALUE_BYTES, 5);
  timeEach("app-write", repeats, key, (name) => domain.write(name, value));
  store.close();
}

function timeMounts(bench: Bench, { keys, updates, mounts }: StoragePlan): void {
  let log = bench.filled(keys, false);
  for (let i = 0, next = 0; i <= mounts; i++) {
    log.close();
    time("storage", `mount-${i * updates}`, 1, () => {
      log = bench.mount();
    });
    if (i < mounts) for (let j = 0; j < updates; j += BATCH, next += BATCH) log.commit(batch(next % keys));
  }
  log.close();
}

/** What a log takes of the heap that was just mounted. */
function measureHeap(bench: Bench, keys: number): void {
  bench.filled(keys, true).close();
  const before = liveHeap();
  const log = bench.mount();
  trace(`bench storage heap-${keys} ${liveHeap() - before}\n`);
  log.close();
}

export function run(plan: StoragePlan): void {
  const bench = new Bench();
  if (plan.part === "cost") timeCosts(bench, plan);
  else if (plan.part === "app") timeApp(bench, plan);
  else if (plan.part === "mount") timeMounts(bench, plan);
  else measureHeap(bench, plan.keys);
}
