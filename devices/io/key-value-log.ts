// SPDX-License-Identifier: Apache-2.0
/**
 * The log behind `embedded:storage/key-value`. Plain, not secret and not authenticated: the sealed store is another
 * module. Two banks; one is current. A bank begins with a header unit {magic, generation, 0, CRC}, written last when a
 * bank is filled, then records, each one flash write: a header unit and a body padded to whole units. An update appends;
 * a full bank is compacted, with the new record, into the other. Power may go at any write: a record counts only when both its CRCs match, a
 * bank only when its header does, so each key has its old or its new value.
 */
import { crc32 } from "./crc32.js";
import { FLASH_ERASED, FLASH_WRITE_UNIT, KV_OFFSET, KV_SIZE } from "./partitions.js";

// Bound in each module that needs them and exported by none: an app may import any module of the firmware by name.
function flashRead(offset: number, length: number): ArrayBuffer {
  // An entry comes from outside: whatever it says, nothing beyond this partition is read.
  const start = offset | 0;
  const end = start + (length | 0);
  if (start < KV_OFFSET || end < start || end > KV_OFFSET + KV_SIZE) {
    throw new RangeError("KEY_VALUE_RANGE: outside the partition");
  }
  return native("xs_thimble_flash_read").call(undefined, start, end - start);
}

function flashWrite(offset: number, bytes: Uint8Array): void {
  native("xs_thimble_flash_write").call(undefined, offset, bytes);
}

function flashErase(offset: number, length: number): void {
  native("xs_thimble_flash_erase").call(undefined, offset, length);
}

export const VALUE_MAX = 4096;

const BANK_SIZE = KV_SIZE / 2;
const HEADER_SIZE = FLASH_WRITE_UNIT;
const BANK_MAGIC = 0x31564b54;
const RECORD_MARK = 0x4b56;
const PUT = 1;
const DELETE = 2;

export interface Entry {
  readonly domain: string;
  readonly key: string;
  readonly type: number;
  /** Of the whole record, in the flash. */
  readonly offset: number;
  readonly size: number;
  readonly valueOffset: number;
  readonly valueLength: number;
}

interface Header {
  readonly kind: number;
  readonly type: number;
  readonly domainLength: number;
  readonly keyLength: number;
  readonly valueLength: number;
  readonly bodyCrc: number;
}

function roundUp(length: number): number {
  return Math.ceil(length / FLASH_WRITE_UNIT) * FLASH_WRITE_UNIT;
}

function isErased(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === FLASH_ERASED);
}

/** Bytes as one UTF-16 unit each: an index key that needs no decoding. */
function binaryOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** A finished unit: the CRC of its first 12 bytes in its last 4. */
function seal(unit: Uint8Array): void {
  new DataView(unit.buffer, unit.byteOffset).setUint32(12, crc32(unit.subarray(0, 12)), true);
}

function isSealed(unit: Uint8Array): boolean {
  return new DataView(unit.buffer, unit.byteOffset).getUint32(12, true) === crc32(unit.subarray(0, 12));
}

function encodeRecord(kind: number, type: number, domain: Uint8Array, key: Uint8Array, value: Uint8Array): Uint8Array {
  const length = domain.length + key.length + value.length;
  const record = new Uint8Array(HEADER_SIZE + roundUp(length));
  record.set(domain, HEADER_SIZE);
  record.set(key, HEADER_SIZE + domain.length);
  record.set(value, HEADER_SIZE + domain.length + key.length);
  const view = new DataView(record.buffer);
  view.setUint8(0, kind);
  view.setUint8(1, type);
  view.setUint8(2, domain.length);
  view.setUint8(3, key.length);
  view.setUint16(4, value.length, true);
  view.setUint16(6, RECORD_MARK, true);
  view.setUint32(8, crc32(record.subarray(HEADER_SIZE, HEADER_SIZE + length)), true);
  seal(record.subarray(0, HEADER_SIZE));
  return record;
}

function parseHeader(unit: Uint8Array): Header | undefined {
  const view = new DataView(unit.buffer, unit.byteOffset);
  if (!isSealed(unit) || view.getUint16(6, true) !== RECORD_MARK) return undefined;
  return {
    kind: view.getUint8(0),
    type: view.getUint8(1),
    domainLength: view.getUint8(2),
    keyLength: view.getUint8(3),
    valueLength: view.getUint16(4, true),
    bodyCrc: view.getUint32(8, true),
  };
}

/** The mounted log. One in a machine: key-value.ts keeps it. */
export class KeyValueLog {
  readonly #entries = new Map<string, Entry>();
  #bank = 0;
  #generation = 0;
  #tail = 0;
  /** The unit at the tail may have been programmed in part: fill the other bank before the next record. */
  #torn = false;

  constructor() {
    const generations = [this.#readGeneration(0), this.#readGeneration(1)];
    const first = generations[0] ?? -1;
    const second = generations[1] ?? -1;
    this.#bank = second > first ? 1 : 0;
    this.#generation = Math.max(first, second, 0);
    if (first < 0 && second < 0) {
      // Never formatted: the first write compacts nothing into bank 1.
      this.#torn = true;
      return;
    }
    this.#scan();
  }

  get #start(): number {
    return KV_OFFSET + this.#bank * BANK_SIZE;
  }

