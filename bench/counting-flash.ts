// SPDX-License-Identifier: Apache-2.0
/** A flash in memory that counts what wears it. Like the boards' it takes whole write units, each once after an erase. */
import type { Flash, FlashStatus } from "../sdk/contracts/flash.js";

const ERASED = 0xff;

export class CountingFlash implements Flash {
  readonly blockLength: number;
  readonly writeAlign: number;
  readonly #bytes: Uint8Array;
  /** By unit: whether it was programmed since its erase. */
  readonly #programmed: Uint8Array;
  /** By block: how often it was erased. */
  readonly erases: Uint32Array;
  programmedBytes = 0;

  constructor(blocks: number, blockLength: number, writeAlign: number) {
    this.blockLength = blockLength;
    this.writeAlign = writeAlign;
    this.#bytes = new Uint8Array(blocks * blockLength).fill(ERASED);
    this.#programmed = new Uint8Array((blocks * blockLength) / writeAlign);
    this.erases = new Uint32Array(blocks);
  }

  status(): FlashStatus {
    const { blockLength, writeAlign } = this;
    const size = this.#bytes.length;
    return { size, blockLength, blocks: this.erases.length, writeAlign, eraseValue: ERASED };
  }

  read(byteLength: number, byteOffset: number): ArrayBuffer {
    this.#requireRange(byteOffset, byteLength, 1);
    return this.#bytes.slice(byteOffset, byteOffset + byteLength).buffer;
  }

  write(buffer: ArrayBufferView, byteOffset: number): void {
    const { byteLength } = buffer;
    this.#requireRange(byteOffset, byteLength, this.writeAlign);
    const first = byteOffset / this.writeAlign;
    const units = this.#programmed.subarray(first, first + byteLength / this.writeAlign);
    if (units.includes(1)) throw new RangeError(`a unit at ${byteOffset} is programmed a second time`);
    units.fill(1);
    this.#bytes.set(new Uint8Array(buffer.buffer, buffer.byteOffset, byteLength), byteOffset);
    this.programmedBytes += byteLength;
  }

  eraseBlock(start: number): void {
    const { blockLength, writeAlign } = this;
    const at = start * blockLength;
    this.#requireRange(at, blockLength, blockLength);
    this.#bytes.fill(ERASED, at, at + blockLength);
    this.#programmed.fill(0, at / writeAlign, (at + blockLength) / writeAlign);
    this.erases[start] = (this.erases[start] as number) + 1;
  }

  #requireRange(offset: number, length: number, unit: number): void {
    const isWithin = offset >= 0 && length >= 0 && offset + length <= this.#bytes.length;
    if (!isWithin || offset % unit !== 0 || length % unit !== 0) throw new RangeError(`${length} bytes at ${offset}`);
  }
}
