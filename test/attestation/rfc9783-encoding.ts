// SPDX-License-Identifier: Apache-2.0
/** RFC 9783 §5.1.1 and §5.2: valid CBOR with definite lengths in any serialization; a COSE_Sign1 in tag 18; its algorithms. */
import {
  array,
  bytes,
  type Entry,
  filled,
  head,
  type Item,
  int,
  join,
  looseArray,
  looseBytes,
  looseMap,
  looseText,
  map,
  tag,
  text,
} from "./cbor-bytes.js";
import { type RfcCase, rows } from "./rfc-case.js";
import {
  APP,
  BOOT_AND_FIRMWARE,
  claimEntries,
  component,
  ES256,
  goodClaims,
  NONCE,
  type Parties,
  PROFILE,
  sign1,
  token,
} from "./token-maker.js";

const { accepted, refused } = rows("RFC 9783 §5.1.1");
const entriesOf = (parties: Parties): Entry[] => claimEntries(goodClaims(parties.device.instanceId));
const payload = (parties: Parties): Item => map(...entriesOf(parties));
/** A label of three bytes or of one, in nine. */
const wide = ([label, value]: Entry): Entry => {
  const [first, high = 0, low = 0] = label as unknown as [number, number, number];
  return [int(label.length === 1 ? first : high * 256 + low, 8), value];
};

const variants: readonly RfcCase[] = [
  accepted("labels in descending order", (p) => sign1(p, map(...entriesOf(p).reverse()))),
  accepted("labels with heads of nine bytes", (p) => sign1(p, map(...entriesOf(p).map(wide)))),
  accepted("a client id in nine bytes", (p) => token(p, { clientId: int(-1, 8) })),
  accepted("a lifecycle in five bytes", (p) => token(p, { lifecycle: int(0x3000, 4) })),
  accepted("a nonce whose length takes eight bytes", (p) => token(p, { nonce: bytes(NONCE, 8) })),
  accepted("a profile whose length takes two bytes", (p) => token(p, { profile: text(PROFILE, 2) })),
  accepted("a map whose size takes four bytes", (p) => {
    const entries = entriesOf(p);
    return sign1(p, join(head(5, entries.length, 4), ...entries.flat()));
  }),
  accepted("the list of components with a wide head", (p) =>
    token(p, { components: join(head(4, 3, 2), ...BOOT_AND_FIRMWARE, component(APP)) }),
  ),
  accepted("the payload's own length in eight bytes", (p) =>
    sign1(p, payload(p), { payloadItem: bytes(payload(p), 8) }),
  ),
  accepted("the COSE array with a wide head", (p) =>
    sign1(p, payload(p), { wrap: (message) => tag(18, join(head(4, 4, 1), ...message)) }),
  ),
  accepted("tag 18 in two bytes", (p) =>
    sign1(p, payload(p), { wrap: (message) => join(head(6, 18, 1), array(...message)) }),
  ),
  accepted("attributes of a component in another order", (p) =>
    token(p, {
      components: array(
        ...BOOT_AND_FIRMWARE,
        map(
          [int(5), APP.signerId as Item],
          [int(4), APP.version as Item],
          [int(1), APP.type as Item],
          [int(2), APP.value as Item],
        ),
      ),
    }),
  ),
];

const indefinite: readonly RfcCase[] = [
  refused("envelope", "the COSE array has an indefinite length", (p) =>
    sign1(p, payload(p), { wrap: (message) => tag(18, looseArray(...message)) }),
  ),
  refused("envelope", "the unprotected header has an indefinite length", (p) =>
    sign1(p, payload(p), { unprotectedHeader: looseMap() }),
  ),
  refused("envelope", "the payload comes in chunks", (p) => {
    const whole = payload(p);
    return sign1(p, whole, { payloadItem: looseBytes(whole.subarray(0, 40), whole.subarray(40)) });
  }),
  refused(["envelope", "signature"], "the signature comes in chunks", (p) =>
    sign1(p, payload(p), { signature: (rs) => looseBytes(rs.subarray(0, 32), rs.subarray(32)) }),
  ),
  refused(["claims", "envelope", "key"], "the claims have an indefinite length", (p) =>
    sign1(p, looseMap(...entriesOf(p))),
  ),
  refused(["claims", "key"], "the components have an indefinite length", (p) =>
    token(p, { components: looseArray(...BOOT_AND_FIRMWARE, component(APP)) }),
  ),
  refused(["claims", "key"], "the nonce comes in chunks", (p) =>
    token(p, { nonce: looseBytes(NONCE.subarray(0, 16), NONCE.subarray(16)) }),
  ),
  refused(["claims", "key", "profile"], "the profile comes in chunks", (p) =>
    token(p, { profile: looseText(PROFILE) }),
  ),
  refused(["claims", "key"], "a component of indefinite length", (p) =>
    token(p, { components: array(looseMap([int(2), bytes(filled(32))], [int(5), bytes(filled(32))])) }),
  ),
  refused(["claims", "key"], "a claim that is not understood has an indefinite length", (p) =>
    sign1(p, map(...entriesOf(p), [int(5000), looseArray(int(1))])),
  ),
];

