// SPDX-License-Identifier: Apache-2.0
/**
 * A device's life at random whose flash is damaged now and then while it is off: bytes flipped, blocks erased. Where the store
 * refuses what it finds, it is recovered, what recovery keeps is checked, and the life goes on from there.
 */
import { ProtocolError } from "../../sdk/errors/security-error.js";
import type { EntryLog } from "../../sdk/storage/entries.js";
import type { RecoveryReport, recoverLog } from "../../sdk/storage/recover.js";
import { blocksInOrder, isMark, partsOf } from "./attack-map.js";
import { type Contents, changed, contentsOf, difference, type Item, itemKey } from "./contents.js";
import { Device, type Start } from "./device.js";
import type { FlashCopy } from "./flash-model.js";
import type { Layout } from "./layouts.js";
import { TEARS } from "./power.js";
import { Random } from "./random.js";
import { RandomChanges } from "./random-changes.js";
import { sealedMount } from "./sealed-mount.js";

/** As recoverLog, or one that a test knows to be wrong. */
export type Recover = (start: Start) => ReturnType<typeof recoverLog>;

export interface DamagedLife {
  damages: number;
  /** The store was opened as it was, or as it was before its last commits: no counter tells. */
  opened: number;
  recoveries: number;
  keptAll: number;
  keptSome: number;
  /** Recoveries that do not name all entries that are gone or older, and count nothing as damaged or missing. */
  untold: number;
  /** Values that recovery kept of commits that power had cut off. */
  uncommitted: number;
  /** Nothing verified: the flash from before the damage was put back. */
  nothing: number;
}

const VALUE_MAX = 1500;
const COMMITS = 40;
const TAG_BYTES = 16;
const REFUSALS = Object.freeze(["STORAGE_DAMAGED", "STORAGE_FOREIGN", "STORAGE_ROLLED_BACK"]);

function textOf({ format, value }: Item): string {
  return `${format} ${Buffer.from(value).toString("hex")}`;
}

/** @returns Its detail. @throws The error itself - it is none of `details`. */
function detailOf(error: unknown, details: readonly string[]): string {
  if (error instanceof ProtocolError && details.includes(error.detail)) return error.detail;
  throw error;
}

class Life {
  readonly counts: DamagedLife = {
    damages: 0,
    opened: 0,
    recoveries: 0,
    keptAll: 0,
    keptSome: 0,
    untold: 0,
    uncommitted: 0,
    nothing: 0,
  };
  readonly #recover: Recover;
  readonly #random: Random;
  readonly #device: Device;
  readonly #pick: RandomChanges;
  /** All values that each entry ever had. */
  readonly #committed = new Map<string, Set<string>>();
  /** Entries with the values of commits that power cut off. */
  readonly #cut = new Set<string>();
  #contents: Contents = new Map();
  #log: EntryLog;

  constructor(recover: Recover, layout: Layout, seed: number) {
    this.#recover = recover;
    this.#random = new Random(seed);
    this.#device = new Device(layout, seed);
    this.#log = sealedMount(this.#device.start());
    this.#pick = new RandomChanges(this.#random, layout.blockLength, () => Math.min(VALUE_MAX, this.#log.valueMax));
  }

