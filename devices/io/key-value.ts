// SPDX-License-Identifier: Apache-2.0
/**
 * `embedded:storage/key-value`, ECMA-419 shape as in Moddable: `open({ path, mode, format })` gives a domain with
 * read, write, delete, iteration over its keys, and a `format`. Values keep their format: reading one in another
 * format is a TypeError. Names are 1 to 63 bytes of UTF-8, values up to 4096 bytes.
 */
import { KeyValueLog, nameBytes, VALUE_MAX } from "./key-value-log.js";
import { bytesOf, integerOf, optionsOf, pathOf, readOnlyOf } from "./options.js";
import { decodeUtf8, encodeUtf8 } from "./utf8.js";

interface Format {
  readonly type: number;
  encode(value: unknown): Uint8Array;
  decode(bytes: ArrayBuffer): ArrayBuffer | string | number | bigint;
}

function number(type: number, encode: (value: number) => ArrayBufferView, decode: (view: DataView) => number): Format {
  return Object.freeze({
    type,
    encode: (value: unknown) => new Uint8Array(encode(integerOf(value)).buffer),
    decode: (bytes: ArrayBuffer) => decode(new DataView(bytes)),
  });
}

// The byte order of a typed array is the machine's: every supported board and host is little endian.
const FORMATS: Readonly<Record<string, Format>> = Object.freeze({
  buffer: Object.freeze({ type: 1, encode: bytesOf, decode: (bytes: ArrayBuffer) => bytes }),
  string: Object.freeze({
    type: 2,
    encode: (value: unknown) => encodeUtf8(`${value as string}`),
    decode: (bytes: ArrayBuffer) => decodeUtf8(new Uint8Array(bytes)),
  }),
  uint8: number(
    3,
    (value) => Uint8Array.of(value),
    (view) => view.getUint8(0),
  ),
  int8: number(
    4,
    (value) => Int8Array.of(value),
    (view) => view.getInt8(0),
  ),
  uint16: number(
    5,
    (value) => Uint16Array.of(value),
    (view) => view.getUint16(0, true),
  ),
  int16: number(
    6,
    (value) => Int16Array.of(value),
    (view) => view.getInt16(0, true),
  ),
  uint32: number(
    7,
    (value) => Uint32Array.of(value),
    (view) => view.getUint32(0, true),
  ),
  int32: number(
    8,
    (value) => Int32Array.of(value),
    (view) => view.getInt32(0, true),
  ),
  uint64: Object.freeze({
    type: 9,
    encode: (value: unknown) => new Uint8Array(BigUint64Array.of(BigInt.asUintN(64, value as bigint)).buffer),
    decode: (bytes: ArrayBuffer) => new DataView(bytes).getBigUint64(0, true),
  }),
  int64: Object.freeze({
    type: 10,
    encode: (value: unknown) => new Uint8Array(BigInt64Array.of(BigInt.asIntN(64, value as bigint)).buffer),
    decode: (bytes: ArrayBuffer) => new DataView(bytes).getBigInt64(0, true),
  }),
});

function formatOf(name: unknown): string {
  const format = `${name as string}`;
  if (!Object.hasOwn(FORMATS, format)) throw new RangeError("invalid format");
  return format;
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
    if (entry.type !== format.type) throw new TypeError("value has another format");
    if (state.format === "buffer" && args.length > 1) {
      const target = bytesOf(args[1]);
      if (target.length < entry.valueLength) throw new RangeError("buffer too small");
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
    if (value.length > VALUE_MAX) throw new RangeError("value too long");
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
    if (state.readOnly) throw new Error("read-only");
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
