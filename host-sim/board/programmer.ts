// SPDX-License-Identifier: Apache-2.0
/**
 * What a flash programmer does at the pins of a device that is off: it reads and writes whole slots, past every protection.
 * Nothing is checked but sizes: boot does that.
 */
import {
  FLASH_ERASED,
  FLASH_SECTOR_SIZE,
  FLASH_SIZE,
  FLASH_WRITE_UNIT,
  PARTITIONS,
} from "../../devices/io/partitions.js";
import { BoardError } from "./error.js";
import { FLASH_OFFSET, PROGRAMMED_OFFSET } from "./layout.js";

export type FlashSlot = "app0" | "app1" | "fw0" | "fw1" | "trust0" | "trust1";

/** Which slots run: devices/boot/slots.h. */
export interface SlotRecord {
  readonly state: keyof typeof SlotState;
  readonly active: SlotPair;
  readonly previous: SlotPair;
}

interface SlotPair {
  readonly firmware: 0 | 1;
  readonly app: 0 | 1;
}

const SlotState = Object.freeze({ confirmed: 0x96, pending: 0x5a, trying: 0xc3, reverted: 0x3c } as const);
const SLOTS_SECTORS = 2;
const SLOTS_RECORD = 16;
const FIRST_PAIR: SlotPair = Object.freeze({ firmware: 0, app: 0 } as const);

/** The window that the flash lies in. */
export interface Window {
  read(offset: number, length: number): Uint8Array;
  write(offset: number, bytes: Uint8Array): void;
}

interface Place {
  readonly offset: number;
  readonly size: number;
}

function partition(name: string): Place {
  const found = PARTITIONS.find((one) => one.name === name);
  if (found === undefined) throw new RangeError(`no partition ${name}`);
  return found;
}

function placeOf(slot: FlashSlot): Place {
  if (slot !== "trust0" && slot !== "trust1") return partition(slot);
  const { offset } = partition("trust");
  return { offset: slot === "trust0" ? offset : offset + FLASH_SECTOR_SIZE, size: FLASH_SECTOR_SIZE };
}

function isErased(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === FLASH_ERASED);
}

function pairOf(bits: number): SlotPair {
  return { firmware: (bits & 1) as 0 | 1, app: ((bits >> 1) & 1) as 0 | 1 };
}

function bitsOf({ firmware, app }: SlotPair): number {
  return firmware | (app << 1);
}

/** First half and, turned, second half. @returns undefined: no whole record. */
function decodeRecord(bytes: Uint8Array): { sequence: number; record: SlotRecord } | undefined {
  const view = Buffer.from(bytes);
  const half = SLOTS_RECORD / 2;
  for (let i = 0; i < half; i++) if ((view[i] as number) + (view[half + i] as number) !== 0xff) return undefined;
  const [state, active = 4, previous = 4] = view.subarray(4);
  const [name] = Object.entries(SlotState).find(([, value]) => value === state) ?? [];
  if (name === undefined || active > 3 || previous > 3) return undefined;
  const record = { state: name as SlotRecord["state"], active: pairOf(active), previous: pairOf(previous) };
  return { sequence: view.readUInt32LE(0), record };
}

function encodeRecord(sequence: number, { state, active, previous }: SlotRecord): Buffer {
  const half = Buffer.alloc(SLOTS_RECORD / 2);
  half.writeUInt32LE(sequence, 0);
  half.set([SlotState[state], bitsOf(active), bitsOf(previous)], 4);
  return Buffer.concat([half, half.map((byte) => 0xff - byte)]);
}

export class Programmer {
  readonly #window: Window;

  constructor(window: Window) {
    this.#window = window;
  }

  /** Whether one of its firmware slots has something in its first sector. */
  get hasFirmware(): boolean {
    return (["fw0", "fw1"] as const).some((slot) => !isErased(this.#read(placeOf(slot).offset, FLASH_SECTOR_SIZE)));
  }

  /**
   * Erases what the bytes need of the slot, and programs whole units, the last one filled with 0xFF. The same bytes again
   * change nothing.
   * @throws BoardError APP_SIZE, IMAGE_SIZE - empty, or larger than the slot.
   */
  write(slot: FlashSlot, bytes: Uint8Array): void {
    const { offset, size } = placeOf(slot);
    if (bytes.length === 0 || bytes.length > size) {
      const [code, what] = slot.startsWith("app") ? (["APP_SIZE", "app"] as const) : (["IMAGE_SIZE", slot] as const);
      throw new BoardError(code, `the ${what} image has ${bytes.length} bytes; its slot takes 1 to ${size}`);
    }
    const sectors = Math.ceil(bytes.length / FLASH_SECTOR_SIZE) * FLASH_SECTOR_SIZE;
    const content = Buffer.alloc(sectors, FLASH_ERASED);
    content.set(bytes);
    if (content.equals(this.#read(offset, sectors))) return;
    this.#program(offset, size, bytes);
  }

  erase(slot: FlashSlot): void {
    const { offset, size } = placeOf(slot);
    this.#program(offset, size, new Uint8Array(0));
  }

  /** @returns the slot's bytes up to the last one that is not erased; undefined: it is empty. */
  read(slot: FlashSlot): Uint8Array | undefined {
    const { offset, size } = placeOf(slot);
    const bytes = this.#read(offset, size);
    let end = size;
    while (end > 0 && bytes[end - 1] === FLASH_ERASED) end--;
    return end === 0 ? undefined : bytes.subarray(0, end);
  }

  /** The last record, as boot reads it. */
  readSlots(): SlotRecord {
    const log = this.#read(partition("boot").offset, SLOTS_SECTORS * FLASH_SECTOR_SIZE);
    let last: ReturnType<typeof decodeRecord>;
    for (let at = 0; at < log.length; at += SLOTS_RECORD) {
      const found = decodeRecord(log.subarray(at, at + SLOTS_RECORD));
      if (found !== undefined && found.sequence > (last?.sequence ?? 0)) last = found;
    }
    return last?.record ?? { state: "confirmed", active: FIRST_PAIR, previous: FIRST_PAIR };
  }

  /** Leaves this as the only record. */
  writeSlots(record: SlotRecord): void {
    this.#program(partition("boot").offset, SLOTS_SECTORS * FLASH_SECTOR_SIZE, encodeRecord(1, record));
  }

  #read(offset: number, length: number): Uint8Array {
    return this.#window.read(FLASH_OFFSET + offset, length);
  }

  /** All of [offset, offset + size): the bytes, then erased. */
  #program(offset: number, size: number, bytes: Uint8Array): void {
    if (offset + size > FLASH_SIZE) throw new RangeError("past the flash");
    const content = Buffer.alloc(size, FLASH_ERASED);
    content.set(bytes);
    const bitmap = Buffer.alloc(size / FLASH_WRITE_UNIT / 8);
    const units = Math.ceil(bytes.length / FLASH_WRITE_UNIT);
    for (let unit = 0; unit < units; unit++) bitmap[unit >> 3] = (bitmap[unit >> 3] ?? 0) | (1 << (unit & 7));
    // The content last: it is what `write` compares, should this be cut short.
    this.#window.write(PROGRAMMED_OFFSET + offset / FLASH_WRITE_UNIT / 8, bitmap);
    this.#window.write(FLASH_OFFSET + offset, content);
  }
}
