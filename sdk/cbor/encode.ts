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
  let level: Level | undefined;
  let open = 0;
  let target = writer;
  let part = value;
  for (;;) {
    if (!encodeScalar(target, part)) {
      if (open >= depth) throw new RangeError(`CBOR value: expected at most ${depth} levels`);
      open++;
      level = openContainer(target, part, level);
    }
    // The next part, which may be one of what is open around this.
    for (;;) {
      if (level === undefined) return;
      const { parts, next, entries } = level;
      if (next < parts.length) {
        level.next = next + 1;
        target = level.writer;
        part = parts[next];
        const entry = entries?.[next];
        if (entry?.encoded !== undefined) {
          target.raw(entry.encoded);
          part = entry.value;
        } else if (entry !== undefined) target = entry.writer;
        break;
      }
      if (level.isAtKeys) {
        sortEntries(entries as Entry[]);
        level.isAtKeys = false;
        level.next = 0;
      } else {
        level = level.outer;
        open--;
      }
    }
  }
}

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
  readonly writer: CborWriter;
  /** Of a map its keys. */
  readonly parts: readonly CborValue[];
  /** Index of the part that is due. */
  next: number;
  /** In a map: first the keys are encoded, each by itself; then they can be sorted, and written with the values. */
  isAtKeys: boolean;
  readonly outer: Level | undefined;
  readonly entries?: Entry[];
}

interface Entry {
  readonly writer: CborWriter;
  readonly value: CborValue;
  /** The key, once all are there. */
  encoded: Uint8Array | undefined;
}

/** Writes the head of an array, map or tag. @returns What is to follow it. */
function openContainer(writer: CborWriter, value: CborValue, outer: Level | undefined): Level {
  let parts: readonly CborValue[];
  if (Array.isArray(value)) {
    writer.array(value.length);
    parts = value;
  } else if (value instanceof Map) {
    writer.map(value.size);
    const keys: CborValue[] = [];
    const entries: Entry[] = [];
    value.forEach((content: CborValue, key: CborValue) => {
      keys.push(key);
      entries.push({ writer: new CborWriter(16), value: content, encoded: undefined });
    });
    return { writer, parts: keys, next: 0, isAtKeys: true, outer, entries };
  } else if (value instanceof CborTag) {
    if (!isTagContent(value.tag, value.value)) throw new TypeError(`CBOR tag ${value.tag}: not what it holds`);
    writer.tag(value.tag);
    parts = [value.value];
  } else throw new TypeError(`CBOR value: expected a CborValue, got ${value === null ? "null" : typeof value}`);
  return { writer, parts, next: 0, isAtKeys: false, outer };
}

function sortEntries(entries: Entry[]): void {
  entries.forEach((entry) => {
    entry.encoded = entry.writer.finish();
  });
  entries.sort((a, b) => {
    const order = compareBytes(a.encoded as Uint8Array, b.encoded as Uint8Array);
    // To sort is to compare each two that come to stand side by side.
    if (order === 0 && a !== b) throw new RangeError("CBOR map: two keys have the same encoding");
    return order;
  });
}
