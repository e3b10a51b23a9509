// SPDX-License-Identifier: Apache-2.0
/** draft-ietf-rats-corim-10 §4.2.2, §4.2.3: what the header of a signed CoRIM says of its signer and of its dates, in CWT claims, in corim-meta, and in both. */
import { array, bytes, filled, type Item, int, join, map, text } from "./cbor-bytes.js";
import { type CorimCase, corimRows } from "./corim-case.js";
import { corim, header, type Members, members, meta, otherKinds, signCorim, time, uri } from "./corim-maker.js";
import { type Parties, sign1 } from "./token-maker.js";

const message = corimRows("draft-ietf-rats-corim-10 §4.2");
const claims = corimRows("draft-ietf-rats-corim-10 §4.2.2");
const signer = corimRows("draft-ietf-rats-corim-10 §4.2.3");

const headed =
  (parts: Members, unprotectedHeader?: Item) =>
  (p: Parties): Item =>
    signCorim(p, undefined, header(parts), unprotectedHeader === undefined ? {} : { unprotectedHeader });

const metaOf = (parts: Members) => headed({ 8: bytes(meta(parts)) });
const signerOf = (parts: Members) => metaOf({ 0: members({ 0: text("maker"), ...parts }) });
const metas: readonly CorimCase[] = [
  signer.taken(
    "a signer with an address and dates",
    metaOf({
      0: members({ 0: text("maker"), 1: uri("https://example.org") }),
      1: members({ 0: time(1), 1: time(2000) }),
    }),
  ),
  signer.refused("structure", "nothing of the signer", headed({ 8: undefined })),
  signer.refused("structure", "a signer who is not protected", headed({ 8: undefined }, members({ 8: bytes(meta()) }))),
  signer.refused("structure", "a signer twice", (p) => signCorim(p, undefined, header({}, [int(8), bytes(meta())]))),
  signer.refused("structure", "a signer's map that is not in a byte string", headed({ 8: meta() })),
  ...otherKinds().map(([kind, item]) =>
    signer.refused("structure", `a signer's map that is ${kind}`, headed({ 8: item })),
  ),
  signer.refused("structure", "a signer's map of no bytes", headed({ 8: bytes(new Uint8Array(0)) })),
  signer.refused("structure", "a signer's map with a byte behind", headed({ 8: bytes(join(meta(), int(0))) })),
  signer.refused("structure", "a signer's map that ends early", headed({ 8: bytes(meta().subarray(0, -1)) })),
  signer.refused("structure", "a signer's map that is an array", headed({ 8: bytes(array(meta())) })),
  signer.refused("structure", "an empty map of the signer", headed({ 8: bytes(map()) })),
  signer.refused("structure", "a signer's map with something else beside", metaOf({ 2: int(0) })),
  signer.refused(
    "structure",
    "dates of a signer who is not there",
    metaOf({ 0: undefined, 1: members({ 1: time(2000) }) }),
  ),
  signer.refused("structure", "a signer without a name", signerOf({ 0: undefined })),
  ...otherKinds(["text"]).map(([kind, item]) =>
    signer.refused("either", `a signer whose name is ${kind}`, signerOf({ 0: item })),
  ),
  signer.refused(
    "structure",
    "a signer whose address is text and no URI",
    signerOf({ 1: text("https://example.org") }),
  ),
  ...otherKinds().map(([kind, item]) => signer.refused("structure", `a signer that is ${kind}`, metaOf({ 0: item }))),
  ...otherKinds().map(([kind, item]) =>
    signer.refused("structure", `a signature's dates that are ${kind}`, metaOf({ 1: item })),
  ),
  signer.refused("structure", "a signature's dates without an end", metaOf({ 1: members({ 0: time(1) }) })),
  signer.refused(
    "structure",
    "a signature's dates that end before they begin",
    metaOf({ 1: members({ 0: time(2000), 1: time(1) }) }),
  ),
  signer.refused("structure", "a signature's dates without tags", metaOf({ 1: members({ 0: int(1), 1: int(2000) }) })),
  signer.refused("dates", "a signature whose dates have passed", metaOf({ 1: members({ 1: time(999) }) })),
  signer.refused(
    "dates",
    "a signature whose dates are to come",
    metaOf({ 1: members({ 0: time(1001), 1: time(2000) }) }),
  ),
  signer.refused(
    "dates",
    "a signature with dates, and nobody knows the time",
    metaOf({ 1: members({ 1: time(2000) }) }),
    null,
  ),
  signer.refused("dates", "a signature whose dates are good around a CoRIM whose dates have passed", (p) =>
    signCorim(
      p,
      corim({ 4: members({ 1: time(999) }) }),
      header({ 8: bytes(meta({ 1: members({ 1: time(2000) }) })) }),
    ),
  ),
];

