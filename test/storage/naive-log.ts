// SPDX-License-Identifier: Apache-2.0
/**
 * A log that keeps everything twice: the older half of the flash is erased and written anew with all entries at the first
 * commit after a mount, and whenever the newer half is full. No secrets, no wear, small values. It is here to be right, and
 * to be wrong in one way at a time, so that a harness can show what it catches.
 */
import { concatBytes } from "../../sdk/bytes/bytes.js";
import { ProtocolError } from "../../sdk/errors/security-error.js";
import type { Change, EntryLog, FoundEntry } from "../../sdk/storage/entries.js";
import { type Contents, changed, type Item, itemKey } from "./contents.js";
import { crc32 } from "./crc32.js";
import type { Mount, Start } from "./device.js";

/**
 * forgets: the new half counts before its entries are in it. resurrects: a deletion stays in memory until something else is
 * written. programsTwice: after a mount it goes on behind what verifies. repeatsNonces: every mount counts from 0 under the
 * same key. saysTooMuch: a write that fails is taken for one that was done.
 */
export type Flaw = "forgets" | "resurrects" | "programsTwice" | "repeatsNonces" | "saysTooMuch";

const MARK = 0x5a;

function bytesOf(value: number): Uint8Array {
  return Uint8Array.of(value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24);
}

/** Length, content, checksum of both, in whole units. */
function framed(kind: number, content: Uint8Array, align: number): Uint8Array {
  const head = concatBytes(Uint8Array.of(MARK, kind), bytesOf(content.length));
  const whole = concatBytes(head, content, bytesOf(crc32(concatBytes(head, content))));
  const padded = new Uint8Array(Math.ceil(whole.length / align) * align).fill(0x3c);
  padded.set(whole);
  return padded;
}

function encode(changes: readonly Change[]): Uint8Array {
  return concatBytes(
    ...changes.flatMap(({ domain, name, format, value }) => [
      Uint8Array.of(domain, name.length, format, value === undefined ? 0 : 1),
      bytesOf(value?.length ?? 0),
      name,
      value ?? new Uint8Array(),
    ]),
  );
}

function decode(content: Uint8Array): Change[] {
  const changes: Change[] = [];
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  for (let at = 0; at < content.length; ) {
    const [domain = 0, nameLength = 0, format = 0, isPut = 0] = content.subarray(at, at + 4);
    const end = at + 8 + nameLength;
    const length = view.getUint32(at + 4, true);
    const value = isPut === 1 ? content.slice(end, end + length) : undefined;
    changes.push({ domain, name: content.slice(at + 8, end), format, value });
    at = end + length;
  }
  return changes;
}

class NaiveLog implements EntryLog {
  readonly #start: Start;
  readonly #flaw: Flaw | undefined;
  readonly #half: number;
  readonly #align: number;
  #contents: Contents = new Map();
  #sequence = 0;
  #current = 0;
  #end = 0;
  /** Nothing is known of what lies behind the end until the half was written anew. */
  #isFresh = false;
  #late: readonly Change[] = [];
  readonly #salt: Uint8Array;
  #count = 0;
  #isWriting = false;

  constructor(start: Start, flaw: Flaw | undefined) {
    this.#start = start;
    this.#flaw = flaw;
    this.#salt = flaw === "repeatsNonces" ? new Uint8Array(16) : start.crypto.generateRandom(16);
    const { blocks, blockLength, writeAlign } = start.flash.status();
    this.#half = (blocks >> 1) * blockLength;
    this.#align = writeAlign;
    for (const half of [0, 1]) this.#readHalf(half);
  }