  get #end(): number {
    return this.#start + BANK_SIZE;
  }

  find(domain: Uint8Array, key: Uint8Array): Entry | undefined {
    return this.#entries.get(`${binaryOf(domain)}\u{10000}${binaryOf(key)}`);
  }

  readValue(entry: Entry): ArrayBuffer {
    return flashRead(entry.valueOffset, entry.valueLength);
  }

  /** The keys of a domain, as bytes, in the order in which they were last written. */
  keys(domain: Uint8Array): Uint8Array[] {
    const name = binaryOf(domain);
    const found: Uint8Array[] = [];
    for (const entry of this.#entries.values()) {
      if (entry.domain === name) found.push(Uint8Array.from(entry.key, (unit) => unit.charCodeAt(0)));
    }
    return found;
  }

  /** @throws Error KEY_VALUE_FULL: no room even after compaction; nothing changed. */
  put(domain: Uint8Array, key: Uint8Array, type: number, value: Uint8Array): void {
    const record = encodeRecord(PUT, type, domain, key, value);
    if (!this.#append(record)) this.#compact(this.find(domain, key), record);
  }

  delete(domain: Uint8Array, key: Uint8Array): void {
    const old = this.find(domain, key);
    if (old === undefined) return;
    if (!this.#append(encodeRecord(DELETE, 0, domain, key, new Uint8Array(0)))) this.#compact(old);
  }

  #readGeneration(bank: number): number | undefined {
    const unit = new Uint8Array(flashRead(KV_OFFSET + bank * BANK_SIZE, HEADER_SIZE));
    const view = new DataView(unit.buffer);
    return isSealed(unit) && view.getUint32(0, true) === BANK_MAGIC ? view.getUint32(4, true) : undefined;
  }

  #scan(): void {
    let offset = this.#start + HEADER_SIZE;
    while (offset + HEADER_SIZE <= this.#end) {
      const unit = new Uint8Array(flashRead(offset, HEADER_SIZE));
      const header = parseHeader(unit);
      if (header === undefined) {
        this.#torn = !isErased(unit);
        break;
      }
      const length = header.domainLength + header.keyLength + header.valueLength;
      const size = HEADER_SIZE + roundUp(length);
      if (offset + size > this.#end) {
        this.#torn = true;
        break;
      }
      const body = new Uint8Array(flashRead(offset + HEADER_SIZE, length));
      // A body that does not match was torn, or a bit fell: this record is skipped, the ones after it count.
      if (crc32(body) === header.bodyCrc) this.#note(header, body, offset, size);
      offset += size;
    }
    this.#tail = offset;
  }

  #note(header: Header, body: Uint8Array, offset: number, size: number): void {
    const keyEnd = header.domainLength + header.keyLength;
    const domain = binaryOf(body.subarray(0, header.domainLength));
    const key = binaryOf(body.subarray(header.domainLength, keyEnd));
    const name = `${domain}\u{10000}${key}`;
    this.#entries.delete(name);
    if (header.kind !== PUT) return;
    const valueOffset = offset + HEADER_SIZE + keyEnd;
    const { type, valueLength } = header;
    this.#entries.set(name, { domain, key, type, offset, size, valueOffset, valueLength });
  }

  /** @returns false when the record has no place in the current bank; nothing changed then. */
  #append(record: Uint8Array): boolean {
    const offset = this.#tail;
    const header = parseHeader(record.subarray(0, HEADER_SIZE));
    if (header === undefined) throw new Error("KEY_VALUE_INTERNAL: record does not parse");
    if (this.#torn || offset + record.length > this.#end) return false;
    try {
      flashWrite(offset, record);
    } catch {
      // A unit that reads as erased and yet was programmed: power went at its first bytes.
      this.#torn = true;
      return false;
    }
    this.#tail += record.length;
    this.#note(header, record.subarray(HEADER_SIZE), offset, record.length);
    return true;
  }

  /** Copies what lives, but for `without`, and then `added` into the other bank; its header makes it current. */
  #compact(without: Entry | undefined, added: Uint8Array = new Uint8Array(0)): void {
    const live = [...this.#entries.values()].filter((entry) => entry !== without);
    const needed = live.reduce((sum, entry) => sum + entry.size, HEADER_SIZE + added.length);
    if (needed > BANK_SIZE) throw new Error(`KEY_VALUE_FULL: ${needed} bytes with this one, ${BANK_SIZE} at most`);
    const target = 1 - this.#bank;
    const start = KV_OFFSET + target * BANK_SIZE;
    flashErase(start, BANK_SIZE);
    let tail = start + HEADER_SIZE;
    for (const entry of live) {
      flashWrite(tail, new Uint8Array(flashRead(entry.offset, entry.size)));
      tail += entry.size;
    }
    flashWrite(tail, added);
    const header = new Uint8Array(HEADER_SIZE);
    const view = new DataView(header.buffer);
    view.setUint32(0, BANK_MAGIC, true);
    view.setUint32(4, this.#generation + 1, true);
    seal(header);
    flashWrite(start, header);
    this.#entries.clear();
    this.#bank = target;
    this.#generation += 1;
    this.#torn = false;
    this.#scan();
  }
}

Object.freeze(KeyValueLog.prototype);
