// SPDX-License-Identifier: Apache-2.0
/** RFC 9052 §3 and §4.2 to §4.4: buckets, content and signature of the COSE_Sign1 around a token. */
import {
  array,
  bytes,
  type Entry,
  filled,
  type Item,
  int,
  join,
  map,
  NULL,
  tag,
  text,
  UNDEFINED,
} from "./cbor-bytes.js";
import { type RfcCase, rows } from "./rfc-case.js";
import { ES256, otherS, type Parties, sign1, token } from "./token-maker.js";

const header = rows("RFC 9052 §3");
const common = rows("RFC 9052 §3.1");
const message = rows("RFC 9052 §4.2");
const signature = rows("RFC 9052 §4.4");

const ALG = [int(1), int(-7)] as const;
const KID = [int(4), bytes(filled(4))] as const;
const protectedMap = (...entries: readonly Entry[]) => ({ protectedHeader: bytes(map(...entries)) });
const EMPTY = { protectedHeader: bytes(new Uint8Array(0)) };
const EMPTY_MAP = { protectedHeader: bytes(map()) };
/** RFC 9052 §4.4: an empty protected bucket is signed as h''. */
const SIGNED_EMPTY = { signedHeader: bytes(new Uint8Array(0)) };

const buckets: readonly RfcCase[] = [
  header.refused("algorithm", "alg only in the unprotected bucket, the protected one empty", (p) =>
    token(p, {}, { ...EMPTY, unprotectedHeader: map(ALG) }),
  ),
  header.refused("algorithm", "alg only in the unprotected bucket, the protected one an empty map", (p) =>
    token(p, {}, { ...EMPTY_MAP, ...SIGNED_EMPTY, unprotectedHeader: map(ALG) }),
  ),
  header.refused("algorithm", "alg only in the unprotected bucket, another parameter protected", (p) =>
    token(p, {}, { ...protectedMap(KID), unprotectedHeader: map(ALG) }),
  ),
  header.refused("algorithm", "no alg at all", (p) => token(p, {}, EMPTY)),
  header.refused("algorithm", "no alg at all, in an empty map", (p) => token(p, {}, { ...EMPTY_MAP, ...SIGNED_EMPTY })),
  header.refused(["envelope", "algorithm"], "alg in both buckets", (p) =>
    token(p, {}, { unprotectedHeader: map(ALG) }),
  ),
  header.refused("envelope", "alg twice in the protected bucket", (p) => token(p, {}, protectedMap(ALG, ALG))),
  header.refused("envelope", "kid twice in the unprotected bucket", (p) =>
    token(p, {}, { unprotectedHeader: map(KID, KID) }),
  ),
  header.refused("envelope", "kid in both buckets", (p) =>
    token(p, {}, { ...protectedMap(ALG, KID), unprotectedHeader: map(KID) }),
  ),
  header.accepted("a kid, which is a hint", (p) => token(p, {}, { unprotectedHeader: map(KID) })),
  header.accepted("a protected kid", (p) => token(p, {}, protectedMap(ALG, KID))),
  header.accepted("the protected bucket in another serialization", (p) =>
    token(p, {}, { protectedHeader: bytes(map([int(1, 4), int(-7, 8)])) }),
  ),
  header.accepted("a parameter that is not understood, unprotected", (p) =>
    token(p, {}, { unprotectedHeader: map([int(-70099), text("x")]) }),
  ),
  header.accepted("a parameter that is not understood, protected and not critical", (p) =>
    token(p, {}, protectedMap(ALG, [int(-70099), text("x")])),
  ),
  header.refused("envelope", "a protected bucket that is a map, not in a byte string", (p) =>
    token(p, {}, { protectedHeader: ES256, signedHeader: bytes(ES256) }),
  ),
  header.refused("envelope", "a protected bucket that is no map", (p) =>
    token(p, {}, { protectedHeader: bytes(array()) }),
  ),
  header.refused("envelope", "a protected bucket with a byte after its map", (p) =>
    token(p, {}, { protectedHeader: bytes(join(ES256, int(0))) }),
  ),
  header.refused("envelope", "an unprotected bucket that is nil", (p) => token(p, {}, { unprotectedHeader: NULL })),
  header.refused("envelope", "an unprotected bucket in a byte string", (p) =>
    token(p, {}, { unprotectedHeader: bytes(map()) }),
  ),
  header.refused("envelope", "a label that is a byte string", (p) =>
    token(p, {}, { unprotectedHeader: map([bytes(filled(1)), int(1)]) }),
  ),
];

const crit = (value: Item, ...more: readonly Entry[]) => protectedMap(ALG, [int(2), value], ...more);
const criticals: readonly RfcCase[] = [
  common.refused("envelope", "crit names a label that is not understood", (p) =>
    token(p, {}, crit(array(int(-70099)), [int(-70099), int(1)])),
  ),
  common.refused("envelope", "crit names a text label that is not understood", (p) =>
    token(p, {}, crit(array(text("reserved")), [text("reserved"), int(1)])),
  ),
  common.refused("envelope", "crit names what is not there", (p) => token(p, {}, crit(array(int(-70099))))),
  common.refused("envelope", "crit names what is there, but not protected", (p) =>
    token(p, {}, { ...crit(array(int(-70099))), unprotectedHeader: map([int(-70099), int(1)]) }),
  ),
  common.refused("envelope", "crit is empty", (p) => token(p, {}, crit(array()))),
  common.refused("envelope", "crit is no array", (p) => token(p, {}, crit(int(1)))),
  common.refused("envelope", "crit in the unprotected bucket", (p) =>
    token(p, {}, { unprotectedHeader: map([int(2), array(int(-70099))], [int(-70099), int(1)]) }),
  ),
  common.accepted("crit names alg, which everybody understands", (p) => token(p, {}, crit(array(int(1))))),
];

