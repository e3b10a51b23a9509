// SPDX-License-Identifier: Apache-2.0
/** draft-ietf-rats-corim-10 §4.2: the COSE_Sign1 around a CoRIM, its algorithm and its content type. */
import { array, bytes, filled, type Item, int, join, NULL, tag, text } from "./cbor-bytes.js";
import { type CorimCase, corimRows } from "./corim-case.js";
import { CONTENT_TYPE, corim, corimMap, header, type Members, members, otherKinds, signCorim } from "./corim-maker.js";
import { type Envelope, ES256, type Parties } from "./token-maker.js";

const message = corimRows("draft-ietf-rats-corim-10 §4.2");
const protectedMap = corimRows("draft-ietf-rats-corim-10 §4.2.1");

const within =
  (envelope: Envelope, payload?: Item) =>
  (p: Parties): Item =>
    signCorim(p, payload, undefined, envelope);
const headed =
  (parts: Members, unprotectedHeader?: Item) =>
  (p: Parties): Item =>
    signCorim(p, undefined, header(parts), unprotectedHeader === undefined ? {} : { unprotectedHeader });
const wrapped = (wrap: NonNullable<Envelope["wrap"]>) => within({ wrap });
const signature = (change: NonNullable<Envelope["signature"]>) => within({ signature: change });

const messages: readonly CorimCase[] = [
  message.taken("a signed CoRIM", (p) => signCorim(p)),
  message.refused("structure", "a CoRIM that nobody signed", () => corim()),
  message.refused(
    "structure",
    "a message without its tag",
    wrapped((parts) => array(...parts)),
  ),
  ...[16, 17, 96, 98, 61, 500, 501, 502].map((number) =>
    message.refused(
      "structure",
      `a message in tag ${number}`,
      wrapped((parts) => tag(number, array(...parts))),
    ),
  ),
  message.refused(
    "structure",
    "a message in tag 18 twice",
    wrapped((parts) => tag(18, tag(18, array(...parts)))),
  ),
  message.refused(
    "structure",
    "a message in the tag of a signed CoRIM of drafts before",
    wrapped((parts) => tag(502, tag(18, array(...parts)))),
  ),
  message.refused(
    "structure",
    "a message of three parts",
    wrapped((parts) => tag(18, array(...parts.slice(0, 3)))),
  ),
  message.refused(
    "structure",
    "a message of five parts",
    wrapped((parts) => tag(18, array(...parts, NULL))),
  ),
  message.refused(
    "structure",
    "a message with a byte behind",
    wrapped((parts) => join(tag(18, array(...parts)), int(0))),
  ),
  message.refused("structure", "a message of which the last byte is missing", (p) => signCorim(p).subarray(0, -1)),
  message.refused("structure", "no bytes", () => new Uint8Array(0)),
  message.refused("either", "content that is somewhere else: nil", within({ payloadItem: NULL })),
  message.refused("structure", "content that is text", within({ payloadItem: text("corim") })),
  message.refused("structure", "content that is a CoRIM and not its bytes", within({ payloadItem: corim() })),
  message.refused("structure", "no content", within({}, new Uint8Array(0))),
  message.refused("structure", "content that is a CoRIM without its tag", within({}, corimMap())),
  message.refused("structure", "content that is a signed CoRIM once more", (p) => signCorim(p, signCorim(p))),
  message.refused("structure", "content that is a CoRIM in a byte string", within({}, bytes(corim()))),
  message.refused("signature", "another's signature", (p) =>
    signCorim(p, undefined, undefined, { signer: p.otherOwner }),
  ),
  message.refused("signature", "a signature over another header", (p) =>
    signCorim(p, undefined, undefined, { signedHeader: bytes(ES256) }),
  ),
  message.refused("signature", "a signature over another context", within({ context: "Signature" })),
  message.refused(
    "signature",
    "a signature of zeros",
    signature(() => bytes(filled(64, 0))),
  ),
  message.refused(
    "signature",
    "a signature of ones",
    signature(() => bytes(filled(64, 0xff))),
  ),
  ...[0, 63, 65, 72].map((length) =>
    message.refused(
      "signature",
      `a signature of ${length} bytes`,
      signature((rs) => bytes(join(rs, filled(8)).subarray(0, length))),
    ),
  ),
  message.refused(
    "structure",
    "a signature that is nil",
    signature(() => NULL),
  ),
  message.refused("structure", "an unprotected header that is an array", within({ unprotectedHeader: array() })),
  message.refused(
    "structure",
    "a protected header that is a map and not its bytes",
    within({ protectedHeader: header() }),
  ),
  message.refused(
    "structure",
    "a protected header that is empty",
    within({ protectedHeader: bytes(new Uint8Array(0)) }),
  ),
];

const algorithms: readonly CorimCase[] = [
  protectedMap.refused("structure", "no algorithm", headed({ 1: undefined })),
  protectedMap.refused("structure", "an algorithm that is not protected", headed({ 1: undefined }, ES256)),
  protectedMap.refused("structure", "an algorithm in both headers", headed({}, ES256)),
  protectedMap.refused("structure", "an algorithm twice", (p) =>
    signCorim(p, undefined, header({}, [int(1), int(-7)])),
  ),
  ...otherKinds(["a number", "a negative number"]).map(([kind, item]) =>
    protectedMap.refused("either", `an algorithm that is ${kind}`, headed({ 1: item })),
  ),
  ...[0, 5, -8, -35, -36, -37, -257, -65535].map((alg) =>
    protectedMap.refused("structure", `algorithm ${alg}`, headed({ 1: int(alg) })),
  ),
  protectedMap.refused("structure", "an algorithm by its name", headed({ 1: text("ES256") })),
];

const contents: readonly CorimCase[] = [
  protectedMap.refused("structure", "no content type", headed({ 3: undefined })),
  protectedMap.refused(
    "structure",
    "a content type that is not protected",
    headed({ 3: undefined }, members({ 3: text(CONTENT_TYPE) })),
  ),
  protectedMap.refused("structure", "a content type in both headers", headed({}, members({ 3: text(CONTENT_TYPE) }))),
  protectedMap.refused("structure", "a content type twice", (p) =>
    signCorim(p, undefined, header({}, [int(3), text(CONTENT_TYPE)])),
  ),
  ...otherKinds().map(([kind, item]) =>
    protectedMap.refused("structure", `a content type that is ${kind}`, headed({ 3: item })),
  ),
  ...[
    "",
    "application/cbor",
    "application/rim+cose",
    "application/corim-unsigned+cbor",
    `${CONTENT_TYPE} `,
    "Application/RIM+CBOR",
    `${CONTENT_TYPE}; profile="x"`,
  ].map((type) => protectedMap.refused("structure", `the content type "${type}"`, headed({ 3: text(type) }))),
  protectedMap.refused(
    "either",
    "a hash in the place of the content",
    headed({ 3: undefined, 258: int(-16), 259: text(CONTENT_TYPE) }),
  ),
  protectedMap.refused("either", "a header that is critical and unknown", (p) =>
    signCorim(p, undefined, header({ 2: array(int(-70002)) }, [int(-70002), int(1)])),
  ),
  protectedMap.taken("a header that nobody knows", (p) => signCorim(p, undefined, header({}, [int(-70002), int(1)]))),
];

export const CORIM_MESSAGE_CASES: readonly CorimCase[] = Object.freeze([...messages, ...algorithms, ...contents]);
