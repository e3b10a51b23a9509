// SPDX-License-Identifier: Apache-2.0
/** CoRIM (draft-ietf-rats-corim-10 §4): what it says, held to the draft's CDDL. Nobody has vouched for it yet. */
import { encodeHex } from "../bytes/hex.js";
import { CborFloat, CborTag, type CborValue } from "../cbor/value.js";
import { decodeWellFormed } from "../cbor/well-formed.js";
import { ProtocolError } from "../errors/security-error.js";
import { check, type MapShape, refuse } from "./corim-shape.js";
import { CONCISE_MID_TAG, CONCISE_TL_TAG, CORIM_MAP, CorimTag } from "./corim-shapes.js";

/** For one CoRIM, and by itself for each tag in it. */
export interface CorimLimits {
  readonly length: number;
  readonly depth: number;
  readonly count: number;
}

/** Fits a board. Some 300 releases. */
export const CORIM_LIMITS: CorimLimits = Object.freeze({ length: 65536, depth: 24, count: 8192 });

/** Of a map whose labels are integers, decoded. */
export type CorimMap = ReadonlyMap<CborValue, CborValue>;

/** Seconds since 1970-01-01T00:00:00Z; both ends are in it. */
export interface Validity {
  readonly notBefore: number | undefined;
  readonly notAfter: number;
}

export interface Corim {
  /** Text, or the 16 bytes of a UUID. */
  readonly id: string | Uint8Array;
  /** A URI as it is; an OID as `oid:` and its bytes in hex. undefined: none. */
  readonly profile: string | undefined;
  readonly validity: Validity | undefined;
  /** Concise module identifiers, each held to the CDDL. */
  readonly modules: readonly CorimMap[];
  /** What stands beside them, by name: `CoSWID`, `CoTL`, `tag 507`, `member -1`. */
  readonly others: readonly string[];
}

/** `manifest-signer`, of which there is one at most. */
const SIGNER_ROLE = 2;

/**
 * Parses `tagged-unsigned-corim-map` (tag 501), in any well-formed encoding.
 * @returns Byte strings are views into `bytes`.
 * @throws ProtocolError CORIM_UNSUPPORTED - an id of a type that an extension brought.
 * @throws ProtocolError CORIM_STRUCTURE - not what the CDDL says. CBOR codes - not even CBOR; CBOR_LIMIT_LENGTH and others: too
 * much of it.
 */
export function parseCorim(bytes: Uint8Array, limits: CorimLimits = CORIM_LIMITS): Corim {
  const where = { name: "corim" };
  const value = decodeWellFormed(bytes, { limits });
  if (!(value instanceof CborTag) || value.tag !== CorimTag.corim) refuse(where, `expected tag ${CorimTag.corim}`);
  check(CORIM_MAP, value.value, where);
  const corim = value.value as CorimMap;
  const entities = (corim.get(5) ?? []) as readonly CorimMap[];
  const signers = entities.filter((entity) => (entity.get(2) as readonly CborValue[]).includes(SIGNER_ROLE));
  if (signers.length > 1) refuse(where, "more than one entity is the manifest signer");
  const modules: CorimMap[] = [];
  const others = extensionsOf(corim, CORIM_MAP, "");
  const tags = corim.get(1) as readonly CborTag[];
  tags.forEach(({ tag, value: content }, i) => {
    const inner = { name: i, outer: { name: "tags", outer: where } };
    if (tag === CorimTag.comid) {
      const module = decodeWellFormed(content as Uint8Array, { limits });
      check(CONCISE_MID_TAG, module, inner);
      modules.push(module as CorimMap);
      others.push(...extensionsOf(module as CorimMap, CONCISE_MID_TAG, " of a module"));
    } else others.push(nameOther(tag, content, inner, limits));
  });
  return {
    id: idOf(corim.get(0)),
    profile: profileOf(corim.get(3) as CborTag | undefined),
    validity: validityOf(corim.get(4)),
    modules,
    others,
  };
}

/** Members that only an extension knows. */
function extensionsOf(map: CorimMap, { fields }: MapShape, place: string): string[] {
  const names: string[] = [];
  map.forEach((_, label) => {
    if (!Object.hasOwn(fields, label as number)) names.push(`member ${label}${place}`);
  });
  return names;
}

/** @throws ProtocolError CORIM_UNSUPPORTED - in a tag, as some extension may have it. */
function idOf(value: CborValue): string | Uint8Array {
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  throw new ProtocolError("CORIM_UNSUPPORTED", "an id of an extension");
}

/** CoSWID is RFC 9393's, CoTS and others their own drafts': that they are CBOR is all that is asked. */
function nameOther(
  tag: number | bigint,
  content: CborValue,
  where: { readonly name: number },
  limits: CorimLimits,
): string {
  if (tag === CorimTag.cotl) {
    check(CONCISE_TL_TAG, decodeWellFormed(content as Uint8Array, { limits }), where);
    return "CoTL";
  }
  if (tag !== CorimTag.coswid) return `tag ${tag}`;
  if (!(decodeWellFormed(content as Uint8Array, { limits }) instanceof Map)) refuse(where, "expected a CoSWID");
  return "CoSWID";
}

function profileOf(tag: CborTag | undefined): string | undefined {
  if (tag === undefined) return undefined;
  if (tag.tag === CorimTag.uri) return tag.value as string;
  return `oid:${encodeHex(tag.value as Uint8Array)}`;
}

/** Of a `validity-map` that was held to its shape. @throws ProtocolError CORIM_STRUCTURE - it ends before it begins. */
export function validityOf(value: CborValue | undefined): Validity | undefined {
  if (value === undefined) return undefined;
  const map = value as CorimMap;
  const validity = { notBefore: secondsOf(map.get(0)), notAfter: secondsOf(map.get(1)) as number };
  if (validity.notBefore !== undefined && validity.notBefore > validity.notAfter) {
    throw new ProtocolError("CORIM_STRUCTURE", "validity: ends before it begins");
  }
  return validity;
}

function secondsOf(time: CborValue | undefined): number | undefined {
  return time === undefined ? undefined : numberOf((time as CborTag).value);
}

/** Of an integer or a float that was held to NUMBER. */
export function numberOf(value: CborValue): number {
  return Number(value instanceof CborFloat ? value.value : value);
}
