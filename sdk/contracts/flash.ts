// SPDX-License-Identifier: Apache-2.0
/** What a log asks of a flash: the part of ECMA-419's class `embedded:storage/flash` that it uses. Types only. */

export interface FlashStatus {
  /** Bytes in all. */
  readonly size: number;
  /** Bytes in a block, the unit of erasing. */
  readonly blockLength: number;
  readonly blocks: number;
  /** Bytes in a write unit: offset and length of a write are multiples of it, and a unit is programmed once after an erase. */
  readonly writeAlign: number;
  /** What a byte reads as after an erase. */
  readonly eraseValue: number;
}

/** Every method may throw: the operation has failed then, perhaps halfway. */
export interface Flash {
  read(byteLength: number, byteOffset: number): ArrayBuffer;
  write(buffer: ArrayBufferView, byteOffset: number): void;
  eraseBlock(start: number): void;
  status(): FlashStatus;
}
