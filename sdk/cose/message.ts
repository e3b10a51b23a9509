// SPDX-License-Identifier: Apache-2.0
/** What all COSE messages share: two header buckets in front, a tag that may be there, content that may be elsewhere. */
import { requireBytes } from "../bytes/bytes.js";
import { encodeCbor, encodeItem } from "../cbor/encode.js";
import { CborReader, Major } from "../cbor/reader.js";
import type { CborLimits, CborValue } from "../cbor/value.js";
import { CborWriter } from "../cbor/writer.js";
import { ProtocolError } from "../errors/security-error.js";
import {
  type AcceptOptions,
  bytesParameter,
  checkHeaders,
  HeaderLabel,
  type HeaderMap,
  type Headers,
  type Label,
  readHeaders,
  show,
} from "./headers.js";

/** Enough for the heads around what is authenticated or sent, and for a context string. */
const OVERHEAD = 64;
const EMPTY_MAP = 0xa0;

/** The CBOR tag of a message (RFC 9052 table 1) and how many items its array has. */
export interface MessageKind {
  readonly tag: number;
  readonly items: number;
}

/** What the two buckets of a message, a signer or a recipient are made with. */
export interface HeaderOptions {
  /** Further protected parameters, without alg. */
  readonly protectedHeader?: HeaderMap;
  readonly unprotectedHeader?: HeaderMap;
  /** Short for label 4 in the unprotected bucket. */
  readonly kid?: Uint8Array;
}

/** What every message is made with. */
export interface BodyOptions extends HeaderOptions {
  /** Authenticated, not sent. Default empty. */
  readonly externalAad?: Uint8Array;
  /** Leaves the content out of the message (nil); it is authenticated all the same. Default false. */
  readonly detached?: boolean;
  /** Begins with its tag. Default true. */
  readonly tagged?: boolean;
}

/** What a message with one algorithm is made with. */
export interface MessageOptions extends BodyOptions {
  /** COSE algorithm number; it goes into the protected bucket. */
  readonly algorithm: number;
}

/** What every message is read with. */
export interface ReadOptions extends AcceptOptions {
  /** What the sender authenticated beside the message. Default empty. */
  readonly externalAad?: Uint8Array;
  /** For the message; items in protected buckets count too, and their depth by itself. */
  readonly limits?: CborLimits;
}

/** A reader of a message's bytes, for other forms of CBOR. */
type OpenReader = (message: Uint8Array, limits: CborLimits | undefined) => CborReader;

/** What a message says about its key before anyone has verified it: for choosing a key, and for nothing else. */
export interface UnverifiedHeaders extends Headers {
  readonly kid: Uint8Array | undefined;
}

/**
 * The buckets of a message, signer or recipient to be made.
 * @param algorithm - where it is protected.
 * @throws TypeError - kid or IV is no Uint8Array.
 * @throws ProtocolError COSE_LABEL, COSE_DUPLICATE_LABEL (alg, kid or IV given twice, too), COSE_HEADER_VALUE, COSE_CRIT.
 */
export function makeHeaders(options: HeaderOptions, algorithm?: number, iv?: Uint8Array): Headers {
  const kid = options.kid;
  if (kid !== undefined) requireBytes(kid, "kid");
  if (iv !== undefined) requireBytes(iv, "iv");
  const protectedHeader = new Map(options.protectedHeader);
  const unprotectedHeader = new Map(options.unprotectedHeader);
  addParameter(protectedHeader, HeaderLabel.alg, algorithm);
  addParameter(unprotectedHeader, HeaderLabel.kid, kid);
  addParameter(unprotectedHeader, HeaderLabel.iv, iv);
  const protectedBytes = protectedHeader.size === 0 ? new Uint8Array(0) : encodeCbor(protectedHeader);
  return checkHeaders(protectedBytes, protectedHeader, unprotectedHeader);
}

/** A parameter that we give beside those of the caller; one that is undefined is left out. */
export function addParameter(header: Map<Label, CborValue>, label: Label, value: CborValue): void {
  if (value === undefined) return;
  if (header.has(label)) throw new ProtocolError("COSE_DUPLICATE_LABEL", `label ${show(label)} given twice`);
  header.set(label, value);
}

