// SPDX-License-Identifier: Apache-2.0
/**
 * The sealed log: entries that are encrypted, authenticated, chained, and changed by commits that happen whole or not at
 * all, on flash that wears. docs/formats/sealed-store.md has the format, docs/decisions/0011-sealed-store.md the reasons.
 */
import { ProtocolError } from "../errors/security-error.js";
import { CommitPlan } from "./commit-plan.js";
import { Committer } from "./committer.js";
import { type Change, type EntryLog, requireName, type ValueWriter } from "./entries.js";
import { EntryReader, type LogEntry } from "./entry-reader.js";
import { closingSeals, type LogOptions, type LogParts, logParts } from "./log-parts.js";
import { mountState } from "./mount.js";
import { retiredBlocks } from "./retired.js";
import type { LogState } from "./state.js";
import { entryCost, valueMaxOf } from "./value-size.js";

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

export class SealedLog implements EntryLog {
  readonly #parts: LogParts;
  readonly #state: LogState;
  readonly #reader: EntryReader;
  readonly #committer: Committer;

  /** Use mountLog(). */
  constructor(parts: LogParts) {
    const { area, seals, state } = parts;
    this.#parts = parts;
    this.#state = state;
    this.#reader = new EntryReader(area, seals, state);
    this.#committer = new Committer(parts, this.#reader);
    this.#readRetired();
  }

  get valueMax(): number {
    return valueMaxOf(this.#state);
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
      isStopped: this.#state.hasStopped,
    };
  }

  /** Destroys the log's keys. Nothing is lost: everything that was committed is in the flash. */
  close(): void {
    this.#state.hasStopped = true;
    this.#parts.seals.close();
  }

  find(domain: number, name: Uint8Array): LogEntry | undefined {
    this.#state.requireRunning();
    requireName(domain, name);
    return this.#reader.find(domain, name);
  }

  names(domain: number): Uint8Array[] {
    this.#state.requireRunning();
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
    return entryCost(this.#state, nameLength, valueLength);
  }

  costOf(domain: number, name: Uint8Array): number {
    this.#state.requireRunning();
    requireName(domain, name);
    const plan = new CommitPlan(this.#state, this.#reader);
    plan.delete({ domain, name, format: 0, value: undefined });
    return plan.removed;
  }

  commit(changes: readonly Change[]): void {
    this.#committer.commit(changes);
  }

  writer(domain: number, name: Uint8Array, format: number): ValueWriter {
    return this.#committer.writer(domain, name, format);
  }

  #readRetired(): void {
    const place = this.#state.keys.find(this.#state.retiredId);
    if (place !== undefined) this.#state.retired = retiredBlocks(this.#reader.entryAt(place).item);
  }
}

Object.freeze(SealedLog.prototype);

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
