// SPDX-License-Identifier: Apache-2.0
/**
 * What must hold of a sealed store whose flash somebody has changed while the device was off: it refuses with a code that
 * says which, or it holds exactly what it held last; or, where the flash was cut short or is an older copy, exactly what it
 * held after an earlier commit, as far as the counter lets it. Never a mix, and it is no less right after the next commit.
 */
import { ProtocolError } from "../../sdk/errors/security-error.js";
import type { Change, EntryLog } from "../../sdk/storage/entries.js";
import type { LogOptions } from "../../sdk/storage/log-parts.js";
import { mountLog } from "../../sdk/storage/sealed-log.js";
import type { AttackedDevice, Moment } from "./attack-device.js";
import { ENTRIES, type EntryId } from "./attack-life.js";
import { blockOf, blocksInOrder, commitsAt, headNumber, isMark, partsOf } from "./attack-map.js";
import { type Contents, changed, type Item, itemKey } from "./contents.js";
import type { FlashCopy } from "./flash-model.js";
import type { Random } from "./random.js";

export type Mount = (options: LogOptions) => EntryLog;

/** What an attacker leaves in the flash, all of it. */
export interface Edit {
  /** For a report. */
  readonly what: string;
  readonly bytes: Uint8Array;
  /**
   * Mostly an older copy. What is left of the newest among its blocks may be overlooked: the search for the newest block looks
   * at some of them and expects rising numbers. What it finds is held to be an older copy as a whole one is.
   */
  readonly isReplay?: boolean;
  /** How it must end, where that is said more closely than by its class. */
  readonly must?: readonly Outcome[] | undefined;
}

export interface World {
  readonly device: AttackedDevice;
  /** From the first, before any commit, to the newest. */
  readonly moments: readonly Moment[];
  /** Of lives that began with an older copy and were left: as good as `moments` when they are whole. */
  readonly others: readonly Moment[];
}

export function newest({ moments }: World): Moment {
  return moments.at(-1) as Moment;
}

const CODES = Object.freeze(["STORAGE_DAMAGED", "STORAGE_FOREIGN", "STORAGE_ROLLED_BACK"]);
/** How an edit ended: a code without `STORAGE_`, or what was accepted. */
export type Outcome = "DAMAGED" | "FOREIGN" | "ROLLED_BACK" | "newest" | "older";

/** @returns Its code without `STORAGE_`. @throws Error - any other exception, which is no refusal. */
function refusal(error: unknown, during: string): Outcome {
  if (error instanceof ProtocolError && CODES.includes(error.detail)) return error.detail.slice(8) as Outcome;
  throw new Error(`${during}: ${error instanceof Error ? (error.stack ?? error) : error}`);
}

/** What reading an entry gave: undefined, there is none. */
type Found = Item | "refused" | undefined;

/** Reads all, by names that were ever there and by those that it lists. */
function readAll(log: EntryLog, refusals: Outcome[]): Map<string, Found> {
  const found = new Map<string, Found>();
  const read = ({ domain, name }: EntryId): Found => {
    try {
      const found = log.find(domain, name);
      if (!found) return undefined;
      return { domain, name, format: found.format, value: new Uint8Array(found.bytes(0, found.length)) };
    } catch (error) {
      refusals.push(refusal(error, "reading"));
      return "refused";
    }
  };
  for (const entry of ENTRIES) found.set(itemKey(entry.domain, entry.name), read(entry));
  for (const domain of [0, 1, 2]) {
    try {
      for (const name of log.names(domain)) {
        const key = itemKey(domain, name);
        if (found.get(key) === undefined) throw new Error(`${key} is listed, and is not there or was never written`);
      }
    } catch (error) {
      refusals.push(refusal(error, "listing"));
    }
  }
  return found;
}

function isSame(found: Found, item: Item | undefined): boolean {
  if (found === "refused") return true;
  if (found === undefined || item === undefined) return found === item;
  return found.format === item.format && Buffer.compare(found.value, item.value) === 0;
}

/** The first entry that was read and is another; what was refused is not counted. */
function firstWrong(found: ReadonlyMap<string, Found>, expected: Contents): string | undefined {
  for (const [key, item] of found) if (!isSame(item, expected.get(key))) return key;
  return undefined;
}

/** Whether the counter lets a state with so many commits be the present one. */
function isFresh({ device, moments }: World, { commits }: Moment): boolean {
  const { every } = device.board;
  const last = (moments.at(-1) as Moment).commits;
  return every === 0 || commits >= Math.floor(last / every) * every;
}

