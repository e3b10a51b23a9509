// SPDX-License-Identifier: Apache-2.0
/** The two header buckets of a COSE message and their common parameters (RFC 9052 §3). */
import { decodeItem } from "../cbor/decode.js";
import type { CborReader } from "../cbor/reader.js";
import type { CborValue } from "../cbor/value.js";
import { ProtocolError } from "../errors/security-error.js";

/** Labels of RFC 9052 table 3. */
export const HeaderLabel = Object.freeze({ alg: 1, crit: 2, contentType: 3, kid: 4, iv: 5, partialIv: 6 } as const);

export type Label = number | bigint | string;
export type HeaderMap = ReadonlyMap<Label, CborValue>;

export interface Headers {
  /** Content of the protected bucket's byte string, exactly as received: what was signed. */
  readonly protectedBytes: Uint8Array;
  readonly protectedHeader: HeaderMap;
  /** Never authenticated. */
  readonly unprotectedHeader: HeaderMap;
}

/** What every message processes itself, so that `crit` may name it. (A call takes less byte code than an array literal.) */
const UNDERSTOOD: readonly Label[] = Object.freeze(
  Array.of(HeaderLabel.alg, HeaderLabel.crit, HeaderLabel.contentType, HeaderLabel.kid),
);

/**
 * Reads both buckets, the next two items of `reader`.
 * @param depth - containers opened around them.
 * @throws ProtocolError CBOR_UNEXPECTED_TYPE and other CBOR codes - not a byte string with a map, then a map.
 * @throws ProtocolError COSE_LABEL, COSE_DUPLICATE_LABEL, COSE_HEADER_VALUE, COSE_CRIT - as `checkHeaders`.
 */
export function readHeaders(reader: CborReader, depth: number): Headers {
  const protectedBytes = reader.readBytes();
  const protectedHeader: HeaderMap =
    protectedBytes.length === 0 ? new Map() : reader.nested(protectedBytes, readHeaderMap);
  return checkHeaders(protectedBytes, protectedHeader, readHeaderMap(reader, depth));
}

/** Keys in any order: RFC 9052 §9 asks for deterministic encoding only of what is signed, and we sign what we received. */
function readHeaderMap(reader: CborReader, depth = 0): HeaderMap {
  const start = reader.offset;
  const map = decodeItem(reader, depth);
  if (!(map instanceof Map)) reader.fail("CBOR_UNEXPECTED_TYPE", "expected a map of headers", start);
  map.forEach((_, label) => {
    if (!isLabel(label)) reader.fail("COSE_LABEL", "expected an integer or text", start);
  });
  return map;
}

function isLabel(value: unknown): value is Label {
  return typeof value === "string" || typeof value === "bigint" || Number.isSafeInteger(value);
}

/** An outside value in an error message: short, and without bytes of the sender's choice. */
export function show(value: unknown): string {
  return typeof value === "number" || typeof value === "bigint" ? `${value}` : `(${typeof value})`;
}

/**
 * Both buckets, after their common parameters were checked.
 * @throws ProtocolError COSE_DUPLICATE_LABEL - a label stands in both buckets.
 * @throws ProtocolError COSE_HEADER_VALUE - a common parameter of the wrong type, or both IV and Partial IV.
 * @throws ProtocolError COSE_CRIT - crit is unprotected, empty, no array of labels, or names a parameter that is not protected.
 */
export function checkHeaders(
  protectedBytes: Uint8Array,
  protectedHeader: HeaderMap,
  unprotectedHeader: HeaderMap,
): Headers {
  checkBucket(protectedHeader, unprotectedHeader);
  checkBucket(unprotectedHeader, protectedHeader);
  const headers = { protectedBytes, protectedHeader, unprotectedHeader };
  if (bytesParameter(headers, HeaderLabel.iv) && bytesParameter(headers, HeaderLabel.partialIv))
    throw new ProtocolError("COSE_HEADER_VALUE", "IV and Partial IV");
  if (unprotectedHeader.has(HeaderLabel.crit)) throw new ProtocolError("COSE_CRIT", "crit must be protected");
  criticalLabels(protectedHeader);
  return headers;
}

function checkBucket(header: HeaderMap, other: HeaderMap): void {
  // By forEach: on XS an iterator makes objects for each entry.
  header.forEach((value, label) => {
    if (!isLabel(label)) throw new ProtocolError("COSE_LABEL", "expected an integer or text");
    if (other.has(label)) throw new ProtocolError("COSE_DUPLICATE_LABEL", `label ${show(label)} in both buckets`);
    if (!isValueOf(label, value)) throw new ProtocolError("COSE_HEADER_VALUE", `wrong type for label ${show(label)}`);
  });
}

