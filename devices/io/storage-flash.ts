// SPDX-License-Identifier: Apache-2.0
/**
 * `embedded:storage/flash`: partitions of the flash, ECMA-419 shape as on Moddable's Zephyr and ESP32 ports. Iterating
 * the default export gives the names of the partitions that an app may open. A write must be whole units of
 * `status().writeAlign` bytes, each programmed once after its block was erased. `its` and `kv` belong to the firmware;
 * `app0`, which holds the running app, opens for reading only.
 */
import { bytesOf } from "../../sdk/bytes/value-format.js";
import { openOptionsOf } from "../../sdk/storage/domain.js";
import { numberOf, refuseFormat, requireFormat } from "./options.js";
import { FLASH_ERASED, FLASH_SECTOR_SIZE, FLASH_WRITE_UNIT, PARTITIONS, type Partition } from "./partitions.js";

/** As in ../native.d.ts; again here because an app's type check reads this file, and an app has no `native`. */
// biome-ignore lint/suspicious/noExplicitAny: what a C function returns has no type; each binding states it.
declare function native(name: string): { call(receiver: unknown, ...values: unknown[]): any };

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
    const start = numberOf(args[0], "block");
    const end = args.length > 1 ? numberOf(args[1], "block") : start + 1;
    const blocks = partition.size / FLASH_SECTOR_SIZE;
    if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end < start || end > blocks) {
      throw new RangeError(`blocks from ${start} up to ${end}: partition ${partition.name} has ${blocks}`);
    }
    flashErase(partition.offset + start * FLASH_SECTOR_SIZE, (end - start) * FLASH_SECTOR_SIZE);
  }

  /** Reads a number of bytes into a new ArrayBuffer, or fills a byte buffer and returns its length. */
  read(byteLength: number, byteOffset: number): ArrayBuffer;
  read(buffer: ArrayBuffer | ArrayBufferView, byteOffset: number): number;
  read(target?: unknown, position?: unknown): ArrayBuffer | number {
    const { partition } = Flash.#check(this) as OpenFlash;
    if (position === undefined) throw new SyntaxError("length and offset required");
    if (typeof target === "number") return flashRead(Flash.#range(partition, position, target), target);
    const bytes = bytesOf(target);
    bytes.set(new Uint8Array(flashRead(Flash.#range(partition, position, bytes.length), bytes.length)));
    return bytes.length;
  }

  write(buffer: ArrayBuffer | ArrayBufferView, byteOffset: number): void;
  write(...args: unknown[]): void {
    const { partition } = Flash.#writable(this);
    if (args.length < 2) throw new SyntaxError("buffer and offset required");
    const bytes = bytesOf(args[0]);
    const offset = Flash.#range(partition, args[1], bytes.length);
    if (offset % FLASH_WRITE_UNIT !== 0 || bytes.length % FLASH_WRITE_UNIT !== 0) {
      throw new RangeError(`${bytes.length} bytes at ${args[1]}: both are multiples of ${FLASH_WRITE_UNIT} in a write`);
    }
    flashWrite(offset, bytes);
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
    if (value !== "buffer") refuseFormat(value, "buffer");
  }

  /** The state of an open flash. @throws SyntaxError when `self` is closed or is no flash, as Moddable's natives do. */
  static #check(self: unknown, closedIsFine = false): OpenFlash | undefined {
    if (typeof self !== "object" || self === null || !(#state in self)) throw new SyntaxError("no Flash");
    if (self.#state === undefined && !closedIsFine) throw new SyntaxError("closed");
    return self.#state;
  }

  static #writable(self: unknown): OpenFlash {
    const state = Flash.#check(self) as OpenFlash;
    if (state.readOnly) throw new Error(`partition ${state.partition.name} is open for reading only`);
    return state;
  }

  static #range({ name, offset, size }: Partition, position: unknown, length: number): number {
    const start = numberOf(position, "offset");
    // As whole numbers from 0 on. Each read of an app's storage comes here: no calls.
    const isWhole = start >>> 0 === start && length >>> 0 === length;
    if (!isWhole || length > size || start > size - length) {
      throw new RangeError(`${length} bytes at ${start}: partition ${name} has ${size}`);
    }
    return offset + start;
  }
}
Object.freeze(Flash.prototype);

const OPEN_TO_APPS = Object.freeze(PARTITIONS.filter(({ access }) => access !== "none"));

function names(): IterableIterator<string> {
  return OPEN_TO_APPS.map(({ name }) => name).values();
}

function open(options: unknown): Flash {
  const { given, path, readOnly } = openOptionsOf(options);
  requireFormat(given, "buffer");
  const partition = OPEN_TO_APPS.find(({ name }) => name === path);
  if (partition === undefined) throw new Error(`no partition "${path}": there are ${[...names()].join(", ")}`);
  return new Flash(OPEN, { partition, readOnly: readOnly || partition.access === "read" });
}

export default Object.freeze({
  open,
  [Symbol.iterator]: names,
});
