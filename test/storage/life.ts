// SPDX-License-Identifier: Apache-2.0
/**
 * A device's life at random: commits, writers, reads, mounts, power cuts, blocks that wear out, old copies of the flash that
 * are put back. After each step what the store holds is what a plain Map holds.
 */
import { compareBytes } from "../../sdk/bytes/bytes.js";
import { ProtocolError } from "../../sdk/errors/security-error.js";
import type { Change, EntryLog, ValueWriter } from "../../sdk/storage/entries.js";
import { type Contents, changed, contentsOf, DOMAINS, difference, itemKey } from "./contents.js";
import { Device, type Mount } from "./device.js";
import type { FlashCopy } from "./flash-model.js";
import type { Layout } from "./layouts.js";
import { TEARS } from "./power.js";
import { Random } from "./random.js";
import { RandomChanges, shown } from "./random-changes.js";
import { WEARS, WornBlocks } from "./worn-blocks.js";

export interface Kinds {
  /** Blocks that wear out, at most so many. A store may keep a list of them that counts as an entry. */
  readonly wornMax: number;
  /** Old copies are put back, and the counter is lost. */
  readonly replays: boolean;
}

export interface Lived {
  readonly steps: number;
  readonly cuts: number;
  readonly full: number;
  readonly replays: number;
  readonly worn: number;
  readonly encryptions: number;
}

interface OldCopy {
  readonly flash: FlashCopy;
  readonly contents: Contents;
  readonly commits: number;
}

/** More handles of keys than a store needs at a time: its own, one of headers, those of some epochs. */
const KEYS_MAX = 8;
const COPIES_MAX = 6;
const HISTORY = 8;

class Life {
  readonly #mount: Mount;
  readonly #random: Random;
  readonly #kinds: Kinds;
  readonly #worn: WornBlocks;
  readonly #device: Device;
  readonly #history: string[] = [];
  readonly #copies: OldCopy[] = [];
  readonly #counts = { cuts: 0, full: 0, replays: 0, worn: 0 };
  readonly #pick: RandomChanges;
  #log: EntryLog;
  #contents: Contents = new Map();
  #commits = 0;
  /** Those that the counter is to know: what a cut left is counted with the next write. */
  #counted = 0;
  #isOver = false;

  constructor(mount: Mount, layout: Layout, seed: number, kinds: Kinds) {
    this.#mount = mount;
    this.#random = new Random(seed);
    this.#kinds = kinds;
    this.#worn = new WornBlocks(seed, layout.eraseValue);
    this.#device = new Device(layout, seed, this.#worn);
    this.#log = mount(this.#device.start());
    this.#pick = new RandomChanges(this.#random, layout.blockLength, () => this.#valueMax);
  }

  run(steps: number): Lived {
    let step = 0;
    for (; step < steps && !this.#isOver; step++) {
      try {
        this.#step();
        this.#look();
      } catch (error) {
        const words = error instanceof Error ? (error.stack ?? String(error)) : String(error);
        throw new Error(`step ${step}: ${words}\nsteps before: ${this.#history.join("; ")}`);
      }
    }
    return { steps: step, ...this.#counts, encryptions: this.#device.nonces.size };
  }

  /** It was full, or nearly, when blocks were worn. */
  get #isOverfull(): boolean {
    return this.#counts.worn > 0 && this.#log.used > this.#log.capacity;
  }

  #note(what: string): void {
    this.#history.push(what);
    if (this.#history.length > HISTORY) this.#history.shift();
  }

