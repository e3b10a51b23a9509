// SPDX-License-Identifier: Apache-2.0
/** A CWT claims set (RFC 8392 §3), with the confirmation claim of RFC 8747. What it says is worth what its proof is worth. */
import { requireBytes } from "../bytes/bytes.js";
import { decodeCbor } from "../cbor/decode.js";
import { encodeCbor } from "../cbor/encode.js";
import type { ReaderOptions } from "../cbor/reader.js";
import { CborFloat, type CborValue } from "../cbor/value.js";
import { type CoseKey, keyFromMap, keyToMap, requirePublic } from "../cose/key.js";
import { ProtocolError } from "../errors/security-error.js";

/** Claim keys of RFC 8392 table 1 and RFC 8747 §7.1. */
export const ClaimLabel = Object.freeze({ iss: 1, sub: 2, aud: 3, exp: 4, nbf: 5, iat: 6, cti: 7, cnf: 8 } as const);

/** Members of cnf: RFC 8747 §3.1. */
const CnfLabel = Object.freeze({ coseKey: 1, kid: 3 } as const);

type Label = number | bigint | string;

/** The key that the subject can prove to have: itself, or its kid. */
export interface Confirmation {
  readonly key?: CoseKey;
  readonly kid?: Uint8Array;
}

/** Dates are seconds since 1970-01-01T00:00:00Z, also with a fraction. */
export interface Claims {
  readonly iss?: string;
  readonly sub?: string;
  /** One audience or several. */
  readonly aud?: string | readonly string[];
  readonly exp?: number;
  readonly nbf?: number;
  readonly iat?: number;
  readonly cti?: Uint8Array;
  readonly cnf?: Confirmation;
  /** All others, by label. A reader who does not know one passes it over (RFC 8392 §3). */
  readonly others?: ReadonlyMap<Label, CborValue>;
}

const TEXTS = ["iss", "sub"] as const;
const DATES = ["exp", "nbf", "iat"] as const;
const KNOWN: readonly Label[] = Object.freeze(Object.values(ClaimLabel));

/**
 * Writes a claims set.
 * @returns Deterministic CBOR, new bytes.
 * @throws TypeError, RangeError - a claim of the wrong type; a known label among the others; a cnf that is empty or has a
 * private key in it.
 */
export function encodeClaims(claims: Claims): Uint8Array {
  return encodeCbor(claimsToMap(claims));
}

/** As `encodeClaims`, for a set within something else. @returns Its byte strings are those of `claims`, not copies. */
export function claimsToMap(claims: Claims): Map<CborValue, CborValue> {
  const { aud, cti, cnf, others = new Map() } = claims;
  const map = new Map<CborValue, CborValue>();
  for (const name of TEXTS) setClaim(map, name, claims[name], isText(claims[name]));
  setClaim(map, "aud", aud, isAudience(aud));
  for (const name of DATES) setClaim(map, name, claims[name], isDate(claims[name]));
  setClaim(map, "cti", cti, cti instanceof Uint8Array);
  if (cnf !== undefined) map.set(ClaimLabel.cnf, writeConfirmation(cnf));
  for (const [label, value] of others) {
    if (KNOWN.includes(label)) throw new RangeError(`others: label ${String(label)} has a name of its own`);
    map.set(label, value);
  }
  return map;
}

function setClaim(
  map: Map<CborValue, CborValue>,
  name: keyof typeof ClaimLabel,
  value: CborValue,
  fits: boolean,
): void {
  if (value === undefined) return;
  if (!fits) throw new TypeError(`${name}: not a value that this claim can have`);
  map.set(ClaimLabel[name], value);
}

function writeConfirmation({ key, kid }: Confirmation): CborValue {
  if (kid !== undefined) requireBytes(kid, "cnf.kid");
  const map = new Map<CborValue, CborValue>();
  if (key !== undefined) map.set(CnfLabel.coseKey, keyToMap(requireNoSecret(key)));
  if (kid !== undefined) map.set(CnfLabel.kid, kid);
  if (map.size === 0) throw new RangeError("cnf: expected a key or a kid");
  return map;
}

