// SPDX-License-Identifier: Apache-2.0
/** Writes a value in chunks, each an item of a record of its own. They count once a commit names the first one. */
import { concatBytes } from "../bytes/bytes.js";
import { encodeItem, encodeLong, encodeNumber, ItemKind } from "./item.js";
import type { Place } from "./key-index.js";
import type { LogWriter } from "./log-writer.js";
import { type LogState, tagWord } from "./state.js";
import { chunkLengthOf } from "./value-size.js";

export class LongWriter {
  readonly #state: LogState;
  readonly #writer: LogWriter;
  readonly #domain: number;
  readonly #chunkLength: number;
  readonly #first: number;
  readonly #chunks: Place[] = [];
  #waiting: Uint8Array = new Uint8Array(0);
  #length = 0;
  #cost = 0;

  constructor(state: LogState, writer: LogWriter, domain: number) {
    this.#state = state;
    this.#writer = writer;
    this.#domain = domain;
    this.#chunkLength = chunkLengthOf(state.geometry.contentMax);
    this.#first = state.nextChunk;
  }

  /** Bytes of the value so far. */
  get length(): number {
    return this.#length;
  }

  /** What the chunks so far take. */
  get cost(): number {
    return this.#cost;
  }

  get hasWritten(): boolean {
    return this.#chunks.length > 0;
  }

  /** The value, when no chunk of it was written. */
  get whole(): Uint8Array | undefined {
    return this.hasWritten ? undefined : this.#waiting;
  }

  /** @param makeRoom - is called before each chunk with what it takes. */
  write(bytes: Uint8Array, makeRoom?: (size: number) => void): void {
    let at = 0;
    // A chunk is written when more follows: a value that fits one record never becomes a chunk.
    while (this.#waiting.length + bytes.length - at > this.#chunkLength) {
      const taken = this.#chunkLength - this.#waiting.length;
      const chunk = concatBytes(this.#waiting, bytes.subarray(at, at + taken));
      makeRoom?.(this.#state.cost(4, chunk.length));
      this.#append(chunk);
      this.#waiting = new Uint8Array(0);
      at += taken;
      this.#length += taken;
    }
    this.#waiting = concatBytes(this.#waiting, bytes.subarray(at));
    this.#length += bytes.length - at;
  }

  #append(value: Uint8Array): void {
    const id = this.#first + this.#chunks.length;
    const domain = this.#domain;
    const item = { kind: ItemKind.chunk, format: 0, domain, probe: 0, name: encodeNumber(id), value };
    const { number, offset, tag } = this.#writer.append(0, encodeItem(item));
    const cost = this.#state.cost(4, value.length);
    this.#state.pendingFrom ??= number;
    this.#state.nextChunk = id + 1;
    this.#cost += cost;
    this.#chunks.push({ id, domain, number, offset, cost, tag: tagWord(tag) });
  }

  /** Writes the last chunk. @returns The value of the `long` item, and the chunks for the index. */
  end(): { readonly value: Uint8Array; readonly chunks: readonly Place[] } {
    this.#append(this.#waiting);
    const long = { first: this.#first, length: this.#length, chunkLength: this.#chunkLength };
    return { value: encodeLong(long), chunks: this.#chunks };
  }
}

Object.freeze(LongWriter.prototype);