const invalid: readonly RfcCase[] = [
  refused(["claims", "key"], "a claim that is not understood is there twice", (p) =>
    sign1(p, map(...entriesOf(p), [int(5000), int(1)], [int(5000), int(1)])),
  ),
  refused(["claims", "key"], "a claim is there twice, its label once in a wider form", (p) =>
    sign1(p, map(...entriesOf(p), [int(2395, 4), int(0x3000)])),
  ),
  refused(["claims", "key"], "text that is not UTF-8 in a claim that is not understood", (p) =>
    sign1(p, map(...entriesOf(p), [int(5000), Uint8Array.of(0x61, 0xff)])),
  ),
  refused(["claims", "key"], "a duplicate in a map in a claim that is not understood", (p) =>
    sign1(p, map(...entriesOf(p), [int(5000), map([int(1), int(1)], [int(1), int(2)])])),
  ),
  refused(["claims", "key"], "a reserved head in a claim that is not understood", (p) =>
    sign1(p, map(...entriesOf(p), [int(5000), Uint8Array.of(0x1c)])),
  ),
  refused(["claims", "key", "envelope"], "bytes after the claims", (p) => sign1(p, join(payload(p), int(0)))),
  refused(["claims", "key", "envelope"], "claims that end too early", (p) => sign1(p, payload(p).subarray(0, -1))),
  refused(["claims", "key", "envelope"], "a payload that is empty", (p) => sign1(p, new Uint8Array(0))),
  refused(["claims", "key", "envelope"], "claims that are an array", (p) => sign1(p, array(payload(p)))),
  refused(["claims", "key", "envelope"], "claims in a byte string of their own", (p) => sign1(p, bytes(payload(p)))),
  refused(["claims", "key", "envelope"], "no claims at all", (p) => sign1(p, map())),
  refused(["claims", "key", "envelope"], "a map that says it has more entries than there are bytes", (p) =>
    sign1(p, join(head(5, 2 ** 32 - 1, 4), ...entriesOf(p).flat())),
  ),
  refused(["claims", "key", "envelope"], "arrays, 1000 deep, in a claim that is not understood", (p) =>
    sign1(p, map(...entriesOf(p), [int(5000), join(filled(1000, 0x81), int(0))])),
  ),
  refused("envelope", "bytes after the message", (p) => join(token(p), int(0))),
  refused("envelope", "nothing at all", () => new Uint8Array(0)),
];

const tagged = (...tags: readonly number[]) => ({
  wrap: (message: readonly Item[]) => tags.reduceRight((item, number) => tag(number, item), array(...message)),
});
const tags: readonly RfcCase[] = [
  accepted("tag 18", (p) => token(p, {}, tagged(18))),
  refused("envelope", "no tag: it MUST be there", (p) => token(p, {}, tagged())),
  refused("envelope", "the CWT tag 61 around it, which is not used", (p) => token(p, {}, tagged(61, 18))),
  refused("envelope", "the CWT tag 61 in its place", (p) => token(p, {}, tagged(61))),
  refused("envelope", "the CWT tag 61 in it", (p) => token(p, {}, tagged(18, 61))),
  refused("envelope", "tag 18 twice", (p) => token(p, {}, tagged(18, 18))),
  refused(["envelope", "key", "algorithm"], "tag 17 of COSE_Mac0, with a signature in it", (p) =>
    token(p, {}, tagged(17)),
  ),
  refused("envelope", "tag 98 of COSE_Sign", (p) => token(p, {}, tagged(98))),
  refused("envelope", "tag 16 of COSE_Encrypt0", (p) => token(p, {}, tagged(16))),
  refused("envelope", "tag 55799 of self-described CBOR: the RFC is silent", (p) => token(p, {}, tagged(55799, 18))),
  refused("envelope", "tag 602 of a detached EAT bundle, which must not be sent", (p) => token(p, {}, tagged(602, 18))),
  refused("envelope", "tag 601 of a claims set without protection (RFC 9781)", (p) => tag(601, payload(p))),
  refused("envelope", "claims without any message", (p) => payload(p)),
];

const { accepted: tfm, refused: notTfm } = rows("RFC 9783 §5.2");
const algorithm = (number: Item) => (p: Parties) =>
  sign1(p, payload(p), { protectedHeader: bytes(map([int(1), number])) });
const algorithms: readonly RfcCase[] = [
  tfm("ES256", (p) => token(p, {}, { protectedHeader: bytes(ES256) })),
  ...[-35, -36].map((number) =>
    notTfm(
      "algorithm",
      `alg ${number}, which a receiver must accept: not with our keys, which are on P-256`,
      algorithm(int(number)),
    ),
  ),
  ...[-8, -37, -257, 5, 1, 0, -65535, 2 ** 40].map((number) =>
    notTfm("algorithm", `alg ${number} with a P-256 key`, algorithm(int(number))),
  ),
  notTfm("algorithm", "alg as text", algorithm(text("ES256"))),
  notTfm(["algorithm", "envelope"], "alg as a byte string", algorithm(bytes(filled(1, 0x26)))),
  notTfm(["algorithm", "envelope"], "alg in an array", algorithm(array(int(-7)))),
];

export const ENCODING_CASES: readonly RfcCase[] = [...variants, ...indefinite, ...invalid, ...tags, ...algorithms];
