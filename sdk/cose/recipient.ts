// SPDX-License-Identifier: Apache-2.0
/** COSE_recipient as it stands in a message: layers of headers and wrapped keys (RFC 9052 §5.1, §8.5). */
import { equalPublicBytes } from "../bytes/bytes.js";
import type { CborReader } from "../cbor/reader.js";
import type { CborValue } from "../cbor/value.js";
import { ProtocolError } from "../errors/security-error.js";
import { type Headers, type Label, readHeaders } from "./headers.js";
import { readBytesOrNull, type UnverifiedHeaders, unverifiedHeaders } from "./message.js";

/** Labels of RFC 9053 table 15, in the headers of a recipient by agreement. */
export const AgreementLabel = Object.freeze({ ephemeralKey: -1, staticKey: -2, staticKeyId: -3 } as const);

/** Layers of recipients: content key, key-encryption key, and what that one comes from (RFC 9052 appendix B has so many). */
const LAYERS_MAX = 2;

export interface Recipient extends UnverifiedHeaders {
  /** A wrapped key; empty or null where the key is agreed on or known. */
  readonly ciphertext: Uint8Array | null;
  /** The layer below: where this recipient's own key comes from. */
  readonly recipients: readonly Recipient[];
  /** There is no other beside it. */
  readonly isAlone: boolean;
}

/** Which one of several: its place from 0, or its kid; of recipients in layers, the kid of the innermost. */
export type Which = number | Uint8Array;

/** Signers or recipients of a message, in all layers: each takes 2 KB of a board's heap, however little it holds. */
const PARTIES_MAX = 64;

/**
 * Reads how many signers or recipients follow.
 * @param left - how many there may be.
 * @throws ProtocolError COSE_STRUCTURE - none. CBOR_LIMIT_COUNT - too many.
 */
export function readPartyCount(reader: CborReader, what: string, left = PARTIES_MAX): number {
  const found = reader.readArray();
  if (found === 0) reader.fail("COSE_STRUCTURE", `expected one ${what} or more`);
  if (found > left) reader.fail("CBOR_LIMIT_COUNT", `expected at most ${PARTIES_MAX} ${what}s in a message`);
  return found;
}

/**
 * Reads the recipients of a message.
 * @param depth - containers opened around them.
 * @throws ProtocolError COSE_STRUCTURE - none, one of another form, or too many layers; CBOR_LIMIT_COUNT - too many
 * recipients; the header codes; CBOR codes.
 */
export function readRecipients(reader: CborReader, depth: number): readonly Recipient[] {
  return readLayer(reader, depth, { left: PARTIES_MAX }, 1);
}

function readLayer(reader: CborReader, depth: number, parties: { left: number }, layer: number): readonly Recipient[] {
  const found = readPartyCount(reader, "recipient", parties.left);
  parties.left -= found;
  if (layer > LAYERS_MAX) reader.fail("COSE_STRUCTURE", `expected at most ${LAYERS_MAX} layers of recipients`);
  const recipients: Recipient[] = [];
  for (let i = 0; i < found; i++) {
    const items = reader.readArray();
    if (items !== 3 && items !== 4) reader.fail("COSE_STRUCTURE", `expected an array of 3 or 4, got ${items} items`);
    const headers = readHeaders(reader, depth + 2);
    const ciphertext = readBytesOrNull(reader);
    const inner = items === 4 ? readLayer(reader, depth + 2, parties, layer + 1) : [];
    recipients.push(
      Object.freeze({ ...unverifiedHeaders(headers), ciphertext, recipients: inner, isAlone: found === 1 }),
    );
  }
  return Object.freeze(recipients);
}

/** A parameter from either bucket, where it may stand in either; undefined: there is none. */
export function parameter({ protectedHeader, unprotectedHeader }: Headers, label: Label): CborValue {
  return protectedHeader.has(label) ? protectedHeader.get(label) : unprotectedHeader.get(label);
}

/** The way to a recipient: from the one whose key is the content key to the one whose key the caller has. */
export function pathTo(recipients: readonly Recipient[], which: Which | undefined): readonly Recipient[] {
  const path = which instanceof Uint8Array ? pathToKid(recipients, which) : pathToPlace(recipients, which);
  return path ?? notFound("recipient");
}

function pathToKid(recipients: readonly Recipient[], kid: Uint8Array): readonly Recipient[] | undefined {
  for (const one of recipients) {
    if (one.recipients.length > 0) {
      const inner = pathToKid(one.recipients, kid);
      if (inner !== undefined) return [one, ...inner];
    } else if (hasKid(one, kid)) return [one];
  }
  return undefined;
}

function pathToPlace(recipients: readonly Recipient[], place: number | undefined): readonly Recipient[] | undefined {
  const one = atPlace(recipients, place);
  if (one === undefined || one.recipients.length === 0) return one && [one];
  const inner = pathToPlace(one.recipients, undefined);
  return inner && [one, ...inner];
}

function hasKid({ kid }: UnverifiedHeaders, wanted: Uint8Array): boolean {
  return kid !== undefined && equalPublicBytes(kid, wanted);
}

/** Without a place: the only one. */
function atPlace<Item>(items: readonly Item[], place: number | undefined): Item | undefined {
  if (place === undefined) return items.length === 1 ? items[0] : undefined;
  return Number.isInteger(place) ? items[place] : undefined;
}

function notFound(what: string): never {
  throw new ProtocolError("COSE_NOT_FOUND", `no ${what} at that place or with that kid, or several and none was named`);
}

/** @throws ProtocolError COSE_NOT_FOUND */
export function chooseOne<Item extends Headers & { readonly kid: Uint8Array | undefined }>(
  items: readonly Item[],
  which: Which | undefined,
  what: string,
): Item {
  const one = which instanceof Uint8Array ? items.find((item) => hasKid(item, which)) : atPlace(items, which);
  return one ?? notFound(what);
}
