// SPDX-License-Identifier: Apache-2.0
/** Reads entries at the places that the index has for them, one record at a time. */
import { ProtocolError } from "../errors/security-error.js";
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
export interface FoundEntry {
  readonly place: Place;
  readonly item: Item;
  readonly long: LongValue | undefined;
}

function foundEntry(place: Place, item: Item): FoundEntry {
  return { place, item, long: item.kind === ItemKind.long ? decodeLong(item.value) : undefined };
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
    for (let i = 0; i < this.#salts.length; i++) {
      const known = this.#salts[i] as KnownSalt;
      if (known.number === number && known.offset === offset) return known.salt;
    }
    const header = readHeader(this.#area, this.#seals, number, offset);
    if (header === undefined) damaged(number, offset);
    if (this.#salts.length === SALTS_KEPT) this.#salts.pop();
    this.#salts.unshift({ number, offset, salt: header.salt });
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
  entryAt(place: Place): FoundEntry {
    return this.#entryIn(this.contentAt(place), place);
  }

  #entryIn(content: Uint8Array, place: Place): FoundEntry {
    for (const item of parseItems(content)) {
      if (item.kind !== ItemKind.put && item.kind !== ItemKind.long) continue;
      if (this.idOf(item) !== place.id) continue;
      return foundEntry(place, item);
    }
    return damaged(place.number, place.offset);
  }

  /** The entry of a name. */
  find(domain: number, name: Uint8Array): FoundEntry | undefined {
    for (let probe = 0; probe <= this.#state.probes; probe++) {
      const place = this.#state.keys.find(this.#state.hash(domain, probe, name));
      if (place === undefined || place.domain !== domain) continue;
      const content = this.contentAt(place);
      const item = findEntryItem(content, domain, probe, name);
      if (item !== undefined) return foundEntry(place, item);
      // Another name's entry has this id: it has to be there.
      this.#entryIn(content, place);
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
    for (const item of parseItems(this.contentAt(place))) {
      if (item.kind === ItemKind.chunk && decodeNumber(item.name) === id) return item.value;
    }
    return damaged(place.number, place.offset);
  }
}

Object.freeze(EntryReader.prototype);