  /** A block that wears out while a value is written makes the largest one smaller. */
  get #valueMax(): number {
    const { valueMax } = this.#log;
    return this.#kinds.wornMax > 0 ? valueMax >> 1 : valueMax;
  }

  #step(): void {
    const kind = this.#random.below(100);
    if (kind < 50) this.#commit();
    else if (kind < 60) this.#stream();
    else if (kind < 72) this.#readSlice();
    else if (kind < 80) this.#remount("a mount");
    else if (kind < 94) this.#cut();
    else if (kind < 97) this.#wear();
    else this.#replay();
  }

  /** What all entries would take. */
  #costOf(contents: Contents): number {
    let cost = 0;
    for (const { name, value } of contents.values()) cost += this.#log.cost(name.length, value.length);
    return cost;
  }

  /** Runs what is to happen whole or not at all. @returns The contents that may be there when the power went. */
  #attempt(what: string, after: Contents, changes: readonly Change[], action: () => void): readonly Contents[] {
    const before = this.#contents;
    this.#note(what);
    let isDone = false;
    try {
      action();
      isDone = true;
    } catch (error) {
      if (!this.#device.power.isOn) return [before, after];
      if (error instanceof ProtocolError && error.detail === "STORAGE_WORN" && this.#isOverfull) {
        this.#remount("too many blocks are worn for what is there");
        this.#isOver = true;
        return [before];
      }
      if (!(error instanceof ProtocolError) || error.detail !== "STORAGE_FULL") throw error;
      this.#note("it is full");
      this.#counts.full++;
      // What is replaced and what is new may both need room, and a record more.
      const { blockLength } = this.#device.layout;
      const most = this.#costOf(before) + this.#costOf(changed(new Map(), changes)) + blockLength / 4 + 200;
      if (most <= this.#log.capacity) throw new Error(`${error.message}: with ${most} of ${this.#log.capacity} bytes`);
    }
    if (isDone) {
      if (difference(this.#contents, after) !== undefined) this.#commits++;
      this.#contents = after;
      if (this.#device.power.isOn) this.#counted = this.#commits;
    }
    return [this.#contents];
  }

  #commit(): readonly Contents[] {
    const changes = this.#pick.several();
    const words = changes.map(({ domain, name, value }) => `${shown(domain, name)}=${value?.length ?? "none"}`);
    const after = changed(this.#contents, changes);
    return this.#attempt(`commit ${words.join(" ")}`, after, changes, () => this.#log.commit(changes));
  }

  #stream(): readonly Contents[] {
    const change = this.#pick.one();
    const { domain } = change;
    const isKept = !this.#random.oneIn(3);
    const after = isKept ? changed(this.#contents, [change]) : this.#contents;
    const what = `${isKept ? "stream" : "aborted stream"} ${shown(domain, change.name)}=${change.value.length}`;
    return this.#attempt(what, after, [change], () => {
      const writer = this.#log.writer(domain, change.name, change.format);
      this.#writeParts(writer, change.value);
      if (isKept) writer.finish();
      else writer.abort();
    });
  }

  #writeParts(writer: ValueWriter, value: Uint8Array): void {
    for (let at = 0; at < value.length; ) {
      const end = Math.min(value.length, at + 1 + this.#random.below(400));
      writer.write(value.slice(at, end));
      at = end;
      if (!this.#random.oneIn(8)) continue;
      this.#requireRefused(["STORAGE_BUSY"], () =>
        this.#log.commit([{ domain: 1, name: this.#pick.name(), format: 0, value }]),
      );
      this.#readSlice();
    }
  }

  #requireRefused(details: readonly string[], action: () => unknown): void {
    try {
      action();
    } catch (error) {
      if (!this.#device.power.isOn) throw error;
      if (error instanceof ProtocolError && details.includes(error.detail)) return;
      throw new Error(`not ${details.join(" or ")}, but ${error}`);
    }
    throw new Error(`not refused: ${details.join(" or ")}`);
  }

  #readSlice(): void {
    const domain = this.#random.pick(DOMAINS);
    const name = this.#pick.name();
    const item = this.#contents.get(itemKey(domain, name));
    const found = this.#log.find(domain, name);
    if (found?.length !== item?.value.length || found?.format !== item?.format) throw new Error("another entry");
    if (item === undefined || found === undefined) return;
    const start = this.#random.below(item.value.length + 1);
    const end = start + this.#random.below(item.value.length - start + 1);
    const slice = new Uint8Array(found.bytes(start, end));
    if (compareBytes(slice, item.value.subarray(start, end)) !== 0)
      throw new Error(`other bytes from ${start} to ${end}`);
  }

  #remount(why: string): void {
    this.#note(why);
    this.#log = this.#mount(this.#device.start());
    this.#requireAll();
  }

  /** Work until the power goes; sometimes it goes again in the mount after that. */
  #cut(): void {
    this.#plan(24);
    let states: readonly Contents[] = [this.#contents];
    while (this.#device.power.isOn && !this.#isOver) states = this.#random.oneIn(4) ? this.#stream() : this.#commit();
    while (!this.#isOver) {
      this.#counts.cuts++;
      const start = this.#device.start();
      if (this.#random.oneIn(3)) this.#plan(6);
      try {
        this.#log = this.#mount(start);
        this.#settle(states);
        this.#device.power.plan(undefined);
        return;
      } catch (error) {
        if (this.#device.power.isOn) throw error;
      }
    }
  }

  #plan(operations: number): void {
    const tear = this.#random.pick(TEARS);
    const operation = this.#random.below(operations);
    const bytes = this.#random.word();
    this.#note(`cut at ${operation}, ${tear}`);
    this.#device.power.plan({ operation, bytes, tear, seed: this.#random.word() });
  }

  #settle(states: readonly Contents[]): void {
    const there = contentsOf(this.#log);
    const wrong = states.map((state) => difference(there, state));
    const found = states[wrong.indexOf(undefined)];
    if (found === undefined) throw new Error(`neither state: ${wrong.join(", or ")}`);
    if (found !== this.#contents) this.#commits++;
    this.#contents = found;
  }

  #wear(): void {
    const kind = this.#random.pick(WEARS);
    const block = this.#random.below(this.#device.layout.blocks);
    if (this.#kinds.wornMax === 0 || this.#worn.has(block)) return;
    if (this.#counts.worn >= this.#kinds.wornMax) return;
    this.#counts.worn++;
    this.#note(`block ${block}: ${kind}`);
    this.#worn.wear(block, kind);
  }

  #replay(): void {
    if (!this.#kinds.replays) return;
    const present = { flash: this.#device.flash.copy(), contents: this.#contents, commits: this.#commits };
    this.#copies.push(present);
    if (this.#copies.length > COPIES_MAX) this.#copies.splice(this.#random.below(COPIES_MAX), 1);
    const old = this.#random.pick(this.#copies);
    this.#note(`a copy of ${this.#commits - old.commits} commits ago`);
    this.#counts.replays++;
    const { every } = this.#device.layout;
    if (every > 0 && this.#random.oneIn(4)) this.#loseCounter();
    this.#device.flash.restore(old.flash);
    if (every === 0 || this.#counted === 0 || old === present) this.#goOnFrom(old);
    else if (this.#counted - old.commits >= every) this.#requireRolledBack(present);
    else this.#putBack(present); // it may be refused or not
  }

  #loseCounter(): void {
    this.#note("the counter is lost");
    this.#device.counter.restore({ value: 0, begun: undefined });
    this.#counted = 0;
  }

  #goOnFrom(old: OldCopy): void {
    this.#contents = old.contents;
    this.#commits = old.commits;
    this.#counted = Math.min(this.#counted, old.commits);
    this.#remount("it goes on from there");
  }

  #requireRolledBack(present: OldCopy): void {
    const start = this.#device.start();
    // A copy whose last record a cut has torn lacks commits that it might have had.
    this.#requireRefused(["STORAGE_ROLLED_BACK", "STORAGE_DAMAGED"], () => this.#mount(start));
    this.#putBack(present);
  }

  #putBack(present: OldCopy): void {
    this.#device.flash.restore(present.flash);
    this.#remount("the present flash again");
  }

  #requireAll(): void {
    const wrong = difference(contentsOf(this.#log), this.#contents);
    if (wrong !== undefined) throw new Error(wrong);
  }

  /** What has to hold after every step. */
  #look(): void {
    const { faults, liveKeys } = this.#device;
    if (faults.length > 0) throw new Error(faults.join("; "));
    if (liveKeys > KEYS_MAX) throw new Error(`${liveKeys} keys are open`);
    const cost = this.#costOf(this.#contents);
    const { used, capacity } = this.#log;
    const isOwnList = Array.from({ length: this.#counts.worn }, (_, i) => this.#log.cost(0, 2 * i + 2)).includes(
      used - cost,
    );
    if (used !== cost && !isOwnList) throw new Error(`${used} bytes are used, by entries of ${cost}`);
    if (used > capacity && this.#counts.worn === 0) throw new Error(`${used} bytes are used of ${capacity}`);
    let sum = 0;
    for (const domain of DOMAINS) sum += this.#log.usedBy(domain);
    if (sum !== used) throw new Error(`the domains use ${sum} bytes, all of them ${used}`);
    if (this.#random.oneIn(10)) this.#requireAll();
  }
}

/** @throws Error - what is wrong at which step, and the steps before it. */
export function live(mount: Mount, layout: Layout, seed: number, steps: number, kinds: Kinds): Lived {
  return new Life(mount, layout, seed, kinds).run(steps);
}
