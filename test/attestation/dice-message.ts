// SPDX-License-Identifier: Apache-2.0
/** The alias key's certificate as a message (RFC 9052 §4.2) and as CBOR, whatever it says, and under whose signature. */
import {
  array,
  bytes,
  filled,
  type Item,
  int,
  join,
  looseArray,
  looseBytes,
  looseMap,
  map,
  NULL,
  tag,
  text,
} from "./cbor-bytes.js";
import {
  aliasToken,
  type DiceParts,
  diceCertificate,
  diceClaims,
  diceEntries,
  identifier,
  signDice,
} from "./dice-maker.js";
import { type Fault, type RfcCase, rows } from "./rfc-case.js";
import { type Envelope, ES256, type Parties, sign1, token } from "./token-maker.js";

const message = rows("RFC 9052 §4.2");
const encoding = rows("RFC 8949 §4.2");
/** What is no array is not taken for an alias certificate: the signature is then held against the device key. */
const OTHER_KEY: readonly Fault[] = Object.freeze(["path", "signature"]);
const by = (made: (p: Parties) => readonly Item[]) => (p: Parties) => aliasToken(p, made(p));

const wrapped = (wrap: NonNullable<Envelope["wrap"]>): DiceParts => ({ envelope: { wrap } });
const header = (protectedHeader: Item, unprotectedHeader?: Item): DiceParts => ({
  envelope: { protectedHeader, ...(unprotectedHeader === undefined ? {} : { unprotectedHeader }) },
});
const alg = (value: Item): DiceParts => header(bytes(map([int(1), value])));
const signed = (signature: NonNullable<Envelope["signature"]>): DiceParts => ({ envelope: { signature } });

type Row = readonly [name: string, parts: DiceParts];
const refusals = (fault: Fault | readonly Fault[], table: readonly Row[]): readonly RfcCase[] =>
  table.map(([name, parts]) =>
    message.refused(
      fault,
      `an alias certificate ${name}`,
      by((p) => [diceCertificate(p, parts)]),
    ),
  );

const strangers = refusals(OTHER_KEY, [
  ["in tag 18: it must be untagged", wrapped((parts) => tag(18, array(...parts)))],
  ["in tag 61", wrapped((parts) => tag(61, tag(18, array(...parts))))],
  ["in tag 98", wrapped((parts) => tag(98, array(...parts)))],
  ["that is a map", wrapped((parts) => map([int(0), array(...parts)]))],
  ["that is text", wrapped(() => text("certificate"))],
]);

const messages = refusals("path", [
  ["of three parts", wrapped((parts) => array(...parts.slice(0, 3)))],
  ["of five parts", wrapped((parts) => array(...parts, int(0)))],
  ["of no parts", wrapped(() => array())],
  ["with its parts in another order", wrapped(([a, b, c, d]) => array(b as Item, a as Item, c as Item, d as Item))],
  ["with a byte behind", wrapped((parts) => join(array(...parts), int(0)))],
  ["with a second certificate behind", wrapped((parts) => join(array(...parts), array(...parts)))],
  ["with alg in the unprotected header only", header(bytes(filled(0)), ES256)],
  ["with alg in both headers", header(bytes(ES256), ES256)],
  ["without alg", header(bytes(filled(0)))],
  ["with alg twice", header(bytes(map([int(1), int(-7)], [int(1), int(-7)])))],
  ["with alg in words", alg(text("ES256"))],
  ["with alg that is nil", alg(NULL)],
  ...[-8, -19, -35, -36, -37, -257, 5, 0, -65535].map((value) => [`with algorithm ${value}`, alg(int(value))] as const),
  [
    "with a header that is critical and unknown",
    header(bytes(map([int(1), int(-7)], [int(2), array(int(-70002))], [int(-70002), int(1)]))),
  ],
  ["with crit that is not protected", header(bytes(ES256), map([int(2), array(int(1))]))],
  ["with a protected header that is no byte string", header(ES256)],
  ["with a protected header that is no map", header(bytes(array(int(-7))))],
  ["with an unprotected header that is no map", header(bytes(ES256), array())],
  [
    "with its header changed after it was signed",
    { envelope: { protectedHeader: bytes(map([int(1), int(-9)])), signedHeader: bytes(ES256) } },
  ],
  ["without its content: nil", { envelope: { payloadItem: NULL } }],
  ["whose content is text", { envelope: { payloadItem: text("claims") } }],
  ["of another context", { envelope: { context: "Signature" } }],
  ["signed as a MAC", { envelope: { context: "MAC0" } }],
  ["with a signature of 63 bytes", signed((rs) => bytes(rs.subarray(1)))],
  ["with a signature of 65 bytes", signed((rs) => bytes(join(rs, filled(1, 0))))],
  ["without a signature", signed(() => bytes(filled(0)))],
  ["with nil for a signature", signed(() => NULL)],
  ["with a signature of zeros", signed(() => bytes(filled(64, 0)))],
  ["with a signature of ones", signed(() => bytes(filled(64, 0xff)))],
  ["with s and r the other way round", signed((rs) => bytes(join(rs.subarray(32), rs.subarray(0, 32))))],
]);

