// SPDX-License-Identifier: Apache-2.0
/** Another encoder, which takes every liberty that RFC 8949 §3 leaves: longer heads, chunks, breaks, map keys in any order. */
import { concatBytes } from "../../sdk/bytes/bytes.js";
import { encodeUtf8 } from "../../sdk/bytes/utf8.js";
import { encodeCbor } from "../../sdk/cbor/encode.js";
import { Major } from "../../sdk/cbor/reader.js";
import { CborFloat, CborTag, type CborValue } from "../../sdk/cbor/value.js";
import type { Random } from "../fuzz/decoders/random.js";

const BREAK = Uint8Array.of(0xff);

function head(random: Random, major: number, argument: number | bigint): Uint8Array {
  const value = BigInt(argument);
  const widths = [1, 2, 4, 8].filter((width) => value < 1n << BigInt(8 * width));
  if (value < 24n && random.below(2) === 0) return Uint8Array.of((major << 5) | Number(value));
  const width = random.pick(widths);
  const bytes = new Uint8Array(1 + width);
  bytes[0] = (major << 5) | (24 + Math.log2(width));
  for (let i = 0; i < width; i++) bytes[width - i] = Number((value >> BigInt(8 * i)) & 0xffn);
  return bytes;
}

function indefinite(major: number, parts: readonly Uint8Array[]): Uint8Array {
  return concatBytes(Uint8Array.of((major << 5) | 31), ...parts, BREAK);
}

/** @param content - whose every cut is a valid chunk. */
function string(random: Random, major: number, content: readonly Uint8Array[]): Uint8Array {
  if (random.below(2) === 0) {
    const whole = concatBytes(...content);
    return concatBytes(head(random, major, whole.length), whole);
  }
  return indefinite(
    major,
    content.map((chunk) => concatBytes(head(random, major, chunk.length), chunk)),
  );
}

function items(random: Random, major: number, count: number, parts: readonly Uint8Array[]): Uint8Array {
  return random.below(2) === 0 ? indefinite(major, parts) : concatBytes(head(random, major, count), ...parts);
}

function float(random: Random, value: number): Uint8Array {
  const shortest = encodeCbor(new CborFloat(value));
  if (Number.isNaN(value) || random.below(2) === 0) return shortest;
  const bytes = new Uint8Array(9);
  bytes[0] = 0xfb;
  new DataView(bytes.buffer).setFloat64(1, value);
  return bytes;
}

function integer(random: Random, value: number | bigint): Uint8Array {
  return value >= 0 ? head(random, Major.unsigned, value) : head(random, Major.negative, -1n - BigInt(value));
}

/** Encodes a value in one of its many well-formed encodings. */
export function encodeLoosely(random: Random, value: CborValue): Uint8Array {
  const encode = (item: CborValue): Uint8Array => encodeLoosely(random, item);
  if (typeof value === "bigint" || Number.isSafeInteger(value)) return integer(random, value as number | bigint);
  if (typeof value === "number") return float(random, value);
  if (value instanceof CborFloat) return float(random, value.value);
  if (typeof value === "string") {
    return string(
      random,
      Major.text,
      [...value].map((character) => encodeUtf8(character)),
    );
  }
  if (value instanceof Uint8Array) {
    const at = random.below(value.length + 1);
    return string(random, Major.bytes, [value.subarray(0, at), value.subarray(at)]);
  }
  if (value instanceof CborTag) return concatBytes(head(random, Major.tag, value.tag), encode(value.value));
  if (Array.isArray(value)) return items(random, Major.array, value.length, value.map(encode));
  if (!(value instanceof Map)) return encodeCbor(value);
  const pairs = [...value].map(([key, item]) => concatBytes(encode(key), encode(item)));
  return items(random, Major.map, value.size, random.below(2) === 0 ? pairs : pairs.reverse());
}
