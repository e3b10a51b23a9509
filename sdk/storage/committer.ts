// SPDX-License-Identifier: Apache-2.0
/** Changes what a log holds: commits that happen whole or not at all, and values that are written in parts. */
import { joinBytes, requireBytes } from "../bytes/bytes.js";
import { ProtocolError } from "../errors/security-error.js";
import { Cleaner } from "./cleaner.js";
import { CommitPlan } from "./commit-plan.js";
import { type Change, requireEntry, type ValueWriter } from "./entries.js";
import type { EntryReader } from "./entry-reader.js";
import type { FreshnessGuard } from "./freshness.js";
import { encodeItem, type Item, ItemKind, LONG_LENGTH } from "./item.js";
import type { Place } from "./key-index.js";
import type { LogParts } from "./log-parts.js";
import { LogWriter } from "./log-writer.js";
import { LongWriter } from "./long-writer.js";
import { RecordFlag } from "./record.js";
import { retiredItem } from "./retired.js";
import type { LogState, RecordPlace } from "./state.js";
import { undoing } from "./undoing.js";
import { chunkCost, isInline, valueMaxOf } from "./value-size.js";

export class Committer {
  readonly #state: LogState;
  readonly #guard: FreshnessGuard;
  readonly #reader: EntryReader;
  readonly #writer: LogWriter;
  readonly #cleaner: Cleaner;
  #open: LongWriter | undefined;

  constructor({ area, seals, state, guard }: LogParts, reader: EntryReader) {
    this.#state = state;
    this.#guard = guard;
    this.#reader = reader;
    this.#writer = new LogWriter(area, seals, state);
    this.#cleaner = new Cleaner(state, reader, this.#writer);
  }

  /** As `commit` of EntryLog. */
  commit(changes: readonly Change[]): void {
    this.#state.requireRunning();
    if (this.#open !== undefined) throw new ProtocolError("STORAGE_BUSY", "a value is being written in parts");
    const valueMax = valueMaxOf(this.#state);
    for (const { domain, name, format, value } of changes) {
      requireEntry(domain, name, format);
      if (value === undefined) continue;
      requireBytes(value, "value");
      if (value.length > valueMax) throw new RangeError(`a value has at most ${valueMax} bytes`);
    }
    const plan = new CommitPlan(this.#state, this.#reader);
    const long: [Item, Uint8Array][] = [];
    for (const change of changes) {
      const { domain, name, format, value } = change;
      if (value === undefined) {
        plan.delete(change);
      } else if (isInline(this.#state, name.length, value.length)) {
        plan.put({ kind: ItemKind.put, format, domain, name, value });
      } else {
        // The place of its chunks is known once they are written.
        plan.put({ kind: ItemKind.long, format, domain, name, value: new Uint8Array(LONG_LENGTH) });
        long.push([plan.items[plan.items.length - 1] as Item, value]);
      }
    }
    if (plan.items.length === 0) return;
    const chunks = long.reduce((sum, [, value]) => sum + chunkCost(this.#state, value.length), 0);
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

  /** As `writer` of EntryLog. */
  writer(domain: number, name: Uint8Array, format: number): ValueWriter {
    this.#state.requireRunning();
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
        this.#aborting(() => this.#writePart(long, bytes));
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

  #writePart(long: LongWriter, bytes: Uint8Array): void {
    const valueMax = valueMaxOf(this.#state);
    if (long.length + bytes.length > valueMax) throw new RangeError(`a value has at most ${valueMax} bytes`);
    long.write(bytes, (size) => {
      this.#state.requireRunning();
      const { used, capacity } = this.#state;
      if (used + long.cost + size > capacity) throw new ProtocolError("STORAGE_FULL", "no room for it");
      this.#cleaner.makeRoom(size);
    });
  }

  #finishLong(long: LongWriter, domain: number, name: Uint8Array, format: number): void {
    this.#state.requireRunning();
    const plan = new CommitPlan(this.#state, this.#reader);
    const whole = long.whole;
    if (whole !== undefined && isInline(this.#state, name.length, whole.length)) {
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
    undoing(() => this.#abort(), action);
  }

  /** Chunks that were written are never to be committed: the next write begins an epoch, which drops them. */
  #abort(): void {
    if (this.#open?.hasWritten === true) this.#writer.endEpoch();
    this.#open = undefined;
    this.#state.pendingFrom = undefined;
  }

  /**
   * What it adds beside what there is has room, but for a block: so that what is there can be replaced when all is full.
   * @param chunks - what those of its values take that are to be written. @param written - what those take that are.
   */
  #requireRoom(plan: CommitPlan, chunks: number, written = 0): void {
    const { used, capacity, geometry } = this.#state;
    const added = plan.added + chunks + written;
    const after = used + added - plan.removed;
    if (added > plan.removed && after > capacity) {
      throw new ProtocolError("STORAGE_FULL", `${after} bytes with this, ${capacity} at most`);
    }
    const before = used + added;
    if (added > 0 && before > capacity + geometry.blockRoom) {
      throw new ProtocolError("STORAGE_FULL", `${before} bytes until what it replaces is gone, ${capacity} at most`);
    }
    this.#cleaner.makeRoom(plan.size + chunks);
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
    // When this throws it is written, and the counter may not say so: what a mount finds counts.
    undoing(
      () => {
        this.#state.hasStopped = true;
      },
      () => this.#guard.raise(this.#state.commits),
    );
  }
}

Object.freeze(Committer.prototype);