  #at(half: number, offset: number): { kind: number; content: Uint8Array; end: number } | undefined {
    const read = (from: number, length: number) =>
      new Uint8Array(this.#start.flash.read(length, half * this.#half + from));
    if (offset + 10 > this.#half) return undefined;
    const head = read(offset, 6);
    const length = new DataView(head.buffer).getUint32(2, true);
    if (head[0] !== MARK || offset + 10 + length > this.#half) return undefined;
    const content = read(offset + 6, length);
    const sum = new DataView(read(offset + 6 + length, 4).buffer).getUint32(0, true);
    if (crc32(concatBytes(head, content)) !== sum) return undefined;
    const end = offset + Math.ceil((10 + length) / this.#align) * this.#align;
    return { kind: head[1] as number, content, end };
  }

  #headLength(): number {
    return Math.ceil(14 / this.#align) * this.#align;
  }

  /** The header, which is written last, has the sequence number; behind it lie the entries and then the commits. */
  #readHalf(half: number): void {
    const header = this.#at(half, 0);
    if (header?.kind !== 1) return;
    const sequence = new DataView(header.content.buffer).getUint32(0, true);
    if (sequence <= this.#sequence) return;
    this.#sequence = sequence;
    this.#current = half;
    this.#end = header.end;
    this.#contents = new Map();
    for (let record = this.#at(half, this.#end); record?.kind === 2; record = this.#at(half, this.#end)) {
      this.#contents = changed(this.#contents, decode(record.content));
      this.#end = record.end;
    }
    if (this.#flaw === "programsTwice") this.#isFresh = true;
  }

  #rewrite(contents: Contents): void {
    const { flash } = this.#start;
    const half = 1 - this.#current;
    const start = half * this.#half;
    const { blockLength } = flash.status();
    for (let at = start; at < start + this.#half; at += blockLength) flash.eraseBlock(at / blockLength);
    const all = framed(2, encode([...contents.values()]), this.#align);
    const header = framed(1, bytesOf(++this.#sequence), this.#align);
    if (this.#flaw === "forgets") flash.write(header, start);
    flash.write(all, start + this.#headLength());
    if (this.#flaw !== "forgets") flash.write(header, start);
    this.#current = half;
    this.#end = this.#headLength() + all.length;
    this.#isFresh = true;
  }

  #seal(content: Uint8Array): void {
    const { crypto, key } = this.#start;
    const attributes = { type: "AES", bits: 128, usage: ["encrypt"], alg: "CCM" } as const;
    const aes = crypto.hkdfExpand(key, this.#salt, attributes);
    const nonce = new Uint8Array(13);
    new DataView(nonce.buffer).setUint32(0, this.#count++, true);
    crypto.aeadEncrypt(aes, "CCM", nonce, new Uint8Array(), content);
    crypto.destroyKey(aes);
  }

  commit(changes: readonly Change[]): void {
    if (this.#flaw === "resurrects" && changes.every(({ value }) => value === undefined)) {
      this.#late = changes;
      this.#contents = changed(this.#contents, changes);
      return;
    }
    const all = [...this.#late, ...changes];
    const contents = changed(this.#contents, all);
    if (this.#isWriting) throw new ProtocolError("STORAGE_BUSY", "a value is being written");
    if (this.#costs([...contents.values()]) > this.capacity) throw new ProtocolError("STORAGE_FULL", "no room");
    const record = framed(2, encode(all), this.#align);
    if (!this.#isFresh || this.#end + record.length > this.#half) this.#rewrite(contents);
    else {
      try {
        this.#start.flash.write(record, this.#current * this.#half + this.#end);
      } catch (error) {
        if (this.#flaw !== "saysTooMuch") throw error;
      }
      this.#end += record.length;
    }
    this.#seal(record);
    this.#late = [];
    this.#contents = contents;
  }

  find(domain: number, name: Uint8Array): FoundEntry | undefined {
    const item = this.#contents.get(itemKey(domain, name));
    if (item === undefined) return undefined;
    const { format, value } = item;
    return { format, length: value.length, bytes: (start, end) => Uint8Array.from(value.subarray(start, end)).buffer };
  }

  names(domain: number): Uint8Array[] {
    return [...this.#contents.values()].filter((item) => item.domain === domain).map(({ name }) => name);
  }

  writer(domain: number, name: Uint8Array, format: number) {
    if (this.#isWriting) throw new ProtocolError("STORAGE_BUSY", "a value is being written");
    this.#isWriting = true;
    const parts: Uint8Array[] = [];
    return {
      write: (bytes: Uint8Array) => {
        parts.push(bytes.slice());
      },
      finish: () => {
        this.#isWriting = false;
        this.commit([{ domain, name, format, value: concatBytes(...parts) }]);
      },
      abort: () => {
        this.#isWriting = false;
      },
    };
  }

  #costs(items: readonly Item[]): number {
    return items.reduce((sum, { name, value }) => sum + this.cost(name.length, value.length), 0);
  }

  get valueMax(): number {
    return this.#half >> 1;
  }

  /** Two heads and the units that they do not fill. */
  get capacity(): number {
    return this.#half - 32 - 3 * this.#align;
  }

  get used(): number {
    return this.#costs([...this.#contents.values()]);
  }

  usedBy(domain: number): number {
    return this.#costs([...this.#contents.values()].filter((item) => item.domain === domain));
  }

  cost(nameLength: number, valueLength: number): number {
    return 8 + nameLength + valueLength;
  }

  costOf(domain: number, name: Uint8Array): number {
    const item = this.#contents.get(itemKey(domain, name));
    return item === undefined ? 0 : this.#costs([item]);
  }
}

/** @param flaw - none: it is right. */
export function naiveMount(flaw?: Flaw): Mount {
  return (start) => new NaiveLog(start, flaw);
}
