// SPDX-License-Identifier: Apache-2.0
/** One store of a sealed partition: an ECMA-419 key-value store, with batches, values in parts, slices and a quota. */
import {
  bytesOf,
  type FormatName,
  type FormatValues,
  formatNameOf,
  formatNameOfType,
  VALUE_FORMATS,
} from "../bytes/value-format.js";
import { KeyValueDomain, keyOf, type OpenOptions } from "./domain.js";
import type { ValueWriter } from "./entries.js";
import type { EntryChange, SealedEntries } from "./sealed-entries.js";

/** What any format takes. */
type AnyValue = FormatValues[FormatName] | ArrayBufferView;

/** @throws RangeError - no whole number from 0 on. */
function requirePlace(value: unknown, what: string): asserts value is number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return;
  throw new RangeError(`${what}: expected a whole number from 0 on, got ${value as number}`);
}

/**
 * Several changes of one store that happen whole or not at all. The last one for a key counts.
 * Values wait in memory until the commit.
 */
export class StoreBatch {
  readonly #store: SealedDomain;
  readonly #commit: (changes: readonly EntryChange[]) => void;
  readonly #valueMax: number;
  readonly #changes = new Map<string, EntryChange>();

  constructor(store: SealedDomain, valueMax: number, commit: (changes: readonly EntryChange[]) => void) {
    this.#store = store;
    this.#valueMax = valueMax;
    this.#commit = commit;
  }

  /**
   * @param value - is copied.
   * @param format - the store's present one when left out.
   * @throws TypeError, RangeError - as `write` of the store; the batch is as it was.
   */
  write(key: string, value: AnyValue, format: FormatName = this.#store.format): void {
    const name = keyOf([key]);
    const { type, encode } = VALUE_FORMATS[formatNameOf(format)];
    const bytes = encode(value, this.#valueMax);
    this.#changes.set(`${key}`, { name, format: type, value: bytes.slice() });
  }

  /** Also of what is not there. */
  delete(key: string): void {
    this.#changes.set(`${key}`, { name: keyOf([key]), format: 0, value: undefined });
  }

  /**
   * Makes all changes; the batch is empty then. When it throws nothing has changed, and the batch has what it had.
   * @throws ProtocolError STORAGE_FULL, STORAGE_QUOTA, STORAGE_PATHS, STORAGE_BUSY and what else a commit gives.
   */
  commit(): void {
    this.#commit([...this.#changes.values()]);
    this.#changes.clear();
  }
}
Object.freeze(StoreBatch.prototype);

/** A value that is written in parts: the old one is there until `close` has returned. One at a time in a partition. */
export class StoreWriter {
  #writer: ValueWriter | undefined;

  constructor(writer: ValueWriter) {
    this.#writer = writer;
  }

  /**
   * As many bytes as there are, in as many calls.
   * @throws RangeError - longer than `valueMax`. ProtocolError STORAGE_QUOTA, STORAGE_FULL, STORAGE_WORN. The value is aborted.
   * @throws TypeError - no bytes; it can go on. SyntaxError - it was closed or aborted.
   */
  write(bytes: ArrayBuffer | ArrayBufferView): void {
    const part = bytesOf(bytes);
    this.#end(false, (writer) => writer.write(part));
  }

  /** The commit. @throws SyntaxError - it was closed or aborted; else as `write`. */
  close(): void {
    this.#end(true, (writer) => writer.finish());
  }

  /** Leaves the old value. After `close` or `abort`: nothing. */
  abort(): void {
    this.#writer?.abort();
    this.#writer = undefined;
  }

  /** A step that throws is the last. */
  #end(isLast: boolean, step: (writer: ValueWriter) => void): void {
    const writer = this.#writer;
    if (writer === undefined) throw new SyntaxError("closed");
    this.#writer = undefined;
    step(writer);
    if (!isLast) this.#writer = writer;
  }
}
Object.freeze(StoreWriter.prototype);

export class SealedDomain<F extends FormatName = FormatName> extends KeyValueDomain<F> {
  readonly #entries: SealedEntries;
  readonly #readOnly: boolean;

  /** Apps call open() of a store. */
  constructor(entries: SealedEntries, options: OpenOptions) {
    super(entries, options);
    this.#entries = entries;
    this.#readOnly = options.readOnly;
  }

  /** Bytes that its entries may take; 0: as many as there are. */
  get quota(): number {
    return SealedDomain.#open(this).quota;
  }

  /** Bytes that its entries take, with what is kept beside each value. */
  get used(): number {
    return SealedDomain.#open(this).used;
  }

  /** Bytes in a value as it is kept, of any format; undefined when there is none. */
  length(key: string): number | undefined;
  length(...args: unknown[]): number | undefined {
    return SealedDomain.#open(this).find(keyOf(args))?.length;
  }

  /**
   * The format that a value was written in; undefined when there is none.
   * @throws TypeError - a format that is not known here.
   */
  formatOf(key: string): FormatName | undefined;
  formatOf(...args: unknown[]): FormatName | undefined {
    const entry = SealedDomain.#open(this).find(keyOf(args));
    if (entry === undefined) return undefined;
    const format = formatNameOfType(entry.format);
    if (format === undefined) throw new TypeError(`"${args[0] as string}" was written as format ${entry.format}`);
    return format;
  }

  /**
   * Bytes of a value as they are kept, of any format (numbers are little endian): from `start` up to, not including, `end`
   * or where the value ends. Takes memory for these alone.
   * @returns A new buffer, empty where nothing is left; undefined when there is no value.
   * @throws RangeError - a place that is no whole number from 0 on, or `end` before `start`.
   */
  readSlice(key: string, start: number, end?: number): ArrayBuffer | undefined;
  readSlice(...args: unknown[]): ArrayBuffer | undefined {
    const entries = SealedDomain.#open(this);
    const name = keyOf(args);
    const [, start, end = Number.MAX_SAFE_INTEGER] = args;
    requirePlace(start, "start");
    requirePlace(end, "end");
    if (end < start) throw new RangeError(`end ${end} is before start ${start}`);
    const entry = entries.find(name);
    if (entry === undefined) return undefined;
    return start >= entry.length ? new ArrayBuffer(0) : entry.bytes(start, Math.min(end, entry.length));
  }

  /**
   * A value in parts, in format "buffer". Until it is closed or aborted nothing else is written to the partition.
   * @throws TypeError - the store's format is another. ProtocolError STORAGE_BUSY - there is one already.
   */
  createWriter(key: string): StoreWriter;
  createWriter(...args: unknown[]): StoreWriter {
    const entries = SealedDomain.#writable(this);
    const name = keyOf(args);
    if (this.format !== "buffer") throw new TypeError(`a value is written in parts as buffer, not as ${this.format}`);
    return new StoreWriter(entries.writer(name, VALUE_FORMATS.buffer.type));
  }

  /** Several changes that happen whole or not at all. */
  batch(): StoreBatch {
    const { valueMax } = SealedDomain.#writable(this);
    return new StoreBatch(this as SealedDomain, valueMax, (changes) => SealedDomain.#writable(this).commit(changes));
  }

  static #open(self: unknown): SealedEntries {
    if (typeof self !== "object" || self === null || !(#entries in self)) throw new SyntaxError("invalid storage");
    if (self.format === undefined) throw new SyntaxError("closed"); // the getter throws it
    return self.#entries as SealedEntries;
  }

  static #writable(self: SealedDomain): SealedEntries {
    const entries = SealedDomain.#open(self);
    if (self.#readOnly) throw new Error("open for reading only");
    return entries;
  }
}
Object.freeze(SealedDomain.prototype);