  /** Commits and cuts, then damage. */
  round(): void {
    for (let left = 5 + this.#random.below(COMMITS); left > 0; left--) {
      if (this.#random.oneIn(12)) this.#plan();
      this.#commit();
      if (this.#random.oneIn(8)) this.#log = sealedMount(this.#device.start());
    }
    this.#device.power.plan(undefined);
    this.#requireSame(contentsOf(this.#log), "before damage");
    this.#damage();
    this.#commit();
    this.#log = sealedMount(this.#device.start());
    this.#requireSame(contentsOf(this.#log), "after damage, a commit and a mount");
    const [fault] = this.#device.faults;
    if (fault !== undefined) throw new Error(fault);
  }

  #plan(): void {
    const [operation, bytes, seed] = [this.#random.below(12), this.#random.word(), this.#random.word()];
    this.#device.power.plan({ operation, bytes, tear: this.#random.pick(TEARS), seed });
  }

  #commit(): void {
    const changes = this.#pick.several();
    const after = changed(this.#contents, changes);
    try {
      this.#log.commit(changes);
      this.#remember(after);
    } catch (error) {
      if (this.#device.power.isOn) {
        detailOf(error, ["STORAGE_FULL"]);
        return;
      }
      this.#log = sealedMount(this.#device.start());
      const isAfter = difference(contentsOf(this.#log), after) === undefined;
      if (isAfter) this.#remember(after);
      else this.#requireSame(contentsOf(this.#log), "after a power cut");
      for (const [key, item] of isAfter ? [] : after) this.#cut.add(`${key} ${textOf(item)}`);
    }
  }

  #remember(contents: Contents): void {
    this.#contents = contents;
    for (const [key, item] of contents) {
      const texts = this.#committed.get(key) ?? new Set();
      this.#committed.set(key, texts.add(textOf(item)));
    }
  }

  #requireSame(found: Contents, when: string): void {
    const wrong = difference(found, this.#contents);
    if (wrong !== undefined) throw new Error(`${when}: ${wrong}`);
  }

  /** Blocks that a read of each entry reads, and those with the marks that end the commits that it was written by. */
  #blocksOf(): Map<string, ReadonlySet<number>> {
    const { layout, flash } = this.#device;
    const { bytes } = flash.copy();
    const parts = blocksInOrder(bytes, layout).flatMap((block) => partsOf(bytes, layout, block));
    const start = this.#device.start();
    let seen = new Set<number>();
    const read = ((length: number, offset: number) => {
      seen.add(Math.floor(offset / layout.blockLength));
      const place = offset + TAG_BYTES; // a record is read with the tag in front of it
      const index = parts.findIndex((part) => part.start <= place && place < part.end);
      const mark = parts.slice(Math.max(index, 0)).find((part) => isMark(bytes, part));
      if (mark !== undefined) seen.add(mark.block);
      return start.flash.read(length, offset);
    }) as Start["flash"]["read"];
    const log = sealedMount({ ...start, flash: { ...start.flash, read } });
    const blocks = new Map<string, ReadonlySet<number>>();
    for (const [key, { domain, name }] of this.#contents) {
      seen = new Set();
      log.find(domain, name)?.bytes(0, this.#contents.get(key)?.value.length ?? 0);
      blocks.set(key, seen);
    }
    return blocks;
  }

  /** One to three places, of blocks that hold something. @returns The blocks. */
  #harm({ bytes, units }: FlashCopy): ReadonlySet<number> {
    const { layout } = this.#device;
    const { blockLength, writeAlign, eraseValue } = layout;
    const used = blocksInOrder(bytes, layout);
    const harmed = new Set<number>();
    for (let left = used.length === 0 ? 0 : 1 + this.#random.below(3); left > 0; left--) {
      const block = this.#random.pick(used);
      const start = block * blockLength;
      harmed.add(block);
      if (this.#random.oneIn(3)) {
        bytes.fill(eraseValue, start, start + blockLength);
        units.fill(0, start / writeAlign, (start + blockLength) / writeAlign);
        continue;
      }
      const at = start + this.#random.below(blockLength);
      const end = Math.min(start + blockLength, at + 1 + this.#random.below(8));
      for (let i = at; i < end; i++) bytes[i] = (bytes[i] as number) ^ (1 + this.#random.below(255));
      units.fill(1, Math.floor(at / writeAlign), Math.ceil(end / writeAlign));
    }
    this.#device.flash.restore({ bytes, units });
    return harmed;
  }

  #damage(): void {
    const blocksOf = this.#blocksOf();
    const before = this.#device.flash.copy();
    const harmed = this.#harm(this.#device.flash.copy());
    const isWhole = (key: string) => [...(blocksOf.get(key) ?? [])].every((block) => !harmed.has(block));
    this.counts.damages++;
    try {
      const found = contentsOf(sealedMount(this.#device.start()));
      this.#requireCommitted(found, false);
      this.counts.opened++;
      // It may lack what came last, as after a power cut: this life goes on with what it knows.
      this.#putBack(before);
      return;
    } catch (error) {
      detailOf(error, REFUSALS);
    }
    try {
      const { log, report } = this.#recover(this.#device.start());
      this.#log = log;
      this.counts.recoveries++;
      this.#requireKept(contentsOf(log), report, isWhole);
    } catch (error) {
      detailOf(error, ["STORAGE_FOREIGN"]);
      for (const key of this.#contents.keys()) if (isWhole(key)) throw new Error(`${key} is untouched and not kept`);
      this.counts.nothing++;
      this.#putBack(before);
    }
  }

  #putBack(copy: FlashCopy): void {
    this.#device.flash.restore(copy);
    this.#log = sealedMount(this.#device.start());
  }

  #requireCommitted(found: Contents, isRecovery: boolean): void {
    for (const [key, item] of found) {
      if (this.#committed.get(key)?.has(textOf(item)) === true) continue;
      // Where a record is damaged, recovery takes what no mark ends: the mark may be what is damaged, or power cut it off.
      if (!isRecovery || !this.#cut.has(`${key} ${textOf(item)}`)) throw new Error(`${key} never had that value`);
    }
  }

  #requireKept(found: Contents, report: RecoveryReport, isWhole: (key: string) => boolean): void {
    this.#requireCommitted(found, true);
    const { kept, givenUp, damagedRecords, damagedBlocks, missingCommits } = report;
    if (kept !== found.size) throw new Error(`${kept} entries are reported, ${found.size} are there`);
    const named = new Set(givenUp.map(({ domain, name }) => itemKey(domain, name)));
    for (const key of named) if (found.has(key)) throw new Error(`${key} is reported as given up, and is there`);
    let unnamed = 0;
    for (const [key, item] of this.#contents) {
      const there = found.get(key);
      if (there !== undefined && textOf(there) === textOf(item)) continue;
      // A commit that power had cut off counts where a damaged record may have been its mark.
      const isOfCut = there !== undefined && this.#cut.has(`${key} ${textOf(there)}`);
      if (isOfCut) this.counts.uncommitted++;
      else if (isWhole(key)) throw new Error(`${key} is untouched, and ${there === undefined ? "gone" : "older"}`);
      if (!named.has(key)) unnamed++;
    }
    const isTold = damagedRecords + damagedBlocks + missingCommits > 0;
    if (unnamed > 0 && !isTold) {
      // Of the oldest block and of what came last only a counter tells, as far as it does.
      if (this.#device.layout.every === 1) throw new Error("entries are gone, and the report tells nothing of it");
      this.counts.untold++;
    }
    if (difference(found, this.#contents) === undefined) this.counts.keptAll++;
    else this.counts.keptSome++;
    this.#remember(found);
  }
}

/** @throws Error - what is wrong, and in which round. */
export function liveDamaged(recover: Recover, layout: Layout, seed: number, rounds: number): DamagedLife {
  const life = new Life(recover, layout, seed);
  for (let round = 0; round < rounds; round++) {
    try {
      life.round();
    } catch (error) {
      throw new Error(`round ${round}: ${error instanceof Error ? (error.stack ?? error) : error}`);
    }
  }
  return life.counts;
}
