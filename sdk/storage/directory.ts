// SPDX-License-Identifier: Apache-2.0
/**
 * The paths of an app's stores, kept in domain 0 of the log: name = the path, value = {domain number, 1 byte; quota, 4 bytes
 * little endian, 0 = none}. A path is made, or its quota changed, in the commit of the first write after it was opened.
 */
import { readUtf8 } from "../bytes/utf8.js";
import { VALUE_FORMATS } from "../bytes/value-format.js";
import { ProtocolError } from "../errors/security-error.js";
import { type Change, DOMAIN_MAX, type EntryLog, type FoundEntry } from "./entries.js";

/** The domain in which the paths themselves are kept. */
export const DIRECTORY = 0;
const ENTRY_LENGTH = 5;
const FORMAT = VALUE_FORMATS.buffer.type;

/** One path, shared by all stores that are open on it. */
export interface Path {
  readonly name: Uint8Array;
  /** Its domain in the log; undefined: it does not exist yet. */
  number: number | undefined;
  /** Bytes that its entries may take; 0: as many as there are. */
  quota: number;
  /** What is kept of it has another quota. */
  isChanged: boolean;
}

/** What is kept of a path. */
export interface KeptPath {
  readonly number: number;
  readonly quota: number;
}

/** Undefined: it is none. */
export function readPath(entry: FoundEntry | undefined): KeptPath | undefined {
  if (entry === undefined || entry.format !== FORMAT || entry.length !== ENTRY_LENGTH) return undefined;
  const value = new DataView(entry.bytes(0, ENTRY_LENGTH));
  const number = value.getUint8(0);
  return number < 1 || number > DOMAIN_MAX ? undefined : { number, quota: value.getUint32(1, true) };
}

/** What deletes a path. */
export function pathDeletion(name: Uint8Array): Change {
  return { domain: DIRECTORY, name, format: FORMAT, value: undefined };
}

function damaged(): never {
  throw new ProtocolError("STORAGE_DAMAGED", "an entry of the directory is none");
}

function textOf(name: Uint8Array): string {
  const text = readUtf8(name);
  return typeof text === "string" ? text : damaged();
}

/** Every path of a log. Once closed, all but `close` and `forget` throw a SyntaxError. */
export class Directory {
  readonly #log: EntryLog;
  readonly #paths = new Map<string, Path>();
  #isClosed = false;

  /** @throws ProtocolError STORAGE_DAMAGED - an entry that is no directory's. */
  constructor(log: EntryLog) {
    this.#log = log;
    for (const name of log.names(DIRECTORY)) this.#load(name);
  }

  /** The log that the stores are in. */
  get log(): EntryLog {
    this.#requireOpen();
    return this.#log;
  }

  close(): void {
    this.#isClosed = true;
  }

  /** Those that exist, as the log has them. */
  existing(): Path[] {
    this.#requireOpen();
    return [...this.#paths.values()].filter(({ number }) => number !== undefined);
  }

  /** One that exists; undefined when it does not. */
  find(name: Uint8Array): Path | undefined {
    const path = this.#paths.get(textOf(name));
    return path?.number === undefined ? undefined : path;
  }

  /** The same object for everybody who asks for this path, whether or not it exists. */
  open(name: Uint8Array): Path {
    this.#requireOpen();
    const text = textOf(name);
    const known = this.#paths.get(text);
    if (known !== undefined) return known;
    const path = { name, number: undefined, quota: 0, isChanged: false };
    this.#paths.set(text, path);
    return path;
  }

  /**
   * Commits changes to the entries of a path, and the path itself where it is new or its quota is.
   * @param changesOf - the changes for a domain number.
   * @throws ProtocolError STORAGE_PATHS - a 31st path; what the log's `commit` throws. Nothing changed then.
   */
  commit(path: Path, changesOf: (domain: number) => Change[]): void {
    const number = path.number ?? this.#freeNumber();
    const changes = changesOf(number);
    if (path.number === undefined || path.isChanged) changes.push(this.#entry(path, number));
    this.log.commit(changes);
    path.number = number;
    path.isChanged = false;
  }

  /** After the entries of a path and the path's own were deleted. */
  forget(path: Path): void {
    path.number = undefined;
    path.quota = 0;
    path.isChanged = false;
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new SyntaxError("closed");
  }

  #entry({ name, quota }: Path, number: number): Change {
    const value = new Uint8Array(ENTRY_LENGTH);
    value[0] = number;
    new DataView(value.buffer).setUint32(1, quota, true);
    return { domain: DIRECTORY, name, format: FORMAT, value };
  }

  #freeNumber(): number {
    const taken = new Set(this.existing().map(({ number }) => number));
    for (let number = 1; number <= DOMAIN_MAX; number++) {
      // What a recovery kept of a path whose own entry was lost is not to show up in another path.
      if (!taken.has(number) && this.log.usedBy(number) === 0) return number;
    }
    throw new ProtocolError("STORAGE_PATHS", `there are ${DOMAIN_MAX} paths: remove one`);
  }

  #load(name: Uint8Array): void {
    const kept = readPath(this.#log.find(DIRECTORY, name));
    if (kept === undefined || this.existing().some((path) => path.number === kept.number)) damaged();
    const { number, quota } = kept;
    this.#paths.set(textOf(name), { name, number, quota, isChanged: false });
  }
}
Object.freeze(Directory.prototype);
