// SPDX-License-Identifier: Apache-2.0
/** Reads entries at the places that the index has for them, one record at a time. */
import { ProtocolError } from "../errors/security-error.js";
import type { FoundEntry } from "./entries.js";
import type { FlashArea } from "./flash-area.js";
import { readHeader } from "./header.js";
import { decodeLong, decodeNumber, findEntryItem, type Item, ItemKind, type LongValue, parseItems } from "./item.js";
import type { Place } from "./key-index.js";
import { openContent, readSealed } from "./record.js";
import type { Seals } from "./seals.js";
import { type LogState, tagWord } from "./state.js";

/** Headers that are remembered: each read of a record needs its epoch's salt. */
const SALTS_KEPT = 4;

interface KnownSalt {
  readonly number: number;
  readonly offset: number;
  readonly salt: Uint8Array;
}

/** What tells a record from all others. */
export type RecordWord = Pick<Place, "number" | "offset" | "tag" | "cost">;

/** An entry that was found: its place, its item, and its value's chunks when it is long. */
export class LogEntry implements FoundEntry {
  readonly #reader: EntryReader;
  readonly place: Place;
  readonly item: Item;

  constructor(reader: EntryReader, place: Place, item: Item) {
    this.#reader = reader;
    this.place = place;
    this.item = item;
  }

  get format(): number {
    return this.item.format;
  }

  get length(): number {
    return (this.long ?? this.item.value).length;
  }

  /** Undefined: the value lies in the record. */
  get long(): LongValue | undefined {
    const { kind, value } = this.item;
    return kind === ItemKind.long ? decodeLong(value) : undefined;
  }

  bytes(start: number, end: number): ArrayBuffer {
    const { long } = this;
    const { value } = this.item;
    const { length } = long ?? value;
    if (start < 0 || start > end || end > length) {
      throw new RangeError(`bytes ${start} to ${end} of a value of ${length}`);
    }
    if (long !== undefined) return this.#reader.chunkBytes(long, start, end).buffer as ArrayBuffer;
    const at = value.byteOffset;
    return value.buffer.slice(at + start, at + end) as ArrayBuffer;
  }
}

Object.freeze(LogEntry.prototype);

function damaged(number: number, offset: number): never {
  throw new ProtocolError("STORAGE_DAMAGED", `what lies in block ${number} does not verify`, offset);
}

export class EntryReader {
  readonly #area: FlashArea;
  readonly #seals: Seals;
  readonly #state: LogState;
  readonly #salts: KnownSalt[] = [];

  constructor(area: FlashArea, seals: Seals, state: LogState) {
    this.#area = area;
    this.#seals = seals;
    this.#state = state;
  }

  #saltAt(number: number, offset: number): Uint8Array {
    const salts = this.#salts;
    const { length } = salts;
    for (let i = 0; i < length; i++) {
      const known = salts[i] as KnownSalt;
      if (known.number === number && known.offset === offset) return known.salt;
    }
    const header = readHeader(this.#area, this.#seals, number, offset);
    if (header === undefined) damaged(number, offset);
    if (length === SALTS_KEPT) salts.pop();
    salts.unshift({ number, offset, salt: header.salt });
    return header.salt;
  }

  /**
   * The content of the record at an entry's place.
   * @throws ProtocolError STORAGE_DAMAGED - the record there does not verify, or is not the one that was written.
   */
  contentAt({ number, offset, tag, cost }: RecordWord): Uint8Array {
    // What an entry is counted as is more than a record of its own takes.
    const sealed = readSealed(this.#area, number, offset, cost);
    if (sealed === undefined) damaged(number, offset);
    const content = openContent(this.#seals, sealed, this.#saltAt(number, sealed.headerOffset));
    if (content === undefined || tagWord(sealed.bytes, sealed.size) !== tag) damaged(number, offset);
    return content;
  }

  /** The index's id of an item that has one. */
  idOf({ kind, domain, probe, name }: Item): number {
    return kind === ItemKind.chunk ? decodeNumber(name) : this.#state.hash(domain, probe, name);
  }

  /** The entry of an id, whatever its name. */
  entryAt(place: Place): LogEntry {
    return this.#entryIn(this.contentAt(place), place);
  }

  #entryIn(content: Uint8Array, place: Place): LogEntry {
    for (const item of parseItems(content)) {
      if (item.kind !== ItemKind.put && item.kind !== ItemKind.long) continue;
      if (this.idOf(item) !== place.id) continue;
      return new LogEntry(this, place, item);
    }
    return damaged(place.number, place.offset);
  }

  /** The entry of a name. */
  find(domain: number, name: Uint8Array): LogEntry | undefined {
    const { keys, hash, probes } = this.#state;
    for (let probe = 0; probe <= probes; probe++) {
      const place = keys.find(hash(domain, probe, name));
      if (place === undefined || place.domain !== domain) continue;
      const content = this.contentAt(place);
      const item = findEntryItem(content, domain, probe, name);
      if (item !== undefined) return new LogEntry(this, place, item);
      // Another name's entry has this id: it has to be there.
      this.#entryIn(content, place);
    }
    return undefined;
  }

  /** The bytes of a value in chunks, from `start` up to `end`. */
  chunkBytes(long: LongValue, start: number, end: number): Uint8Array {
    const bytes = new Uint8Array(end - start);
    let done = start;
    while (done < end) {
      const index = Math.floor(done / long.chunkLength);
      const chunk = this.#chunk(long.first + index);
      const from = done - index * long.chunkLength;
      const part = chunk.subarray(from, Math.min(chunk.length, from + end - done));
      if (part.length === 0) throw new ProtocolError("STORAGE_DAMAGED", "a value is longer than its chunks");
      bytes.set(part, done - start);
      done += part.length;
    }
    return bytes;
  }

  #chunk(id: number): Uint8Array {
    const place = this.#state.chunks.find(id);
    if (place === undefined) throw new ProtocolError("STORAGE_DAMAGED", `chunk ${id} is missing`);
    for (const item of parseItems(this.contentAt(place))) {
      if (item.kind === ItemKind.chunk && decodeNumber(item.name) === id) return item.value;
    }
    return damaged(place.number, place.offset);
  }
}

Object.freeze(EntryReader.prototype);