const cwt = (parts: Members, more: Members = { 8: undefined }) =>
  headed({ ...more, 15: members({ 1: text("maker"), ...parts }) });
const dated: Members = { 8: bytes(meta({ 1: members({ 0: time(1), 1: time(2000) }) })) };
const cwts: readonly CorimCase[] = [
  claims.taken("a signer in CWT claims alone", cwt({ 2: text("corim-1"), 4: int(1001), 5: int(1000) })),
  claims.taken("a signer in both, and the same", cwt({ 4: int(2000), 5: int(1) }, dated)),
  claims.refused("structure", "CWT claims without an issuer", cwt({ 1: undefined })),
  claims.refused(
    "structure",
    "CWT claims in a byte string",
    headed({ 8: undefined, 15: bytes(members({ 1: text("maker") })) }),
  ),
  ...otherKinds().map(([kind, item]) =>
    claims.refused("structure", `CWT claims that are ${kind}`, headed({ 8: undefined, 15: item })),
  ),
  claims.refused(
    "structure",
    "CWT claims that are not protected",
    headed({ 8: undefined }, members({ 15: members({ 1: text("maker") }) })),
  ),
  ...([1, 2] as const).flatMap((label) =>
    otherKinds(["text"]).map(([kind, item]) =>
      claims.refused("structure", `CWT claim ${label} that is ${kind}`, cwt({ [label]: item })),
    ),
  ),
  ...([4, 5] as const).flatMap((label) => [
    ...otherKinds(["a number", "a negative number", "a float"]).map(([kind, item]) =>
      claims.refused("structure", `CWT claim ${label} that is ${kind}`, cwt({ [label]: item })),
    ),
    claims.refused("structure", `CWT claim ${label} in tag 1`, cwt({ [label]: time(1000) })),
    claims.refused("structure", `CWT claim ${label} that is no number`, cwt({ [label]: Uint8Array.of(0xf9, 0x7e, 0) })),
  ]),
  claims.refused("structure", "CWT claims with a label that is text", (p) =>
    signCorim(p, undefined, header({ 8: undefined, 15: map([int(1), text("maker")], [text("x"), int(1)]) })),
  ),
  claims.refused("structure", "an issuer twice", (p) =>
    signCorim(p, undefined, header({ 8: undefined, 15: map([int(1), text("maker")], [int(1), text("maker")]) })),
  ),
  claims.refused("dates", "CWT claims that have expired", cwt({ 4: int(999) })),
  claims.refused("dates", "CWT claims that expire now", cwt({ 4: int(1000) })),
  claims.refused("dates", "CWT claims that are not valid yet", cwt({ 5: int(1001) })),
  claims.refused("dates", "CWT claims that expire before they are valid", cwt({ 4: int(2000), 5: int(3000) }), 2500),
  claims.refused("structure", "another issuer than the signer", headed({ 15: members({ 1: text("taker") }) })),
  claims.refused(
    "structure",
    "another issuer than the signer, in capital letters",
    headed({ 15: members({ 1: text("MAKER") }) }),
  ),
  claims.refused("structure", "another end than the signature's", cwt({ 4: int(2001), 5: int(1) }, dated)),
  claims.refused("structure", "another beginning than the signature's", cwt({ 4: int(2000), 5: int(2) }, dated)),
  claims.refused("structure", "an end in the CWT claims alone", cwt({ 4: int(2000) }, {})),
  claims.refused("structure", "a beginning in the CWT claims alone", cwt({ 5: int(1) }, {})),
  claims.refused("structure", "dates of the signature alone", cwt({}, dated)),
  claims.refused("structure", "an end of the signature alone", cwt({ 5: int(1) }, dated)),
  claims.taken(
    "another CoRIM's id as subject: the draft describes it, and asks for nothing",
    cwt({ 2: text("corim-2") }),
  ),
  claims.refused("structure", "a broken signer's map beside good CWT claims", cwt({}, { 8: bytes(map()) })),
];

const sizes: readonly CorimCase[] = [
  message.refused("unsupported", "a header of arrays in arrays", (p) =>
    signCorim(p, undefined, header({}, [int(-70002), join(filled(100, 0x81), int(1))])),
  ),
  message.refused("structure", "a token of a device", (p) =>
    sign1(p, map([int(10), bytes(filled(32))]), { signer: p.owner }),
  ),
];

export const SIGNER_CASES: readonly CorimCase[] = Object.freeze([...metas, ...cwts, ...sizes]);
