// SPDX-License-Identifier: Apache-2.0
/** RFC 9052 §7, RFC 9053 §7.1.1: the key that a DICE certificate certifies, as another key, of another kind, off the curve or in other bytes. */
import {
  array,
  bytes,
  type Entry,
  FALSE,
  FLOAT_3000,
  filled,
  type Item,
  int,
  join,
  looseMap,
  map,
  NULL,
  TRUE,
  tag,
  text,
} from "./cbor-bytes.js";
import { aliasToken, diceCertificate } from "./dice-maker.js";
import { type RfcCase, rows } from "./rfc-case.js";
import type { Parties } from "./token-maker.js";

const key = rows("RFC 9052 §7");
const point = rows("RFC 9053 §7.1.1");

/** The prime of P-256 (SEC 2): as a coordinate it is 0 in another encoding. */
const PRIME = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1, ...filled(12, 0), ...filled(12, 0xff));

interface Parts {
  readonly kty?: Item | undefined;
  readonly kid?: Item;
  readonly alg?: Item | undefined;
  readonly keyOps?: Item | undefined;
  readonly baseIv?: Item;
  readonly crv?: Item | undefined;
  readonly x?: Item | undefined;
  readonly y?: Item | undefined;
}
const LABELS = Object.freeze({ kty: 1, kid: 2, alg: 3, keyOps: 4, baseIv: 5, crv: -1, x: -2, y: -3 } as const);

function entries({ alias }: Parties, parts: Parts): Entry[] {
  const all: Parts = {
    kty: int(2),
    alg: int(-7),
    keyOps: array(int(2)),
    crv: int(1),
    x: bytes(alias.publicKey.subarray(1, 33)),
    y: bytes(alias.publicKey.subarray(33)),
    ...parts,
  };
  return (Object.keys(LABELS) as (keyof Parts)[]).flatMap((name) => {
    const value = all[name];
    return value === undefined ? [] : [[int(LABELS[name]), value] as const];
  });
}

const certified = (subjectPublicKey: (p: Parties) => Uint8Array) => (p: Parties) =>
  aliasToken(p, [diceCertificate(p, { claims: { subjectPublicKey: bytes(subjectPublicKey(p)) } })]);
const withParts = (parts: (p: Parties) => Parts, more: readonly Entry[] = []) =>
  certified((p) => map(...entries(p, parts(p)), ...more));
const refused = (name: string, parts: (p: Parties) => Parts, more: readonly Entry[] = []): RfcCase =>
  key.refused("path", name, withParts(parts, more));
const off = (name: string, parts: (p: Parties) => Parts): RfcCase => point.refused("path", name, withParts(parts));

const x = ({ alias }: Parties): Uint8Array => alias.publicKey.slice(1, 33);
const y = ({ alias }: Parties): Uint8Array => alias.publicKey.slice(33);
const isOdd = (coordinate: Uint8Array): boolean => ((coordinate[31] as number) & 1) === 1;
function changed(coordinate: Uint8Array): Uint8Array {
  coordinate[31] = (coordinate[31] as number) ^ 1;
  return coordinate;
}

const kinds: readonly RfcCase[] = [
  ...[1, 3, 4, 5, 0, -1].map((kty) => refused(`a key of kind ${kty}`, () => ({ kty: int(kty) }))),
  refused("a key of a kind in words", () => ({ kty: text("EC2") })),
  ...[2, 3, 4, 6, 8, 0, 256, -1].map((crv) => refused(`a key on curve ${crv}`, () => ({ crv: int(crv) }))),
  refused("a key on a curve in words", () => ({ crv: text("P-256") })),
  ...[-8, -19, -35, -36, -51, 5, -29, 0].map((alg) => refused(`a key for algorithm ${alg}`, () => ({ alg: int(alg) }))),
  refused("a key for an algorithm in words that nobody knows", () => ({ alg: text("ES-256") })),
  refused("a key for no algorithm: nil", () => ({ alg: NULL })),
  refused("a key that signs and does not verify", () => ({ keyOps: array(int(1)) })),
  refused("a key that wraps keys", () => ({ keyOps: array(int(5)) })),
  refused("a key whose operations are a number", () => ({ keyOps: int(2) })),
  refused("a key whose operations are nil", () => ({ keyOps: NULL })),
  refused("a key whose operation is no number", () => ({ keyOps: array(FLOAT_3000) })),
  refused("a key whose id is text", () => ({ kid: text("1") })),
  refused("a key whose base IV is text", () => ({ baseIv: text("1") })),
  refused("a key with its private part", () => ({}), [[int(-4), bytes(filled(32, 5))]]),
  ...(["kty", "crv", "x", "y"] as const).map((name) => refused(`a key without ${name}`, () => ({ [name]: undefined }))),
  ...(["kty", "alg", "keyOps", "crv", "x", "y"] as const).map((name) =>
    key.refused(
      "path",
      `a key with ${name} twice`,
      certified((p) => {
        const all = entries(p, {});
        return map(...all, ...all.filter(([label]) => label.join() === int(LABELS[name]).join()));
      }),
    ),
  ),
];

