// SPDX-License-Identifier: Apache-2.0
/**
 * The formats of ECMA-419 key-value stores: how a value becomes bytes and back, under which number its format is kept.
 * Stricter than Moddable, which cuts off what does not fit: a value is read back as it was written, or it is refused.
 */
import { decodeUtf8, encodeUtf8, utf8Length } from "./utf8.js";

/** What each format gives when it is read. */
export interface FormatValues {
  buffer: ArrayBuffer;
  string: string;
  uint8: number;
  int8: number;
  uint16: number;
  int16: number;
  uint32: number;
  int32: number;
  uint64: bigint;
  int64: bigint;
}
export type FormatName = keyof FormatValues;

export interface ValueFormat {
  /** Its number in the flash: 1 to 10. */
  readonly type: number;
  /** Bytes in every value; undefined: any number of them. */
  readonly size: number | undefined;
  /**
   * @returns For "buffer" a view into `value`, else new bytes.
   * @throws TypeError, RangeError - a value that would not be read back as it is, or takes more than `lengthMax` bytes.
   */
  encode(value: unknown, lengthMax: number): Uint8Array;
  /** @param bytes - `size` of them. @throws RangeError - "string": they are not UTF-8. */
  decode(bytes: ArrayBuffer): ArrayBuffer | string | number | bigint;
}

/** The bytes of an ArrayBuffer, DataView or one-byte typed array: a view, not a copy. @throws TypeError otherwise. */
export function bytesOf(value: unknown): Uint8Array {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (value instanceof DataView || value instanceof Uint8Array || value instanceof Int8Array) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  if (value instanceof Uint8ClampedArray) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  throw new TypeError(`expected an ArrayBuffer, Uint8Array, Int8Array or DataView, got ${typeof value}`);
}

function requireType(value: unknown, type: string, format: string): void {
  if (typeof value !== type) throw new TypeError(`format ${format} takes a ${type}, got ${typeof value}`);
}

/** @throws RangeError - a value of `length` bytes is too long. */
export function requireValueLength(length: number, lengthMax: number): void {
  if (length > lengthMax) throw new RangeError(`a value has ${lengthMax} bytes at most, got ${length}`);
}

/** Whole numbers of `size` bytes, little endian, from `min` on. */
function numbers(format: string, type: number, size: 1 | 2 | 4, min: number): ValueFormat {
  const span = 2 ** (8 * size);
  const max = min + span - 1;
  return Object.freeze({
    type,
    size,
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
function bigints(format: string, type: number, min: bigint): ValueFormat {
  const max = min + 0xffffffffffffffffn;
  return Object.freeze({
    type,
    size: 8,
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

export const VALUE_FORMATS: Readonly<Record<FormatName, ValueFormat>> = Object.freeze({
  buffer: Object.freeze({
    type: 1,
    size: undefined,
    encode(value: unknown, lengthMax: number): Uint8Array {
      const bytes = bytesOf(value);
      requireValueLength(bytes.length, lengthMax);
      return bytes;
    },
    decode: (bytes: ArrayBuffer) => bytes,
  }),
  string: Object.freeze({
    type: 2,
    size: undefined,
    encode(value: unknown, lengthMax: number): Uint8Array {
      requireType(value, "string", "string");
      requireValueLength(utf8Length(value as string), lengthMax); // before any memory is taken for it
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

/** @returns `name` as text, which is then a key of VALUE_FORMATS. @throws RangeError - there is no such format. */
export function formatNameOf(name: unknown): FormatName {
  const format = `${name as string}`;
  if (Object.hasOwn(VALUE_FORMATS, format)) return format as FormatName;
  throw new RangeError(`no format "${format}": there are ${Object.keys(VALUE_FORMATS).join(", ")}`);
}

/** The name of the format with a number; undefined when there is none. */
export function formatNameOfType(type: number): FormatName | undefined {
  return (Object.keys(VALUE_FORMATS) as FormatName[]).find((name) => VALUE_FORMATS[name].type === type);
}
