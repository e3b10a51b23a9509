// SPDX-License-Identifier: Apache-2.0
/** Turns the changes of a commit into items, in the order in which they are written: chunks of long values first. */
import { ProtocolError } from "../errors/security-error.js";
import type { Change } from "./entries.js";
import type { EntryReader, LogEntry } from "./entry-reader.js";
import { chunkCount, encodeNumber, type Item, ItemKind, PROBE_MAX } from "./item.js";
import type { LogState } from "./state.js";

const NO_VALUE = Object.freeze(new Uint8Array(0));

export class CommitPlan {
  readonly #state: LogState;
  readonly #reader: EntryReader;
  readonly #ids = new Set<number>();
  readonly items: Item[] = [];
  /** What the entries take that it adds, and what those took that it replaces. */
  added = 0;
  removed = 0;

  constructor(state: LogState, reader: EntryReader) {
    this.#state = state;
    this.#reader = reader;
  }

  /** @param item - all but the probe. */
  put(item: Omit<Item, "probe">): void {
    const { domain, name } = item;
    const old = this.#reader.find(domain, name);
    if (old !== undefined) this.#drop(old);
    const probe = old === undefined ? this.#freeProbe(domain, name) : old.item.probe;
    this.#ids.add(this.#state.hash(domain, probe, name));
    this.items.push({ ...item, probe });
    this.added += this.#state.cost(name.length, item.value.length);
  }

  delete({ domain, name }: Change): void {
    const old = this.#reader.find(domain, name);
    if (old === undefined) return;
    this.#drop(old);
    this.items.push({ kind: ItemKind.delete, format: 0, domain, probe: old.item.probe, name, value: NO_VALUE });
  }

  /** Bytes that the items take in records, at most. */
  get size(): number {
    return this.items.reduce((sum, { name, value }) => sum + this.#state.cost(name.length, value.length), 0);
  }

  #drop({ place, item, long }: LogEntry): void {
    this.removed += place.cost;
    if (long === undefined) return;
    const count = chunkCount(long);
    for (let i = 0; i < count; i++) this.removed += this.#state.chunks.find(long.first + i)?.cost ?? 0;
    this.items.push({
      kind: ItemKind.drop,
      format: 0,
      domain: item.domain,
      probe: 0,
      name: encodeNumber(long.first),
      value: encodeNumber(count),
    });
  }

  /** An id that no entry has. */
  #freeProbe(domain: number, name: Uint8Array): number {
    for (let probe = 0; probe <= PROBE_MAX; probe++) {
      const id = this.#state.hash(domain, probe, name);
      if (id === this.#state.retiredId) continue;
      if (this.#state.keys.find(id) === undefined && !this.#ids.has(id)) return probe;
    }
    throw new ProtocolError("STORAGE_FULL", "no id is left for this name: eight others have its own");
  }
}

Object.freeze(CommitPlan.prototype);
