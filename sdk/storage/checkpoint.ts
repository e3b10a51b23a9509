// SPDX-License-Identifier: Apache-2.0
/**
 * Checkpoints: the index, sealed in records of its own, so that a mount reads no further back. The first part begins with
 * 1, the highest probe, the next chunk's number, the block that the checkpoint begins in and the count of its entries; the
 * others begin with 0. docs/formats/sealed-store.md.
 */
import { ProtocolError } from "../errors/security-error.js";
import { CHECKPOINT_ENTRY, COST_UNIT, FRAME_LENGTH, TAG_LENGTH } from "./geometry.js";
import type { KeyIndex, Place } from "./key-index.js";
import type { LogState } from "./state.js";

const FIRST_LENGTH = 14;
const CHUNK_BIT = 0x80;

/** 13 bytes: domain and, for a chunk, bit 7; id; blocks back; offset in write units; cost in units of 16 bytes; tag word. */
function encodeEntry(place: Place, isChunk: boolean, base: number, align: number, view: DataView, at: number): void {
  view.setUint8(at, place.domain | (isChunk ? CHUNK_BIT : 0));
  view.setUint32(at + 1, place.id, true);
  view.setUint16(at + 5, base - place.number, true);
  view.setUint16(at + 7, place.offset / align, true);
  view.setUint8(at + 9, place.cost / COST_UNIT);
  view.setUint8(at + 10, place.tag);
  view.setUint16(at + 11, place.tag >>> 8, true);
}

/** The parts of a checkpoint of `state`, each the content of a record. @param base - block in which the first one is written. */
export function checkpointParts(state: LogState, base: number): Uint8Array[] {
  const { align, recordMax } = state.geometry;
  const room = recordMax - FRAME_LENGTH - TAG_LENGTH;
  const total = state.keys.count + state.chunks.count;
  const parts: Uint8Array[] = [];
  let done = 0;
  do {
    const head = parts.length === 0 ? FIRST_LENGTH : 1;
    const count = Math.min(Math.floor((room - head) / CHECKPOINT_ENTRY), total - done);
    const part = new Uint8Array(head + count * CHECKPOINT_ENTRY);
    const view = new DataView(part.buffer);
    if (parts.length === 0) {
      view.setUint8(0, 1);
      view.setUint8(1, state.probes);
      view.setUint32(2, state.nextChunk, true);
      view.setUint32(6, base, true);
      view.setUint32(10, total, true);
    }
    for (let i = 0; i < count; i++, done++) {
      const isChunk = done >= state.keys.count;
      const place = isChunk ? state.chunks.at(done - state.keys.count) : state.keys.at(done);
      encodeEntry(place, isChunk, base, align, view, head + i * CHECKPOINT_ENTRY);
    }
    parts.push(part);
  } while (done < total);
  return parts;
}

/** What a checkpoint's parts take in a log that has `count` entries, bytes. */
export function checkpointSize(count: number, recordMax: number): number {
  const perPart = Math.floor((recordMax - FRAME_LENGTH - TAG_LENGTH - FIRST_LENGTH) / CHECKPOINT_ENTRY);
  return (Math.floor(count / perPart) + 1) * recordMax;
}

function malformed(): never {
  throw new ProtocolError("STORAGE_DAMAGED", "a checkpoint verifies, yet does not parse");
}

/** Puts the parts of a checkpoint back into a state. */
export class CheckpointReader {
  readonly #state: LogState;
  #base = 0;
  #left = -1;

  constructor(state: LogState) {
    this.#state = state;
  }

  /** Whether a whole checkpoint was read. */
  get isWhole(): boolean {
    return this.#left === 0;
  }

  /** Takes the next part. One that begins anew forgets what was read: the one before it was cut off. */
  take(part: Uint8Array): void {
    const view = new DataView(part.buffer, part.byteOffset, part.length);
    const isFirst = view.getUint8(0) === 1;
    if (isFirst) {
      if (part.length < FIRST_LENGTH) malformed();
      this.#state.keys.clear();
      this.#state.chunks.clear();
      this.#state.probes = view.getUint8(1);
      this.#state.nextChunk = view.getUint32(2, true);
      this.#base = view.getUint32(6, true);
      this.#left = view.getUint32(10, true);
    } else if (this.#left < 0) {
      return; // the rest of one that began before the block where reading begins
    }
    const head = isFirst ? FIRST_LENGTH : 1;
    const count = (part.length - head) / CHECKPOINT_ENTRY;
    if (!Number.isInteger(count) || count > this.#left) malformed();
    for (let i = 0; i < count; i++) this.#takeEntry(view, head + i * CHECKPOINT_ENTRY);
    this.#left -= count;
  }

  #takeEntry(view: DataView, at: number): void {
    const domain = view.getUint8(at);
    const index: KeyIndex = (domain & CHUNK_BIT) === 0 ? this.#state.keys : this.#state.chunks;
    index.set({
      domain: domain & ~CHUNK_BIT,
      id: view.getUint32(at + 1, true),
      number: this.#base - view.getUint16(at + 5, true),
      offset: view.getUint16(at + 7, true) * this.#state.geometry.align,
      cost: view.getUint8(at + 9) * COST_UNIT,
      tag: view.getUint8(at + 10) | (view.getUint16(at + 11, true) << 8),
    });
  }
}

Object.freeze(CheckpointReader.prototype);
