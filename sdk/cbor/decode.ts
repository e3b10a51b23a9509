// SPDX-License-Identifier: Apache-2.0
/**
 * CBOR from outside to values. Without recursion: what is open stands in an array on the heap, so no input can exhaust
 * the small stack of XS, which would end the machine instead of throwing.
 */
import { compareBytes } from "../bytes/bytes.js";
import { encodeItem } from "./encode.js";
import { CborReader, Major, type ReaderOptions } from "./reader.js";
import { CborTag, type CborValue, isTagContent } from "./value.js";
import { CborWriter } from "./writer.js";

/**
 * Parses one data item that fills `bytes`.
 * @returns Its value; byte strings are views into `bytes`, valid while the caller leaves it alone. (Of an indefinite length
 * they are new bytes.)
 * @throws ProtocolError - as `decodeItem`, and CBOR_TRAILING_BYTES, CBOR_LIMIT_LENGTH.
 */
export function decodeCbor(bytes: Uint8Array, options: ReaderOptions = {}): CborValue {
  const reader = new CborReader(bytes, options);
  const value = decodeItem(reader);
  reader.end();
  return value;
}

/**
 * Parses the next item of `reader`, with all that is in it.
 * @param depth - how many containers the caller has opened around it; they count towards `limits.depth`.
 * @throws ProtocolError - as `CborReader` says, and CBOR_LIMIT_DEPTH, CBOR_DUPLICATE_KEY, CBOR_UNSORTED_KEYS.
 * @throws ProtocolError CBOR_TAG_CONTENT - no text in tag 0, no number in tag 1, no byte string in tags 2 and 3.
 * @throws ProtocolError CBOR_NON_SHORTEST - a bignum (tags 2 and 3) that an integer or fewer bytes hold (§3.4.3).
 */
export function decodeItem(reader: CborReader, depth = 0): CborValue {
  const open: Container[] = [];
  for (;;) {
    const major = reader.readHead();
    let top = open.at(-1);
    if (major === Major.break) {
      if (top === undefined || !top.end()) reader.refuseBreak();
    } else if (major >= Major.array && major <= Major.tag) {
      if (depth + open.length >= reader.limits.depth) {
        reader.fail("CBOR_LIMIT_DEPTH", `expected at most ${reader.limits.depth} levels`);
      }
      top = openContainer(reader, major);
      open.push(top);
    } else {
      const value = decodeScalar(reader, major);
      if (top === undefined) return value;
      top.add(value);
    }
    while (top !== undefined && top.missing === 0) {
      const value: CborValue = top.close();
      open.pop();
      top = open.at(-1);
      if (top === undefined) return value;
      top.add(value);
    }
  }
}

function decodeScalar(reader: CborReader, major: number): CborValue {
  if (major <= Major.negative) return reader.integer(major);
  if (major === Major.bytes) return reader.content();
  if (major === Major.text) return reader.text();
  return reader.simple();
}

/** An array, map or tag whose items are still being read. */
interface Container {
  /** How many items are to come; infinite until a break. */
  missing: number;
  /** A break. @returns false: it cannot end here. */
  end(): boolean;
  add(item: CborValue): void;
  close(): CborValue;
}

function openContainer(reader: CborReader, major: number): Container {
  if (major === Major.tag) return new OpenTag(reader);
  const length = reader.isIndefinite ? Number.POSITIVE_INFINITY : (reader.argument as number);
  return major === Major.array ? new OpenArray(length) : new OpenMap(reader, length);
}

class OpenArray implements Container {
  missing: number;
  readonly #items: CborValue[] = [];

  constructor(length: number) {
    this.missing = length;
  }
  add(item: CborValue): void {
    this.#items.push(item);
    this.missing--;
  }
  end(): boolean {
    const isIndefinite = this.missing === Number.POSITIVE_INFINITY;
    if (isIndefinite) this.missing = 0;
    return isIndefinite;
  }
  close(): CborValue {
    return this.#items;
  }
}

const INTEGER_BYTES = 8; // what an integer item holds: a bignum has more, and none to spare

