// SPDX-License-Identifier: Apache-2.0
/**
 * What happens to a device's memories from outside: a bit that flips, a flash that is put back. Places go by partition and
 * offset; `otp` and `counters` are memories of their own.
 */
import { FLASH_SIZE, PARTITIONS } from "../../devices/io/partitions.js";
import { BoardError } from "./error.js";
import {
  COUNTER_SIZE,
  COUNTERS_MAX,
  COUNTERS_OFFSET,
  FLASH_OFFSET,
  OTP_OFFSET,
  OTP_SIZE,
  PROGRAMMED_OFFSET,
  PROGRAMMED_SIZE,
} from "./layout.js";
import type { DeviceState } from "./window.js";

/** By window offset: each partition of the flash, and what is apart from it. */
const PLACES = Object.freeze([
  ...PARTITIONS.map(({ name, offset, size }) => Object.freeze({ name, offset: FLASH_OFFSET + offset, size })),
  Object.freeze({ name: "otp", offset: OTP_OFFSET, size: OTP_SIZE }),
  Object.freeze({ name: "counters", offset: COUNTERS_OFFSET, size: COUNTERS_MAX * COUNTER_SIZE }),
]);

/** A copy of the whole flash and of what the model knows of its write units: neither OTP nor counters are in it. */
export interface FlashImage {
  readonly flash: Uint8Array;
  readonly programmed: Uint8Array;
}

export interface MemoryRange {
  /** Of devices/NAME/silicon.json, or `otp` or `counters` (8 bytes each: the value, and that of an interrupted step). */
  readonly partition: string;
  /** Bytes from its start. */
  readonly offset: number;
}

export class Faults {
  readonly #state: DeviceState;

  constructor(state: DeviceState) {
    this.#state = state;
  }

  /** @throws BoardError STATE - no such partition, or outside it. */
  read(range: MemoryRange, length: number): Uint8Array {
    return this.#state.read(this.#place(range, length), length);
  }

  /**
   * Flips one bit, as radiation, wear or an attacker would: no operation of the device, so none is counted.
   * @param bit - 0 to 7, 0 is the lowest.
   * @throws BoardError STATE - no such partition, byte or bit.
   */
  flipBit(range: MemoryRange, bit: number): void {
    if (!Number.isInteger(bit) || bit < 0 || bit > 7) throw new BoardError("STATE", `bit ${bit}: expected 0 to 7`);
    const place = this.#place(range, 1);
    const [byte = 0] = this.#state.read(place, 1);
    this.#state.write(place, Uint8Array.of(byte ^ (1 << bit)));
  }

  save(): FlashImage {
    return {
      flash: this.#state.read(FLASH_OFFSET, FLASH_SIZE),
      programmed: this.#state.read(PROGRAMMED_OFFSET, PROGRAMMED_SIZE),
    };
  }

  /** Puts a copy back: the device must be off. */
  restore({ flash, programmed }: FlashImage): void {
    this.#state.write(FLASH_OFFSET, flash);
    this.#state.write(PROGRAMMED_OFFSET, programmed);
  }

  #place({ partition, offset }: MemoryRange, length: number): number {
    const found = PLACES.find(({ name }) => name === partition);
    if (found === undefined) {
      const names = PLACES.map(({ name }) => name).join(", ");
      throw new BoardError("STATE", `no partition "${partition}": there are ${names}`);
    }
    const isInside = Number.isInteger(offset) && offset >= 0 && length >= 0 && offset + length <= found.size;
    if (!isInside) {
      throw new BoardError("STATE", `${length} bytes at ${offset} are outside ${partition} (${found.size} bytes)`);
    }
    return found.offset + offset;
  }
}
