// SPDX-License-Identifier: Apache-2.0
/**
 * Makes room: copies what lives in the oldest block to the end of the log, block after block in their order, so that every
 * block is erased as often as every other and what never changes moves too. A checkpoint that is in the way is written anew.
 */
import { joinBytes } from "../bytes/bytes.js";
import { ProtocolError } from "../errors/security-error.js";
import { checkpointParts, checkpointSize } from "./checkpoint.js";
import type { EntryReader } from "./entry-reader.js";
import { encodeItem, type Item, ItemKind, parseItems } from "./item.js";
import type { Place } from "./key-index.js";
import type { LogWriter } from "./log-writer.js";
import { RecordFlag } from "./record.js";
import type { LogState, Tail } from "./state.js";

/** Blocks for the cleaner: one that it begins, and one for what a power cut leaves. */
const WRITER_BLOCKS = 3;
/** A checkpoint is due when the log has grown by this many times its size. */
const CHECKPOINT_RATIO = 8;

export class Cleaner {
  readonly #state: LogState;
  readonly #reader: EntryReader;
  readonly #writer: LogWriter;

  constructor(state: LogState, reader: EntryReader, writer: LogWriter) {
    this.#state = state;
    this.#reader = reader;
    this.#writer = writer;
  }

  /** Blocks that a checkpoint takes. */
  get checkpointBlocks(): number {
    const { keys, chunks, geometry } = this.#state;
    return Math.ceil(checkpointSize(keys.count + chunks.count, geometry.recordMax) / geometry.blockRoom);
  }

  /**
   * Sees to it that records of `size` bytes in all can be written, and the log be cleaned after that.
   * @throws ProtocolError STORAGE_FULL - they cannot; nothing that counts has changed.
   */
  makeRoom(size: number): void {
    const { blockRoom, blocks } = this.#state.geometry;
    if (this.#state.tail === undefined) return;
    const needed = Math.ceil(size / blockRoom) + WRITER_BLOCKS;
    for (let rounds = 0; rounds <= 2 * blocks; rounds++) {
      if (this.#state.free >= needed + this.checkpointBlocks) {
        if (this.#isCheckpointDue()) this.checkpoint();
        return;
      }
      this.#cleanBlock();
    }
    throw new ProtocolError("STORAGE_FULL", "no more room can be made");
  }

  /** While a value is written in parts there is no checkpoint, so there has to be a new one where the last is far back. */
  prepareForLong(): void {
    const { tail, readFrom, geometry } = this.#state;
    if (tail === undefined || tail.number - readFrom < geometry.blocks / 8) return;
    this.makeRoom(0);
    if (this.#state.newCheckpoint === undefined) this.checkpoint();
    this.#writer.nextBlock();
  }

  #isCheckpointDue(): boolean {
    const { tail, readFrom, newCheckpoint, pendingFrom, geometry } = this.#state;
    const interval = Math.min(CHECKPOINT_RATIO * this.checkpointBlocks, Math.floor((geometry.blocks * 3) / 4));
    return pendingFrom === undefined && (tail as Tail).number - (newCheckpoint ?? readFrom) >= interval;
  }

  /** Writes a checkpoint. The next block's header will name it. */
  checkpoint(): void {
    const parts = checkpointParts(this.#state, (this.#state.tail as Tail).number);
    let first: number | undefined;
    for (const part of parts) {
      const { number } = this.#writer.append(RecordFlag.checkpoint, part);
      first ??= number;
    }
    this.#state.newCheckpoint = first;
  }

  #cleanBlock(): void {
    const { floor, readFrom, pendingFrom, newCheckpoint } = this.#state;
    if (floor === pendingFrom) throw new ProtocolError("STORAGE_FULL", "the value takes all the room that there is");
    if (floor < readFrom) {
      this.#moveFrom(floor);
      return;
    }
    // Nothing is older than where reading begins: let it begin later.
    if (pendingFrom !== undefined)
      throw new ProtocolError("STORAGE_FULL", "the value takes all the room that there is");
    if (newCheckpoint === undefined) this.checkpoint();
    this.#writer.nextBlock();
  }

  /** A place in each of the records in a block that hold something alive, by offset. */
  #liveRecords(number: number): Map<number, Place> {
    const records = new Map<number, Place>();
    for (const index of [this.#state.keys, this.#state.chunks]) {
      for (const position of index.inBlock(number)) {
        const place = index.at(position);
        records.set(place.offset, place);
      }
    }
    return records;
  }

  #isAlive(item: Item, number: number, offset: number): boolean {
    if (item.kind === ItemKind.delete || item.kind === ItemKind.drop) return false;
    const index = item.kind === ItemKind.chunk ? this.#state.chunks : this.#state.keys;
    const place = index.find(this.#reader.idOf(item));
    return place !== undefined && place.number === number && place.offset === offset;
  }

  #moveFrom(number: number): void {
    const { contentMax } = this.#state.geometry;
    let items: Item[] = [];
    let parts: Uint8Array[] = [];
    let length = 0;
    const write = (): void => {
      const place = this.#writer.append(RecordFlag.move, joinBytes(parts));
      for (const item of items) this.#state.apply(item, place);
      items = [];
      parts = [];
      length = 0;
    };
    for (const [offset, place] of this.#liveRecords(number)) {
      for (const item of parseItems(this.#reader.contentAt(place))) {
        if (!this.#isAlive(item, number, offset)) continue;
        const part = encodeItem(item);
        if (length + part.length > contentMax) write();
        items.push(item);
        parts.push(part);
        length += part.length;
      }
    }
    if (length > 0) write();
  }
}

Object.freeze(Cleaner.prototype);
