// SPDX-License-Identifier: Apache-2.0
/** What a store is to hold: a plain Map beside the log, and how the two are compared. */
import { compareBytes } from "../../sdk/bytes/bytes.js";
import { encodeHex } from "../../sdk/bytes/hex.js";
import type { Change, EntryLog } from "../../sdk/storage/entries.js";

export interface Item {
  readonly domain: number;
  readonly name: Uint8Array;
  readonly format: number;
  readonly value: Uint8Array;
}
/** By domain and name. */
export type Contents = ReadonlyMap<string, Item>;

/** The domains that tests use, from the first to the last. */
export const DOMAINS: readonly number[] = Object.freeze([0, 1, 2, 30]);

export function itemKey(domain: number, name: Uint8Array): string {
  return `${domain}/${encodeHex(name)}`;
}

/** The contents after a commit. */
export function changed(contents: Contents, changes: readonly Change[]): Contents {
  const after = new Map(contents);
  for (const { domain, name, format, value } of changes) {
    const key = itemKey(domain, name);
    if (value === undefined) after.delete(key);
    else after.set(key, { domain, name: name.slice(), format, value: value.slice() });
  }
  return after;
}

/** All that the log gives, asked for entry by entry. */
export function contentsOf(log: EntryLog): Contents {
  const contents = new Map<string, Item>();
  for (const domain of DOMAINS) {
    for (const name of log.names(domain)) {
      const key = itemKey(domain, name);
      const found = log.find(domain, name);
      if (found === undefined) throw new Error(`${key} has a name and is not found`);
      if (contents.has(key)) throw new Error(`${key} is listed twice`);
      const value = new Uint8Array(found.bytes(0, found.length));
      contents.set(key, { domain, name, format: found.format, value });
    }
  }
  return contents;
}

/** @returns What is not the same, in words; undefined when nothing is. */
export function difference(actual: Contents, expected: Contents): string | undefined {
  for (const [key, item] of expected) {
    const found = actual.get(key);
    if (found === undefined) return `${key} is gone`;
    if (found.format !== item.format) return `${key} has format ${found.format}, not ${item.format}`;
    if (found.value.length !== item.value.length)
      return `${key} has ${found.value.length} bytes, not ${item.value.length}`;
    if (compareBytes(found.value, item.value) !== 0) return `${key} has other bytes`;
  }
  for (const key of actual.keys()) if (!expected.has(key)) return `${key} is there and should not be`;
  return undefined;
}
