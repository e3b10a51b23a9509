// SPDX-License-Identifier: Apache-2.0
/** Reads entries at the places that the index has for them, one record at a time. */
import { equalPublicBytes } from "../bytes/bytes.js";
import { ProtocolError } from "../errors/security-error.js";
import type { FlashArea } from "./flash-area.js";
import { readHeader } from "./header.js";
import { decodeLong, decodeNumber, type Item, ItemKind, type LongValue, parseItems } from "./item.js";
import type { Place } from "./key-index.js";
import { openRecord, type PlacedRecord, readFrame } from "./record.js";
import type { Seals } from "./seals.js";
import { type LogState, tagWord } from "./state.js";

/** Headers that are remembered: each read of a record needs its epoch's salt. */
const SALTS_KEPT = 4;

interface KnownSalt {
  readonly number: number;
  readonly offset: number;
  readonly salt: Uint8Array;
}

/** An entry that was found: its place, its item, and its value's chunks when it is long. */
export interface FoundEntry {
  readonly place: Place;
  readonly item: Item;
  readonly long: LongValue | undefined;
}

function damaged(number: number, offset: number): never {
  throw new ProtocolError("STORAGE_DAMAGED", `what lies in block ${number} does not verify`, offset);
}

export class EntryReader {
  readonly #area: FlashArea;
  readonly #seals: Seals;
  readonly #state: LogState;
  #salts: KnownSalt[] = [];

  constructor(area: FlashArea, seals: Seals, state: LogState) {
    this.#area = area;
    this.#seals = seals;
    this.#state = state;
  }

  #saltAt(number: number, offset: number): Uint8Array {
    const known = this.#salts.find((one) => one.number === number && one.offset === offset);
    if (known !== undefined) return known.salt;
    const header = readHeader(this.#area, this.#seals, number, offset);
    if (header === undefined) damaged(number, offset);
    if (this.#salts.length === SALTS_KEPT) this.#salts.pop();
    this.#salts.unshift({ number, offset, salt: header.salt });
    return header.salt;
  }

  /** @throws ProtocolError STORAGE_DAMAGED - the record there does not verify, or is not the one that was written. */
  record(number: number, offset: number, tag: number): PlacedRecord {
    const frame = readFrame(this.#area, number, offset);
    if (frame === undefined) damaged(number, offset);
    const salt = this.#saltAt(number, frame.headerOffset);
    const record = openRecord(this.#area, this.#seals, number, offset, salt);
    if (record === undefined || tagWord(record.tag) !== tag) damaged(number, offset);
    return record;
  }

  #itemsAt({ number, offset, tag }: Place): Item[] {
    return parseItems(this.record(number, offset, tag).content);
  }

  /** The index's id of an item that has one. */
  idOf({ kind, domain, probe, name }: Item): number {
    return kind === ItemKind.chunk ? decodeNumber(name) : this.#state.hash(domain, probe, name);
  }

  /** The entry of an id, whatever its name. */
  entryAt(place: Place): FoundEntry {
    for (const item of this.#itemsAt(place)) {
      if (item.kind !== ItemKind.put && item.kind !== ItemKind.long) continue;
      if (this.idOf(item) !== place.id) continue;
      return { place, item, long: item.kind === ItemKind.long ? decodeLong(item.value) : undefined };
    }
    return damaged(place.number, place.offset);
  }

  /** The entry of a name. */
  find(domain: number, name: Uint8Array): FoundEntry | undefined {
    for (let probe = 0; probe <= this.#state.probes; probe++) {
      const place = this.#state.keys.find(this.#state.hash(domain, probe, name));
      if (place === undefined || place.domain !== domain) continue;
      const entry = this.entryAt(place);
      if (equalPublicBytes(entry.item.name, name)) return entry;
    }
    return undefined;
  }

  /** The bytes of a value from `start` up to `end`. */
  bytes({ item, long }: FoundEntry, start: number, end: number): Uint8Array {
    if (long === undefined) return item.value.slice(start, end);
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
    for (const item of this.#itemsAt(place)) {
      if (item.kind === ItemKind.chunk && decodeNumber(item.name) === id) return item.value;
    }
    return damaged(place.number, place.offset);
  }
}

Object.freeze(EntryReader.prototype);
