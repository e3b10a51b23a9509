// SPDX-License-Identifier: Apache-2.0
/** A small flash in memory, as strict as a chip: a unit is programmed once after its block was erased. Portable. */
import type { Flash, FlashStatus } from "../../sdk/contracts/flash.js";

const BLOCK = 1024;
const BLOCKS = 16;
const UNIT = 16;

export class RamFlash implements Flash {
  /** As they lie in the chip, for who takes it out. */
  bytes = new Uint8Array(BLOCK * BLOCKS).fill(0xff);
  /** Whether writes and erases fail, as of a worn chip. */
  isWorn = false;
  readonly #programmed = new Uint8Array((BLOCK * BLOCKS) / UNIT);

  status(): FlashStatus {
    return { size: BLOCK * BLOCKS, blockLength: BLOCK, blocks: BLOCKS, writeAlign: UNIT, eraseValue: 0xff };
  }

  read(length: number, offset: number): ArrayBuffer {
    if (offset < 0 || length < 0 || offset + length > BLOCK * BLOCKS) throw new RangeError("RAM_FLASH_RANGE");
    return this.bytes.slice(offset, offset + length).buffer;
  }

  write(view: ArrayBufferView, offset: number): void {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    if (this.isWorn) throw new Error("RAM_FLASH_WORN");
    if (offset % UNIT || bytes.length % UNIT) throw new RangeError("RAM_FLASH_ALIGNMENT");
    const units = this.#programmed.subarray(offset / UNIT, (offset + bytes.length) / UNIT);
    if (units.some((unit) => unit !== 0)) throw new Error("RAM_FLASH_PROGRAMMED");
    units.fill(1);
    this.bytes.set(bytes, offset);
  }

  eraseBlock(block: number): void {
    if (this.isWorn) throw new Error("RAM_FLASH_WORN");
    this.bytes.fill(0xff, block * BLOCK, (block + 1) * BLOCK);
    this.#programmed.fill(0, (block * BLOCK) / UNIT, ((block + 1) * BLOCK) / UNIT);
  }
}
