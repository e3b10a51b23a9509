// SPDX-License-Identifier: Apache-2.0
/** The parts of a device in its token (RFC 9711 §4.2.18): claims, tokens of their own, digests of claims elsewhere. */
import { CborTag, type CborValue } from "../cbor/value.js";
import { decodeWellFormed } from "../cbor/well-formed.js";
import { ProtocolError, SecurityError } from "../errors/security-error.js";
import type { EatClaims, Submodule } from "./eat-claims.js";
import { wrong } from "./eat-values.js";
import { printable } from "./printable.js";

const CWT_TAG = 61;
/** COSE_Encrypt0, COSE_Mac0, COSE_Sign1, COSE_Encrypt, COSE_Mac, COSE_Sign: RFC 9052 table 1. */
const COSE_TAGS: readonly unknown[] = Object.freeze([16, 17, 18, 96, 97, 98]);
/** Tokens that RFC 9711 and RFC 9781 know and that are not carried out. */
const UNSUPPORTED_TAGS: Readonly<Record<number, string>> = Object.freeze({
  601: "an unprotected claims set (UCCS)",
  602: "a detached EAT bundle",
});
/** Submodules within submodules: more than any device has, and what a board's stack holds. */
const LEVELS_MAX = 4;

/** @param readClaims - reads a claims set that is a level further down. */
export function readSubmods(
  value: CborValue,
  level: number,
  readClaims: (value: CborValue, level: number) => EatClaims,
): ReadonlyMap<string, Submodule> {
  if (!(value instanceof Map) || value.size === 0) return wrong("submods", "a map of one or more");
  if (level >= LEVELS_MAX) throw unsupported(`submods: more than ${LEVELS_MAX} levels`);
  const submods = new Map<string, Submodule>();
  for (const [name, content] of value) {
    if (typeof name !== "string") return wrong("submods", "names that are text");
    submods.set(name, readSubmodule(content, `submods, ${printable(name)}`, level, readClaims));
  }
  return submods;
}

function readSubmodule(
  value: CborValue,
  name: string,
  level: number,
  readClaims: (value: CborValue, level: number) => EatClaims,
): Submodule {
  if (value instanceof Map) return Object.freeze({ kind: "claims", claims: readClaims(value, level + 1) });
  if (typeof value === "string") throw unsupported(`${name}: a token in JSON`);
  if (value instanceof Uint8Array) return Object.freeze({ kind: "token", token: requireToken(value, name) });
  if (!Array.isArray(value) || value.length !== 2) return wrong(name, "claims, a token or a digest");
  const [algorithm, digest] = value as readonly CborValue[];
  if (typeof algorithm !== "string" && !Number.isSafeInteger(algorithm)) {
    return wrong(name, "a hash algorithm by number or name");
  }
  if (!(digest instanceof Uint8Array) || digest.length === 0) return wrong(name, "a digest that is a byte string");
  return Object.freeze({ kind: "digest", algorithm: algorithm as number | string, digest });
}

/** A CWT in its tag, with a COSE message in a tag of its own. What it claims counts once somebody has verified it. */
function requireToken(bytes: Uint8Array, name: string): Uint8Array {
  let value: CborValue;
  try {
    value = decodeWellFormed(bytes);
  } catch (error) {
    if (!(error instanceof SecurityError)) throw error;
    return wrong(name, "a token in CBOR");
  }
  if (!(value instanceof CborTag)) return wrong(name, "a token in a CBOR tag");
  const kind = UNSUPPORTED_TAGS[Number(value.tag)];
  if (kind !== undefined) throw unsupported(`${name}: ${kind}`);
  const isCwt = value.tag === CWT_TAG && value.value instanceof CborTag && COSE_TAGS.includes(value.value.tag);
  return isCwt ? bytes : wrong(name, "a CWT (tag 61) with a COSE message in its tag");
}

function unsupported(message: string): ProtocolError {
  return new ProtocolError("EAT_UNSUPPORTED", message);
}

/** @param writeClaims - of a claims set further down. */
export function writeSubmods(
  submods: ReadonlyMap<string, Submodule>,
  writeClaims: (claims: EatClaims) => CborValue,
): CborValue {
  const map = new Map<CborValue, CborValue>();
  for (const [name, submodule] of submods) {
    if (submodule.kind === "claims") map.set(name, writeClaims(submodule.claims));
    else if (submodule.kind === "token") map.set(name, submodule.token);
    else map.set(name, [submodule.algorithm, submodule.digest]);
  }
  return map;
}