const points: readonly RfcCase[] = [
  off("a point whose y is another", (p) => ({ y: bytes(changed(y(p))) })),
  off("a point whose x is another", (p) => ({ x: bytes(changed(x(p))) })),
  off("x and y the other way round", (p) => ({ x: bytes(y(p)), y: bytes(x(p)) })),
  off("the point 0, 0", () => ({ x: bytes(filled(32, 0)), y: bytes(filled(32, 0)) })),
  off("an x that is the prime", () => ({ x: bytes(PRIME) })),
  off("a y that is the prime", () => ({ y: bytes(PRIME) })),
  off("x and y of all ones", () => ({ x: bytes(filled(32, 0xff)), y: bytes(filled(32, 0xff)) })),
  ...(["x", "y"] as const).flatMap((name) => {
    const of = name === "x" ? x : y;
    return [
      off(`no bytes of ${name}`, () => ({ [name]: bytes(filled(0)) })),
      off(`${name} without its last byte`, (p) => ({ [name]: bytes(of(p).subarray(0, 31)) })),
      off(`${name} without its first byte`, (p) => ({ [name]: bytes(of(p).subarray(1)) })),
      off(`${name} with a zero in front`, (p) => ({ [name]: bytes(join(filled(1, 0), of(p))) })),
      off(`${name} with a zero behind`, (p) => ({ [name]: bytes(join(of(p), filled(1, 0))) })),
      off(`${name} as text`, () => ({ [name]: text("t".repeat(32)) })),
      off(`${name} as a bignum`, (p) => ({ [name]: tag(2, bytes(of(p))) })),
      off(`${name} as nil`, () => ({ [name]: NULL })),
    ];
  }),
  off("y as its sign: that of the other y", (p) => ({ y: isOdd(y(p)) ? FALSE : TRUE })),
  off("y as its sign, of an x that no point has", (p) => ({ x: bytes(changed(x(p))), y: TRUE })),
  point.accepted(
    "y as its sign",
    withParts((p) => ({ y: isOdd(y(p)) ? TRUE : FALSE })),
  ),
  off("the whole point as x", (p) => ({ x: bytes(p.alias.publicKey) })),
];

const encodings: readonly RfcCase[] = [
  key.refused(
    "path",
    "no key at all",
    certified(() => filled(0)),
  ),
  key.refused(
    "path",
    "a point and no COSE_Key",
    certified(({ alias }) => alias.publicKey),
  ),
  key.refused(
    "path",
    "a key in an array",
    certified((p) => array(map(...entries(p, {})))),
  ),
  key.refused(
    "path",
    "a set of keys",
    certified((p) => array(map(...entries(p, {})), map(...entries(p, {})))),
  ),
  key.refused(
    "path",
    "a key in a tag",
    certified((p) => tag(24, map(...entries(p, {})))),
  ),
  key.refused(
    "path",
    "a key in a byte string once more",
    certified((p) => bytes(map(...entries(p, {})))),
  ),
  key.refused(
    "path",
    "a key with a byte behind",
    certified((p) => join(map(...entries(p, {})), int(0))),
  ),
  key.refused(
    "path",
    "a key that ends early",
    certified((p) => map(...entries(p, {})).slice(0, -1)),
  ),
  key.refused(
    "path",
    "a key of indefinite length: the profile is silent",
    certified((p) => looseMap(...entries(p, {}))),
  ),
  key.refused(
    "path",
    "a key with a longer form of a label",
    certified((p) => map([int(1, 1), int(2)], ...entries(p, { kty: undefined }))),
  ),
  key.refused(
    "path",
    "a key with a longer form of its curve",
    withParts(() => ({ crv: int(1, 2) })),
  ),
  key.refused(
    "path",
    "a key with a label that is a byte string",
    withParts(() => ({}), [[bytes(filled(1)), int(1)]]),
  ),
];

const good: readonly RfcCase[] = [
  key.accepted(
    "a key that does not say for which algorithm",
    withParts(() => ({ alg: undefined })),
  ),
  key.accepted(
    "a key that does not say what for",
    withParts(() => ({ keyOps: undefined })),
  ),
  key.accepted(
    "a key with an id",
    withParts(() => ({ kid: bytes(filled(4)) })),
  ),
];

export const DICE_KEY_CASES: readonly RfcCase[] = Object.freeze([...good, ...kinds, ...points, ...encodings]);
