// SPDX-License-Identifier: Apache-2.0
/**
 * The sealed log: entries that are encrypted, authenticated, chained, and changed by commits that happen whole or not at
 * all, on flash that wears. docs/formats/sealed-store.md has the format, docs/decisions/0011-sealed-store.md the reasons.
 */
import { joinBytes, requireBytes } from "../bytes/bytes.js";
import type { Freshness } from "../contracts/counter.js";
import type { Crypto, KeyId } from "../contracts/crypto.js";
import type { Flash } from "../contracts/flash.js";
import { ProtocolError } from "../errors/security-error.js";
import { Cleaner } from "./cleaner.js";
import { CommitPlan, chunkLengthOf } from "./commit-plan.js";
import {
  type Change,
  DOMAIN_MAX,
  type EntryLog,
  type EntryStatus,
  FORMAT_MAX,
  NAME_MAX,
  type ValueWriter,
} from "./entries.js";
import { EntryReader, type FoundEntry } from "./entry-reader.js";
import { FlashArea } from "./flash-area.js";
import { FreshnessGuard } from "./freshness.js";
import { encodeItem, type Item, ItemKind, LONG_LENGTH } from "./item.js";
import type { Place } from "./key-index.js";
import { LogWriter } from "./log-writer.js";
import { LongWriter } from "./long-writer.js";
import { mountState } from "./mount.js";
import { RecordFlag } from "./record.js";
import { retiredBlocks, retiredItem } from "./retired.js";
import { Seals } from "./seals.js";
import { type Hash, hashName, LogState, type RecordPlace } from "./state.js";

export interface LogOptions {
  /** The whole of it is the log's. */
  readonly flash: Flash;
  readonly crypto: Crypto;
  /** DERIVE, 256 bits, for HKDF_EXPAND_SHA_256, with the usage `derive`. It is the caller's to destroy. */
  readonly key: KeyId;
  /** Of the partition, 1 to 63 bytes: what another one holds does not verify here. */
  readonly name: string;
  /** Without it an older copy of the whole flash is not told from the newest. */
  readonly freshness?: Freshness | undefined;
  /** How ids are made of names; another one only in tests. */
  readonly hash?: Hash;
}

/** What a log is made of. Internal. */
export interface LogParts {
  readonly area: FlashArea;
  readonly seals: Seals;
  readonly state: LogState;
  readonly guard: FreshnessGuard;
}

/** What there is to see of a log. */
export interface LogStatus {
  readonly capacity: number;
  readonly used: number;
  readonly valueMax: number;
  readonly entries: number;
  readonly commits: number;
  readonly blocks: number;
  /** Blocks that are not used any more. */
  readonly retired: number;
  /** The counter rises every so many commits; 0: there is none. */
  readonly freshness: number;
  /** It was closed, or a write has failed halfway: every method says STORAGE_STOPPED until it is mounted again. */
  readonly isStopped: boolean;
}

function requireName(domain: number, name: Uint8Array): void {
  requireBytes(name, "name");
  const { length } = name;
  if ((domain & 0x1f) !== domain || domain > DOMAIN_MAX) throw new RangeError(`domain ${domain}`);
  if (length < 1 || length > NAME_MAX) throw new RangeError(`a name has 1 to ${NAME_MAX} bytes`);
}

function requireEntry(domain: number, name: Uint8Array, format: number): void {
  requireName(domain, name);
  if (!Number.isInteger(format) || format < 0 || format > FORMAT_MAX) throw new RangeError(`format ${format}`);
}

export class SealedLog implements EntryLog {
  readonly #parts: LogParts;
  readonly #reader: EntryReader;
  readonly #writer: LogWriter;
  readonly #cleaner: Cleaner;
  #isStopped = false;
  #open: LongWriter | undefined;

  /** Use mountLog(). */
  constructor(parts: LogParts) {
    const { area, seals, state } = parts;
    this.#parts = parts;
    this.#reader = new EntryReader(area, seals, state);
    this.#writer = new LogWriter(area, seals, state);
    this.#cleaner = new Cleaner(state, this.#reader, this.#writer);
    this.#readRetired();
  }