/** Whether each block that speaks of a commit after the moment was changed. */
function isCutTo(world: World, { flash, commits }: Moment, edited: Uint8Array): boolean {
  const { shape } = world.device.board;
  const { bytes } = newest(world).flash;
  return blocksInOrder(bytes, shape).every((block) => {
    if (Buffer.compare(blockOf(bytes, shape, block), blockOf(edited, shape, block)) !== 0) return true;
    return !partsOf(bytes, shape, block).some((part) => {
      if (part.kind === "header") return commitsAt(bytes, part) > commits;
      const isNew = Buffer.compare(bytes.subarray(part.start, part.end), flash.bytes.subarray(part.start, part.end));
      return isNew !== 0 && isMark(bytes, part) && part.number >= (headNumber(flash.bytes, shape) ?? 0);
    });
  });
}

/** What the flash may be said to hold: the newest state, or an older one. */
function accepted(world: World, edit: Edit, found: ReadonlyMap<string, Found>): Moment {
  const last = newest(world);
  const wrong = firstWrong(found, last.contents);
  if (wrong === undefined) return last;
  const states = [...world.moments, ...world.others].filter(
    ({ contents }) => firstWrong(found, contents) === undefined,
  );
  if (states.length === 0) throw new Error(`a state that there never was: ${wrong} is not as it was last`);
  const fresh = states.filter((state) => isFresh(world, state));
  const counts = states.map(({ commits }) => last.commits - commits);
  if (fresh.length === 0) throw new Error(`an older state, ${counts} commits back, and a counter that tells`);
  const cut = fresh.filter((state) => edit.isReplay || isCutTo(world, state, edit.bytes));
  const state = cut.at(-1);
  if (!state) throw new Error(`an older state, ${counts} commits back, and what came later is still there`);
  return state;
}

/** The flash as the attacker leaves it: a block with a change was erased, and then written again where it does not read so. */
function flashOf({ device, moments }: World, { bytes }: Edit): FlashCopy {
  const { writeAlign, eraseValue, blockLength, blocks } = device.board.shape;
  const before = (moments.at(-1) as Moment).flash;
  const units = before.units.slice();
  for (let block = 0; block < blocks; block++) {
    const now = blockOf(bytes, device.board.shape, block);
    if (Buffer.compare(now, blockOf(before.bytes, device.board.shape, block)) === 0) continue;
    for (let at = 0; at < blockLength; at += writeAlign) {
      const isErased = now.subarray(at, at + writeAlign).every((byte) => byte === eraseValue);
      units[(block * blockLength + at) / writeAlign] = isErased ? 0 : 1;
    }
  }
  return { bytes, units };
}

/** Puts the edit into the device, whose counter is as it was last. */
export function putBack(world: World, edit: Edit): void {
  world.device.flash.restore(flashOf(world, edit));
  world.device.setCounter(newest(world).counter);
}

function firstFault({ device }: World): string | undefined {
  return [...device.flash.misuses, ...device.nonces.repeats.map((pair) => `a key and nonce again: ${pair}`)][0];
}

/**
 * Tries an edit: a mount, all reads, a commit, a mount, all reads.
 * @throws Error - what is not as it must be.
 */
export function attack(world: World, edit: Edit, random: Random, mount: Mount = mountLog): Outcome {
  const outcome = tryEdit(world, edit, random, mount);
  if (edit.must?.includes(outcome) === false) throw new Error(`${outcome} and not ${edit.must}`);
  return outcome;
}

function tryEdit(world: World, edit: Edit, random: Random, mount: Mount): Outcome {
  const { device } = world;
  putBack(world, edit);
  let log: EntryLog;
  try {
    log = mount(device.start());
  } catch (error) {
    return refusal(error, "mounting");
  }
  const refusals: Outcome[] = [];
  const state = accepted(world, edit, readAll(log, refusals));
  const entry = random.pick(ENTRIES);
  const change: Change = { ...entry, format: 3, value: random.bytes(1 + random.below(40)) };
  writeAfter(world, log, state.contents, change, mount);
  const fault = firstFault(world);
  if (fault !== undefined) throw new Error(fault);
  return refusals[0] ?? (state === newest(world) ? "newest" : "older");
}

function writeAfter({ device }: World, log: EntryLog, contents: Contents, change: Change, mount: Mount): void {
  let after = contents;
  try {
    log.commit([change]);
    after = changed(contents, [change]);
    log = mount(device.start());
  } catch (error) {
    refusal(error, "writing after it");
    return;
  }
  const wrong = firstWrong(readAll(log, []), after);
  if (wrong !== undefined) throw new Error(`after another commit ${wrong} is not right`);
}
