// SPDX-License-Identifier: Apache-2.0
/** Changes at random, of few names, so that they meet again. */
import type { Change } from "../../sdk/storage/entries.js";
import { DOMAINS, itemKey } from "./contents.js";
import type { Random } from "./random.js";
import { nameOf } from "./steps.js";

const NAMES = 14;

/** An entry in words. */
export function shown(domain: number, name: Uint8Array): string {
  return `${domain}/${String.fromCharCode(...name.slice(0, 8))}`;
}

export class RandomChanges {
  readonly #random: Random;
  readonly #blockLength: number;
  readonly #valueMax: () => number;

  constructor(random: Random, blockLength: number, valueMax: () => number) {
    this.#random = random;
    this.#blockLength = blockLength;
    this.#valueMax = valueMax;
  }

  name(): Uint8Array {
    const number = this.#random.below(NAMES);
    return nameOf(number === 0 ? "n".repeat(63) : `name ${number}`.slice(0, 1 + number));
  }

  /** Mostly short; some of several blocks, few as long as a value can be. */
  length(): number {
    const kind = this.#random.below(40);
    const end = this.#valueMax() + 1;
    if (kind === 0) return this.#random.below(end);
    if (kind < 4) return this.#random.below(Math.min(end, 3 * this.#blockLength));
    if (kind < 10) return this.#random.below(this.#blockLength >> 1);
    return this.#random.below(48);
  }

  several(): Change[] {
    const changes = new Map<string, Change>();
    for (let left = this.#random.oneIn(3) ? 1 + this.#random.below(8) : 1; left > 0; left--) {
      const domain = this.#random.pick(DOMAINS);
      const name = this.name();
      const value = this.#random.oneIn(5) ? undefined : this.#random.bytes(this.length());
      changes.set(itemKey(domain, name), { domain, name, format: this.#random.below(16), value });
    }
    return [...changes.values()];
  }

  /** One that stores something. */
  one(): Change & { readonly value: Uint8Array } {
    const value = this.#random.bytes(this.length());
    return { domain: this.#random.pick(DOMAINS), name: this.name(), format: this.#random.below(16), value };
  }
}