  get #state(): LogState {
    return this.#parts.state;
  }

  get valueMax(): number {
    const chunk = chunkLengthOf(this.#state.geometry.contentMax);
    const chunks = Math.floor(
      (this.#state.geometry.capacity - this.#state.cost(NAME_MAX, LONG_LENGTH)) / this.#state.cost(4, chunk),
    );
    return Math.min(this.#state.geometry.valueMax, Math.max(0, chunks) * chunk);
  }

  get capacity(): number {
    return this.#state.capacity;
  }

  get used(): number {
    return this.#state.used;
  }

  get logStatus(): LogStatus {
    const { capacity, used, keys, commits, geometry, retired } = this.#state;
    return {
      capacity,
      used,
      valueMax: this.valueMax,
      entries: keys.count,
      commits,
      blocks: geometry.blocks,
      retired: retired.size,
      freshness: this.#parts.guard.every,
      isStopped: this.#hasStopped,
    };
  }

  /** Destroys the log's keys. Nothing is lost: everything that was committed is in the flash. */
  close(): void {
    this.#isStopped = true;
    this.#parts.seals.close();
  }

  status(domain: number, name: Uint8Array): EntryStatus | undefined {
    const found = this.#find(domain, name);
    if (found === undefined) return undefined;
    return { format: found.item.format, length: found.long?.length ?? found.item.value.length };
  }

  read(domain: number, name: Uint8Array, start: number, end: number): Uint8Array {
    const found = this.#find(domain, name);
    const length = found === undefined ? 0 : (found.long?.length ?? found.item.value.length);
    if (found === undefined || start < 0 || start > end || end > length) {
      throw new RangeError(`bytes ${start} to ${end} of a value of ${length}`);
    }
    return this.#reader.bytes(found, start, end);
  }

  names(domain: number): Uint8Array[] {
    this.#requireRunning();
    const names: Uint8Array[] = [];
    const { keys } = this.#state;
    for (let i = 0; i < keys.count; i++) {
      const place = keys.at(i);
      if (place.domain !== domain) continue;
      const { name } = this.#reader.entryAt(place).item;
      if (name.length > 0) names.push(name.slice());
    }
    return names;
  }

  usedBy(domain: number): number {
    let used = 0;
    for (const index of [this.#state.keys, this.#state.chunks]) {
      for (let i = 0; i < index.count; i++) {
        const place = index.at(i);
        if (place.domain === domain) used += place.cost;
      }
    }
    return used;
  }

  cost(nameLength: number, valueLength: number): number {
    const plan = new CommitPlan(this.#state, this.#reader);
    if (plan.isInline(nameLength, valueLength)) return this.#state.cost(nameLength, valueLength);
    return this.#state.cost(nameLength, LONG_LENGTH) + this.#chunkCost(valueLength);
  }

  #chunkCost(valueLength: number): number {
    const chunk = chunkLengthOf(this.#state.geometry.contentMax);
    const whole = Math.floor(valueLength / chunk);
    const rest = valueLength - whole * chunk;
    return whole * this.#state.cost(4, chunk) + (rest > 0 ? this.#state.cost(4, rest) : 0);
  }

  costOf(domain: number, name: Uint8Array): number {
    const found = this.#find(domain, name);
    if (found === undefined) return 0;
    const plan = new CommitPlan(this.#state, this.#reader);
    plan.delete({ domain, name, format: 0, value: undefined });
    return plan.removed;
  }

  commit(changes: readonly Change[]): void {
    this.#requireRunning();
    if (this.#open !== undefined) throw new ProtocolError("STORAGE_BUSY", "a value is being written in parts");
    for (const { domain, name, format, value } of changes) {
      requireEntry(domain, name, format);
      if (value === undefined) continue;
      requireBytes(value, "value");
      if (value.length > this.valueMax) throw new RangeError(`a value has at most ${this.valueMax} bytes`);
    }
    const plan = new CommitPlan(this.#state, this.#reader);
    const long: [Item, Uint8Array][] = [];
    for (const change of changes) {
      const { domain, name, format, value } = change;
      if (value === undefined) {
        plan.delete(change);
      } else if (plan.isInline(name.length, value.length)) {
        plan.put({ kind: ItemKind.put, format, domain, name, value });
      } else {
        // The place of its chunks is known once they are written.
        plan.put({ kind: ItemKind.long, format, domain, name, value: new Uint8Array(LONG_LENGTH) });
        long.push([plan.items[plan.items.length - 1] as Item, value]);
      }
    }
    if (plan.items.length === 0) return;
    const chunks = long.reduce((sum, [, value]) => sum + this.#chunkCost(value.length), 0);
    this.#requireRoom(plan, chunks);
    const places: Place[] = [];
    for (const [item, value] of long) {
      const writer = new LongWriter(this.#state, this.#writer, item.domain);
      writer.write(value);
      const { value: encoded, chunks: written } = writer.end();
      (item.value as Uint8Array).set(encoded);
      places.push(...written);
    }
    this.#finish(plan.items, places);
  }

  writer(domain: number, name: Uint8Array, format: number): ValueWriter {
    this.#requireRunning();
    requireEntry(domain, name, format);
    if (this.#open !== undefined) throw new ProtocolError("STORAGE_BUSY", "a value is being written in parts already");
    this.#cleaner.prepareForLong();
    const long = new LongWriter(this.#state, this.#writer, domain);
    this.#open = long;
    const kept = name.slice();
    return Object.freeze({
      write: (bytes: Uint8Array): void => {
        requireBytes(bytes, "bytes");
        if (this.#open !== long) throw new ProtocolError("STORAGE_STOPPED", "this value is finished or aborted");
        this.#aborting(() => {
          if (long.length + bytes.length > this.valueMax) {
            throw new RangeError(`a value has at most ${this.valueMax} bytes`);
          }
          long.write(bytes, (size) => {
            this.#requireRunning();
            if (this.used + long.cost + size > this.capacity) throw new ProtocolError("STORAGE_FULL", "no room for it");
            this.#beforeWriting(size);
          });
        });
      },
      finish: (): void => {
        if (this.#open !== long) return;
        this.#aborting(() => this.#finishLong(long, domain, kept, format));
        this.#open = undefined;
      },
      abort: (): void => {
        if (this.#open === long) this.#abort();
      },
    });
  }

  #finishLong(long: LongWriter, domain: number, name: Uint8Array, format: number): void {
    this.#requireRunning();
    const plan = new CommitPlan(this.#state, this.#reader);
    const whole = long.whole;
    if (whole !== undefined && plan.isInline(name.length, whole.length)) {
      plan.put({ kind: ItemKind.put, format, domain, name, value: whole });
      this.#requireRoom(plan, 0);
      this.#finish(plan.items, []);
      return;
    }
    const value = new Uint8Array(LONG_LENGTH);
    plan.put({ kind: ItemKind.long, format, domain, name, value });
    this.#requireRoom(plan, this.#state.cost(4, this.#state.geometry.contentMax), long.cost);
    const { value: encoded, chunks } = long.end();
    value.set(encoded);
    this.#finish(plan.items, chunks);
  }

  #aborting(action: () => void): void {
    let isDone = false;
    try {
      action();
      isDone = true;
    } finally {
      if (!isDone) this.#abort();
    }
  }

  /** Chunks that were written are never to be committed: the next write begins an epoch, which drops them. */
  #abort(): void {
    if (this.#open?.hasWritten === true) this.#writer.endEpoch();
    this.#open = undefined;
    this.#state.pendingFrom = undefined;
  }

  get #hasStopped(): boolean {
    return this.#isStopped || this.#writer.hasFailed;
  }

  #requireRunning(): void {
    if (this.#hasStopped) {
      throw new ProtocolError("STORAGE_STOPPED", "the store was closed, or has failed and has to be opened again");
    }
  }

  #find(domain: number, name: Uint8Array): FoundEntry | undefined {
    this.#requireRunning();
    requireName(domain, name);
    return this.#reader.find(domain, name);
  }

  /**
   * What it adds beside what there is has room, but for a block: so that what is there can be replaced when all is full.
   * @param chunks - what those of its values take that are to be written. @param written - what those take that are.
   */
  #requireRoom(plan: CommitPlan, chunks: number, written = 0): void {
    const { used, capacity } = this;
    const added = plan.added + chunks + written;
    const after = used + added - plan.removed;
    if (added > plan.removed && after > capacity) {
      throw new ProtocolError("STORAGE_FULL", `${after} bytes with this, ${capacity} at most`);
    }
    const before = used + added;
    if (added > 0 && before > capacity + this.#state.geometry.blockRoom) {
      throw new ProtocolError("STORAGE_FULL", `${before} bytes until what it replaces is gone, ${capacity} at most`);
    }
    this.#beforeWriting(plan.size + chunks);
  }

  #beforeWriting(size: number): void {
    this.#cleaner.makeRoom(size);
  }

  #finish(items: readonly Item[], chunks: readonly Place[]): void {
    const all = this.#writer.hasRetired ? [...items, retiredItem(this.#state)] : items;
    const { contentMax } = this.#state.geometry;
    const written: [Item, RecordPlace][] = [];
    let parts: Uint8Array[] = [];
    let waiting: Item[] = [];
    let length = 0;
    const write = (flags: number): void => {
      const place = this.#writer.append(flags, joinBytes(parts));
      for (const item of waiting) written.push([item, place]);
      parts = [];
      waiting = [];
      length = 0;
    };
    for (const item of all) {
      const part = encodeItem(item);
      if (length + part.length > contentMax) write(0);
      parts.push(part);
      waiting.push(item);
      length += part.length;
    }
    write(RecordFlag.commit);
    this.#state.pendingFrom = undefined;
    for (const place of chunks) this.#state.chunks.set(place);
    for (const [item, place] of written) this.#state.apply(item, place);
    this.#state.commits++;
    if (all !== items) this.#writer.hasRetired = false;
    let isRaised = false;
    try {
      this.#parts.guard.raise(this.#state.commits);
      isRaised = true;
    } finally {
      // It is written, and the counter may not say so: what a mount finds counts.
      if (!isRaised) this.#isStopped = true;
    }
  }

  #readRetired(): void {
    const place = this.#state.keys.find(this.#state.retiredId);
    if (place !== undefined) this.#state.retired = retiredBlocks(this.#reader.entryAt(place).item);
  }
}

Object.freeze(SealedLog.prototype);

/** What both mounting and recovery begin with. */
export function logParts({ flash, crypto, key, name, freshness, hash = hashName }: LogOptions): LogParts {
  const guard = new FreshnessGuard(freshness);
  const area = new FlashArea(flash);
  const seals = new Seals(crypto, key, name, area.geometry);
  return { area, seals, state: new LogState(area.geometry, hash), guard };
}

/**
 * Mounts the log of a partition. It does not write to the flash; what an interrupted commit left to the counter is done, so
 * that what an app has read is not taken back.
 * @throws ProtocolError STORAGE_GEOMETRY - the format does not fit this flash.
 * @throws ProtocolError STORAGE_FOREIGN - what is there was not sealed by this device for this partition.
 * @throws ProtocolError STORAGE_DAMAGED - something that was written does not verify or is missing.
 * @throws ProtocolError STORAGE_ROLLED_BACK - all of it verifies, and it is older than the counter says.
 * @throws ProtocolError STORAGE_COUNTER - the counter does not answer.
 */
export function mountLog(options: LogOptions): SealedLog {
  const parts = logParts(options);
  return closingSeals(parts, () => mountParts(parts));
}

/** An action that throws leaves no keys behind. */
export function closingSeals<T>({ seals }: LogParts, action: () => T): T {
  let isDone = false;
  try {
    const result = action();
    isDone = true;
    return result;
  } finally {
    if (!isDone) seals.close();
  }
}

function mountParts(parts: LogParts): SealedLog {
  const { area, seals, state, guard } = parts;
  const least = guard.leastCommits();
  const end = mountState(area, seals, state);
  if (state.commits < least) {
    const isTorn = end !== undefined && !area.isBlank(end.header.number, end.offset, area.geometry.blockLength);
    if (isTorn) throw new ProtocolError("STORAGE_DAMAGED", "the last commit does not verify");
    throw new ProtocolError("STORAGE_ROLLED_BACK", `${state.commits} commits are here, and ${least} were made`);
  }
  if (end !== undefined) guard.catchUp(state.commits);
  return new SealedLog(parts);
}
