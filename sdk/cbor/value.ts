// SPDX-License-Identifier: Apache-2.0
/** What a CBOR data item is in JavaScript (RFC 8949 §2), and the limits under which outside data is read. */

/**
 * Integers are numbers up to ±(2^53-1) and bigints beyond. Other numbers (with a fraction, or past that range) are
 * floats, and a CborFloat is one too. So integer and float stay apart, and what was decoded encodes to the same bytes.
 * A map is a Map, never an object: integer keys would become strings.
 */
export type CborValue =
  | number
  | bigint
  | string
  | boolean
  | null
  | undefined
  | Uint8Array
  | readonly CborValue[]
  | ReadonlyMap<CborValue, CborValue>
  | CborTag
  | CborFloat;

/** A tagged item (RFC 8949 §3.4). What the tag promises about its content is for the reader to check, but for `isTagContent`. */
export class CborTag {
  // Declared, and made by the constructor: a field is a function of its class on XS, called for each instance.
  declare readonly tag: number | bigint;
  declare readonly value: CborValue;

  constructor(tag: number | bigint, value: CborValue) {
    this.tag = tag;
    this.value = value;
  }
}

/** A float whose value is a safe integer: 1.0, which is not the item 1, or -0.0. A plain -0 is written as the integer 0. */
export class CborFloat {
  // As in CborTag.
  declare readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** Whether tags 0 to 3 (dates, bignums) hold the type that RFC 8949 §3.4 gives them; other tags are not looked into. */
export function isTagContent(tag: number | bigint, content: CborValue): boolean {
  if (tag === 0) return typeof content === "string";
  if (tag === 1) return typeof content === "number" || typeof content === "bigint" || content instanceof CborFloat;
  return (tag !== 2 && tag !== 3) || content instanceof Uint8Array;
}

/** The value of a float item: wrapped where the number alone would stand for an integer. */
export function markFloat(value: number): number | CborFloat {
  return Number.isSafeInteger(value) ? new CborFloat(value) : value;
}

Object.freeze(CborTag.prototype);
Object.freeze(CborFloat.prototype);

/** What one call may read or write. Each is checked before memory is taken for it. */
export interface CborLimits {
  /** Bytes of the whole encoded input. */
  readonly length: number;
  /** Arrays, maps and tags inside one another; a lone scalar needs 0. */
  readonly depth: number;
  /** Data items in all: each element, key, value, tag and container counts 1. */
  readonly count: number;
}

/** Fits COSE messages and device payloads on a 256 KB heap; a caller that needs more says so. */
export const DEFAULT_LIMITS: CborLimits = Object.freeze({ length: 65536, depth: 16, count: 512 });

/** Throws a RangeError unless every limit is a safe integer, 0 or more. */
export function requireLimits(limits: CborLimits): void {
  requireLimit("length", limits.length);
  requireLimit("depth", limits.depth);
  requireLimit("count", limits.count);
}

function requireLimit(name: string, limit: number): void {
  if (!Number.isSafeInteger(limit) || limit < 0) {
    throw new RangeError(`limits.${name}: expected a safe integer from 0, got ${String(limit)}`);
  }
}
