// SPDX-License-Identifier: Apache-2.0
/** A CBOR Web Token (RFC 8392): claims in a COSE message of any kind, and whether they are good now, for us. */
import { concatBytes, requireBytes } from "../bytes/bytes.js";
import { CborReader, Major } from "../cbor/reader.js";
import type { CborLimits } from "../cbor/value.js";
import type { Time } from "../contracts/time.js";
import { ProtocolError } from "../errors/security-error.js";
import { type ClaimLabel, type Claims, parseClaims } from "./claims.js";

/** The CWT tag, and its encoding. RFC 8392 §6. */
const TAG = 61;
const TAG_BYTES = Object.freeze([0xd8, TAG]);

/** What a token has to say to be accepted. */
export interface Expected {
  readonly time: Time;
  /**
   * What becomes of a token whose exp or nbf the known time cannot decide. With a floor alone, "accept" refuses what has
   * surely expired, and takes the rest.
   */
  readonly whenTimeUnknown: "accept" | "refuse";
  /** Seconds that clocks may differ by. Default 0. */
  readonly leeway?: number;
  /** Not given: any. The same for `sub`. */
  readonly iss?: string;
  readonly sub?: string;
  /** The name that we go by. A token that has an audience is refused by who is not of it (RFC 7519 §4.1.3). */
  readonly aud?: string;
  /** Claims that have to be there, whatever they say. */
  readonly required?: readonly (keyof typeof ClaimLabel)[];
}

/**
 * Verifies a token and returns its claims. RFC 8392 §7.2.
 * @param token - a COSE message, in the CWT tag or not; in it, the message begins with a tag of its own.
 * @param verify - verifies or decrypts the message and returns its content: `verifySign1`, for example. It throws unless the
 * proof is right, and only then are the claims looked at.
 * @throws ProtocolError CWT_TAG - the CWT tag with no COSE message in a tag of its own behind it.
 * @throws ProtocolError - what `verify` and `parseClaims` throw, and `checkClaims`.
 */
export function verifyCwt(
  token: Uint8Array,
  expected: Expected,
  verify: (message: Uint8Array) => Uint8Array,
  limits?: CborLimits,
): Claims {
  const claims = parseClaims(verify(messageOf(token, limits)), { limits });
  checkClaims(claims, expected);
  return claims;
}

/** The COSE message of a token: a view. */
function messageOf(token: Uint8Array, limits: CborLimits | undefined): Uint8Array {
  const reader = new CborReader(token, { limits, form: "anyOrder" });
  if (reader.peekMajor() !== Major.tag || reader.readTag() !== TAG) return token;
  const start = reader.offset;
  if (start === token.length || reader.peekMajor() !== Major.tag) {
    reader.fail("CWT_TAG", "expected a COSE message in a tag of its own", start);
  }
  return token.subarray(start);
}

/** Puts the CWT tag before a COSE message that has a tag of its own. @returns New bytes. RFC 8392 §6. */
export function tagCwt(message: Uint8Array): Uint8Array {
  requireBytes(message, "message");
  return concatBytes(Uint8Array.from(TAG_BYTES), message);
}

/**
 * Checks claims that someone trusted has vouched for. RFC 8392 §3.1.
 * @throws ProtocolError CWT_MISSING - a required claim, or the issuer or subject that is expected.
 * @throws ProtocolError CWT_ISSUER, CWT_SUBJECT, CWT_AUDIENCE - another than expected; an audience, and we have no name.
 * @throws ProtocolError CWT_EXPIRED, CWT_NOT_YET_VALID - surely. CWT_TIME_UNKNOWN - perhaps, and `whenTimeUnknown` refuses.
 * @throws RangeError - a leeway below 0, or a time that is no number or whose latest is before its earliest.
 * @throws TypeError - an issuer, subject or audience that is there and no text: undefined, for example.
 */
export function checkClaims(claims: Claims, expected: Expected): void {
  for (const name of expected.required ?? []) requireClaim(claims, name);
  checkParty(claims, expected, "iss", "CWT_ISSUER");
  checkParty(claims, expected, "sub", "CWT_SUBJECT");
  const audiences = typeof claims.aud === "string" ? [claims.aud] : (claims.aud ?? []);
  const name = expectedName(expected, "aud");
  if (name !== undefined) requireClaim(claims, "aud");
  if (claims.aud !== undefined && !audiences.some((one) => one === name)) {
    throw new ProtocolError("CWT_AUDIENCE", "the token is for someone else");
  }
  checkTime(claims, expected);
}

function requireClaim(claims: Claims, name: keyof typeof ClaimLabel): void {
  if (claims[name] === undefined) throw new ProtocolError("CWT_MISSING", `expected the claim ${name}`);
}

/** What is expected, if anything is: a name that was to be there and is not must not switch its check off. */
function expectedName(expected: Expected, name: "iss" | "sub" | "aud"): string | undefined {
  if (!(name in expected)) return undefined;
  const value: unknown = expected[name];
  if (typeof value !== "string") throw new TypeError(`${name}: expected text, got ${typeof value}`);
  return value;
}

function checkParty(claims: Claims, expected: Expected, name: "iss" | "sub", code: "CWT_ISSUER" | "CWT_SUBJECT"): void {
  const wanted = expectedName(expected, name);
  if (wanted === undefined) return;
  requireClaim(claims, name);
  if (claims[name] !== wanted) throw new ProtocolError(code, `another ${name} than expected`);
}

/** Good from nbf on, and no longer at exp (RFC 7519 §4.1.4, §4.1.5), as far as the bounds of the time tell. */
function checkTime({ exp, nbf }: Claims, { time, whenTimeUnknown, leeway = 0 }: Expected): void {
  if (!(Number.isFinite(leeway) && leeway >= 0))
    throw new RangeError(`leeway: expected seconds from 0, got ${String(leeway)}`);
  const earliest = time.earliest() ?? Number.NEGATIVE_INFINITY;
  const latest = time.latest() ?? Number.POSITIVE_INFINITY;
  if (!(earliest <= latest))
    throw new RangeError("time: expected seconds, and a latest that is not before the earliest");
  if (exp !== undefined && earliest - leeway >= exp) throw new ProtocolError("CWT_EXPIRED", "the token has expired");
  if (nbf !== undefined && latest + leeway < nbf) {
    throw new ProtocolError("CWT_NOT_YET_VALID", "the token is not valid yet");
  }
  const isSure = (exp === undefined || latest - leeway < exp) && (nbf === undefined || earliest + leeway >= nbf);
  if (!isSure && whenTimeUnknown !== "accept") {
    throw new ProtocolError("CWT_TIME_UNKNOWN", "the time is not known well enough to tell whether the token is valid");
  }
}
