// SPDX-License-Identifier: Apache-2.0
/**
 * Writes at the end of the log. The first write of a mount begins an epoch: a new header inside the block, beyond whatever
 * power has left there, or a new block. A block that is left gets a last record that says so, so that the next one cannot
 * be missing unnoticed. What reads back wrong is written again in another block, and the bad one is used no more. A failure
 * that is not of one block leaves the writer failed.
 */
import { ProtocolError } from "../errors/security-error.js";
import type { FlashArea } from "./flash-area.js";
import { CONTINUED_LENGTH, GAP_MAX, recordSize, roundUp, TAG_LENGTH } from "./geometry.js";
import { encodeHeader, HeaderFlag } from "./header.js";
import { encodeNumber } from "./item.js";
import { type EpochPlace, RecordFlag, sealRecord } from "./record.js";
import { gapAfter } from "./scan.js";
import type { Seals } from "./seals.js";
import type { LogState, RecordPlace, Tail } from "./state.js";
import { undoing } from "./undoing.js";

const NUMBER_MAX = 0xffffff00;

export class LogWriter {
  readonly #area: FlashArea;
  readonly #seals: Seals;
  readonly #state: LogState;
  #epoch: EpochPlace | undefined;
  /** Blocks were retired that no entry names yet. */
  hasRetired = false;
  /** A recovery is under way: headers say so. */
  isRecovering = false;

  constructor(area: FlashArea, seals: Seals, state: LogState) {
    this.#area = area;
    this.#seals = seals;
    this.#state = state;
  }

  /** What was written and not committed is never to take effect: the next write begins an epoch. */
  endEpoch(): void {
    this.#epoch = undefined;
  }

  /**
   * @param content - at most `contentMax` bytes.
   * @throws ProtocolError STORAGE_WORN - no block takes it. SecurityError PSA_ERROR_INSUFFICIENT_ENTROPY - nothing was written.
   */
  append(flags: number, content: Uint8Array): RecordPlace {
    const salt = this.#epoch === undefined ? this.#seals.newSalt() : undefined;
    return this.#failing(() => {
      if (salt !== undefined) this.#beginEpoch(salt);
      for (let tries = 0; tries <= GAP_MAX; tries++) {
        const size = recordSize(content.length, this.#area.geometry.align);
        if (this.#tail.offset + size > this.#end) this.#beginBlock(this.#salt);
        const place = this.#write(flags, content);
        if (place !== undefined) return place;
        this.#retire(this.#tail.number);
        this.#beginBlock(this.#salt);
      }
      throw new ProtocolError("STORAGE_WORN", "no block takes the record");
    });
  }

  /** Begins a block, whose header names the newest checkpoint. Errors as `append`. */
  nextBlock(): void {
    const salt = this.#epoch === undefined ? this.#seals.newSalt() : this.#salt;
    this.#failing(() => this.#beginBlock(salt));
  }

