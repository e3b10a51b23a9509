// SPDX-License-Identifier: Apache-2.0
/** Values for property tests from a seed, so that a failure repeats: every type, and the edges of every length of head. */
import { CborFloat, CborTag, type CborValue } from "../../sdk/cbor/value.js";

const EDGES = [0, 1, 23, 24, 255, 256, 65535, 65536, 4294967295, 4294967296, Number.MAX_SAFE_INTEGER];
const BIG_EDGES = [2n ** 53n, 2n ** 63n, 2n ** 64n - 1n, -(2n ** 53n), -(2n ** 64n)];
const FLOATS = [0.5, 1.5, 0.1, 1e300, 65504.5, 5e-324, 2 ** -24, 2 ** -25, 3.4028234663852886e38, -4.1, Infinity, NaN];
const TEXTS = ["", "a", "é水𐅑", "x".repeat(24), "\u0000", "\uffff"];
const TAGS = [6, 23, 24, 55799, 2n ** 64n - 1n];

export class RandomValues {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 to below `bound` (mulberry32). */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % bound;
  }

  value(depth = 3): CborValue {
    switch (this.below(depth > 0 ? 12 : 8)) {
      case 0:
        return this.#pick(EDGES);
      case 1:
        return -1 - this.#pick(EDGES.slice(0, -1));
      case 2:
        return this.#pick(BIG_EDGES);
      case 3:
        return this.#pick(FLOATS);
      case 4:
        return new CborFloat(this.#pick([0, -0, 1, -1, 65504, 65536, 100000, 2 ** 40 + 1]));
      case 5:
        return this.#pick(TEXTS);
      case 6:
        return new Uint8Array(this.#pick([0, 1, 23, 24, 300])).fill(this.below(256));
      case 7:
        return this.#pick([true, false, null, undefined]);
      case 8:
        return new CborTag(this.#pick(TAGS), this.value(depth - 1));
      case 9:
        return this.#map(depth);
      default:
        return Array.from({ length: this.#pick([0, 1, 2, 3, 24]) }, () => this.value(depth - 2));
    }
  }

  #map(depth: number): CborValue {
    const map = new Map<CborValue, CborValue>();
    for (let i = this.below(6); i > 0; i--)
      map.set(this.#pick<CborValue>([...EDGES, ...TEXTS, -1, false]), this.value(depth - 1));
    return map;
  }

  #pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }
}
