// SPDX-License-Identifier: Apache-2.0
/**
 * `embedded:storage/flash`: partitions of the flash, ECMA-419 shape as on Moddable's Zephyr and ESP32 ports. Iterating
 * the default export gives the names of the partitions that an app may open. A write must be whole units of
 * `status().writeAlign` bytes, each programmed once after its block was erased. `its` and `kv` belong to the firmware;
 * `app0`, which holds the running app, opens for reading only.
 */
import { bytesOf, integerOf, optionsOf, pathOf, readOnlyOf, requireFormat } from "./options.js";
import { FLASH_ERASED, FLASH_SECTOR_SIZE, FLASH_WRITE_UNIT, PARTITIONS, type Partition } from "./partitions.js";

// Bound in each module that needs them and exported by none: an app may import any module of the firmware by name.
function flashRead(offset: number, length: number): ArrayBuffer {
  return native("xs_thimble_flash_read").call(undefined, offset, length);
}

function flashWrite(offset: number, bytes: Uint8Array): void {
  native("xs_thimble_flash_write").call(undefined, offset, bytes);
}

function flashErase(offset: number, length: number): void {
  native("xs_thimble_flash_erase").call(undefined, offset, length);
}

interface OpenFlash {
  readonly partition: Partition;
  readonly readOnly: boolean;
}

const OPEN = Symbol("open");

class Flash {
  #state: OpenFlash | undefined;

  constructor(token?: symbol, state?: OpenFlash) {
    if (token !== OPEN) throw new TypeError("use open()");
    this.#state = state;
  }

  close(): void {
    Flash.#check(this, true);
    this.#state = undefined;
  }

  /** Erases block `start`, or the blocks from `start` up to but not including `end`. */
  eraseBlock(start: number, end?: number): void;
  eraseBlock(...args: unknown[]): void {
    const { partition } = Flash.#writable(this);
    if (args.length < 1) throw new SyntaxError("block required");
    const start = integerOf(args[0]);
    const end = args.length > 1 ? integerOf(args[1]) : start + 1;
    if (start < 0 || end < start || end * FLASH_SECTOR_SIZE > partition.size) throw new RangeError("invalid block");
    flashErase(partition.offset + start * FLASH_SECTOR_SIZE, (end - start) * FLASH_SECTOR_SIZE);
  }

  /** Reads a number of bytes into a new ArrayBuffer, or fills a byte buffer and returns its length. */
  read(byteLength: number, byteOffset: number): ArrayBuffer;
  read(buffer: ArrayBuffer | ArrayBufferView, byteOffset: number): number;
  read(...args: unknown[]): ArrayBuffer | number {
    const { partition } = Flash.#check(this) as OpenFlash;
    if (args.length < 2) throw new SyntaxError("length and offset required");
    const target = args[0];
    const position = integerOf(args[1]);
    if (typeof target === "number") {
      const length = integerOf(target);
      return flashRead(Flash.#range(partition, position, length), length);
    }
    const bytes = bytesOf(target);
    bytes.set(new Uint8Array(flashRead(Flash.#range(partition, position, bytes.length), bytes.length)));
    return bytes.length;
  }

  write(buffer: ArrayBuffer | ArrayBufferView, byteOffset: number): void;
  write(...args: unknown[]): void {
    const { partition } = Flash.#writable(this);
    if (args.length < 2) throw new SyntaxError("buffer and offset required");
    const position = integerOf(args[1]);
    const bytes = bytesOf(args[0]);
    flashWrite(Flash.#range(partition, position, bytes.length), bytes);
  }

  status(): { size: number; blockLength: number; blocks: number; writeAlign: number; eraseValue: number } {
    const { size } = (Flash.#check(this) as OpenFlash).partition;
    return {
      size,
      blockLength: FLASH_SECTOR_SIZE,
      blocks: size / FLASH_SECTOR_SIZE,
      writeAlign: FLASH_WRITE_UNIT,
      eraseValue: FLASH_ERASED,
    };
  }

  get format(): "buffer" {
    return "buffer";
  }
  set format(value: "buffer") {
    if (value !== "buffer") throw new RangeError("invalid format");
  }

  /** The state of an open flash. @throws SyntaxError when `self` is closed or is no flash, as Moddable's natives do. */
  static #check(self: unknown, closedIsFine = false): OpenFlash | undefined {
    if (typeof self !== "object" || self === null || !(#state in self)) throw new SyntaxError("invalid flash");
    if (self.#state === undefined && !closedIsFine) throw new SyntaxError("closed");
    return self.#state;
  }

  static #writable(self: unknown): OpenFlash {
    const state = Flash.#check(self) as OpenFlash;
    if (state.readOnly) throw new Error("read-only");
    return state;
  }

  static #range(partition: Partition, position: number, length: number): number {
    if (position < 0 || length < 0 || length > partition.size || position > partition.size - length) {
      throw new RangeError("outside the partition");
    }
    return partition.offset + position;
  }
}
Object.freeze(Flash.prototype);

function open(options: unknown): Flash {
  const given = optionsOf(options);
  const path = pathOf(given);
  const readOnly = readOnlyOf(given);
  requireFormat(given, "buffer");
  const partition = PARTITIONS.find((candidate) => candidate.name === path && candidate.access !== "none");
  if (partition === undefined) throw new Error("can't find partition");
  return new Flash(OPEN, { partition, readOnly: readOnly || partition.access === "read" });
}

export default Object.freeze({
  open,
  [Symbol.iterator](): IterableIterator<string> {
    return PARTITIONS.filter((partition) => partition.access !== "none")
      .map((partition) => partition.name)
      .values();
  },
});
