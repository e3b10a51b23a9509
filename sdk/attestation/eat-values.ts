// SPDX-License-Identifier: Apache-2.0
/** The types of RFC 9711 §4.2 and §7.3, between CBOR and what a program sees. Each `read` refuses with EAT_CLAIM. */
import { CborFloat, type CborValue } from "../cbor/value.js";
import { ProtocolError } from "../errors/security-error.js";
import type { Approval, Content, Location, MeasurementResult, MeasurementResults, Version } from "./eat-claims.js";

/** How a claim stands in CBOR, and how in a program. */
export interface Codec<Value> {
  /** @param name - for errors. */
  read(value: CborValue, name: string): Value;
  write(value: Value): CborValue;
}

const NONCE_MIN = 8;
const NONCE_MAX = 64;
const UEID_MIN = 7;
const UEID_MAX = 33;
const HWMODEL_MAX = 32;
const OEMID_LENGTHS: readonly number[] = Object.freeze([3, 16]);
const CONTENT_FORMAT_MAX = 0xffff;
const MORE = 0x80;

export function wrong(name: string, expected: string): never {
  throw new ProtocolError("EAT_CLAIM", `${name}: expected ${expected}`);
}

const same = (value: unknown): CborValue => value as CborValue;

function codec<Value>(fits: (value: CborValue) => boolean, expected: string): Codec<Value> {
  return Object.freeze({
    read: (value: CborValue, name: string) => (fits(value) ? (value as Value) : wrong(name, expected)),
    write: same,
  });
}

function isBytes(value: CborValue, least: number, most: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length >= least && value.length <= most;
}

function isText(value: CborValue): value is string {
  return typeof value === "string";
}

function isUint(value: CborValue): value is number | bigint {
  return (Number.isSafeInteger(value) || typeof value === "bigint") && (value as number | bigint) >= 0;
}

function isNonce(value: CborValue): value is Uint8Array {
  return isBytes(value, NONCE_MIN, NONCE_MAX);
}

function isUeid(value: CborValue): value is Uint8Array {
  return isBytes(value, UEID_MIN, UEID_MAX);
}

/** Content of an OID: arcs in base 128, each in its shortest form (X.690 §8.19). */
function isOid(value: CborValue): boolean {
  if (!(value instanceof Uint8Array) || value.length === 0) return false;
  let isFirst = true;
  for (const byte of value) {
    if (isFirst && byte === MORE) return false;
    isFirst = byte < MORE;
  }
  return isFirst;
}

export const nonceCodec = codec<Uint8Array | readonly Uint8Array[]>(
  (value) => isNonce(value) || (Array.isArray(value) && value.length >= 2 && value.every(isNonce)),
  "a byte string of 8 to 64, or an array of two of them and more",
);

export const ueidCodec = codec<Uint8Array>(isUeid, "a byte string of 7 to 33");

export const sueidsCodec = codec<ReadonlyMap<string, Uint8Array>>(
  (value) => value instanceof Map && value.size > 0 && [...value].every(([name, ueid]) => isText(name) && isUeid(ueid)),
  "a map of names to byte strings of 7 to 33",
);

/** A PEN is of CBOR's major type 0. */
export const oemidCodec = codec<number | Uint8Array>(
  (value) =>
    value instanceof Uint8Array
      ? OEMID_LENGTHS.includes(value.length)
      : Number.isSafeInteger(value) && (value as number) >= 0,
  "an enterprise number, or a byte string of 3 or 16",
);

export const hwmodelCodec = codec<Uint8Array>((value) => isBytes(value, 1, HWMODEL_MAX), "a byte string of 1 to 32");
export const uintCodec = codec<number | bigint>(isUint, "an integer from 0");
export const booleanCodec = codec<boolean>((value) => typeof value === "boolean", "true or false");
export const textCodec = codec<string>(isText, "text");
export const bytesCodec = codec<Uint8Array>((value) => value instanceof Uint8Array, "a byte string");

/** A URI's own rules are not looked into. */
export const profileCodec = codec<string | Uint8Array>(
  (value) => (isText(value) ? value !== "" : isOid(value)),
  "a URI, or the content of an OID in a byte string",
);

/** Names of numbers from `first` on. */
export function namesCodec<Name extends string>(names: readonly Name[], first: number): Codec<Name> {
  return Object.freeze({
    read: (value: CborValue, name: string) =>
      (typeof value === "number" ? names[value - first] : undefined) ??
      wrong(name, `${first} to ${first + names.length - 1}`),
    write: (value: Name) => first + names.indexOf(value),
  });
}

const resultCodec = namesCodec<MeasurementResult>(Object.freeze(["success", "fail", "not-run", "absent"] as const), 1);

function readArray<Item>(
  value: CborValue,
  name: string,
  read: (item: CborValue, name: string) => Item,
): readonly Item[] {
  if (!Array.isArray(value) || value.length === 0) return wrong(name, "an array of one or more");
  return Object.freeze(value.map((item: CborValue, index) => read(item, `${name}[${index}]`)));
}