/**
 * Writes a message.
 * @param content - payload or ciphertext: left out, as nil, where it is detached.
 * @param rest - the items after it: signature or tag, signers, recipients.
 * @returns New bytes, deterministic CBOR.
 */
export function writeMessage(
  kind: MessageKind,
  headers: Headers,
  options: BodyOptions,
  content: Uint8Array,
  ...rest: readonly CborValue[]
): Uint8Array {
  const writer = new CborWriter(headers.protectedBytes.length + content.length + 2 * OVERHEAD);
  if (options.tagged ?? true) writer.tag(kind.tag);
  const items: CborValue[] = [headers.protectedBytes, headers.unprotectedHeader, options.detached ? null : content];
  encodeItem(writer, items.concat(rest));
  return writer.finish();
}

export interface ParsedMessage {
  readonly headers: Headers;
  /** View into the message; null: it is elsewhere. */
  readonly content: Uint8Array | null;
  /** At the item after the content. */
  readonly reader: CborReader;
  /** Containers that are open there. */
  readonly depth: number;
}

/**
 * Reads a message, tagged or not, up to its content; the caller reads what follows, and calls `reader.end()`.
 * @param openReader - default: of definite lengths and shortest forms, keys in any order.
 * @throws ProtocolError COSE_TAG, COSE_STRUCTURE, the header codes of `checkHeaders`, CBOR codes - another message, or none.
 */
export function readMessage(
  message: Uint8Array,
  kind: MessageKind,
  limits?: CborLimits,
  openReader?: OpenReader,
): ParsedMessage {
  const reader = openReader?.(message, limits) ?? new CborReader(message, { limits, form: "anyOrder" });
  const isTagged = reader.peekMajor() === Major.tag;
  if (isTagged && reader.readTag() !== kind.tag) reader.fail("COSE_TAG", `expected tag ${kind.tag} or none`);
  const found = reader.readArray();
  if (found !== kind.items) reader.fail("COSE_STRUCTURE", `expected ${kind.items} items, got ${found}`);
  const depth = isTagged ? 2 : 1;
  const headers = readHeaders(reader, depth);
  return { headers, content: readBytesOrNull(reader), reader, depth };
}

/** The next item: content, or nil where it is elsewhere or there is none. */
export function readBytesOrNull(reader: CborReader): Uint8Array | null {
  if (!reader.nextIsNull()) return reader.readBytes();
  reader.readNull();
  return null;
}

/** Headers for whoever chooses a key; kid is a hint which one to try, not a statement by anyone. */
export function unverifiedHeaders(headers: Headers): UnverifiedHeaders {
  return Object.freeze({ ...headers, kid: bytesParameter(headers, HeaderLabel.kid) });
}

/** @throws ProtocolError COSE_PAYLOAD_MISSING, COSE_PAYLOAD_UNEXPECTED - in neither place, or in both. */
export function chooseContent(attached: Uint8Array | null, detached: Uint8Array | undefined): Uint8Array {
  const content = attached ?? detached;
  if (content === undefined) {
    throw new ProtocolError("COSE_PAYLOAD_MISSING", "no content in the message, and none beside it");
  }
  if (attached !== null && detached !== undefined) {
    throw new ProtocolError("COSE_PAYLOAD_UNEXPECTED", "content in the message and beside it");
  }
  return content;
}

/**
 * The bytes that are authenticated (RFC 9052 §4.4, §5.3, §6.3): the protected bucket as it was received, in shortest heads.
 * An empty bucket counts as h'' even when it came as h'a0'.
 * @param parts - external_aad and what follows it.
 */
export function encodeStructure(context: string, protectedBytes: Uint8Array, ...parts: Uint8Array[]): Uint8Array {
  const isEmpty = protectedBytes.length === 1 && protectedBytes[0] === EMPTY_MAP;
  let length = protectedBytes.length;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    requireBytes(part, "part of what is authenticated");
    length += part.length;
  }
  const writer = new CborWriter(length + OVERHEAD);
  writer.array(2 + parts.length);
  writer.text(context);
  writer.bytes(isEmpty ? protectedBytes.subarray(1) : protectedBytes);
  for (let i = 0; i < parts.length; i++) writer.bytes(parts[i] as Uint8Array);
  return writer.finish();
}
