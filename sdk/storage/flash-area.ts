// SPDX-License-Identifier: Apache-2.0
/**
 * Blocks by their numbers: block number n lies in block n modulo the count. Writes and erases are read back; what fails says
 * false, so that the log goes elsewhere. Reading throws what the flash throws.
 */
import type { Flash } from "../contracts/flash.js";
import { type Geometry, geometryOf } from "./geometry.js";

export class FlashArea {
  readonly geometry: Geometry;
  readonly #flash: Flash;
  readonly #blocks: number;
  readonly #blockLength: number;

  /** @throws ProtocolError STORAGE_GEOMETRY - the format does not fit. */
  constructor(flash: Flash) {
    this.#flash = flash;
    this.geometry = geometryOf(flash.status());
    this.#blocks = this.geometry.blocks;
    this.#blockLength = this.geometry.blockLength;
  }

  physical(number: number): number {
    return number % this.#blocks;
  }

  #at(number: number, offset: number): number {
    return (number % this.#blocks) * this.#blockLength + offset;
  }

  /** @returns New bytes. */
  read(number: number, offset: number, length: number): Uint8Array {
    return new Uint8Array(this.#flash.read(length, this.#at(number, offset)));
  }

  /** Whether the bytes from `from` up to `to` all read as erased. */
  isBlank(number: number, from: number, to: number): boolean {
    return this.lastUsed(number, from, to) < 0;
  }

  /** Offset of the last byte from `from` up to `to` that does not read as erased; -1: there is none. */
  lastUsed(number: number, from: number, to: number): number {
    const { erased } = this.geometry;
    const bytes = this.read(number, from, to - from);
    let at = bytes.length - 1;
    while (at >= 0 && bytes[at] === erased) at--;
    return at < 0 ? -1 : from + at;
  }

  /** @returns Whether what is there now are these bytes. After false: anything. */
  write(number: number, offset: number, bytes: Uint8Array): boolean {
    let isDone = true;
    try {
      this.#flash.write(bytes, this.#at(number, offset));
    } catch {
      isDone = false;
    }
    const there = this.read(number, offset, bytes.length); // throws when it is not the block that fails
    const { length } = bytes;
    for (let i = 0; i < length; i++) if (there[i] !== bytes[i]) isDone = false;
    return isDone;
  }

  /** @returns Whether the whole block reads as erased. */
  erase(number: number): boolean {
    let isDone = true;
    try {
      this.#flash.eraseBlock(this.physical(number));
    } catch {
      isDone = false;
    }
    return this.isBlank(number, 0, this.geometry.blockLength) && isDone;
  }
}

Object.freeze(FlashArea.prototype);