/** An array of at least one of them. */
function listCodec<Item>(item: Codec<Item>): Codec<readonly Item[]> {
  return Object.freeze({
    read: (value: CborValue, name: string) => readArray(value, name, item.read),
    write: (items: readonly Item[]) => items.map(item.write),
  });
}

function readTuple(value: CborValue, name: string, least: number, most: number): readonly CborValue[] {
  const fits = Array.isArray(value) && value.length >= least && value.length <= most;
  return fits ? value : wrong(name, `an array of ${least === most ? least : `${least} or ${most}`}`);
}

/** RFC 9393 §4.1: a number, or a name of one's own. */
export const versionCodec: Codec<Version> = Object.freeze({
  read(value: CborValue, name: string) {
    const [version, scheme] = readTuple(value, name, 1, 2);
    if (!isText(version as CborValue)) return wrong(name, "a version that is text");
    if ((value as readonly CborValue[]).length === 1) return Object.freeze({ version: version as string });
    if (!isText(scheme) && !Number.isSafeInteger(scheme)) return wrong(name, "a scheme that is an integer or text");
    return Object.freeze({ version: version as string, scheme: scheme as number | string });
  },
  write: ({ version, scheme }: Version) => (scheme === undefined ? [version] : [version, scheme]),
});

const LOCATION = Object.freeze([
  ...(["latitude", "longitude", "altitude", "accuracy", "altitudeAccuracy"] as const),
  ...(["heading", "speed", "timestamp", "age"] as const),
] as const);

export const locationCodec: Codec<Location> = Object.freeze({
  read(value: CborValue, name: string) {
    if (!(value instanceof Map)) return wrong(name, "a map");
    const location: { -readonly [Part in keyof Location]?: number } = {};
    for (const [label, part] of value) {
      const key = typeof label === "number" ? LOCATION[label - 1] : undefined;
      if (key === undefined) return wrong(name, "parts 1 to 9 only");
      location[key] = readPart(part, key, name);
    }
    if (location.latitude === undefined || location.longitude === undefined)
      return wrong(name, "latitude and longitude");
    return Object.freeze(location) as Location;
  },
  write: (location: Location) =>
    new Map(
      LOCATION.flatMap((key, index) => (location[key] === undefined ? [] : [[index + 1, location[key]] as const])),
    ),
});

function readPart(value: CborValue, key: keyof Location, name: string): number {
  const number = value instanceof CborFloat ? value.value : value;
  if (key === "timestamp" && !Number.isSafeInteger(value)) return wrong(`${name}.${key}`, "whole seconds since 1970");
  if (key === "age" && !(Number.isSafeInteger(value) && (value as number) >= 0)) {
    return wrong(`${name}.${key}`, "whole seconds");
  }
  return typeof number === "number" && Number.isFinite(number) ? number : wrong(`${name}.${key}`, "a number");
}

export const dloasCodec = listCodec<Approval>({
  read(value, name) {
    const tuple = readTuple(value, name, 2, 3);
    if (!tuple.every(isText)) return wrong(name, "text");
    const [registrar, platformLabel, applicationLabel] = tuple as readonly [string, string, string?];
    return Object.freeze({ registrar, platformLabel, ...(applicationLabel === undefined ? {} : { applicationLabel }) });
  },
  write: ({ registrar, platformLabel, applicationLabel }) =>
    applicationLabel === undefined ? [registrar, platformLabel] : [registrar, platformLabel, applicationLabel],
});

/** What is in a manifest is for whoever knows its format. */
export const contentsCodec = listCodec<Content>({
  read(value, name) {
    const [contentType, content] = readTuple(value, name, 2, 2);
    if (!isUint(contentType) || contentType > CONTENT_FORMAT_MAX) return wrong(name, "a CoAP content format");
    if (!isText(content) && !(content instanceof Uint8Array)) return wrong(name, "content that is bytes or text");
    return Object.freeze({ contentType: contentType as number, content });
  },
  write: ({ contentType, content }) => [contentType, content],
});

export const measresCodec = listCodec<MeasurementResults>({
  read(value, name) {
    const [system, results] = readTuple(value, name, 2, 2);
    if (!isText(system)) return wrong(name, "a measurement system that is text");
    return Object.freeze({ system, results: readArray(results, name, readResult) });
  },
  write: ({ system, results }) => [system, results.map(({ id, result }) => [id, resultCodec.write(result)])],
});

function readResult(value: CborValue, name: string): MeasurementResults["results"][number] {
  const [id, result] = readTuple(value, name, 2, 2);
  if (!isText(id) && !(id instanceof Uint8Array)) return wrong(name, "an id that is text or bytes");
  return Object.freeze({ id, result: resultCodec.read(result, name) });
}
