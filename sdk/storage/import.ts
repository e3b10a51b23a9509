// SPDX-License-Identifier: Apache-2.0
/**
 * From a plain store to a sealed one, once: all keys with their formats are copied and committed together with a mark, and
 * only then deleted. Who can write the flash can write a plain store: after the mark nothing is taken from it any more.
 */
import { type FormatName, type FormatValues, VALUE_FORMATS } from "../bytes/value-format.js";
import { ProtocolError } from "../errors/security-error.js";
import type { SealedDomain } from "./sealed-domain.js";

/** What is used of a plain store: an open domain of `embedded:storage/key-value`. */
export interface PlainStore {
  read(key: string): FormatValues[FormatName] | undefined;
  delete(key: string): void;
  [Symbol.iterator](): IterableIterator<string>;
  format: string;
}

export interface ImportOptions {
  /** Key in the sealed store that says that the import is done: a uint8 of 1. ".imported" when left out. */
  readonly mark?: string;
}

interface Copied {
  readonly key: string;
  readonly format: FormatName;
  readonly value: FormatValues[FormatName];
}

/** A plain store does not say in which format a value is: it refuses, or does not find, a value of another one. */
function readAny(from: PlainStore, key: string): Copied {
  let refusal: unknown;
  for (const format of Object.keys(VALUE_FORMATS) as FormatName[]) {
    from.format = format;
    try {
      const value = from.read(key);
      if (value !== undefined) return { key, format, value };
    } catch (error) {
      refusal ??= error;
    }
  }
  throw refusal ?? new TypeError(`"${key}" has no format that is known here`);
}

/** In one commit with the mark, or where there is no room for that one by one, the mark last. */
function commitCopies(to: SealedDomain, copies: readonly Copied[], mark: string): void {
  const batch = to.batch();
  for (const { key, format, value } of copies) batch.write(key, value, format);
  batch.write(mark, 1, "uint8");
  try {
    batch.commit();
  } catch (error) {
    if (copies.length === 0 || !(error instanceof ProtocolError) || error.detail !== "STORAGE_FULL") throw error;
    for (const { key, format, value } of copies) {
      const one = to.batch();
      one.write(key, value, format);
      one.commit();
    }
    commitCopies(to, [], mark);
  }
}

/**
 * Moves what is in a plain store to a sealed one. To be called at every start, before the sealed store is used: after
 * a power cut it finishes what it had begun, and once it is done it takes nothing more. A key that the sealed store has
 * already keeps its value there. Memory: all values at once.
 * @returns How many values were copied: 0 once it is done.
 * @throws TypeError - a value in no known format; RangeError - one of the plain keys is the mark, or a value is too long;
 * what a commit throws. The plain store is as it was then.
 */
export function importStore(from: PlainStore, to: SealedDomain, { mark = ".imported" }: ImportOptions = {}): number {
  const keys = [...from];
  const before = from.format;
  let copied = 0;
  if (to.length(mark) === undefined) {
    if (keys.includes(mark)) throw new RangeError(`the plain store has a key "${mark}": choose another mark`);
    try {
      const copies = keys.filter((key) => to.length(key) === undefined).map((key) => readAny(from, key));
      commitCopies(to, copies, mark);
      copied = copies.length;
    } finally {
      from.format = before;
    }
  }
  for (const key of keys) from.delete(key);
  return copied;
}