class OpenTag implements Container {
  missing = 1;
  readonly #reader: CborReader;
  readonly #start: number;
  readonly #tag: number | bigint;
  #value: CborValue;

  constructor(reader: CborReader) {
    this.#reader = reader;
    this.#start = reader.itemOffset;
    this.#tag = reader.argument;
  }
  add(item: CborValue): void {
    const tag = this.#tag;
    if (!isTagContent(tag, item)) this.#reader.fail("CBOR_TAG_CONTENT", `not what tag ${tag} holds`, this.#start);
    if ((tag === 2 || tag === 3) && this.#reader.form !== "wellFormed") this.#requireShortest(item as Uint8Array);
    this.#value = item;
    this.missing = 0;
  }
  end(): boolean {
    return false;
  }
  close(): CborValue {
    return new CborTag(this.#tag, this.#value);
  }
  #requireShortest(magnitude: Uint8Array): void {
    if (magnitude.length > INTEGER_BYTES && magnitude[0] !== 0) return;
    this.#reader.fail("CBOR_NON_SHORTEST", "a bignum that fits an integer or fewer bytes", this.#start);
  }
}

class OpenMap implements Container {
  missing: number;
  readonly #map = new Map<CborValue, CborValue>();
  readonly #reader: CborReader;
  readonly #anyOrder: boolean;
  #itemStart: number;
  #atKey = true;
  #key: CborValue;
  #lastKey: Uint8Array | undefined;
  /** In any order: the encoded keys that Map does not tell apart by value (byte strings, arrays, maps, tags). */
  readonly #objectKeys: EncodedKey[] = [];

  constructor(reader: CborReader, length: number) {
    this.missing = 2 * length;
    this.#reader = reader;
    this.#anyOrder = reader.form !== "deterministic";
    this.#itemStart = reader.offset;
  }

  add(item: CborValue): void {
    if (this.#atKey) this.#addKey(item);
    else this.#map.set(this.#key, item);
    this.#atKey = !this.#atKey;
    this.#itemStart = this.#reader.offset;
    this.missing--;
  }

  end(): boolean {
    const isWhole = this.missing === Number.POSITIVE_INFINITY && this.#atKey;
    if (isWhole) this.missing = 0;
    return isWhole;
  }

  /** In any order the Map itself finds the numbers and texts that came before; in ascending order the last key tells. */
  #addKey(key: CborValue): void {
    const start = this.#itemStart;
    const encoded = this.#reader.slice(start, this.#reader.offset);
    const order = this.#lastKey === undefined ? -1 : compareBytes(this.#lastKey, encoded);
    if (order === 0 || this.#map.has(key)) this.#reader.fail("CBOR_DUPLICATE_KEY", "a key occurs twice", start);
    if (order > 0 && !this.#anyOrder) this.#reader.fail("CBOR_UNSORTED_KEYS", "keys do not ascend", start);
    if (this.#anyOrder && typeof key === "object" && key !== null) {
      // Of a key that may stand there in several forms, its one deterministic encoding is compared.
      const isOneForm = this.#reader.form !== "wellFormed";
      this.#objectKeys.push({ encoded: isOneForm ? encoded : encodeKey(key, this.#reader.limits.depth), start });
    }
    this.#lastKey = encoded;
    this.#key = key;
  }

  close(): CborValue {
    this.#objectKeys.sort((a, b) => compareBytes(a.encoded, b.encoded) || a.start - b.start);
    for (let i = 1; i < this.#objectKeys.length; i++) {
      const key = this.#objectKeys[i] as EncodedKey;
      if (compareBytes((this.#objectKeys[i - 1] as EncodedKey).encoded, key.encoded) === 0) {
        this.#reader.fail("CBOR_DUPLICATE_KEY", "a key occurs twice", key.start);
      }
    }
    return this.#map;
  }
}

/** @param depth - what the key was read within: the encoder's own limit would take a deep key for the caller's mistake. */
function encodeKey(key: CborValue, depth: number): Uint8Array {
  const writer = new CborWriter();
  encodeItem(writer, key, depth);
  return writer.finish();
}

interface EncodedKey {
  readonly encoded: Uint8Array;
  readonly start: number;
}
