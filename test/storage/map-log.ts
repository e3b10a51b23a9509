// SPDX-License-Identifier: Apache-2.0
/**
 * The contract of an entry log kept in a Map, for tests of what is above it. Portable: boards run it too. What one log
 * committed another can be mounted on, as after a restart; a commit can be made to fail before or after it counts.
 */

import { decodeUtf8, encodeUtf8 } from "../../sdk/bytes/utf8.js";
import { ProtocolError } from "../../sdk/errors/security-error.js";
import { type Change, DOMAIN_MAX, type FoundEntry, type ValueWriter } from "../../sdk/storage/entries.js";
import type { LogStatus } from "../../sdk/storage/sealed-log.js";
import type { StoreLog } from "../../sdk/storage/sealed-store.js";

/** What the fake charges for an entry beside name and value. */
export const ENTRY_COST = 24;

interface Kept {
  readonly domain: number;
  readonly name: string;
  readonly format: number;
  readonly value: Uint8Array;
}

export class MapLog implements StoreLog {
  readonly valueMax = 600;
  readonly capacity: number;
  /** Most changes in a commit. */
  changesMax = 1000;
  /** Commits that counted, with a writer's. */
  commits = 0;
  /** The commit (from 1) at which power goes, and on which side of it. */
  cut: { readonly commit: number; readonly counts: boolean } | undefined;
  isClosed = false;
  readonly #kept: Map<string, Kept>;
  #isWriting = false;

  /** @param before - the log before a restart. */
  constructor(before?: MapLog, capacity = 4000) {
    this.#kept = before === undefined ? new Map() : before.#kept;
    this.capacity = capacity;
  }

  get used(): number {
    return this.#sum(() => true);
  }

  get logStatus(): LogStatus {
    const { capacity, used, valueMax, commits } = this;
    return {
      capacity,
      used,
      valueMax,
      commits,
      entries: this.#kept.size,
      blocks: 0,
      retired: 0,
      freshness: 0,
      isStopped: this.isClosed,
    };
  }

  close(): void {
    this.isClosed = true;
  }

  find(domain: number, name: Uint8Array): FoundEntry | undefined {
    const found = this.#find(domain, name);
    if (found === undefined) return undefined;
    const { format, value } = found;
    const bytes = (start: number, end: number): ArrayBuffer => {
      if (start < 0 || end < start || end > value.length) throw new RangeError("MAP_RANGE");
      return value.slice(start, end).buffer as ArrayBuffer;
    };
    return { format, length: value.length, bytes };
  }

  names(domain: number): Uint8Array[] {
    return [...this.#kept.values()].filter((kept) => kept.domain === domain).map(({ name }) => encodeUtf8(name));
  }

  usedBy(domain: number): number {
    return this.#sum((kept) => kept.domain === domain);
  }

  cost(nameLength: number, valueLength: number): number {
    return ENTRY_COST + nameLength + valueLength;
  }

  costOf(domain: number, name: Uint8Array): number {
    const found = this.#find(domain, name);
    return found === undefined ? 0 : this.cost(name.length, found.value.length);
  }

  commit(changes: readonly Change[]): void {
    if (this.#isWriting) throw new ProtocolError("STORAGE_BUSY", "a value is being written");
    this.#commit(changes);
  }

  writer(domain: number, name: Uint8Array, format: number): ValueWriter {
    if (this.#isWriting) throw new ProtocolError("STORAGE_BUSY", "a value is being written");
    this.#isWriting = true;
    const parts: number[] = [];
    const end = (): boolean => {
      const was = this.#isWriting;
      this.#isWriting = false;
      return was;
    };
    return {
      write: (bytes) => {
        for (const byte of bytes) parts.push(byte);
      },
      finish: () => {
        if (end()) this.#commit([{ domain, name, format, value: Uint8Array.from(parts) }]);
      },
      abort: () => {
        end();
      },
    };
  }

  #commit(changes: readonly Change[]): void {
    const after = new Map(this.#kept);
    const seen = new Set<string>();
    for (const { domain, name, format, value } of changes) {
      const key = keyOf(domain, name);
      if (domain < 0 || domain > DOMAIN_MAX || name.length === 0 || seen.has(key)) throw new RangeError("MAP_CHANGE");
      seen.add(key);
      if (value === undefined) after.delete(key);
      else after.set(key, { domain, name: decodeUtf8(name), format, value: value.slice() });
    }
    const cutHere = this.cut?.commit === this.commits + 1;
    if (cutHere && !this.cut?.counts) throw new Error("no power");
    const size = [...after.values()].reduce((sum, kept) => sum + costOf(kept), 0);
    if (changes.length > this.changesMax || size > this.capacity) {
      throw new ProtocolError("STORAGE_FULL", `${size} bytes with this one, ${this.capacity} at most`);
    }
    this.#kept.clear();
    for (const [key, kept] of after) this.#kept.set(key, kept);
    this.commits++;
    if (cutHere) throw new Error("no power");
  }

  #find(domain: number, name: Uint8Array): Kept | undefined {
    return this.#kept.get(keyOf(domain, name));
  }

  #sum(counts: (kept: Kept) => boolean): number {
    return [...this.#kept.values()].reduce((sum, kept) => (counts(kept) ? sum + costOf(kept) : sum), 0);
  }
}

function keyOf(domain: number, name: Uint8Array): string {
  return `${domain} ${decodeUtf8(name)}`;
}

function costOf({ name, value }: Kept): number {
  return ENTRY_COST + encodeUtf8(name).length + value.length;
}
