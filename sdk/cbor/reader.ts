// SPDX-License-Identifier: Apache-2.0
/**
 * A cursor over CBOR from outside, one item head at a time (RFC 8949 §3). Strict unless told otherwise: only definite
 * lengths and shortest forms (§4.2.1), so that each value has one encoding. Byte strings come out as views.
 */
import { concatBytes, requireBytes } from "../bytes/bytes.js";
import { readUtf8 } from "../bytes/utf8.js";
import type { DetailCode } from "../errors/codes.js";
import { ProtocolError } from "../errors/security-error.js";
import { decodeHalf, shortestFloatLength } from "./float.js";
import { type CborFloat, type CborLimits, type CborValue, DEFAULT_LIMITS, markFloat, requireLimits } from "./value.js";

/**
 * Which encodings of a value are accepted. "deterministic": the one of RFC 8949 §4.2.1. "anyOrder": that, but for the order
 * of map keys. "wellFormed": any (§3), indefinite lengths and longer forms included. Twice the same key is refused by all.
 */
export type CborForm = "deterministic" | "anyOrder" | "wellFormed";

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
  /** What ends an indefinite length: no type, and an item only where one is open. */
  break: 8,
} as const);

/** Additional information of an indefinite length, and of the break. */
const INDEFINITE = 31;

interface Chunk {
  readonly start: number;
  readonly bytes: Uint8Array;
}

const NAMES = Object.freeze("unsigned,negative,bytes,text,array,map,tag,simple or float,break".split(","));

/**
 * Every reading method throws a ProtocolError with the offset of the item at fault:
 * - CBOR_TRUNCATED - the input ends inside the item, or before the items that an array or map announces.
 * - CBOR_RESERVED_INFO, CBOR_UNEXPECTED_BREAK, CBOR_INVALID_SIMPLE - not well-formed.
 * - CBOR_INDEFINITE_LENGTH, CBOR_NON_SHORTEST - not the one encoding that is accepted; CBOR_INDEFINITE_LENGTH also from
 *   `readArray` and `readMap`, which tell how many items follow. CBOR_INVALID_UTF8. CBOR_CHUNK - in a string of indefinite
 *   length, a chunk of another type or with no definite length itself.
 * - CBOR_UNSUPPORTED_SIMPLE, CBOR_UNSUPPORTED_NAN - well-formed, and nothing that JavaScript can hold.
 * - CBOR_UNEXPECTED_TYPE - another type than the method reads. CBOR_LIMIT_COUNT - more items than the limit.
 * After a throw the cursor is of no more use.
 *
 * Helpers are `private` and not `#private`: of those XS puts each into each instance, in front of its fields.
 */
