// SPDX-License-Identifier: Apache-2.0
/** What a mounted log knows: the index, counts, and where it reads from and writes to. Records change it by `apply`. */

import { ProtocolError } from "../errors/security-error.js";
import { CHECKPOINT_ENTRY, COST_UNIT, type Geometry, recordSize, roundUp } from "./geometry.js";
import { decodeNumber, type Item, ItemKind, itemSize } from "./item.js";
import { KeyIndex } from "./key-index.js";
import { retiredId } from "./retired.js";

/** Where the log ends. */
export interface Tail {
  /** The block. */
  readonly number: number;
  /** Where the next record goes. */
  readonly offset: number;
  /** The tag in front of it. */
  readonly tag: Uint8Array;
}

/** The place of a record, as an item of it is remembered. */
export interface RecordPlace {
  readonly number: number;
  readonly offset: number;
  readonly tag: Uint8Array;
}

/** Gives an id for a name and a probe: 32 bits. */
export type Hash = (domain: number, probe: number, name: Uint8Array) => number;

/** As FNV-1a by two bytes at a time, and a last mix. Not secret and not for secrets: it spreads names. */
export function hashName(domain: number, probe: number, name: Uint8Array): number {
  const { imul } = Math;
  const { length } = name; // a getter's call each time, and this is in every read's way
  let hash = imul(0x811c9dc5 ^ (domain | (probe << 8) | (length << 16)), 0x01000193);
  // Behind an odd last byte there is undefined, which shifts to 0.
  for (let i = 0; i < length; i += 2) {
    hash = imul(hash ^ ((name[i] as number) | ((name[i + 1] as number) << 8)), 0x01000193);
  }
  hash = imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

export class LogState {
  readonly geometry: Geometry;
  readonly hash: Hash;
  readonly keys: KeyIndex;
  readonly chunks: KeyIndex;
  /** The highest probe that an entry may have. */
  probes = 0;
  nextChunk = 0;
  commits = 0;
  /** Blocks of the flash that are not used any more. */
  retired = new Set<number>();
  tail: Tail | undefined;
  /** The block from which a mount reads, as the newest block's header says it. */
  readFrom = 0;
  /** Whether there is a whole checkpoint there. */
  hasCheckpoint = false;
  /** The block where the newest whole checkpoint begins, when no header says it yet. */
  newCheckpoint: number | undefined;
  /** It was closed, or a write has failed halfway: what is here may not be what lies in the flash. */
  hasStopped = false;
  /** The first block of a value that is being written in parts. */
  pendingFrom: number | undefined;

  constructor(geometry: Geometry, hash: Hash) {
    this.geometry = geometry;
    this.hash = hash;
    this.keys = new KeyIndex(geometry.align);
    this.chunks = new KeyIndex(geometry.align);
  }

  /** The id of the list of retired blocks: no entry has it. */
  get retiredId(): number {
    return retiredId(this.hash);
  }

  /** @throws ProtocolError STORAGE_STOPPED - it has to be mounted again. */
  requireRunning(): void {
    if (!this.hasStopped) return;
    throw new ProtocolError("STORAGE_STOPPED", "the store was closed, or has failed and has to be opened again");
  }

  get capacity(): number {
    const { capacity, blockRoom } = this.geometry;
    return capacity - this.retired.size * blockRoom;
  }

  get used(): number {
    return this.keys.used + this.chunks.used;
  }

  cost(nameLength: number, valueLength: number): number {
    const size = recordSize(itemSize(nameLength, valueLength), this.geometry.align);
    return roundUp(size + 2 * CHECKPOINT_ENTRY, COST_UNIT);
  }

  /**
   * An item that was read. The number of a chunk is not given again, also where its commit never came: a recovery may take
   * such a chunk, and must not join it to a value of another time.
   */
  see({ kind, name }: Item): void {
    if (kind === ItemKind.chunk) this.nextChunk = Math.max(this.nextChunk, decodeNumber(name) + 1);
  }

  apply(item: Item, { number, offset, tag }: RecordPlace): void {
    const { kind, domain, probe, name, value } = item;
    if (kind === ItemKind.drop) {
      const first = decodeNumber(name);
      const count = decodeNumber(value);
      for (let i = 0; i < count; i++) this.chunks.delete(first + i);
      return;
    }
    const id = kind === ItemKind.chunk ? decodeNumber(name) : this.hash(domain, probe, name);
    if (kind === ItemKind.delete) {
      this.keys.delete(id);
      return;
    }
    const cost = this.cost(name.length, value.length);
    const index = kind === ItemKind.chunk ? this.chunks : this.keys;
    index.set({ id, domain, number, offset, cost, tag: tagWord(tag) });
    this.see(item);
    if (kind !== ItemKind.chunk) this.probes = Math.max(this.probes, probe);
  }

  /** The lowest block that something still needs: the checkpoint that the newest header names, an entry, or a part of a value. */
  get floor(): number {
    const { readFrom, pendingFrom = readFrom } = this;
    return Math.min(readFrom, pendingFrom, this.keys.lowest() ?? readFrom, this.chunks.lowest() ?? readFrom);
  }

  /** Blocks beyond the tail's that hold nothing that is needed, and are not retired. */
  get free(): number {
    const { blocks } = this.geometry;
    const { floor, tail } = this;
    if (tail === undefined) return blocks - this.retired.size;
    const end = floor + blocks;
    let free = end - tail.number - 1;
    for (const physical of this.retired) {
      const first = tail.number + 1;
      const number = first + ((physical - (first % blocks) + blocks) % blocks);
      if (number < end) free--;
    }
    return free;
  }
}

Object.freeze(LogState.prototype);

/** What an index remembers of a tag. @param at - where the tag lies in the bytes. */
export function tagWord(bytes: Uint8Array, at = 0): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
}
