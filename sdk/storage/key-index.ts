// SPDX-License-Identifier: Apache-2.0
/**
 * Where everything lies, in memory: 16 bytes an entry in sorted arrays that grow by a quarter. An id names one entry: the log
 * gives an entry whose hash is taken another one (a probe), so nothing has to be read to know which entry a record is of.
 */
import { COST_UNIT } from "./geometry.js";

const ROOM_MIN = 16;

export interface Place {
  readonly id: number;
  readonly domain: number;
  readonly number: number;
  readonly offset: number;
  /** What the entry is counted as, bytes: a multiple of COST_UNIT, at most 4080. */
  readonly cost: number;
  /** The first three bytes of the record's tag, little endian: a record of an older time at the same place is not this one. */
  readonly tag: number;
}

export class KeyIndex {
  readonly #align: number;
  #count = 0;
  #used = 0;
  /** No entry lies in a block below it. */
  #least = 0;
  #ids = new Uint32Array(ROOM_MIN);
  #numbers = new Uint32Array(ROOM_MIN);
  #tags = new Uint32Array(ROOM_MIN);
  #offsets = new Uint16Array(ROOM_MIN);
  /** In units of COST_UNIT. */
  #costs = new Uint8Array(ROOM_MIN);
  #domains = new Uint8Array(ROOM_MIN);

  /** @param align - offsets are multiples of it. */
  constructor(align: number) {
    this.#align = align;
  }

  get count(): number {
    return this.#count;
  }

  /** Sum of all costs. */
  get used(): number {
    return this.#used;
  }

  /** The first position whose id is not below `id`. */
  #position(id: number): number {
    const ids = this.#ids;
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ids[middle] as number) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The place at a position from 0 up to `count`. */
  at(position: number): Place {
    return {
      id: this.#ids[position] as number,
      domain: this.#domains[position] as number,
      number: this.#numbers[position] as number,
      offset: (this.#offsets[position] as number) * this.#align,
      cost: (this.#costs[position] as number) * COST_UNIT,
      tag: this.#tags[position] as number,
    };
  }

  find(id: number): Place | undefined {
    const ids = this.#ids;
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const there = ids[middle] as number;
      if (there === id) return this.at(middle);
      if (there < id) low = middle + 1;
      else high = middle;
    }
    return undefined;
  }

  set(place: Place): void {
    const position = this.#position(place.id);
    if (place.number < this.#least) this.#least = place.number;
    if (position === this.#count || this.#ids[position] !== place.id) this.#insert(position);
    else this.#used -= (this.#costs[position] as number) * COST_UNIT;
    this.#ids[position] = place.id;
    this.#domains[position] = place.domain;
    this.#numbers[position] = place.number;
    this.#offsets[position] = place.offset / this.#align;
    this.#costs[position] = place.cost / COST_UNIT;
    this.#tags[position] = place.tag;
    this.#used += place.cost;
  }

  delete(id: number): void {
    const position = this.#position(id);
    if (position === this.#count || this.#ids[position] !== id) return;
    this.#used -= (this.#costs[position] as number) * COST_UNIT;
    for (const array of this.#arrays()) array.copyWithin(position, position + 1, this.#count);
    this.#count--;
  }

  clear(): void {
    this.#count = 0;
    this.#used = 0;
  }

  /** The lowest block number of all; undefined when empty. */
  lowest(): number | undefined {
    if (this.#count === 0) return undefined;
    const numbers = this.#numbers.subarray(0, this.#count);
    // Most often something still lies where the lowest lay the last time, and that is found without a look at each.
    if (!numbers.includes(this.#least)) this.#least = numbers.reduce((least, one) => (one < least ? one : least));
    return this.#least;
  }

  /** Positions of what lies in a block, by offset. */
  inBlock(number: number): number[] {
    const found: number[] = [];
    for (let i = 0; i < this.#count; i++) if (this.#numbers[i] === number) found.push(i);
    return found.sort((a, b) => (this.#offsets[a] as number) - (this.#offsets[b] as number));
  }

  #arrays(): (Uint32Array | Uint16Array | Uint8Array)[] {
    return [this.#ids, this.#numbers, this.#tags, this.#offsets, this.#costs, this.#domains];
  }

  #insert(position: number): void {
    if (this.#count === this.#ids.length) this.#grow();
    for (const array of this.#arrays()) array.copyWithin(position + 1, position, this.#count);
    this.#count++;
  }

  #grow(): void {
    const room = this.#count + Math.max(ROOM_MIN, this.#count >>> 2);
    const wider = <A extends Uint32Array | Uint16Array | Uint8Array>(array: A, made: A): A => {
      made.set(array);
      return made;
    };
    this.#ids = wider(this.#ids, new Uint32Array(room));
    this.#numbers = wider(this.#numbers, new Uint32Array(room));
    this.#tags = wider(this.#tags, new Uint32Array(room));
    this.#offsets = wider(this.#offsets, new Uint16Array(room));
    this.#costs = wider(this.#costs, new Uint8Array(room));
    this.#domains = wider(this.#domains, new Uint8Array(room));
  }
}

Object.freeze(KeyIndex.prototype);
