// SPDX-License-Identifier: Apache-2.0
/**
 * Values to deterministic CBOR (RFC 8949 §4.2.1): shortest forms, map keys in bytewise order.
 * Without recursion, for the same reason as the decoder.
 */
import { compareBytes } from "../bytes/bytes.js";
import { CborFloat, CborTag, type CborValue, DEFAULT_LIMITS, isTagContent } from "./value.js";
import { CborWriter } from "./writer.js";

/** @returns The encoding of `value`, new bytes. @throws - as `encodeItem`. */
export function encodeCbor(value: CborValue): Uint8Array {
  const writer = new CborWriter();
  encodeItem(writer, value);
  return writer.finish();
}

/**
 * Writes one value with all that is in it. What it refuses is the caller's own doing, so there are no codes:
 * @param depth - levels of arrays, maps and tags that may be opened.
 * @throws TypeError - a value, or a part of it, that CBOR has no item for (a plain object, a function, another typed array);
 * no text in tag 0, no number in tag 1, no bytes in tags 2 and 3. (A bignum's bytes are written as they are.)
 * @throws RangeError - an integer beyond 64 bits, half of a surrogate pair, keys of a Map with the same encoding, or
 * more than `depth` levels (a cycle, for one).
 * @throws SecurityError PSA_ERROR_BUFFER_TOO_SMALL - the writer's buffer is the caller's and is full.
 */
export function encodeItem(writer: CborWriter, value: CborValue, depth: number = DEFAULT_LIMITS.depth): void {
  const open: Level[] = [];
  let target = writer;
  let part: Part = value;
  for (;;) {
    if (part instanceof EncodedKey) {
      target.raw(part.encoded);
    } else if (!encodeScalar(target, part)) {
      if (open.length >= depth) throw new RangeError(`CBOR value: expected at most ${depth} levels`);
      open.push(openContainer(target, part));
    }
    for (;;) {
      const top: Level | undefined = open.at(-1);
      if (top === undefined) return;
      const step = top.next();
      if (!step.done) {
        part = step.value;
        target = top.writer;
        break;
      }
      open.pop();
    }
  }
}

class EncodedKey {
  readonly encoded: Uint8Array;
  readonly value: CborValue;

  constructor(encoded: Uint8Array, value: CborValue) {
    this.encoded = encoded;
    this.value = value;
  }
}
type Part = CborValue | EncodedKey;

/** @returns false when `value` is no scalar, with nothing written. */
function encodeScalar(writer: CborWriter, value: CborValue): boolean {
  if (typeof value === "number") {
    if (Number.isSafeInteger(value)) writer.integer(value);
    else writer.float(value);
  } else if (typeof value === "bigint") writer.integer(value);
  else if (typeof value === "string") writer.text(value);
  else if (typeof value === "boolean" || value === null || value === undefined) writer.simple(value);
  else if (value instanceof Uint8Array) writer.bytes(value);
  else if (value instanceof CborFloat) writer.float(value.value);
  else return false;
  return true;
}

/** An array, map or tag whose parts are being written. */
interface Level {
  /** Where the part goes that `next` gave last. */
  readonly writer: CborWriter;
  next(): IteratorResult<Part>;
}

function sequence(writer: CborWriter, parts: readonly Part[]): Level {
  const iterator = parts.values();
  return { writer, next: () => iterator.next() };
}

/** First each key, to a writer of its own; when all are encoded, and so can be sorted, keys and values. */
class MapLevel implements Level {
  writer: CborWriter;
  readonly #outer: CborWriter;
  readonly #entries: Iterator<[CborValue, CborValue]>;
  readonly #keys: EncodedKey[] = [];
  #value: CborValue;
  #parts: Iterator<Part> | undefined;

  constructor(writer: CborWriter, map: ReadonlyMap<CborValue, CborValue>) {
    this.writer = writer;
    this.#outer = writer;
    this.#entries = map.entries();
  }
  next(): IteratorResult<Part> {
    if (this.#parts !== undefined) return this.#parts.next();
    if (this.writer !== this.#outer) this.#keys.push(new EncodedKey(this.writer.finish(), this.#value));
    const step = this.#entries.next();
    if (!step.done) {
      this.writer = new CborWriter(16);
      this.#value = step.value[1];
      return { value: step.value[0] };
    }
    this.writer = this.#outer;
    this.#parts = sortedParts(this.#keys).values();
    return this.#parts.next();
  }
}

/** Writes the head of an array, map or tag. @returns What is to follow it. */
function openContainer(writer: CborWriter, value: CborValue): Level {
  if (Array.isArray(value)) {
    writer.array(value.length);
    return sequence(writer, value);
  }
  if (value instanceof Map) {
    writer.map(value.size);
    return new MapLevel(writer, value);
  }
  if (value instanceof CborTag) {
    if (!isTagContent(value.tag, value.value)) throw new TypeError(`CBOR tag ${value.tag}: not what it holds`);
    writer.tag(value.tag);
    return sequence(writer, [value.value]);
  }
  throw new TypeError(`CBOR value: expected a CborValue, got ${value === null ? "null" : typeof value}`);
}

function sortedParts(keys: EncodedKey[]): Part[] {
  keys.sort((a, b) => compareBytes(a.encoded, b.encoded));
  const parts: Part[] = [];
  let previous: EncodedKey | undefined;
  keys.forEach((key) => {
    if (previous !== undefined && compareBytes(previous.encoded, key.encoded) === 0) {
      throw new RangeError("CBOR map: two keys have the same encoding");
    }
    parts.push(key, key.value);
    previous = key;
  });
  return parts;
}
