// SPDX-License-Identifier: Apache-2.0
/** Blocks of a flash that are at their end, each in its way, and a read that is wrong for once. */
import { Random } from "./random.js";

/**
 * eraseThrows, writeThrows: the driver reports it. eraseLeaves: a bit of the block does not come back to the erase value.
 * writeWrong: a bit of what was written has another value. writeWrongOnce: a bit is read wrong the first time, right later.
 */
export type Wear = "eraseThrows" | "eraseLeaves" | "writeThrows" | "writeWrong" | "writeWrongOnce";
export const WEARS: readonly Wear[] = Object.freeze([
  "eraseThrows",
  "eraseLeaves",
  "writeThrows",
  "writeWrong",
  "writeWrongOnce",
]);

export class WornBlocks {
  readonly #blocks = new Map<number, Wear>();
  readonly #random: Random;
  readonly #eraseValue: number;
  /** Address and bit of a read that will be wrong. */
  #wrongRead: readonly [number, number] | undefined;

  constructor(seed: number, eraseValue: number) {
    this.#random = new Random(seed);
    this.#eraseValue = eraseValue;
  }

  /** From now on. A block has one kind; `writeWrongOnce` passes with the first write. */
  wear(block: number, kind: Wear): void {
    this.#blocks.set(block, kind);
  }

  get count(): number {
    return this.#blocks.size;
  }

  has(block: number): boolean {
    return this.#blocks.has(block);
  }

  afterErase(bytes: Uint8Array, start: number, length: number, block: number): void {
    const kind = this.#blocks.get(block);
    if (kind === "eraseThrows") throw new Error(`block ${block} does not erase`);
    if (kind === "eraseLeaves")
      bytes[start + this.#random.below(length)] = this.#eraseValue ^ (1 << this.#random.below(8));
  }

  afterWrite(bytes: Uint8Array, offset: number, length: number, block: number): void {
    const kind = this.#blocks.get(block);
    const at = offset + this.#random.below(length);
    if (kind === "writeWrongOnce") {
      this.#blocks.delete(block);
      this.#wrongRead = [at, 1 << this.#random.below(8)];
    }
    if (kind !== "writeWrong" && kind !== "writeThrows") return;
    bytes[at] = (bytes[at] as number) ^ (1 << this.#random.below(8));
    if (kind === "writeThrows") throw new Error(`block ${block} does not take a write`);
  }

  afterRead(bytes: Uint8Array, offset: number): void {
    if (!this.#wrongRead) return;
    const [address, bit] = this.#wrongRead;
    if (address < offset || address >= offset + bytes.length) return;
    bytes[address - offset] = (bytes[address - offset] as number) ^ bit;
    this.#wrongRead = undefined;
  }
}
