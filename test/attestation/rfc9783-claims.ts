// SPDX-License-Identifier: Apache-2.0
/** RFC 9783 §4.1 to §4.3, §4.5: each claim, left out, twice, of another type, and at the edges of its length or range. */
import {
  array,
  bytes,
  FLOAT_3000,
  filled,
  type Item,
  int,
  join,
  map,
  NULL,
  TRUE,
  tag,
  text,
  UNDEFINED,
} from "./cbor-bytes.js";
import { type Fault, type RfcCase, rows } from "./rfc-case.js";
import { type ClaimName, claimEntries, goodClaims, Label, NONCE, sign1, token } from "./token-maker.js";

const SECTION: Readonly<Record<ClaimName, string>> = Object.freeze({
  nonce: "RFC 9783 §4.1.1",
  clientId: "RFC 9783 §4.1.2",
  instanceId: "RFC 9783 §4.2.1",
  implementationId: "RFC 9783 §4.2.2",
  certificationReference: "RFC 9783 §4.2.3",
  lifecycle: "RFC 9783 §4.3.1",
  bootSeed: "RFC 9783 §4.3.2",
  components: "RFC 9783 §4.4.1",
  verificationService: "RFC 9783 §4.5.1",
  profile: "RFC 9783 §4.5.2",
} as const);

const OPTIONAL: readonly ClaimName[] = Object.freeze(["bootSeed", "certificationReference", "verificationService"]);
const NAMES = Object.freeze(Object.keys(Label) as ClaimName[]);

/** Where no key can be found without the instance id, that is as good a reason. */
function faultOf(name: ClaimName): Fault | readonly Fault[] {
  if (name === "instanceId") return ["claims", "key"];
  return name === "profile" ? ["profile", "claims"] : "claims";
}

const present: readonly RfcCase[] = NAMES.flatMap((name) => {
  const { accepted, refused } = rows(SECTION[name]);
  const without = (OPTIONAL.includes(name) ? accepted : refused.bind(null, faultOf(name))) as typeof accepted;
  return [
    without(`${name} is left out`, (parties) => token(parties, { [name]: undefined })),
    refused(["claims", "key"], `${name} is there twice, the same both times`, (parties) => {
      const entries = claimEntries({ ...MORE, ...goodClaims(parties.device.instanceId) });
      const twice = entries.filter(([label]) => String(label) === String(int(Label[name])));
      return sign1(parties, map(...entries, ...twice));
    }),
  ];
});

/** Values for the claims that our own tokens do not have. */
const MORE = Object.freeze({
  certificationReference: text("1234567890123-12345"),
  verificationService: text("https://verifier.example"),
});

const TYPES: Readonly<Record<string, Item>> = Object.freeze({
  "an integer": int(7),
  "a negative integer": int(-7),
  "a byte string": bytes(filled(32)),
  text: text("t".repeat(32)),
  "an array": array(bytes(NONCE)),
  "a map": map([int(1), int(1)]),
  true: TRUE,
  nil: NULL,
  undefined: UNDEFINED,
  "a float": FLOAT_3000,
  "a tagged byte string": tag(24, bytes(filled(32))),
  "a bignum": tag(2, bytes(Uint8Array.of(0x30, 0))),
});

/** What each claim may be; anything else is of the wrong type. 7 is no lifecycle, -7 a fine client id. */
const FITS: Readonly<Record<ClaimName, readonly string[]>> = Object.freeze({
  ...({
    nonce: ["a byte string"],
    instanceId: [],
    implementationId: ["a byte string"],
    bootSeed: ["a byte string"],
  } as const),
  ...({ clientId: ["an integer", "a negative integer"], lifecycle: ["an integer"], profile: ["text"] } as const),
  ...({ certificationReference: [], components: [], verificationService: ["text"] } as const),
});

const types: readonly RfcCase[] = NAMES.flatMap((name) => {
  const { refused } = rows(SECTION[name]);
  const wrong = Object.entries(TYPES).filter(([type]) => !FITS[name].includes(type));
  return wrong.map(([type, value]) =>
    refused(faultOf(name), `${name} is ${type}`, (parties) => token(parties, { [name]: value })),
  );
});

const sized = (name: ClaimName, good: readonly number[], bad: readonly number[]): RfcCase[] => {
  const { accepted, refused } = rows(SECTION[name]);
  const made = (length: number) => (parties: Parameters<RfcCase["token"]>[0]) =>
    token(parties, { [name]: bytes(filled(length, 0x22)) });
  const given = (length: number) => (name === "nonce" ? { given: { nonce: filled(length, 0x22) } } : {});
  return [
    ...good.map((length) => accepted(`${name} of ${length} bytes`, made(length), given(length))),
    ...bad.map((length) => refused("claims", `${name} of ${length} bytes`, made(length))),
  ];
};

const lengths: readonly RfcCase[] = [
  ...sized("nonce", [32, 48, 64], [0, 1, 8, 31, 33, 47, 49, 63, 65, 128]),
  ...sized("implementationId", [32], [0, 31, 33, 64]),
  ...sized("bootSeed", [8, 9, 31, 32], [0, 7, 33, 64]),
];

