// SPDX-License-Identifier: Apache-2.0
/**
 * A cursor over CBOR from outside, one item head at a time (RFC 8949 §3). Only definite lengths and shortest forms (§4.2.1),
 * so that each value has one encoding; well-formed.ts has a reader of the others. Byte strings come out as views.
 */
import { requireBytes } from "../bytes/bytes.js";
import { readUtf8 } from "../bytes/utf8.js";
import type { DetailCode } from "../errors/codes.js";
import { ProtocolError } from "../errors/security-error.js";
import { decodeHalf, shortestFloatLength } from "./float.js";
import { type CborFloat, type CborLimits, type CborValue, DEFAULT_LIMITS, markFloat, requireLimits } from "./value.js";

/**
 * Which encodings of a value are accepted. "deterministic": the one of RFC 8949 §4.2.1. "anyOrder": that, but for the order
 * of map keys. Twice the same key is refused by both. (For any encoding there is `decodeWellFormed`.)
 */
export type CborForm = "deterministic" | "anyOrder";

export interface ReaderOptions {
  /** Default DEFAULT_LIMITS. */
  readonly limits?: CborLimits | undefined;
  /** Default "deterministic". */
  readonly form?: CborForm | undefined;
  /** Added to the offsets in errors, for input that is itself a part of a message. Default 0. */
  readonly base?: number;
}

/** Major types (RFC 8949 §3.1). */
export const Major = Object.freeze({
  unsigned: 0,
  negative: 1,
  bytes: 2,
  text: 3,
  array: 4,
  map: 5,
  tag: 6,
  simple: 7,
  /** What ends an indefinite length: no type, and read by a WellFormedReader alone. */
  break: 8,
} as const);

/** Additional information of an indefinite length, and of the break. */
const INDEFINITE = 31;

/** What 1, 2 and 4 bytes of argument are for: less has a shorter form. */
const LEAST = Object.freeze([24, 0x100, 0x10000] as const);

const NAMES = Object.freeze("unsigned,negative,bytes,text,array,map,tag,simple or float,break".split(","));

/**
 * Every reading method throws a ProtocolError with the offset of the item at fault:
 * - CBOR_TRUNCATED - the input ends inside the item, or before the items that an array or map announces.
 * - CBOR_RESERVED_INFO, CBOR_UNEXPECTED_BREAK, CBOR_INVALID_SIMPLE - not well-formed.
 * - CBOR_INDEFINITE_LENGTH, CBOR_NON_SHORTEST - not the one encoding that is accepted. CBOR_INVALID_UTF8.
 * - CBOR_UNSUPPORTED_SIMPLE, CBOR_UNSUPPORTED_NAN - well-formed, and nothing that JavaScript can hold.
 * - CBOR_UNEXPECTED_TYPE - another type than the method reads. CBOR_LIMIT_COUNT - more items than the limit.
 * After a throw the cursor is of no more use.
 *
 * Helpers are `private` and not `#private`: of those XS puts each into each instance, in front of its fields.
 */
export class CborReader {
  // A typed array's length and a limit are calls and searches on XS: what each item needs stands here, and first.
  #offset = 0;
  #start = 0;
  #argument: number | bigint = 0;
  /** Items that `limits.count` leaves. */
  #left: number;
  readonly #bytes: Uint8Array;
  readonly #length: number;
  readonly #form: CborForm;
  readonly #limits: CborLimits;
  readonly #base: number;

  /**
   * @param bytes - read in place; views into it are handed out.
   * @throws ProtocolError CBOR_LIMIT_LENGTH - longer than `limits.length`.
   */
  constructor(bytes: Uint8Array, options: ReaderOptions = {}) {
    const { limits = DEFAULT_LIMITS, form = "deterministic", base = 0 } = options;
    requireBytes(bytes, "CBOR input");
    if (limits !== DEFAULT_LIMITS) requireLimits(limits);
    const { length } = bytes;
    if (length > limits.length) {
      throw new ProtocolError("CBOR_LIMIT_LENGTH", `expected at most ${limits.length} bytes, got ${length}`);
    }
    this.#bytes = bytes;
    this.#length = length;
    this.#left = limits.count;
    this.#form = form;
    this.#limits = limits;
    this.#base = base;
  }