  /** Where records of a block end: behind it there is room for the one that says which block follows. */
  get #end(): number {
    const { align, blockLength } = this.#area.geometry;
    return blockLength - recordSize(CONTINUED_LENGTH, align);
  }

  /** @returns Undefined: the block does not take it. */
  #write(flags: number, content: Uint8Array): RecordPlace | undefined {
    const tail = this.#tail;
    const { number, offset } = tail;
    const epoch = this.#epoch as EpochPlace;
    const bytes = sealRecord(this.#area, this.#seals, number, offset, epoch, tail.tag, flags, content);
    if (!this.#area.write(number, offset, bytes)) return undefined;
    const tag = bytes.slice(bytes.length - TAG_LENGTH);
    this.#state.tail = { number, offset: offset + bytes.length, tag };
    return { number, offset, tag };
  }

  get #tail(): Tail {
    return this.#state.tail as Tail;
  }

  get #salt(): Uint8Array {
    return (this.#epoch as EpochPlace).salt;
  }

  #failing<T>(action: () => T): T {
    return undoing(() => {
      this.#state.hasStopped = true;
    }, action);
  }

  #retire(number: number): void {
    this.#state.retired.add(this.#area.physical(number));
    this.hasRetired = true;
  }

  #headerAt(number: number, offset: number, readFrom: number, salt: Uint8Array): Uint8Array {
    const { tail, hasCheckpoint, newCheckpoint, commits } = this.#state;
    const hasOne = hasCheckpoint || (offset === 0 && newCheckpoint !== undefined);
    const flags = (hasOne ? HeaderFlag.checkpoint : 0) | (this.isRecovering ? HeaderFlag.recovering : 0);
    const link = tail?.tag ?? new Uint8Array(TAG_LENGTH);
    const header = { number, back: number - readFrom, flags, commits, salt, link };
    return encodeHeader(header, offset, this.#seals, this.#area.geometry.headerSize);
  }

  #tailAfter(number: number, offset: number, header: Uint8Array): Tail {
    return { number, offset: offset + header.length, tag: header.slice(header.length - TAG_LENGTH) };
  }

  /** Goes on in the block of the mount, where there is room: after what power may have left and a gap. */
  #beginEpoch(salt: Uint8Array): void {
    const { tail, readFrom, retired } = this.#state;
    const { align, blockLength, headerSize } = this.#area.geometry;
    if (tail === undefined || retired.has(this.#area.physical(tail.number))) {
      this.#beginBlock(salt);
      return;
    }
    const { number } = tail;
    const used = this.#area.lastUsed(number, tail.offset, blockLength);
    const offset = Math.max(tail.offset, roundUp(used + 1, align)) + gapAfter(align);
    if (offset + headerSize + recordSize(CONTINUED_LENGTH, align) > blockLength) {
      this.#beginBlock(salt);
      return;
    }
    const bytes = this.#headerAt(number, offset, readFrom, salt);
    if (this.#area.write(number, offset, bytes)) {
      this.#state.tail = this.#tailAfter(number, offset, bytes);
      this.#epoch = { salt, offset };
      return;
    }
    // The block need not be bad: power may have failed here so early that nothing of it can be read, and a chip may refuse.
    this.#beginBlock(salt);
  }

  /** The first block from `number` on that lets itself be erased. */
  #erase(number: number): number {
    const { floor, retired, geometry } = this.#state;
    for (let block = number; block <= number + GAP_MAX && block < floor + geometry.blocks; block++) {
      if (block > NUMBER_MAX) break;
      if (retired.has(this.#area.physical(block))) continue;
      if (this.#area.erase(block)) return block;
      this.#retire(block);
    }
    throw new ProtocolError("STORAGE_WORN", "no block is left to write to");
  }

  #beginBlock(salt: Uint8Array): void {
    const state = this.#state;
    const { tail } = state;
    let number = this.#erase(tail === undefined ? 0 : tail.number + 1);
    for (let tries = 0; tries <= GAP_MAX; tries++) {
      const readFrom = tail === undefined ? number : (state.newCheckpoint ?? state.readFrom);
      const bytes = this.#headerAt(number, 0, readFrom, salt);
      if (this.#area.write(number, 0, bytes)) {
        this.#leaveFor(number);
        if (state.newCheckpoint !== undefined) state.hasCheckpoint = true;
        state.newCheckpoint = undefined;
        state.readFrom = readFrom;
        state.tail = this.#tailAfter(number, 0, bytes);
        this.#epoch = { salt, offset: 0 };
        return;
      }
      this.#retire(number);
      number = this.#erase(number + 1);
    }
    throw new ProtocolError("STORAGE_WORN", "no block takes a header");
  }

  /** The last record of the block before. What it says is believed when the block that it names is not there. */
  #leaveFor(number: number): void {
    const { tail, retired } = this.#state;
    if (tail === undefined || this.#epoch === undefined || retired.has(this.#area.physical(tail.number))) return;
    this.#write(RecordFlag.continued, encodeNumber(number));
  }
}

Object.freeze(LogWriter.prototype);
