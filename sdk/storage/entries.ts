// SPDX-License-Identifier: Apache-2.0
/**
 * What lies between the stores that an app opens (paths, formats, quotas) and the sealed log below them: entries, each of
 * a domain (a number), a name and a format (a number), changed by commits that happen whole or not at all.
 */
import { requireBytes } from "../bytes/bytes.js";

/** Domain numbers: 0 is the directory of paths, 1 to 30 are an app's stores. */
export const DOMAIN_MAX = 30;
/** Bytes in a name: 1 to 63. */
export const NAME_MAX = 63;
/** Format numbers: 0 to 15. */
export const FORMAT_MAX = 15;

/** One change of a commit. */
export interface Change {
  readonly domain: number;
  /** 1 to 63 bytes. */
  readonly name: Uint8Array;
  readonly format: number;
  /** Undefined: the entry is deleted. Of any length up to `valueMax`. Read during the call, not kept. */
  readonly value: Uint8Array | undefined;
}

/** An entry that was found, as it was then: to be read before the next change. */
export interface FoundEntry {
  readonly format: number;
  /** Bytes in the value. */
  readonly length: number;
  /**
   * @returns New bytes: those of the value from `start` up to but not including `end`.
   * @throws RangeError - they do not lie within it.
   */
  bytes(start: number, end: number): ArrayBuffer;
}

/** A value that is written in parts. It counts once `finish` has returned; until then the old value is there. */
export interface ValueWriter {
  /** As many bytes as there are; the array is not kept. @throws ProtocolError STORAGE_FULL, STORAGE_WORN - the writer is aborted. */
  write(bytes: Uint8Array): void;
  /** The commit. */
  finish(): void;
  /** Nothing is written of it. After finish or abort: nothing. */
  abort(): void;
}

/**
 * The log as the stores see it. Every method can give ProtocolError STORAGE_DAMAGED (what lies there does not verify; nothing
 * is changed) and STORAGE_STOPPED (an earlier failure has left it to be mounted again).
 */
export interface EntryLog {
  /** Largest value: a quarter of the partition, or what an empty one takes. One that is replaced needs room for both. */
  readonly valueMax: number;
  /** Bytes that all entries may take together, and do take now, as `cost` counts them. */
  readonly capacity: number;
  readonly used: number;
  /** It verifies, with the whole value where that is not in chunks. */
  find(domain: number, name: Uint8Array): FoundEntry | undefined;
  /** Names of a domain, in no order. */
  names(domain: number): Uint8Array[];
  /** What the entries of a domain take. */
  usedBy(domain: number): number;
  /** What an entry takes: name, value and what the format adds, in whole write units. */
  cost(nameLength: number, valueLength: number): number;
  /** What the present entry takes; 0 when there is none. */
  costOf(domain: number, name: Uint8Array): number;
  /**
   * Makes all changes or, when it throws, none. A name may occur once.
   * @throws ProtocolError STORAGE_FULL, STORAGE_WORN, STORAGE_COUNTER; STORAGE_BUSY - a value is being written in parts.
   */
  commit(changes: readonly Change[]): void;
  /** @throws ProtocolError STORAGE_BUSY - there is one already. */
  writer(domain: number, name: Uint8Array, format: number): ValueWriter;
}

/** @throws TypeError - no bytes. RangeError - no such domain, or a name of no or of more than 63 bytes. */
export function requireName(domain: number, name: Uint8Array): void {
  requireBytes(name, "name");
  const { length } = name;
  if ((domain & 0x1f) !== domain || domain > DOMAIN_MAX) throw new RangeError(`domain ${domain}`);
  if (length < 1 || length > NAME_MAX) throw new RangeError(`a name has 1 to ${NAME_MAX} bytes`);
}

/** @throws TypeError, RangeError - as requireName; RangeError - no such format. */
export function requireEntry(domain: number, name: Uint8Array, format: number): void {
  requireName(domain, name);
  if (!Number.isInteger(format) || format < 0 || format > FORMAT_MAX) throw new RangeError(`format ${format}`);
}
