// SPDX-License-Identifier: Apache-2.0
/** What the attacked device does in its life: commits of all kinds, new starts, power cuts. Every moment of it is kept. */
import { encodeUtf8 } from "../../sdk/bytes/utf8.js";
import type { Change, EntryLog } from "../../sdk/storage/entries.js";
import { mountLog } from "../../sdk/storage/sealed-log.js";
import type { AttackedDevice, Moment } from "./attack-device.js";
import { headNumber } from "./attack-map.js";
import { type Contents, changed, contentsOf, difference, itemKey } from "./contents.js";
import { PowerCut, TEARS } from "./power.js";
import type { Random } from "./random.js";

const NAMES: readonly string[] = Object.freeze(Array.from({ length: 16 }, (_, i) => `${"names".slice(i % 4)}${i}`));

/** Entries that are looked at for a commit. */
const TRIES = 200;

export interface EntryId {
  readonly domain: number;
  readonly name: Uint8Array;
}

/** Every entry that there ever is. */
export const ENTRIES: readonly EntryId[] = Object.freeze(
  [1, 2].flatMap((domain) => NAMES.map((name) => ({ domain, name: encodeUtf8(name) }))),
);

/**
 * One change, or several of different entries: puts, deletes, now and then a long value. The store stays about half full.
 * At least one of them changes something: a commit that does not is none.
 */
function randomChanges(log: EntryLog, contents: Contents, random: Random): Change[] {
  const changes = new Map<EntryId, Change>();
  const count = random.oneIn(3) ? 2 + random.below(5) : 1;
  let room = log.capacity * 0.55 - log.used;
  // Fewer where the store has no room for more and too little to delete.
  for (let tries = 0; changes.size === 0 || (changes.size < count && tries < TRIES); tries++) {
    const entry = random.pick(ENTRIES);
    const length = random.oneIn(12) ? random.below(Math.floor(log.valueMax * 0.6)) : random.below(48);
    const cost = log.cost(entry.name.length, length);
    const isDelete = cost > room || random.oneIn(6);
    if (isDelete && !contents.has(itemKey(entry.domain, entry.name))) continue;
    if (!isDelete) room -= cost;
    changes.set(entry, { ...entry, format: 1 + random.below(9), value: isDelete ? undefined : random.bytes(length) });
  }
  return [...changes.values()];
}

/** Commits at random; now and then a new start, or a power cut in the middle of a commit. */
class Life {
  readonly #device: AttackedDevice;
  readonly #random: Random;
  #present: Moment;
  #log: EntryLog;

  constructor(device: AttackedDevice, from: Moment, random: Random) {
    this.#device = device;
    this.#random = random;
    this.#present = from;
    this.#log = mountLog(device.start());
  }

  step(withCut: boolean): Moment {
    const changes = randomChanges(this.#log, this.#present.contents, this.#random);
    const { contents, commits } = this.#present;
    const after = changed(contents, changes);
    if (withCut) this.#planCut();
    try {
      this.#log.commit(changes);
      this.#device.power.plan(undefined);
      this.#present = this.#device.moment(after, commits + 1);
      if (this.#random.oneIn(6)) this.#log = mountLog(this.#device.start());
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      this.#present = this.#afterCut(after);
    }
    return this.#present;
  }

  #planCut(): void {
    const operation = this.#random.below(4);
    this.#device.power.plan({
      operation,
      bytes: this.#random.word(),
      tear: this.#random.pick(TEARS),
      seed: this.#random.word(),
    });
  }

  #afterCut(after: Contents): Moment {
    const { contents, commits } = this.#present;
    this.#log = mountLog(this.#device.start());
    const found = contentsOf(this.#log);
    const isAfter = difference(found, after) === undefined;
    const wrong = isAfter ? undefined : difference(found, contents);
    if (wrong !== undefined) throw new Error(`after a power cut: ${wrong}`);
    return this.#device.moment(isAfter ? after : contents, isAfter ? commits + 1 : commits, true);
  }
}

/**
 * @param from - the present moment.
 * @param isEnough - asked after each commit that was not cut.
 * @returns The moments after each commit, and after each cut.
 */
export function liveOn(
  device: AttackedDevice,
  from: Moment,
  random: Random,
  isEnough: (moment: Moment, count: number) => boolean,
): Moment[] {
  const life = new Life(device, from, random);
  const moments: Moment[] = [];
  for (;;) {
    const moment = life.step(random.oneIn(12));
    moments.push(moment);
    if (!moment.isCut && isEnough(moment, moments.length)) return moments;
  }
}

/** A life in which each block was written `laps` times. @returns Its moments, the first before any commit. */
export function liveLaps(device: AttackedDevice, random: Random, laps: number): Moment[] {
  const { shape, every } = device.board;
  const first = device.moment(new Map(), 0);
  const isEnough = ({ flash, commits }: Moment) =>
    (headNumber(flash.bytes, shape) ?? 0) >= laps * shape.blocks && (every === 0 || commits % every === 0);
  return [first, ...liveOn(device, first, random, isEnough)];
}
