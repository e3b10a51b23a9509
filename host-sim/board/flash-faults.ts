// SPDX-License-Identifier: Apache-2.0
/** What happens to a flash from outside: a bit that flips, a copy that is put back. Places go by partition and offset. */
import { FLASH_SIZE, PARTITIONS } from "../../devices/io/partitions.js";
import { BoardError } from "./error.js";
import { PROGRAMMED_OFFSET, PROGRAMMED_SIZE } from "./layout.js";
import type { DeviceState } from "./window.js";

/** A copy of the whole flash and of what the model knows of its write units. */
export interface FlashImage {
  readonly flash: Uint8Array;
  readonly programmed: Uint8Array;
}

export interface FlashRange {
  /** `app0`, `app1`, `its`, `kv`, `storage` or `user`. */
  readonly partition: string;
  /** Bytes from the partition's start. */
  readonly offset: number;
}

export class FlashFaults {
  readonly #state: DeviceState;

  constructor(state: DeviceState) {
    this.#state = state;
  }

  /** @throws BoardError STATE - no such partition, or outside it. */
  read(range: FlashRange, length: number): Uint8Array {
    return this.#state.read(this.#place(range, length), length);
  }

  /**
   * Flips one bit, as radiation, wear or an attacker would: no operation of the device, so none is counted.
   * @param bit - 0 to 7, 0 is the lowest.
   * @throws BoardError STATE - no such partition, byte or bit.
   */
  flipBit(range: FlashRange, bit: number): void {
    if (!Number.isInteger(bit) || bit < 0 || bit > 7) throw new BoardError("STATE", `bit ${bit}: expected 0 to 7`);
    const place = this.#place(range, 1);
    const [byte = 0] = this.#state.read(place, 1);
    this.#state.write(place, Uint8Array.of(byte ^ (1 << bit)));
  }

  save(): FlashImage {
    return {
      flash: this.#state.read(0, FLASH_SIZE),
      programmed: this.#state.read(PROGRAMMED_OFFSET, PROGRAMMED_SIZE),
    };
  }

  /** Puts a copy back: the device must be off. */
  restore({ flash, programmed }: FlashImage): void {
    this.#state.write(0, flash);
    this.#state.write(PROGRAMMED_OFFSET, programmed);
  }

  #place({ partition, offset }: FlashRange, length: number): number {
    const found = PARTITIONS.find(({ name }) => name === partition);
    if (found === undefined) {
      const names = PARTITIONS.map(({ name }) => name).join(", ");
      throw new BoardError("STATE", `no partition "${partition}": there are ${names}`);
    }
    const isInside = Number.isInteger(offset) && offset >= 0 && length >= 0 && offset + length <= found.size;
    if (!isInside) {
      throw new BoardError("STATE", `${length} bytes at ${offset} are outside ${partition} (${found.size} bytes)`);
    }
    return found.offset + offset;
  }
}
