// SPDX-License-Identifier: Apache-2.0
/**
 * `embedded:storage/key-value`, ECMA-419 shape as in Moddable: `open({ path, mode, format })` gives a domain with
 * read, write, delete, iteration over its keys, and a `format`. Values keep their format: reading one in another
 * format is a TypeError. Names are 1 to 63 bytes of UTF-8, values up to 4096 bytes.
 */
import { decodeUtf8, encodeUtf8, utf8Length } from "../../sdk/bytes/utf8.js";
import { KeyValueLog, nameBytes, VALUE_MAX } from "./key-value-log.js";
import { bytesOf, optionsOf, pathOf, readOnlyOf } from "./options.js";

interface Format {
  readonly type: number;
  /** @throws TypeError, RangeError - a value that would not be read back as it is. */
  encode(value: unknown): Uint8Array;
  decode(bytes: ArrayBuffer): ArrayBuffer | string | number | bigint;
}

function requireType(value: unknown, type: string, format: string): void {
  if (typeof value !== type) throw new TypeError(`format ${format} takes a ${type}, got ${typeof value}`);
}

function requireLength(length: number): void {
  if (length > VALUE_MAX) throw new RangeError(`a value has ${VALUE_MAX} bytes at most, got ${length}`);
}

/** Whole numbers of `size` bytes, little endian, from `min` on. Stricter than Moddable, which cuts off what does not fit. */
function numbers(format: string, type: number, size: 1 | 2 | 4, min: number): Format {
  const span = 2 ** (8 * size);
  const max = min + span - 1;
  return Object.freeze({
    type,
    encode(value: unknown): Uint8Array {
      requireType(value, "number", format);
      const number = value as number;
      if (!Number.isInteger(number) || number < min || number > max) {
        throw new RangeError(`format ${format} takes whole numbers from ${min} to ${max}, got ${number}`);
      }
      const bytes = new Uint8Array(size);
      for (let i = 0; i < size; i++) bytes[i] = number >> (8 * i);
      return bytes;
    },
    decode(bytes: ArrayBuffer): number {
      let number = 0;
      for (const byte of new Uint8Array(bytes).reverse()) number = number * 256 + byte;
      return number > max ? number - span : number;
    },
  });
}

/** Whole numbers of 8 bytes, little endian. Read without a sign: getBigInt64 of XS 13.3 makes -0n of the smallest. */
function bigints(format: string, type: number, min: bigint): Format {
  const max = min + 0xffffffffffffffffn;
  return Object.freeze({
    type,
    encode(value: unknown): Uint8Array {
      requireType(value, "bigint", format);
      const bigint = value as bigint;
      if (bigint < min || bigint > max) throw new RangeError(`format ${format} takes bigints from ${min} to ${max}`);
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setBigUint64(0, bigint, true);
      return bytes;
    },
    decode(bytes: ArrayBuffer): bigint {
      const bigint = new DataView(bytes).getBigUint64(0, true);
      return bigint > max ? bigint - 0x10000000000000000n : bigint;
    },
  });
}

const FORMATS: Readonly<Record<string, Format>> = Object.freeze({
  buffer: Object.freeze({ type: 1, encode: bytesOf, decode: (bytes: ArrayBuffer) => bytes }),
  string: Object.freeze({
    type: 2,
    encode(value: unknown): Uint8Array {
      requireType(value, "string", "string");
      requireLength(utf8Length(value as string)); // before any memory is taken for it
      return encodeUtf8(value as string);
    },
    decode: (bytes: ArrayBuffer) => decodeUtf8(new Uint8Array(bytes)),
  }),
  uint8: numbers("uint8", 3, 1, 0),
  int8: numbers("int8", 4, 1, -0x80),
  uint16: numbers("uint16", 5, 2, 0),
  int16: numbers("int16", 6, 2, -0x8000),
  uint32: numbers("uint32", 7, 4, 0),
  int32: numbers("int32", 8, 4, -0x80000000),
  uint64: bigints("uint64", 9, 0n),
  int64: bigints("int64", 10, -0x8000000000000000n),
});

