// SPDX-License-Identifier: Apache-2.0
/**
 * A flash chip in memory, as strict as the strictest that we know: a write unit is programmed once after an erase, with
 * whatever bytes. Breaking that is a fault of who writes: it throws and is kept in `misuses`, so that no `catch` hides it.
 */
import type { Flash, FlashStatus } from "embedded:storage/flash";
import type { Cut, Power } from "./power.js";
import { Random } from "./random.js";
import type { WornBlocks } from "./worn-blocks.js";

export interface FlashShape {
  readonly blockLength: number;
  readonly blocks: number;
  readonly writeAlign: number;
  readonly eraseValue: 0x00 | 0xff;
}

/** Rules that a driver, here the log, has broken. */
export class FlashMisuse extends Error {
  override readonly name = "FlashMisuse";
}

const ERASED = 0;
const PROGRAMMED = 1;

/** The bytes, and which units may not be programmed. */
export interface FlashCopy {
  readonly bytes: Uint8Array;
  readonly units: Uint8Array;
}

export class FlashModel {
  readonly shape: FlashShape;
  readonly misuses: string[] = [];
  /** Erases of each block, also those that were cut or failed. */
  readonly erases: Uint32Array;
  bytesProgrammed = 0;
  readonly #power: Power;
  readonly #worn: WornBlocks | undefined;
  readonly #bytes: Uint8Array;
  readonly #units: Uint8Array;

  /** New: as the factory leaves it, erased. */
  constructor(shape: FlashShape, power: Power, worn?: WornBlocks) {
    this.shape = shape;
    this.erases = new Uint32Array(shape.blocks);
    this.#power = power;
    this.#worn = worn;
    this.#bytes = new Uint8Array(shape.blockLength * shape.blocks).fill(shape.eraseValue);
    this.#units = new Uint8Array(this.#bytes.length / shape.writeAlign);
  }

  get size(): number {
    return this.#bytes.length;
  }

  copy(): FlashCopy {
    return { bytes: this.#bytes.slice(), units: this.#units.slice() };
  }

  restore(copy: FlashCopy): void {
    this.#bytes.set(copy.bytes);
    this.#units.set(copy.units);
  }

  /** Changes a byte past all rules, as an attacker with a programmer does. */
  patch(offset: number, byte: number): void {
    this.#bytes[offset] = byte;
  }

  /** A handle, good until it is closed or the power fails. */
  open(): Flash {
    const start = this.#power.starts;
    let isOpen = true;
    const live = () => {
      this.#power.require(start);
      if (!isOpen) this.#refuse("the handle is closed");
    };
    return {
      format: "buffer",
      close: () => {
        isOpen = false;
      },
      status: () => {
        live();
        return this.#status();
      },
      eraseBlock: (first: number, end = first + 1) => {
        live();
        this.#erase(first, end);
      },
      read: ((target: number | ArrayBuffer | ArrayBufferView, offset: number) => {
        live();
        return this.#read(target, offset);
      }) as Flash["read"],
      write: (source, offset) => {
        live();
        this.#write(viewOf(source), offset);
      },
    };
  }

  #status(): FlashStatus {
    return { size: this.size, ...this.shape };
  }

  #refuse(what: string): never {
    this.misuses.push(what);
    throw new FlashMisuse(what);
  }

  #requireWithin(offset: number, length: number, unit: number, what: string): void {
    const whole = Number.isInteger(offset) && offset % unit === 0 && Number.isInteger(length) && length % unit === 0;
    if (!whole || offset < 0 || length < 0 || offset + length > this.size) {
      this.#refuse(`${what} of ${length} bytes at ${offset}: the flash has ${this.size}, in units of ${unit}`);
    }
  }

  #read(target: number | ArrayBuffer | ArrayBufferView, offset: number): ArrayBuffer | number {
    const into = typeof target === "number" ? new Uint8Array(target) : viewOf(target);
    this.#requireWithin(offset, into.length, 1, "a read");
    into.set(this.#bytes.subarray(offset, offset + into.length));
    this.#worn?.afterRead(into, offset);
    return typeof target === "number" ? (into.buffer as ArrayBuffer) : into.length;
  }

  #write(source: Uint8Array, offset: number): void {
    const { writeAlign, blockLength } = this.shape;
    this.#requireWithin(offset, source.length, writeAlign, "a write");
    const first = offset / writeAlign;
    const count = source.length / writeAlign;
    for (let unit = first; unit < first + count; unit++) {
      if (this.#units[unit] !== ERASED) this.#refuse(`the unit at ${unit * writeAlign} is programmed a second time`);
    }
    const cut = this.#power.begin({ kind: "write", address: offset, length: source.length, data: source.slice() });
    const done = cut?.bytes ?? source.length;
    this.#bytes.set(source.subarray(0, done), offset);
    this.#units.fill(PROGRAMMED, first, first + Math.ceil(done / writeAlign));
    this.bytesProgrammed += done;
    if (cut) {
      if (done < source.length) this.#tear(first + Math.floor(done / writeAlign), done < writeAlign, cut);
      this.#power.fail();
    }
    this.#worn?.afterWrite(this.#bytes, offset, source.length, Math.floor(offset / blockLength));
  }

  /**
   * The unit that a cut write was about to program: with a prefix of none of its bytes, it had not come to it. Nor had a
   * write that shows nothing at all: nobody could know of it.
   */
  #tear(unit: number, isFirst: boolean, { tear, seed }: Cut): void {
    if (tear === "prefix") return;
    const { writeAlign, eraseValue } = this.shape;
    const start = unit * writeAlign;
    this.#units[unit] = isFirst && tear === "unseen" ? ERASED : PROGRAMMED;
    if (tear === "garbage") this.#bytes.set(new Random(seed).bytes(writeAlign), start);
    else this.#bytes.fill(eraseValue, start, start + writeAlign);
  }

  #erase(first: number, end: number): void {
    const { blockLength } = this.shape;
    if (first > end) this.#refuse(`an erase from block ${first} to ${end}`);
    this.#requireWithin(first * blockLength, (end - first) * blockLength, blockLength, "an erase");
    for (let block = first; block < end; block++) this.#eraseOne(block);
  }

  #eraseOne(block: number): void {
    const { blockLength, writeAlign, eraseValue } = this.shape;
    const start = block * blockLength;
    const cut = this.#power.begin({ kind: "erase", address: start, length: blockLength });
    this.erases[block] = (this.erases[block] as number) + 1;
    const done = cut?.bytes ?? blockLength;
    const units = this.#units.subarray(start / writeAlign, (start + blockLength) / writeAlign);
    if (done === 0) this.#power.fail();
    if (done === blockLength) {
      this.#bytes.fill(eraseValue, start, start + blockLength);
      units.fill(ERASED);
      if (cut) this.#power.fail();
      this.#worn?.afterErase(this.#bytes, start, blockLength, block);
      return;
    }
    // Interrupted: whatever it reads as, nothing of it may be programmed before another erase.
    units.fill(PROGRAMMED);
    this.#bytes.fill(eraseValue, start, start + (cut?.tear === "prefix" ? done : blockLength));
    if (cut?.tear === "garbage") this.#bytes.set(new Random(cut.seed).bytes(blockLength), start);
    this.#power.fail();
  }
}

function viewOf(source: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}