export class CborReader {
  // A typed array's length and a limit are calls and searches on XS: what each item needs stands here.
  readonly #bytes: Uint8Array;
  readonly #length: number;
  #offset = 0;
  #start = 0;
  #info = 0;
  #argument: number | bigint = 0;
  /** Items that `limits.count` leaves. */
  #left: number;
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
   * Reads the initial byte and argument of any item, checks its form, and returns its major type: `Major.break` only where
   * the form is "wellFormed", and whether one may be there is the caller's to check.
   */
  readHead(): number {
    const start = this.#offset;
    this.#start = start;
    if (this.#left === 0) this.refuseCount();
    this.#left--;
    if (start >= this.#length) this.truncated();
    const initial = this.#bytes[start] as number;
    const major = initial >> 5;
    const info = initial & 0x1f;
    this.#info = info;
    this.#offset = start + 1;
    if (info < 24) this.#argument = info;
    else if (info < 26) this.readShort(major, info);
    else if (info < 28) this.readLong(major, info);
    else if (info < INDEFINITE) this.fail("CBOR_RESERVED_INFO", `additional information ${info} is reserved`);
    else return this.readIndefinite(major);
    if (major === 4 || major === 5) this.checkAnnounced(major); // array, map
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

  /** After `readHead`: the bytes of a byte or text string: a view, or of chunks new bytes. */
  content(): Uint8Array {
    if (this.#info === INDEFINITE) return concatBytes(...this.chunks(Major.bytes).map(({ bytes }) => bytes));
    const start = this.#offset;
    const length = this.#argument;
    if (length > this.#length - start) this.truncated();
    const end = start + (length as number);
    this.#offset = end;
    return this.#bytes.subarray(start, end);
  }

  get limits(): CborLimits {
    return this.#limits;
  }

  get form(): CborForm {
    return this.#form;
  }

  /** Whether the head that was read last has an indefinite length; then `argument` is 0. */
  get isIndefinite(): boolean {
    return this.#info === INDEFINITE;
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

  private readIndefinite(major: number): number {
    const isLenient = this.#form === "wellFormed";
    this.#argument = 0;
    if (major === Major.simple) return isLenient ? Major.break : this.refuseBreak();
    if (major < Major.bytes || major > Major.map) {
      this.fail("CBOR_RESERVED_INFO", "no indefinite length for this major type");
    }
    if (!isLenient) this.fail("CBOR_INDEFINITE_LENGTH", "definite lengths only");
    return major;
  }

  /** Reads the head of an array. @returns How many items follow, all of which the input is long enough to hold. */
  readArray(): number {
    this.expectDefinite(Major.array);
    return this.#argument as number;
  }

  /** Reads the head of a map. @returns How many pairs follow. Their order and uniqueness are the caller's to check. */
  readMap(): number {
    this.expectDefinite(Major.map);
    return this.#argument as number;
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

  /** Reads a byte string. @returns A view into the input, not a copy; of an indefinite length new bytes. */
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
    const major = this.readHead();
    if (major !== Major.simple || this.#info !== 22) this.unexpected("null", major);
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
    if (this.#info === INDEFINITE)
      return this.chunks(Major.text)
        .map(({ start, bytes }) => this.decodeText(start, bytes))
        .join("");
    const start = this.#offset;
    return this.decodeText(start, this.content());
  }

  /** Each chunk is UTF-8 by itself (RFC 8949 §3.2.3). */
  private decodeText(start: number, bytes: Uint8Array): string {
    const text = readUtf8(bytes);
    if (typeof text === "number") return this.fail("CBOR_INVALID_UTF8", "expected UTF-8", start + text);
    return text;
  }

  /** The chunks of a string of indefinite length, up to its break; each counts as an item. */
  private chunks(of: number): Chunk[] {
    const chunks: Chunk[] = [];
    for (;;) {
      const major = this.readHead();
      if (major === Major.break) return chunks;
      if (major !== of || this.#info === INDEFINITE) this.fail("CBOR_CHUNK", `expected a chunk of ${NAMES[of]}`);
      const start = this.#offset;
      chunks.push({ start, bytes: this.content() });
    }
  }

  /** After `readHead`: a simple value, or a float: a CborFloat where a plain number would read as an integer. */
  simple(): number | CborFloat | boolean | null | undefined {
    if (this.#info >= 25) return markFloat(this.float());
    const value = this.#argument as number;
    if (this.#info === 24 && value < 32) this.fail("CBOR_INVALID_SIMPLE", `simple value ${value} in two bytes`);
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

  /** Views what was read between two offsets. */
  slice(start: number, end: number): Uint8Array {
    return this.#bytes.subarray(start, end);
  }

  /**
   * Reads the CBOR inside `content`, a byte string that this reader has read, to its end. Its items count as this reader's
   * own: else each such string could have as many as the limit. Its errors count from the whole input.
   */
  nested<Result>(content: Uint8Array, read: (inner: CborReader) => Result): Result {
    const base = this.#base + content.byteOffset - this.#bytes.byteOffset;
    const inner = new CborReader(content, { limits: this.#limits, form: this.#form, base });
    inner.#left = this.#left;
    const result = read(inner);
    inner.end();
    this.#left = inner.#left;
    return result;
  }

  /** Throws for the item that was read last. */
  fail(detail: DetailCode, message: string, offset = this.#start): never {
    throw new ProtocolError(detail, message, this.#base + offset);
  }

  private expect(major: number): void {
    const found = this.readHead();
    if (found !== major) this.unexpected(NAMES[major] as string, found);
  }

  private expectDefinite(major: number): void {
    this.expect(major);
    if (this.isIndefinite) this.fail("CBOR_INDEFINITE_LENGTH", "definite lengths only");
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

  /** An argument of 1 or 2 bytes. Floats and two-byte simple values have rules of their own. */
  private readShort(major: number, info: number): void {
    const bytes = this.#bytes;
    let at = this.#offset;
    const end = at + info - 23;
    if (end > this.#length) this.truncated();
    let argument = bytes[at++] as number;
    if (at < end) argument = (argument << 8) | (bytes[at] as number);
    if (argument < (info === 24 ? 24 : 0x100) && major !== 7) this.refuseLonger();
    this.#offset = end;
    this.#argument = argument;
  }

  /** 4 or 8 bytes. */
  private readLong(major: number, info: number): void {
    const start = this.#offset;
    const end = start + (info === 26 ? 4 : 8);
    if (end > this.#length) this.truncated();
    const high = info === 26 ? 0 : readWord(this.#bytes, start);
    const low = readWord(this.#bytes, end - 4);
    if ((info === 26 ? low < 0x10000 : high === 0) && major !== Major.simple) this.refuseLonger();
    this.#offset = end;
    this.#argument = high < 0x200000 ? high * 0x100000000 + low : (BigInt(high) << 32n) | BigInt(low);
  }

  /** An item from `start` has more bytes than it needs (RFC 8949 §4.2.1): refused unless any form is accepted. */
  refuseLonger(start = this.#start): void {
    if (this.#form !== "wellFormed") this.fail("CBOR_NON_SHORTEST", "expected the shortest form", start);
  }

  /** Each announced item takes a byte at least, so a count that the input or the limit cannot hold is refused here. */
  private checkAnnounced(major: number): void {
    const items = major === Major.map ? 2 * Number(this.#argument) : Number(this.#argument);
    if (items > this.#left) this.refuseCount();
    if (items > this.#length - this.#offset) this.truncated();
  }

  private float(): number {
    const width = 1 << (this.#info - 24);
    const start = this.#offset - width;
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + start, width);
    const value = width === 2 ? decodeHalf(view.getUint16(0)) : width === 4 ? view.getFloat32(0) : view.getFloat64(0);
    if (Number.isNaN(value)) this.checkNan(view);
    if (width > shortestFloatLength(value)) this.refuseLonger();
    return value;
  }

  /** A NaN with a sign or payload would be lost: refused, whatever its width. The plain one goes on, to be checked for width. */
  private checkNan(view: DataView): void {
    const plain = view.byteLength === 2 ? 0x7e00 : view.byteLength === 4 ? 0x7fc0 : 0x7ff8;
    let rest = 0;
    for (let i = 2; i < view.byteLength; i++) rest |= view.getUint8(i);
    if (view.getUint16(0) !== plain || rest !== 0) this.fail("CBOR_UNSUPPORTED_NAN", "a NaN with a sign or payload");
  }
}

function readWord(bytes: Uint8Array, at: number): number {
  let word = 0;
  for (let i = at; i < at + 4; i++) word = word * 256 + (bytes[i] as number);
  return word;
}

Object.freeze(CborReader.prototype);