function formatOf(name: unknown): string {
  const format = `${name as string}`;
  if (Object.hasOwn(FORMATS, format)) return format;
  throw new RangeError(`no format "${format}": there are ${Object.keys(FORMATS).join(", ")}`);
}

/** What a value was written as, for messages. */
function writtenAs(type: number): string {
  return Object.keys(FORMATS).find((name) => FORMATS[name]?.type === type) ?? `format ${type}`;
}

interface OpenDomain {
  readonly log: KeyValueLog;
  readonly domain: Uint8Array;
  readonly readOnly: boolean;
  format: string;
}

const OPEN = Symbol("open");

class Storage {
  #state: OpenDomain | undefined;

  constructor(token?: symbol, state?: OpenDomain) {
    if (token !== OPEN) throw new TypeError("use open()");
    this.#state = state;
  }

  close(): void {
    Storage.#check(this, true);
    this.#state = undefined;
  }

  delete(key: string): void;
  delete(...args: unknown[]): void {
    const state = Storage.#writable(this);
    state.log.delete(state.domain, Storage.#key(args));
  }

  /** The value, or undefined. In format "buffer" a second argument is filled and the length returned. */
  read(key: string, buffer?: ArrayBuffer | ArrayBufferView): ArrayBuffer | string | number | bigint | undefined;
  read(...args: unknown[]): ArrayBuffer | string | number | bigint | undefined {
    const state = Storage.#check(this) as OpenDomain;
    const entry = state.log.find(state.domain, Storage.#key(args));
    if (entry === undefined) return undefined;
    const format = FORMATS[state.format] as Format;
    if (entry.type !== format.type) {
      throw new TypeError(`"${args[0] as string}" was written as ${writtenAs(entry.type)}, not as ${state.format}`);
    }
    if (state.format === "buffer" && args.length > 1) {
      const target = bytesOf(args[1]);
      if (target.length < entry.valueLength) {
        throw new RangeError(`the buffer has ${target.length} bytes, the value ${entry.valueLength}`);
      }
      target.set(new Uint8Array(state.log.readValue(entry)));
      return entry.valueLength;
    }
    return format.decode(state.log.readValue(entry));
  }

  write(key: string, value: ArrayBuffer | ArrayBufferView | string | number | bigint): void;
  write(...args: unknown[]): void {
    const state = Storage.#writable(this);
    const key = Storage.#key(args);
    if (args.length < 2) throw new SyntaxError("value required");
    const format = FORMATS[state.format] as Format;
    const value = format.encode(args[1]);
    requireLength(value.length);
    state.log.put(state.domain, key, format.type, value);
  }

  [Symbol.iterator](): IterableIterator<string> {
    const state = Storage.#check(this) as OpenDomain;
    return state.log.keys(state.domain).map(decodeUtf8).values();
  }

  get format(): string {
    return (Storage.#check(this) as OpenDomain).format;
  }
  set format(value: string) {
    const state = Storage.#check(this) as OpenDomain;
    state.format = formatOf(value);
  }

  static #check(self: unknown, closedIsFine = false): OpenDomain | undefined {
    if (typeof self !== "object" || self === null || !(#state in self)) throw new SyntaxError("invalid storage");
    if (self.#state === undefined && !closedIsFine) throw new SyntaxError("closed");
    return self.#state;
  }

  static #writable(self: unknown): OpenDomain {
    const state = Storage.#check(self) as OpenDomain;
    if (state.readOnly) throw new Error("open for reading only");
    return state;
  }

  static #key(args: unknown[]): Uint8Array {
    if (args.length < 1) throw new SyntaxError("key required");
    return nameBytes(`${args[0] as string}`);
  }
}
Object.freeze(Storage.prototype);

// One log in a machine, mounted at the first open. Firmware modules are evaluated on the board, so this may change.
let mounted: KeyValueLog | undefined;

function open(options: unknown): Storage {
  const given = optionsOf(options);
  const path = pathOf(given);
  const readOnly = readOnlyOf(given);
  const format = given.format ? formatOf(given.format) : "buffer";
  const domain = nameBytes(path.endsWith("/") ? path.slice(0, -1) : path);
  mounted ??= new KeyValueLog();
  return new Storage(OPEN, { log: mounted, domain, readOnly, format });
}

export default Object.freeze({ open });
