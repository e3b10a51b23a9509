// SPDX-License-Identifier: Apache-2.0
/**
 * What a device did, as far as there is room for it: the last of it, and how much came before. The lab keeps so much of one
 * step, a tester of all steps since the device was new.
 */

/** As much as a tester has memory for beside a spec. */
export const KEPT = Object.freeze({ characters: 0x2_0000, changes: 8192, datagrams: 1024, bytes: 0x2_0000 });

/** The end of a text. */
export class KeptText {
  #text = "";
  #dropped = 0;

  get text(): string {
    return this.#text;
  }

  /** Characters that came before. */
  get dropped(): number {
    return this.#dropped;
  }

  /** @param dropped - what came between and is not there. */
  push(text: string, dropped = 0): void {
    const all = dropped === 0 ? this.#text + text : text;
    this.#dropped += dropped + (dropped === 0 ? 0 : this.#text.length);
    const tooMany = all.length - KEPT.characters;
    this.#dropped += Math.max(0, tooMany);
    this.#text = tooMany > 0 ? all.slice(tooMany) : all;
  }

  /** Takes away the first characters, at most so many, and no half of a surrogate pair. */
  take(max: number): string {
    const isPair = /[\ud800-\udbff]/.test(this.#text.charAt(max - 1));
    const text = this.#text.slice(0, isPair ? max - 1 : max);
    this.#text = this.#text.slice(text.length);
    return text;
  }

  /** How many were dropped, for somebody who is told now. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  clear(): void {
    this.#text = "";
    this.#dropped = 0;
  }
}

/** The last of what came one by one. */
export class Kept<Item> {
  readonly #max: number;
  readonly #bytesMax: number;
  readonly #bytesOf: (item: Item) => number;
  readonly #items: Item[] = [];
  #bytes = 0;
  #dropped = 0;

  /** @param bytesOf - what of it counts for `bytesMax`. */
  constructor(max: number, bytesMax = 0, bytesOf: (item: Item) => number = () => 0) {
    this.#max = max;
    this.#bytesMax = bytesMax;
    this.#bytesOf = bytesOf;
  }

  get items(): readonly Item[] {
    return this.#items;
  }

  /** How many came before. */
  get dropped(): number {
    return this.#dropped;
  }

  push(item: Item): void {
    this.#items.push(item);
    this.#bytes += this.#bytesOf(item);
    while (this.#items.length > this.#max || this.#bytes > this.#bytesMax) {
      this.take(1);
      this.#dropped++;
    }
  }

  /** So many came between, and are not there. */
  skip(count: number): void {
    if (count === 0) return;
    this.#dropped += count + this.#items.length;
    this.take(this.#items.length);
  }

  /** Takes away the first ones, at most so many. */
  take(count: number): Item[] {
    const taken = this.#items.splice(0, count);
    for (const item of taken) this.#bytes -= this.#bytesOf(item);
    return taken;
  }

  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  clear(): void {
    this.take(this.#items.length);
    this.#dropped = 0;
  }
}
