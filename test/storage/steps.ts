// SPDX-License-Identifier: Apache-2.0
/** Steps that a store makes whole or not at all, each with what it does to the contents. */
import type { Change, EntryLog } from "../../sdk/storage/entries.js";
import { type Contents, changed } from "./contents.js";
import { Random, seedOf } from "./random.js";

export interface Step {
  readonly run: (log: EntryLog) => void;
  readonly after: (before: Contents) => Contents;
}

/** Names are ASCII. */
export function nameOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Bytes that tell values apart: those of the same text and length are the same. */
function valueFor(text: string, length: number): Uint8Array {
  return new Random(seedOf(text)).bytes(length);
}

/** A change that stores so many bytes. */
export function put(domain: number, name: string, length: number, version = ""): Change {
  return { domain, name: nameOf(name), format: length & 15, value: valueFor(name + version, length) };
}

export function remove(domain: number, name: string): Change {
  return { domain, name: nameOf(name), format: 0, value: undefined };
}

export function commit(...changes: readonly Change[]): Step {
  return { run: (log) => log.commit(changes), after: (before) => changed(before, changes) };
}

function writeParts(log: EntryLog, change: Change, part: number) {
  const value = change.value ?? new Uint8Array();
  const writer = log.writer(change.domain, change.name, change.format);
  for (let at = 0; at < value.length; at += part) writer.write(value.slice(at, at + part));
  return writer;
}

/** The same by a writer, in parts of so many bytes. */
export function stream(change: Change, part: number): Step {
  return { run: (log) => writeParts(log, change, part).finish(), after: (before) => changed(before, [change]) };
}

/** Written in parts, and not kept. */
export function abortedStream(change: Change, part: number): Step {
  return { run: (log) => writeParts(log, change, part).abort(), after: (before) => before };
}