function requireNoSecret(key: CoseKey): CoseKey {
  if (key.kty === "Symmetric" || key.d !== undefined) throw new RangeError("cnf.key: expected a public key");
  return key;
}

/**
 * Parses a claims set. That of a stranger says nothing: see `verifyCwt`.
 * @returns Byte strings are views into `encoded`.
 * @throws ProtocolError CWT_CLAIM - not a map, a label that is neither integer nor text, a claim of another type, or a date
 * beyond ±(2^53-1) seconds.
 * @throws ProtocolError COSE_KEY_VALUE, COSE_KEY_UNSUPPORTED, COSE_KEY_PRIVATE - about the key in cnf. CBOR codes.
 */
export function parseClaims(encoded: Uint8Array, options: ReaderOptions = {}): Claims {
  return claimsFromMap(decodeCbor(encoded, { form: "anyOrder", ...options }));
}

/** As `parseClaims`, for a set within something else. @param map - any CBOR value. */
export function claimsFromMap(map: CborValue): Claims {
  if (!(map instanceof Map)) throw new ProtocolError("CWT_CLAIM", "expected a map of claims");
  const claims: { -readonly [Name in keyof Claims]: Claims[Name] } = {};
  const others = new Map<Label, CborValue>();
  for (const [label, value] of map) {
    if (!isLabel(label)) throw new ProtocolError("CWT_CLAIM", "expected labels that are integers or text");
    if (!KNOWN.includes(label)) others.set(label, value);
  }
  for (const name of TEXTS) if (map.has(ClaimLabel[name])) claims[name] = readText(map, name);
  for (const name of DATES) if (map.has(ClaimLabel[name])) claims[name] = readDate(map, name);
  if (map.has(ClaimLabel.aud)) claims.aud = readAudience(map.get(ClaimLabel.aud));
  if (map.has(ClaimLabel.cti)) claims.cti = readBytes(map.get(ClaimLabel.cti), "cti");
  if (map.has(ClaimLabel.cnf)) claims.cnf = readConfirmation(map.get(ClaimLabel.cnf));
  return Object.freeze({ ...claims, others });
}

type ClaimMap = ReadonlyMap<CborValue, CborValue>;

function wrong(name: string, expected: string): never {
  throw new ProtocolError("CWT_CLAIM", `${name}: expected ${expected}`);
}

function isLabel(value: CborValue): value is Label {
  return typeof value === "string" || typeof value === "bigint" || Number.isSafeInteger(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isDate(value: unknown): value is number {
  return typeof value === "number" && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}

function isAudience(value: CborValue): value is string | readonly string[] {
  return isText(value) || (Array.isArray(value) && value.length > 0 && value.every(isText));
}

function readText(map: ClaimMap, name: "iss" | "sub"): string {
  const value = map.get(ClaimLabel[name]);
  return isText(value) ? value : wrong(name, "text");
}

/** RFC 8392 §2: an integer or a float, without the tag that CBOR has for dates. */
function readDate(map: ClaimMap, name: "exp" | "nbf" | "iat"): number {
  const value = map.get(ClaimLabel[name]);
  const date = value instanceof CborFloat ? value.value : value;
  return isDate(date) ? date : wrong(name, "seconds since 1970, without a tag");
}

function readAudience(value: CborValue): string | readonly string[] {
  return isAudience(value) ? value : wrong("aud", "text, or an array of it");
}

function readBytes(value: CborValue, name: string): Uint8Array {
  return value instanceof Uint8Array ? value : wrong(name, "a byte string");
}

function readConfirmation(value: CborValue): Confirmation {
  if (!(value instanceof Map)) return wrong("cnf", "a map");
  const confirmation: { key?: CoseKey; kid?: Uint8Array } = {};
  if (value.has(CnfLabel.coseKey)) confirmation.key = requirePublic(keyFromMap(value.get(CnfLabel.coseKey)));
  if (value.has(CnfLabel.kid)) confirmation.kid = readBytes(value.get(CnfLabel.kid), "kid of cnf");
  // A token that is bound to a key must not pass for one that is bound to none.
  if (confirmation.key === undefined && confirmation.kid === undefined) return wrong("cnf", "a key or a kid");
  return Object.freeze(confirmation);
}