const { accepted: nonceGood, refused: nonceBad } = rows(SECTION.nonce);
const nonces: readonly RfcCase[] = [
  nonceBad("claims", "one nonce in an array", (p) => token(p, { nonce: array(bytes(NONCE)) })),
  nonceBad("claims", "two nonces, the right one first", (p) =>
    token(p, { nonce: array(bytes(NONCE), bytes(filled(32))) }),
  ),
  nonceBad("claims", "an array without a nonce", (p) => token(p, { nonce: array() })),
  nonceBad("claims", "two nonce claims, the right one first", (p) => {
    const [nonce, ...rest] = claimEntries(goodClaims(p.device.instanceId));
    return sign1(p, map(nonce as [Item, Item], [int(10), bytes(filled(32))], ...rest));
  }),
  nonceBad("claims", "two nonce claims, the right one last", (p) => {
    const entries = claimEntries(goodClaims(p.device.instanceId));
    return sign1(p, map([int(10), bytes(filled(32))], ...entries));
  }),
  nonceBad("nonce", "the nonce of another challenge", (p) => token(p, { nonce: bytes(filled(32, 0x12)) })),
  nonceBad("nonce", "a nonce that begins as the right one and is longer", (p) =>
    token(p, { nonce: bytes(join(NONCE, filled(16, 0))) }),
  ),
  nonceBad("nonce", "a nonce that is the beginning of the right one", (p) => token(p), {
    given: { nonce: join(NONCE, filled(32, 0x11)) },
  }),
  nonceBad("nonce", "a nonce whose last bit differs", (p) =>
    token(p, { nonce: bytes(join(NONCE.subarray(0, 31), Uint8Array.of(0x10))) }),
  ),
  nonceGood("a nonce of zeros, if those were asked for", (p) => token(p, { nonce: bytes(filled(32, 0)) }), {
    given: { nonce: filled(32, 0) },
  }),
];

const { accepted: clientGood, refused: clientBad } = rows(SECTION.clientId);
const inRange = { given: { clientIds: [-1] } };
const clients: readonly RfcCase[] = [
  ...[-1, -2, -2147483648, 1, 2147483647].map((id) =>
    clientGood(`client id ${id}, as nobody asks for another`, (p) => token(p, { clientId: int(id) }), {
      says: { clientId: id },
    }),
  ),
  ...[0, -2147483649, 2147483648, 2 ** 40, -(2 ** 40)].map((id) =>
    clientBad("claims", `client id ${id}`, (p) => token(p, { clientId: int(id) })),
  ),
  clientGood("client id -1, as asked for", (p) => token(p), inRange),
  clientBad("clientId", "client id -2 where -1 is asked for", (p) => token(p, { clientId: int(-2) }), inRange),
  clientBad("clientId", "client id 1 where -1 is asked for", (p) => token(p, { clientId: int(1) }), inRange),
];

const { accepted: instanceGood, refused: instanceBad } = rows(SECTION.instanceId);
const instances: readonly RfcCase[] = [
  instanceGood("the instance id is of type RAND and that of the key", (p) => token(p)),
  ...[0, 2, 3, 0x81, 0xff].map((type) =>
    instanceBad(["claims", "key", "instanceId"], `an instance id of type ${type}`, (p) =>
      token(p, { instanceId: bytes(join(Uint8Array.of(type), p.device.instanceId.subarray(1))) }),
    ),
  ),
  instanceBad(["claims", "key"], "an instance id without its type", (p) =>
    token(p, { instanceId: bytes(p.device.instanceId.subarray(1)) }),
  ),
  instanceBad(["claims", "key"], "an instance id with a byte more", (p) =>
    token(p, { instanceId: bytes(join(p.device.instanceId, filled(1))) }),
  ),
  instanceBad(["claims", "key"], "an instance id in an array", (p) =>
    token(p, { instanceId: array(bytes(p.device.instanceId)) }),
  ),
  instanceBad(["key"], "an instance id that nobody knows", (p) =>
    token(p, { instanceId: bytes(p.otherDevice.instanceId) }),
  ),
];

const { accepted: referenceGood, refused: referenceBad } = rows(SECTION.certificationReference);
const reference = (value: string) => (p: Parameters<RfcCase["token"]>[0]) =>
  token(p, { certificationReference: text(value) });
const references: readonly RfcCase[] = [
  referenceGood("thirteen digits, a dash, five digits", reference("1234567890123-12345"), {
    says: { certificationReference: "1234567890123-12345" },
  }),
  ...[
    "",
    "1234567890123",
    "123456789012-12345",
    "12345678901234-12345",
    "1234567890123-1234",
    "1234567890123-123456",
  ].map((value) => referenceBad("claims", `the certification reference "${value}"`, reference(value))),
  ...[
    "1234567890123_12345",
    "123456789012a-12345",
    " 1234567890123-12345",
    "1234567890123-12345\n",
    "١234567890123-12345",
  ].map((value) => referenceBad("claims", `the certification reference ${JSON.stringify(value)}`, reference(value))),
];

