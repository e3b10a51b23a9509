// SPDX-License-Identifier: Apache-2.0
/**
 * CBOR from outside to values. Without recursion: what is open stands in an array on the heap, so no input can exhaust
 * the small stack of XS, which would end the machine instead of throwing.
 */
import { compareBytes } from "../bytes/bytes.js";
import { CborReader, Major, type ReaderOptions } from "./reader.js";
import { CborTag, type CborValue, isTagContent } from "./value.js";

const INTEGER_BYTES = 8; // what an integer item holds: a bignum has more, and none to spare

/**
 * Parses one data item that fills `bytes`.
 * @returns Its value; byte strings are views into `bytes`, valid while the caller leaves it alone.
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
  const isAscending = reader.form === "deterministic";
  const deepest = reader.limits.depth;
  let open = depth;
  let level: Level | undefined;
  for (;;) {
    const major = reader.readHead();
    let value: CborValue;
    // The numbers of `Major`, as in `scalar`.
    if (major < 4 || major === 7) value = reader.scalar(major);
    else {
      if (major === Major.break) {
        if (level === undefined || level.missing !== Number.POSITIVE_INFINITY || level.start === undefined) {
          return reader.refuseBreak();
        }
      } else {
        level = openLevel(reader, major, level);
        if (open >= deepest) reader.fail("CBOR_LIMIT_DEPTH", `expected at most ${deepest} levels`);
        open++;
        if (level.missing !== 0) continue;
      }
      value = closeLevel(reader, level);
      level = level.outer;
      open--;
    }
    // What is done goes into what is open around it, which may be done by that. No calls here: on XS they are most of the work.
    for (;;) {
      if (level === undefined) return value;
      if (level.major === 5) {
        const { content } = level;
        const { start } = level;
        if (start === undefined) {
          content.set(level.label, value);
          level.start = reader.offset;
        } else {
          if (isAscending) requireAscending(reader, level, value, start);
          else if (content.has(value)) refuseDuplicate(reader, start);
          else if (typeof value === "object" && value !== null) noteObjectKey(reader, level, value, start);
          level.label = value;
          level.start = undefined;
        }
      } else if (level.major === 4) level.content.push(value);
      else level.content = value;
      level.missing--;
      if (level.missing !== 0) break;
      value = closeLevel(reader, level);
      level = level.outer;
      open--;
    }
  }
}

/** An array, map or tag whose items are still being read. */
type Level = OpenArray | OpenMap | OpenTag;

/** The same properties in all: on XS each costs when a level is made, and those that each item needs are searched first. */
interface Open {
  /** How many items are to come; infinite until a break. */
  missing: number;
  /** Of a tag and an array where it begins; of a map where the next key does, and undefined while a value is due. */
  start: number | undefined;
  /** Of a map the key whose value is due; of a tag its number. */
  label: CborValue;
  readonly outer: Level | undefined;
}

interface OpenArray extends Open {
  readonly major: 4;
  readonly content: CborValue[];
}

interface OpenMap extends Open {
  readonly major: 5;
  readonly content: Map<CborValue, CborValue>;
  /** In ascending order: where the key before began. */
  lastStart?: number;
  /** In any order: the encoded keys that Map does not tell apart by value (byte strings, arrays, maps, tags). */
  objectKeys?: EncodedKey[];
}

interface OpenTag extends Open {
  readonly major: 6;
  content: CborValue;
  readonly label: number | bigint;
  readonly start: number;
}

interface EncodedKey {
  readonly encoded: Uint8Array;
  readonly start: number;
}
function openLevel(reader: CborReader, major: number, outer: Level | undefined): Level {
  const isMap = major === Major.map;
  const isTag = major === Major.tag;
  return {
    missing: isTag ? 1 : reader.announced(major),
    major,
    start: isMap ? reader.offset : reader.itemOffset,
    content: isMap ? new Map() : isTag ? undefined : [],
    label: reader.argument,
    outer,
  } as Level;
}

function closeLevel(reader: CborReader, level: Level): CborValue {
  if (level.major === 6) return closeTag(reader, level);
  if (level.major === 5 && level.objectKeys !== undefined) requireDistinct(reader, level.objectKeys);
  return level.content;
}

function closeTag(reader: CborReader, level: OpenTag): CborTag {
  const { label: tag, content, start } = level;
  if (!isTagContent(tag, content)) reader.fail("CBOR_TAG_CONTENT", `not what tag ${tag} holds`, start);
  if (tag === 2 || tag === 3) {
    const magnitude = content as Uint8Array;
    if (magnitude.length <= INTEGER_BYTES || magnitude[0] === 0) reader.refuseLonger(start);
  }
  return new CborTag(tag, content);
}

/** Keys that ascend are no duplicates. */
function requireAscending(reader: CborReader, level: OpenMap, key: CborValue, start: number): void {
  const { lastStart } = level;
  level.lastStart = start;
  if (lastStart === undefined) return; // the first one
  const order = reader.compareItems(lastStart, start);
  if (order < 0) return;
  if (order === 0 || level.content.has(key)) refuseDuplicate(reader, start);
  reader.fail("CBOR_UNSORTED_KEYS", "keys do not ascend", start);
}

/** In any order the Map itself finds the numbers and texts that came before; the others are left for the end. */
function noteObjectKey(reader: CborReader, level: OpenMap, key: CborValue, start: number): void {
  level.objectKeys ??= [];
  level.objectKeys.push({ encoded: reader.encodingOf(key, start), start });
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