  /**
   * Reads the initial byte and argument of any item, checks its form, and returns its major type. Of an array or map
   * `announced` is to be called next.
   */
  readHead(): number {
    const start = this.#offset;
    this.#start = start;
    if (this.#left-- === 0) this.refuseCount();
    if (start >= this.#length) this.truncated();
    const bytes = this.#bytes;
    const initial = bytes[start] as number;
    const major = initial >> 5;
    let argument = initial & 0x1f;
    let at = start + 1;
    if (argument > 23) {
      if (argument > 26) return this.readRareHead(major, argument);
      const least = LEAST[argument - 24] as number;
      const end = at + (1 << (argument - 24));
      if (end > this.#length) this.truncated();
      argument = bytes[at++] as number;
      while (at < end) argument = argument * 256 + (bytes[at++] as number);
      // Floats and two-byte simple values have rules of their own.
      if (argument < least && major !== 7) this.refuseLonger();
    }
    this.#offset = at;
    this.#argument = argument;
    return major;
  }

  /** After `readHead`: the value of an item that is no array, map or tag. */
  scalar(major: number): CborValue {
    // The numbers of `Major`: on XS each name is a search, and these are compared for each item.
    if (major === 0) return this.#argument;
    if (major === 2) return this.content();
    if (major === 1) return this.integer(major);
    return major === 3 ? this.text() : this.simple();
  }

  /** After `readHead`: the bytes of a byte or text string, a view. */
  content(): Uint8Array {
    const start = this.#offset;
    const length = this.#argument;
    if (length > this.#length - start) this.truncated();
    const end = start + (length as number);
    this.#offset = end;
    return this.#bytes.subarray(start, end);
  }

  /**
   * After `readHead`: how many items follow the head of an array or map. Each takes a byte at least, so a count that the
   * input or the limit cannot hold is refused here.
   */
  announced(major: number): number {
    let items = this.#argument as number; // or a bigint, more than any limit
    if (major === Major.map) items += items;
    if (items > this.#left) this.refuseCount();
    if (items > this.#length - this.#offset) this.truncated();
    return items;
  }

  get limits(): CborLimits {
    return this.#limits;
  }

  get form(): CborForm {
    return this.#form;
  }

  /** Offset of the next byte. */
  get offset(): number {
    return this.#offset;
  }

  /** Offset where the item that was read last began. */
  get itemOffset(): number {
    return this.#start;
  }

  /** Length, number of items, tag number or integer of the head that was read last. */
  get argument(): number | bigint {
    return this.#argument;
  }

  /** Major type of the next item, without reading it. */
  peekMajor(): number {
    this.#start = this.#offset;
    if (this.#offset >= this.#length) this.truncated();
    return (this.#bytes[this.#offset] as number) >> 5;
  }

  /** Whether the next item is null. Whatever else is there is left to be refused by the method that reads it. */
  nextIsNull(): boolean {
    return this.#bytes[this.#offset] === 0xf6;
  }

  /** After `readHead` found a break: nothing that is open could end here. */
  refuseBreak(): never {
    return this.fail("CBOR_UNEXPECTED_BREAK", "break outside an indefinite length");
  }

  /** After the head of an indefinite length, or a break. @returns Its major type, where such is accepted. */
  protected readIndefinite(major: number): number {
    if (major === Major.simple) this.refuseBreak();
    if (major < Major.bytes || major > Major.map) {
      this.fail("CBOR_RESERVED_INFO", "no indefinite length for this major type");
    }
    return this.fail("CBOR_INDEFINITE_LENGTH", "definite lengths only");
  }

  /** Reads the head of an array. @returns How many items follow, all of which the input is long enough to hold. */
  readArray(): number {
    this.expect(Major.array);
    return this.announced(Major.array);
  }

  /** Reads the head of a map. @returns How many pairs follow. Their order and uniqueness are the caller's to check. */
  readMap(): number {
    this.expect(Major.map);
    return this.announced(Major.map) / 2;
  }

  /** Reads a tag number; the tagged item is next. */
  readTag(): number | bigint {
    this.expect(Major.tag);
    return this.#argument;
  }

  /** Reads an integer. @returns A number up to ±(2^53-1), a bigint beyond. */
  readInteger(): number | bigint {
    const major = this.readHead();
    if (major !== Major.unsigned && major !== Major.negative) this.unexpected("integer", major);
    return this.integer(major);
  }

  /** Reads a byte string. @returns A view into the input, not a copy. */
  readBytes(): Uint8Array {
    this.expect(Major.bytes);
    return this.content();
  }

  /** Reads a text string. */
  readText(): string {
    this.expect(Major.text);
    return this.text();
  }

  /** Reads null. */
  readNull(): void {
    const isNull = this.nextIsNull();
    const major = this.readHead();
    if (!isNull) this.unexpected("null", major);
  }

  /** @throws ProtocolError CBOR_TRAILING_BYTES - something follows. */
  end(): void {
    if (this.#offset !== this.#length) {
      this.fail("CBOR_TRAILING_BYTES", "expected the end of the input", this.#offset);
    }
  }

  /** After `readHead`: the integer that an unsigned or negative head stands for. */
  integer(major: number): number | bigint {
    const argument = this.#argument;
    if (major === Major.unsigned) return argument;
    if (typeof argument === "number" && argument < Number.MAX_SAFE_INTEGER) return -1 - argument;
    return -1n - BigInt(argument);
  }

  /** After `readHead`: the text of a text string. */
  text(): string {
    const start = this.#offset;
    const text = readUtf8(this.content());
    if (typeof text === "number") return this.fail("CBOR_INVALID_UTF8", "expected UTF-8", start + text);
    return text;
  }

  /** After `readHead`: a simple value, or a float: a CborFloat where a plain number would read as an integer. */
  simple(): number | CborFloat | boolean | null | undefined {
    const width = this.#offset - this.#start - 1;
    if (width > 1) return markFloat(this.float(width));
    const value = this.#argument as number;
    if (width === 1 && value < 32) this.fail("CBOR_INVALID_SIMPLE", `simple value ${value} in two bytes`);
    if (value === 20) return false;
    if (value === 21) return true;
    if (value === 22) return null;
    if (value === 23) return undefined;
    return this.fail("CBOR_UNSUPPORTED_SIMPLE", `simple value ${value}`);
  }

  /** Orders the item that was read at `start`, up to here, after one before it: no item begins another. As `compareBytes`. */
  compareItems(previous: number, start: number): number {
    const bytes = this.#bytes;
    const distance = start - previous;
    for (let at = start; at < this.#offset; at++) {
      const difference = (bytes[at - distance] as number) - (bytes[at] as number);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  /** The encoding of the value that was read from `start` up to here, to be compared with others. */
  encodingOf(_value: CborValue, start: number): Uint8Array {
    return this.#bytes.subarray(start, this.#offset);
  }

  /**
   * Reads the CBOR inside `content`, a byte string that this reader has read, to its end. Its items count as this reader's
   * own: else each such string could have as many as the limit. Its errors count from the whole input.
   */
  nested<Result>(content: Uint8Array, read: (inner: CborReader) => Result): Result {
    const base = this.#base + content.byteOffset - this.#bytes.byteOffset;
    const inner = this.over(content, { limits: this.#limits, form: this.#form, base });
    inner.#left = this.#left;
    const result = read(inner);
    inner.end();
    this.#left = inner.#left;
    return result;
  }

  /** A reader like this one. */
  protected over(content: Uint8Array, options: ReaderOptions): CborReader {
    return new CborReader(content, options);
  }

  /** Throws for the item that was read last. */
  fail(detail: DetailCode, message: string, offset = this.#start): never {
    throw new ProtocolError(detail, message, this.#base + offset);
  }

  private expect(major: number): void {
    const found = this.readHead();
    if (found !== major) this.unexpected(NAMES[major] as string, found);
  }

  private unexpected(expected: string, found: number): never {
    return this.fail("CBOR_UNEXPECTED_TYPE", `expected ${expected}, got ${NAMES[found]}`);
  }

  private refuseCount(): never {
    return this.fail("CBOR_LIMIT_COUNT", `expected at most ${this.#limits.count} items`);
  }

  private truncated(): never {
    return this.fail("CBOR_TRUNCATED", "expected more bytes");
  }

  /** The head of an argument of 8 bytes, or of none. */
  private readRareHead(major: number, info: number): number {
    if (info === INDEFINITE) {
      this.#offset++;
      this.#argument = Number.POSITIVE_INFINITY;
      return this.readIndefinite(major);
    }
    if (info > 27) this.fail("CBOR_RESERVED_INFO", `additional information ${info} is reserved`);
    this.#offset += 9;
    if (this.#offset > this.#length) this.truncated();
    const argument = this.viewBack(8).getBigUint64(0);
    if (argument < 0x100000000 && major !== Major.simple) this.refuseLonger();
    this.#argument = argument > Number.MAX_SAFE_INTEGER ? argument : Number(argument);
    return major;
  }

  /** The bytes of the argument that was read last. */
  private viewBack(width: number): DataView {
    const bytes = this.#bytes;
    return new DataView(bytes.buffer, bytes.byteOffset + this.#offset - width, width);
  }

  /** An item from `start` has more bytes than it needs (RFC 8949 §4.2.1). */
  refuseLonger(start = this.#start): void {
    this.fail("CBOR_NON_SHORTEST", "expected the shortest form", start);
  }

  /** A NaN with a sign or payload would be lost: refused, whatever its width. */
  private float(width: number): number {
    const bits = this.#argument;
    const view = this.viewBack(width);
    const value = width === 2 ? decodeHalf(bits as number) : width === 4 ? view.getFloat32(0) : view.getFloat64(0);
    const plainNan = width === 2 ? 0x7e00 : width === 4 ? 0x7fc00000 : 0x7ff8000000000000n;
    if (Number.isNaN(value) && bits !== plainNan) {
      this.fail("CBOR_UNSUPPORTED_NAN", "a NaN with a sign or payload");
    }
    if (width > shortestFloatLength(value)) this.refuseLonger();
    return value;
  }
}

Object.freeze(CborReader.prototype);