const items = (change: (parts: readonly Item[]) => readonly Item[]) => (p: Parties) =>
  token(p, {}, { wrap: (parts) => tag(18, array(...change(parts))) });
const shapes: readonly RfcCase[] = [
  message.refused("envelope", "a detached payload, and none beside it", (p) => token(p, {}, { payloadItem: NULL })),
  message.refused("envelope", "a payload that is undefined", (p) => token(p, {}, { payloadItem: UNDEFINED })),
  message.refused("envelope", "a payload that is text", (p) => token(p, {}, { payloadItem: text("claims") })),
  message.refused("envelope", "a payload that is a map, not in a byte string", (p) =>
    token(p, {}, { payloadItem: map() }),
  ),
  message.refused(
    "envelope",
    "an empty array",
    items(() => []),
  ),
  message.refused(
    "envelope",
    "three items",
    items((parts) => parts.slice(0, 3)),
  ),
  message.refused(
    "envelope",
    "five items",
    items((parts) => [...parts, NULL]),
  ),
  message.refused(
    "envelope",
    "items in another order",
    items(([a, b, c, d]) => [b, a, c, d] as Item[]),
  ),
  message.refused("envelope", "a map in the place of the array", (p) => token(p, {}, { wrap: () => tag(18, map()) })),
  message.refused("envelope", "a byte string around the message", (p) => bytes(token(p))),
];

const otherLength = (name: string, change: (rs: Uint8Array) => Uint8Array): RfcCase =>
  signature.refused(["signature", "envelope"], `a signature ${name}`, (p) =>
    token(p, {}, { signature: (rs) => bytes(change(rs)) }),
  );
/** ASN.1 DER, as X.509 has it. r and s of 32 bytes with the first bit 0 or not. */
function der(rs: Uint8Array): Uint8Array {
  const number = (part: Uint8Array) => join(Uint8Array.of(2, 33, 0), part);
  return join(Uint8Array.of(0x30, 70), number(rs.subarray(0, 32)), number(rs.subarray(32)));
}
const signatures: readonly RfcCase[] = [
  signature.accepted("the other s, n−s, which is as valid for ECDSA", (p) =>
    token(p, {}, { signature: (rs) => bytes(otherS(rs)) }),
  ),
  ...[0, 1, 32, 63].map((length) => otherLength(`of ${length} bytes`, (rs) => rs.subarray(0, length))),
  ...[1, 32].map((more) => otherLength(`with ${more} bytes more`, (rs) => join(rs, filled(more, 0)))),
  otherLength("with a zero before it", (rs) => join(filled(1, 0), rs)),
  otherLength("in ASN.1", der),
  otherLength("of zeros", () => filled(64, 0)),
  otherLength("of ones", () => filled(64, 0xff)),
  otherLength("with r of zero", (rs) => join(filled(32, 0), rs.subarray(32))),
  otherLength("with s of zero", (rs) => join(rs.subarray(0, 32), filled(32, 0))),
  otherLength("with r and s exchanged", (rs) => join(rs.subarray(32), rs.subarray(0, 32))),
  signature.refused("envelope", "a signature that is nil", (p) => token(p, {}, { signature: () => NULL })),
  signature.refused("envelope", "a signature in an array", (p) =>
    token(p, {}, { signature: (rs) => array(bytes(rs)) }),
  ),
  signature.refused("signature", "a signature of another device", (p) =>
    sign1({ ...p, device: p.otherDevice }, payloadOf(token(p))),
  ),
  signature.refused("signature", "signed as COSE_Sign, not COSE_Sign1", (p) => token(p, {}, { context: "Signature" })),
  signature.refused("signature", "signed as a counter signature", (p) =>
    token(p, {}, { context: "CounterSignature1" }),
  ),
  signature.refused("signature", "signed with another protected bucket", (p) =>
    token(p, {}, { protectedHeader: bytes(map(ALG, [int(-70099), int(1)])), signedHeader: bytes(ES256) }),
  ),
  signature.refused("signature", "signed with other claims than it has", (p) =>
    token(p, {}, { payloadItem: bytes(payloadOf(token(p, { lifecycle: int(0x3001) }))) }),
  ),
];

/** Of a token as the maker writes it: after tag, array head, bucket of 4 bytes, empty bucket, a head of 3 bytes. */
function payloadOf(whole: Item): Uint8Array {
  const at = 7;
  const length = (whole[at + 1] as number) * 256 + (whole[at + 2] as number);
  return whole.subarray(at + 3, at + 3 + length);
}

export const ENVELOPE_CASES: readonly RfcCase[] = [...buckets, ...criticals, ...shapes, ...signatures];