function isValueOf(label: Label, value: CborValue): boolean {
  switch (label) {
    case HeaderLabel.alg:
      return isLabel(value);
    case HeaderLabel.contentType:
      return typeof value === "string" || (isLabel(value) && value >= 0);
    case HeaderLabel.kid:
    case HeaderLabel.iv:
    case HeaderLabel.partialIv:
      return value instanceof Uint8Array;
    default:
      return true;
  }
}

/** What crit names; undefined: there is no crit. */
function criticalLabels(protectedHeader: HeaderMap): readonly Label[] | undefined {
  if (!protectedHeader.has(HeaderLabel.crit)) return undefined;
  const crit = protectedHeader.get(HeaderLabel.crit);
  if (!Array.isArray(crit) || crit.length === 0 || !crit.every(isLabel)) {
    throw new ProtocolError("COSE_CRIT", "expected an array of labels");
  }
  const missing = crit.find((label) => !protectedHeader.has(label));
  if (missing !== undefined) throw new ProtocolError("COSE_CRIT", `label ${show(missing)} is not protected`);
  return crit;
}

/**
 * @param application - labels that the caller promises to process.
 * @param understood - labels that this kind of message processes.
 * @throws ProtocolError COSE_CRIT_UNKNOWN - crit names a label that neither we nor the caller process.
 * @throws TypeError - `application` is no array: a text would "include" parts of itself.
 */
export function checkCritical(
  headers: Headers,
  application: readonly Label[] = [],
  understood: readonly Label[] = UNDERSTOOD,
): void {
  if (!Array.isArray(application)) throw new TypeError("criticalLabels: expected an array of labels");
  const unknown = criticalLabels(headers.protectedHeader)?.find(
    (label) => !understood.includes(label) && !application.includes(label),
  );
  if (unknown !== undefined) throw new ProtocolError("COSE_CRIT_UNKNOWN", `nobody here processes ${show(unknown)}`);
}

/** What a reader accepts. */
export interface AcceptOptions {
  /** Algorithm numbers to accept. Default: all that we carry out and the key allows. */
  readonly algorithms?: readonly number[];
  /** Labels that `crit` may name because the caller processes them. */
  readonly criticalLabels?: readonly Label[];
}

/**
 * The row of a message's algorithm, after all that its headers can be refused for. The algorithm counts from the protected
 * bucket only: an unprotected one could be changed on the way.
 * @param find - the table: undefined for an algorithm that is not carried out.
 * @param understood - as in `checkCritical`.
 * @throws ProtocolError COSE_ALG_MISSING, COSE_ALG_UNPROTECTED, COSE_ALG_UNSUPPORTED, COSE_ALG_NOT_ALLOWED.
 * @throws ProtocolError COSE_CRIT_UNKNOWN - crit names what neither we nor the caller process.
 * @throws TypeError - one of the caller's lists is no array.
 */
export function acceptHeaders<Row extends { readonly id: number; readonly name: string }>(
  headers: Headers,
  find: (id: unknown) => Row | undefined,
  options: AcceptOptions,
  understood?: readonly Label[],
): Row {
  if (headers.unprotectedHeader.has(HeaderLabel.alg)) {
    throw new ProtocolError("COSE_ALG_UNPROTECTED", "alg must be protected");
  }
  const alg = headers.protectedHeader.get(HeaderLabel.alg);
  if (alg === undefined) throw new ProtocolError("COSE_ALG_MISSING", "expected alg");
  const row = requireAlgorithm(find, alg);
  requireAllowed(row, options.algorithms);
  checkCritical(headers, options.criticalLabels, understood);
  return row;
}

/** @throws ProtocolError COSE_ALG_UNSUPPORTED - not in the table. */
export function requireAlgorithm<Row>(find: (id: unknown) => Row | undefined, id: CborValue): Row {
  const row = find(id);
  if (row === undefined) throw new ProtocolError("COSE_ALG_UNSUPPORTED", `algorithm ${show(id)}`);
  return row;
}

/**
 * Holds an algorithm to the caller's list, where there is one. A text is no list: it would "include" parts of itself.
 * @throws ProtocolError COSE_ALG_NOT_ALLOWED - not in it. TypeError - it is no array.
 */
export function requireAllowed(
  row: { readonly id: number; readonly name: string },
  allowed: readonly number[] | undefined,
): void {
  if (allowed === undefined) return;
  if (!Array.isArray(allowed)) throw new TypeError(`algorithms: expected an array of numbers, got ${typeof allowed}`);
  if (!allowed.includes(row.id)) throw new ProtocolError("COSE_ALG_NOT_ALLOWED", row.name);
}

/** A byte string from the bucket where it stands; undefined: there is none. */
export function bytesParameter(headers: Headers, label: Label): Uint8Array | undefined {
  const value = headers.protectedHeader.get(label) ?? headers.unprotectedHeader.get(label);
  return value instanceof Uint8Array ? value : undefined;
}
