// SPDX-License-Identifier: Apache-2.0
/**
 * CoRIMs from draft-ietf-rats-corim-10 and draft-fdb-rats-psa-endorsements alone, member by member. Each of these functions makes
 * a good one, but for the members that it is given; one that is undefined is left out.
 */
import {
  array,
  bytes,
  type Entry,
  FLOAT_3000,
  filled,
  type Item,
  int,
  map,
  NULL,
  TRUE,
  tag,
  text,
} from "./cbor-bytes.js";
import { type Envelope, type Parties, sign1 } from "./token-maker.js";

export const PROFILE = "tag:arm.com,2025:psa#1.0.0";
export const CONTENT_TYPE = "application/rim+cbor";

export type Members = Readonly<Record<number, Item | undefined>>;

/** A map whose labels are not negative, in ascending order. @param more - behind them. */
export function members(parts: Members, ...more: readonly Entry[]): Item {
  const entries = Object.entries(parts).flatMap(([label, value]) =>
    value === undefined ? [] : [[int(Number(label)), value] as const],
  );
  return map(...entries, ...more);
}

export const uri = (content: string): Item => tag(32, text(content));
/** Seconds since 1970, as `time` of CDDL. */
export const time = (seconds: number): Item => tag(1, int(seconds));
export const digest = (alg: Item = text("sha-256"), val: Item = bytes(filled(32, 0xa0))): Item => array(alg, val);
export const SIGNER: Item = tag(560, bytes(filled(32, 0x44)));
export const CLASS: Item = tag(560, bytes(filled(32, 0x22)));
export const UEID: Item = tag(550, bytes(filled(33, 1)));
export const KEY_TEXT = [
  "-----BEGIN PUBLIC KEY-----",
  "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7",
  "Yfps5mliLmDyn7Z5A/4QCLi8maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==",
  "-----END PUBLIC KEY-----",
  "",
].join("\n");
export const KEY: Item = tag(554, text(KEY_TEXT));

export const values = (parts: Members = {}): Item =>
  members({ 0: members({ 0: text("1.2.3+4") }), 2: array(digest()), 11: text("app"), 13: array(SIGNER), ...parts });
export const measurement = (parts: Members = {}): Item =>
  members({ 0: text("psa.software-component"), 1: values(), ...parts });
export const environment = (parts: Members = {}): Item => members({ 0: members({ 0: CLASS }), ...parts });
export const reference = (env: Item = environment(), claims: Item = array(measurement())): Item => array(env, claims);
export const attestKey = (env: Item = environment({ 1: UEID }), keys: Item = array(KEY)): Item => array(env, keys);
export const triples = (parts: Members = {}): Item =>
  members({ 0: array(reference()), 3: array(attestKey()), ...parts });
export const comid = (parts: Members = {}): Item =>
  members({ 1: members({ 0: text("comid-1") }), 4: triples(), ...parts });
export const comidTag = (one: Item = comid()): Item => tag(506, bytes(one));
export const corimMap = (parts: Members = {}, ...more: readonly Entry[]): Item =>
  members({ 0: text("corim-1"), 1: array(comidTag()), 3: uri(PROFILE), ...parts }, ...more);
export const corim = (parts: Members = {}, ...more: readonly Entry[]): Item => tag(501, corimMap(parts, ...more));

/** A CoRIM around one part. */
export const withComid = (parts: Members): Item => corim({ 1: array(comidTag(comid(parts))) });
export const withTriples = (parts: Members): Item => withComid({ 4: triples(parts) });
export const withReference = (one: Item): Item => withTriples({ 0: array(one) });
export const withEnvironment = (env: Item): Item => withReference(reference(env));
export const withMeasurement = (parts: Members): Item =>
  withReference(reference(environment(), array(measurement(parts))));
export const withValues = (parts: Members): Item => withMeasurement({ 1: values(parts) });

export const meta = (parts: Members = {}): Item => members({ 0: members({ 0: text("maker") }), ...parts });
export const header = (parts: Members = {}, ...more: readonly Entry[]): Item =>
  members({ 1: int(-7), 3: text(CONTENT_TYPE), 8: bytes(meta()), ...parts }, ...more);

/** Signed by the owner's key, in the place of a maker's. */
export function signCorim(
  parties: Parties,
  payload: Item = corim(),
  protectedHeader: Item = header(),
  envelope: Envelope = {},
): Item {
  return sign1(parties, payload, { signer: parties.owner, protectedHeader: bytes(protectedHeader), ...envelope });
}

/** What a type choice of the draft can be extended by: where it can, the draft leaves open whether a reader takes it. */
export const EXTENSION = "a tag that nobody knows";

/** Items of every kind. */
export const KINDS: Readonly<Record<string, Item>> = Object.freeze({
  nil: NULL,
  true: TRUE,
  "a number": int(17),
  "a negative number": int(-17),
  "a float": FLOAT_3000,
  text: text("text"),
  "a byte string": bytes(filled(20)),
  "an empty array": array(),
  "an array": array(int(17)),
  "an empty map": map(),
  "a map": map([int(1000), int(17)]),
  [EXTENSION]: tag(55_000, text("text")),
});

/** The items that a member must not be. @param but - kinds that it may be. */
export function otherKinds(but: readonly string[] = []): readonly (readonly [kind: string, item: Item])[] {
  return Object.entries(KINDS).filter(([kind]) => !but.includes(kind));
}
