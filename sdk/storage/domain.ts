// SPDX-License-Identifier: Apache-2.0
/**
 * A key-value store as ECMA-419 and Moddable have it: read, write, delete, iteration over its keys, and a `format`. The
 * class is the same over a plain log and over a sealed one. A value keeps its format: reading it in another is a TypeError.
 */

import { decodeUtf8, encodeUtf8, utf8Length } from "../bytes/utf8.js";
import {
  bytesOf,
  type FormatName,
  type FormatValues,
  formatNameOf,
  formatNameOfType,
  VALUE_FORMATS,
} from "../bytes/value-format.js";
import { ProtocolError } from "../errors/security-error.js";
import { type FoundEntry, NAME_MAX } from "./entries.js";

/** What the class needs of a log: the entries of one domain. Names and values as bytes. */
export interface DomainEntries {
  /** Bytes in the largest value. */
  readonly valueMax: number;
  find(name: Uint8Array): FoundEntry | undefined;
  names(): Uint8Array[];
  write(name: Uint8Array, format: number, value: Uint8Array): void;
  /** No such entry: nothing happens. */
  delete(name: Uint8Array): void;
}

/** What a store was opened with. */
export interface OpenOptions {
  readonly given: Readonly<Record<string, unknown>>;
  readonly path: string;
  readonly readOnly: boolean;
}

/**
 * Reads what ECMA-419 stores have in common in their options, with Moddable's errors.
 * @throws TypeError - no options, or a Symbol as path. Error - no path, or a mode other than "r" and "r+".
 */
export function openOptionsOf(options: unknown): OpenOptions {
  if (typeof options !== "object" || options === null) throw new TypeError("options required");
  // By name those that are read here by name: an app may forbid that of others (`noPropertyAccessFromIndexSignature`).
  const given = options as Readonly<Record<string, unknown> & { path?: unknown; mode?: unknown }>;
  if (!("path" in given)) throw new Error("path required");
  const path = `${given.path as string}`;
  const mode = "mode" in given ? `${given.mode as string}` : "r+";
  if (mode !== "r" && mode !== "r+") throw new Error(`no mode "${mode}": there are "r" and "r+"`);
  return { given, path, readOnly: mode === "r" };
}

/** A key as it is kept. @throws RangeError - not 1 to 63 bytes of UTF-8. */
export function nameBytes(name: string): Uint8Array {
  // A character takes a byte at least: a long one is refused before any memory is taken for it.
  const bytes = name.length <= NAME_MAX ? encodeUtf8(name) : undefined;
  const length = bytes?.length ?? utf8Length(name);
  if (bytes !== undefined && length > 0 && length <= NAME_MAX) return bytes;
  throw new RangeError(`a name has 1 to ${NAME_MAX} bytes, got ${length}`);
}

/** A path as it is kept: as a name, "settings/" the same as "settings". */
export function pathBytes(path: string): Uint8Array {
  return nameBytes(path.endsWith("/") ? path.slice(0, -1) : path);
}

/** The first argument as a key's bytes. @throws SyntaxError - there is none. TypeError - a Symbol. */
export function keyOf(args: readonly unknown[]): Uint8Array {
  if (args.length < 1) throw new SyntaxError("key required");
  return nameBytes(`${args[0] as string}`);
}

/** @throws ProtocolError STORAGE_DAMAGED - a number that has not the bytes of its format. */
function requireSize(key: unknown, length: number, format: FormatName): void {
  const { size } = VALUE_FORMATS[format];
  if (size === undefined || size === length) return;
  throw new ProtocolError("STORAGE_DAMAGED", `"${key as string}" has ${length} bytes, format ${format} ${size}`);
}

interface Open {
  readonly entries: DomainEntries;
  readonly readOnly: boolean;
  format: FormatName;
}

/** `F` is the format that it was opened with; assigning `format` does not change the type. */
export class KeyValueDomain<F extends FormatName = FormatName> {
  #state: Open | undefined;

  /** Apps call open() of a store. */
  constructor(entries: DomainEntries, options: OpenOptions) {
    if (typeof options !== "object") throw new TypeError("use open()");
    const { format } = options.given;
    this.#state = { entries, readOnly: options.readOnly, format: format ? formatNameOf(format) : "buffer" };
  }

  close(): void {
    KeyValueDomain.#check(this, true);
    this.#state = undefined;
  }

  /** Also of what is not there. */
  delete(key: string): void;
  delete(...args: unknown[]): void {
    KeyValueDomain.#writable(this).entries.delete(keyOf(args));
  }

  /**
   * The value, or undefined. In format "buffer" a second argument is filled and the length returned.
   * @throws TypeError - it was written in another format. RangeError - the second argument is too small.
   */
  read(key: string): FormatValues[F] | undefined;
  read(key: string, buffer: ArrayBuffer | ArrayBufferView): number | undefined;
  read(...args: unknown[]): unknown {
    const { entries, format } = KeyValueDomain.#check(this) as Open;
    const name = keyOf(args);
    const entry = entries.find(name);
    if (entry === undefined) return undefined;
    const { type, decode } = VALUE_FORMATS[format];
    if (entry.format !== type) {
      const written = formatNameOfType(entry.format) ?? `format ${entry.format}`;
      throw new TypeError(`"${args[0] as string}" was written as ${written}, not as ${format}`);
    }
    const { length } = entry;
    requireSize(args[0], length, format);
    if (format !== "buffer" || args.length === 1) return decode(entry.bytes(0, length));
    const target = bytesOf(args[1]);
    if (target.length < length) throw new RangeError(`the buffer has ${target.length} bytes, the value ${length}`);
    target.set(new Uint8Array(entry.bytes(0, length)));
    return length;
  }

  /** @throws TypeError, RangeError - a value that the format cannot hold, or a key of no or more than 63 bytes. */
  write(key: string, value: FormatValues[F] | (F extends "buffer" ? ArrayBufferView : never)): void;
  write(...args: unknown[]): void {
    const { entries, format } = KeyValueDomain.#writable(this);
    const name = keyOf(args);
    if (args.length < 2) throw new SyntaxError("value required");
    const { type, encode } = VALUE_FORMATS[format];
    entries.write(name, type, encode(args[1], entries.valueMax));
  }

  [Symbol.iterator](): IterableIterator<string> {
    const { entries } = KeyValueDomain.#check(this) as Open;
    return entries.names().map(decodeUtf8).values();
  }

  get format(): FormatName {
    return (KeyValueDomain.#check(this) as Open).format;
  }
  set format(value: FormatName) {
    const state = KeyValueDomain.#check(this) as Open;
    state.format = formatNameOf(value);
  }

  static #check(self: unknown, closedIsFine = false): Open | undefined {
    if (typeof self !== "object" || self === null || !(#state in self)) throw new SyntaxError("invalid storage");
    if (self.#state === undefined && !closedIsFine) throw new SyntaxError("closed");
    return self.#state as Open | undefined;
  }

  static #writable(self: unknown): Open {
    const state = KeyValueDomain.#check(self) as Open;
    if (state.readOnly) throw new Error("open for reading only");
    return state;
  }
}
Object.freeze(KeyValueDomain.prototype);