const impostors: readonly RfcCase[] = [
  ...(["alias", "otherAlias", "otherDevice", "owner"] as const).map((signer) =>
    message.refused(
      "path",
      `an alias certificate that ${signer} signed`,
      by((p) => [diceCertificate(p, { envelope: { signer: p[signer] } })]),
    ),
  ),
  message.refused("path", "an alias certificate that the token's key signed as its own issuer", (p) =>
    aliasToken(p, [
      diceCertificate(p, { claims: { iss: text(identifier(p, p.alias)) }, envelope: { signer: p.alias } }),
    ]),
  ),
  message.refused(
    "path",
    "a token of the device key in the place of a certificate",
    by((p) => [token(p, {}, { wrap: (parts) => array(...parts) })]),
  ),
];

const payload = (made: (p: Parties) => Item) => by((p) => [signDice(p, made(p))]);
const entries = (p: Parties) => diceEntries(diceClaims(p));
const encodings: readonly RfcCase[] = [
  encoding.refused(
    "path",
    "claims of indefinite length",
    payload((p) => looseMap(...entries(p))),
  ),
  encoding.accepted(
    "claims in another order: CWT does not ask for one",
    payload((p) => map(...entries(p).reverse())),
  ),
  encoding.refused(
    "path",
    "a label in a longer form",
    payload((p) => map([int(1, 2), diceClaims(p).iss as Item], ...entries(p).slice(1))),
  ),
  encoding.refused(
    "path",
    "a length in a longer form",
    payload((p) => map(...diceEntries({ ...diceClaims(p), mode: bytes(Uint8Array.of(1), 1) }))),
  ),
  encoding.refused(
    "path",
    "claims that are an array",
    payload((p) => array(...entries(p).flat())),
  ),
  encoding.refused(
    "path",
    "claims in tag 61",
    payload((p) => tag(61, map(...entries(p)))),
  ),
  encoding.refused(
    "path",
    "no claims",
    payload(() => map()),
  ),
  encoding.refused(
    "path",
    "no content",
    payload(() => filled(0)),
  ),
  encoding.refused(
    "path",
    "a byte behind the claims",
    payload((p) => join(map(...entries(p)), int(0))),
  ),
  encoding.refused(
    "path",
    "claims that end early",
    payload((p) => map(...entries(p)).slice(0, -1)),
  ),
  encoding.refused(
    "path",
    "a label that is a byte string",
    payload((p) => map(...entries(p), [bytes(filled(1)), int(1)])),
  ),
  encoding.refused(
    "path",
    "a hundred levels of arrays",
    payload((p) => map(...entries(p), [int(-5000000), join(filled(100, 0x81), int(1))])),
  ),
  encoding.refused(
    "path",
    "an array that says it has four thousand million items",
    payload((p) => map(...entries(p), [int(-5000000), Uint8Array.of(0x9a, 0xff, 0xff, 0xff, 0xff)])),
  ),
  encoding.refused(
    "path",
    "a message of indefinite length",
    by((p) => [diceCertificate(p, { envelope: { wrap: (parts) => looseArray(...parts) } })]),
  ),
  encoding.refused(
    "path",
    "a protected header in pieces",
    by((p) => [diceCertificate(p, { envelope: { protectedHeader: looseBytes(ES256), signedHeader: bytes(ES256) } })]),
  ),
  encoding.refused(
    "path",
    "a token where claims should be",
    payload((p) => sign1(p, map(...entries(p)))),
  ),
];

export const DICE_MESSAGE_CASES: readonly RfcCase[] = Object.freeze([
  ...strangers,
  ...messages,
  ...impostors,
  ...encodings,
]);
