// SPDX-License-Identifier: Apache-2.0
/** Writes CBOR items one after the other, each in its shortest form (RFC 8949 §4.2.1), to memory that grows or to the caller's. */
import { requireBytes } from "../bytes/bytes.js";
import { encodeUtf8 } from "../bytes/utf8.js";
import { SecurityError } from "../errors/security-error.js";
import { encodeHalf, shortestFloatLength } from "./float.js";
import { Major } from "./reader.js";

const MAX_ARGUMENT = 0xffffffffffffffffn;
const FIRST_CAPACITY = 64;

/**
 * The caller of the heads (`array`, `map`, `tag`) sees to it that as many items follow, and map keys in order.
 * Helpers are `private`, as in `CborReader`.
 */
export class CborWriter {
  #target: Uint8Array;
  readonly #grows: boolean;
  #length = 0;

  /**
   * @param target - the caller's buffer, written from its start and never outgrown; or a number: how many bytes to take
   * at first, more when needed.
   */
  constructor(target: Uint8Array | number = FIRST_CAPACITY) {
    this.#grows = typeof target === "number";
    this.#target = typeof target === "number" ? new Uint8Array(target) : target;
    requireBytes(this.#target, "CborWriter target");
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** @returns A view of what was written, in the caller's buffer or the writer's own. */
  finish(): Uint8Array {
    return this.#target.subarray(0, this.#length);
  }

  /**
   * @throws TypeError - neither a bigint nor a number that is a safe integer.
   * @throws RangeError - outside -2^64 to 2^64-1.
   */
  integer(value: number | bigint): void {
    if (typeof value !== "bigint" && !Number.isSafeInteger(value)) {
      throw new TypeError(`CBOR integer: expected a bigint or a safe integer, got ${String(value)}`);
    }
    if (value >= 0) this.head(Major.unsigned, value);
    else this.head(Major.negative, typeof value === "bigint" ? -1n - value : -1 - value);
  }

  /** Writes a byte string. `content` is copied. */
  bytes(content: Uint8Array): void {
    requireBytes(content, "CBOR byte string");
    this.head(Major.bytes, content.length);
    this.raw(content);
  }

  /** Writes a text string as UTF-8. @throws RangeError - half of a surrogate pair in it. */
  text(content: string): void {
    const encoded = encodeUtf8(content);
    this.head(Major.text, encoded.length);
    this.raw(encoded);
  }

  /** Announces an array of `items` items. */
  array(items: number): void {
    this.head(Major.array, items);
  }

  /** Announces a map of `pairs` keys and values. */
  map(pairs: number): void {
    this.head(Major.map, pairs);
  }

  /** Writes a tag number; the tagged item is next. */
  tag(tag: number | bigint): void {
    this.head(Major.tag, tag);
  }

  /** Writes false, true, null or undefined. */
  simple(value: boolean | null | undefined): void {
    this.head(Major.simple, value === false ? 20 : value === true ? 21 : value === null ? 22 : 23);
  }

  /** Writes a float in the fewest of 2, 4 and 8 bytes that keep the value. Each NaN becomes the plain one. */
  float(value: number): void {
    const width = shortestFloatLength(value);
    this.reserve(1 + width);
    this.#target[this.#length++] = width === 2 ? 0xf9 : width === 4 ? 0xfa : 0xfb;
    const view = this.takeView(width);
    if (width === 2) view.setUint16(0, encodeHalf(value));
    else if (width === 4) view.setFloat32(0, value);
    else view.setFloat64(0, value);
  }

  /** Copies bytes that are CBOR already. */
  raw(encoded: Uint8Array): void {
    requireBytes(encoded, "CBOR raw item");
    this.reserve(encoded.length);
    this.#target.set(encoded, this.#length);
    this.#length += encoded.length;
  }

  /** @throws RangeError - the argument is negative, no integer, or beyond 64 bits. */
  private head(major: number, argument: number | bigint): void {
    const valid = typeof argument === "bigint" ? argument <= MAX_ARGUMENT : Number.isSafeInteger(argument);
    if (!valid || argument < 0) throw new RangeError(`CBOR argument: expected 0 to 2^64-1, got ${String(argument)}`);
    const number = Number(argument);
    const width = number < 24 ? 0 : number < 0x100 ? 1 : number < 0x10000 ? 2 : number < 0x100000000 ? 4 : 8;
    this.reserve(1 + width);
    const info = width === 0 ? number : 55 - Math.clz32(width); // 24 to 27 for 1, 2, 4 and 8 bytes
    this.#target[this.#length++] = (major << 5) | info;
    if (width === 8) this.takeView(8).setBigUint64(0, BigInt(argument));
    else
      for (let shift = 8 * (width - 1); shift >= 0; shift -= 8)
        this.#target[this.#length++] = (number >>> shift) & 0xff;
  }

  /** The next bytes, for which there is room, to be written. */
  private takeView(width: number): DataView {
    const target = this.#target;
    const view = new DataView(target.buffer, target.byteOffset + this.#length, width);
    this.#length += width;
    return view;
  }

  /** @throws SecurityError PSA_ERROR_BUFFER_TOO_SMALL - the caller's buffer has no room. */
  private reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#target.length) return;
    if (!this.#grows) {
      throw new SecurityError(
        "PSA_ERROR_BUFFER_TOO_SMALL",
        `CBOR output: expected room for ${needed} bytes, got ${this.#target.length}`,
      );
    }
    const larger = new Uint8Array(Math.max(needed, 2 * this.#target.length));
    larger.set(this.finish());
    this.#target = larger;
  }
}

Object.freeze(CborWriter.prototype);
