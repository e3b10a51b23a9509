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

const INTEGER_BYTES = 8; // what an integer item holds: a bignum has more, and none to spare

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
  const { array, map, simple } = Major;
  const isAscending = reader.form === "deterministic";
  const deepest = reader.limits.depth - depth;
  const around: Level[] = [];
  let level: Level | undefined;
  for (;;) {
    const major = reader.readHead();
    let value: CborValue;
    if (major < array || major === simple) value = reader.scalar(major);
    else {
      if (major === Major.break) {
        if (level === undefined || !canEnd(level)) return reader.refuseBreak();
      } else {
        if (level !== undefined) around.push(level);
        if (around.length >= deepest) reader.fail("CBOR_LIMIT_DEPTH", `expected at most ${deepest + depth} levels`);
        level = openLevel(reader, major);
        if (level.missing !== 0) continue;
      }
      value = closeLevel(reader, level);
      level = around.pop();
    }
    // What is done goes into what is open around it, which may be done by that. No calls here: on XS they are most of the work.
    for (;;) {
      if (level === undefined) return value;
      if (level.major === map) {
        const { content } = level;
        if (level.atKey) {
          if (isAscending) requireAscending(reader, level, value);
          else if (content.has(value)) refuseDuplicate(reader, level.start);
          else if (typeof value === "object" && value !== null) noteObjectKey(reader, level, value);
          level.key = value;
          level.atKey = false;
        } else {
          content.set(level.key, value);
          level.start = reader.offset;
          level.atKey = true;
        }
      } else if (level.major === array) level.content.push(value);
      else level.content = value;
      level.missing--;
      if (level.missing !== 0) break;
      value = closeLevel(reader, level);
      level = around.pop();
    }
  }
}

/** An array, map or tag whose items are still being read. */
type Level = OpenArray | OpenMap | OpenTag;

interface OpenArray {
  readonly major: 4;
  /** How many items are to come; infinite until a break. */
  missing: number;
  readonly content: CborValue[];
}

class OpenMap {
  readonly major = 5;
  missing: number;
  readonly content = new Map<CborValue, CborValue>();
  atKey = true;
  key: CborValue;
  /** Where the key that is due, or was read last, begins; and the one before it. */
  start: number;
  lastStart: number;
  /** In any order: the encoded keys that Map does not tell apart by value (byte strings, arrays, maps, tags). */
  objectKeys: EncodedKey[] | undefined;

  constructor(missing: number, start: number) {
    this.missing = missing;
    this.start = start;
    this.lastStart = start;
  }
}

interface OpenTag {
  readonly major: 6;
  missing: number;
  content: CborValue;
  readonly tag: number | bigint;
  readonly start: number;
}

interface EncodedKey {
  readonly encoded: Uint8Array;
  readonly start: number;
}

function openLevel(reader: CborReader, major: number): Level {
  const tag = reader.argument;
  if (major === Major.tag) return { major: 6, missing: 1, content: undefined, tag, start: reader.itemOffset };
  const items = reader.isIndefinite ? Number.POSITIVE_INFINITY : (reader.argument as number);
  if (major === Major.array) return { major: 4, missing: items, content: [] };
  return new OpenMap(2 * items, reader.offset);
}

/** Whether a break can be here. */
function canEnd(level: Level): boolean {
  return level.missing === Number.POSITIVE_INFINITY && (level.major === Major.array || (level as OpenMap).atKey);
}

function closeLevel(reader: CborReader, level: Level): CborValue {
  if (level.major === Major.tag) return closeTag(reader, level);
  if (level.major === Major.map && level.objectKeys !== undefined) requireDistinct(reader, level.objectKeys);
  return level.content;
}

function closeTag(reader: CborReader, level: OpenTag): CborTag {
  const { tag, content, start } = level;
  if (!isTagContent(tag, content)) reader.fail("CBOR_TAG_CONTENT", `not what tag ${tag} holds`, start);
  if (tag === 2 || tag === 3) {
    const magnitude = content as Uint8Array;
    if (magnitude.length <= INTEGER_BYTES || magnitude[0] === 0) reader.refuseLonger(start);
  }
  return new CborTag(tag, content);
}

/** Keys that ascend are no duplicates. */
function requireAscending(reader: CborReader, level: OpenMap, key: CborValue): void {
  const { start, lastStart } = level;
  level.lastStart = start;
  if (start === lastStart) return; // the first one
  const order = reader.compareItems(lastStart, start);
  if (order < 0) return;
  if (order === 0 || level.content.has(key)) refuseDuplicate(reader, start);
  reader.fail("CBOR_UNSORTED_KEYS", "keys do not ascend", start);
}

/** In any order the Map itself finds the numbers and texts that came before; the others are left for the end. */
function noteObjectKey(reader: CborReader, level: OpenMap, key: CborValue): void {
  // Of a key that may stand there in several forms, its one deterministic encoding is compared.
  const encoded =
    reader.form === "wellFormed" ? encodeKey(key, reader.limits.depth) : reader.slice(level.start, reader.offset);
  level.objectKeys ??= [];
  level.objectKeys.push({ encoded, start: level.start });
}

function requireDistinct(reader: CborReader, keys: EncodedKey[]): void {
  keys.sort((a, b) => compareBytes(a.encoded, b.encoded) || a.start - b.start);
  for (let i = 1; i < keys.length; i++) {
    const key = keys[i] as EncodedKey;
    if (compareBytes((keys[i - 1] as EncodedKey).encoded, key.encoded) === 0) refuseDuplicate(reader, key.start);
  }
}

function refuseDuplicate(reader: CborReader, start: number): never {
  return reader.fail("CBOR_DUPLICATE_KEY", "a key occurs twice", start);
}

/** @param depth - what the key was read within: the encoder's own limit would take a deep key for the caller's mistake. */
function encodeKey(key: CborValue, depth: number): Uint8Array {
  const writer = new CborWriter();
  encodeItem(writer, key, depth);
  return writer.finish();
}