const { accepted: lifecycleGood, refused: lifecycleBad } = rows(SECTION.lifecycle);
const lifecycle = (value: number) => (p: Parameters<RfcCase["token"]>[0]) => token(p, { lifecycle: int(value) });
const STATES = Object.freeze([
  ["assembly-and-test", 0x1000],
  ["provisioning", 0x2000],
  ["secured", 0x3000],
  ["non-psa-rot-debug", 0x4000],
  ["debug", 0x5000],
  ["decommissioned", 0x6000],
] as const);
const hex = (value: number) => `0x${value.toString(16)}`;
const lifecycles: readonly RfcCase[] = [
  ...STATES.flatMap(([state, first]) =>
    [first, first + 0x7f, first + 0xff].map((value) =>
      lifecycleGood(`lifecycle ${hex(value)} is ${state}, where that is asked for`, lifecycle(value), {
        given: { lifecycles: [state] },
        says: { lifecycle: state, securityLifecycle: value },
      }),
    ),
  ),
  ...STATES.flatMap(([state, first]) =>
    [first - 1, first + 0x100, first + 0xfff].map((value) =>
      lifecycleBad(
        ["lifecycle", "claims"],
        `lifecycle ${hex(value)} is no state, ${state} least of all`,
        lifecycle(value),
        {
          given: { lifecycles: STATES.map(([name]) => name) },
        },
      ),
    ),
  ),
  ...[0, 1, 0xff].map((value) =>
    lifecycleBad("lifecycle", `lifecycle ${hex(value)} is unknown, which no device may be`, lifecycle(value), {
      given: { lifecycles: STATES.map(([name]) => name) },
    }),
  ),
  ...[0x10000, 0x13000, 2 ** 32 + 0x3000, -1, -0x3000].map((value) =>
    lifecycleBad(["claims", "lifecycle"], `lifecycle ${value} is out of range`, lifecycle(value)),
  ),
  ...STATES.filter(([state]) => state !== "secured" && state !== "non-psa-rot-debug").map(([state, value]) =>
    lifecycleBad("lifecycle", `a verifier of its own accord does not trust a device in ${state}`, lifecycle(value)),
  ),
  lifecycleGood("a verifier of its own accord trusts a device in secured", lifecycle(0x3000)),
  lifecycleBad("lifecycle", "non-psa-rot-debug where only secured is asked for", lifecycle(0x4000), {
    given: { lifecycles: ["secured"] },
  }),
];

const { accepted: serviceGood, refused: serviceBad } = rows(SECTION.verificationService);
const { accepted: seedGood } = rows(SECTION.bootSeed);
const others: readonly RfcCase[] = [
  serviceGood("the address of a verification service, which nobody calls", (p) => token(p, MORE), {
    says: { verificationService: "https://verifier.example" },
  }),
  serviceBad(
    "claims",
    "an empty address: its CDDL is text, but what leads nowhere is no address, and other verifiers refuse it",
    (p) => token(p, { verificationService: text("") }),
  ),
  seedGood(
    "a boot seed under 2397, its label in drafts, is a claim that is not understood",
    (p) =>
      sign1(
        p,
        map(...claimEntries({ ...goodClaims(p.device.instanceId), bootSeed: undefined }), [
          int(2397),
          bytes(filled(32)),
        ]),
      ),
    { says: { bootSeed: undefined } },
  ),
];

const { accepted: profileGood, refused: profileBad } = rows(SECTION.profile);
const profile = (value: string) => (p: Parameters<RfcCase["token"]>[0]) => token(p, { profile: text(value) });
const profiles: readonly RfcCase[] = [
  profileGood("the forerunner http://arm.com/psa/2.0.0, where that is asked for", profile("http://arm.com/psa/2.0.0"), {
    given: { profiles: ["http://arm.com/psa/2.0.0"] },
    says: { profile: "http://arm.com/psa/2.0.0" },
  }),
  ...[
    "",
    "tag:psacertified.org,2023:psa",
    "tag:psacertified.org,2023:psa#",
    "tag:psacertified.org,2023:psa#TFM",
    "tag:psacertified.org,2023:psa#tfm2",
    "tag:psacertified.org,2023:psa#aes-mac",
    "TAG:psacertified.org,2023:psa#tfm",
    "tag:psacertified.org,2023:psa#tfm\0",
    "PSA_IOT_PROFILE_1",
    "http://arm.com/CCA-SSD/1.0.0",
  ].map((value) => profileBad(["profile", "claims"], `the profile ${JSON.stringify(value)}`, profile(value))),
];

export const CLAIM_CASES: readonly RfcCase[] = [
  ...present,
  ...types,
  ...lengths,
  ...nonces,
  ...clients,
  ...instances,
  ...references,
  ...lifecycles,
  ...others,
  ...profiles,
];
