// SPDX-License-Identifier: Apache-2.0
/** Open Profile for DICE v2.6, CBOR CDI certificates: each claim of the alias key's certificate left out, twice, of another type, length or value. */
import {
  array,
  bytes,
  type Entry,
  filled,
  type Item,
  int,
  looseBytes,
  looseText,
  map,
  NULL,
  TRUE,
  tag,
  text,
} from "./cbor-bytes.js";
import {
  aliasToken,
  configuration,
  type DiceClaims,
  DiceLabel,
  type DiceName,
  diceCertificate,
  diceClaims,
  identifier,
} from "./dice-maker.js";
import { type Fault, type More, type RfcCase, rows } from "./rfc-case.js";
import type { Parties } from "./token-maker.js";

const profile = rows("Open Profile for DICE v2.6, CBOR CDI certificates");
const cwt = rows("RFC 8392 §3.1");
const WORD = Uint8Array.of(0xc1, 0x1a, 0x7f, 0xff, 0xff, 0xff);

type Make = (p: Parties) => Item;
const withClaims =
  (claims: (p: Parties) => DiceClaims, more: (p: Parties) => readonly Entry[] = () => []): Make =>
  (p) =>
    aliasToken(p, [diceCertificate(p, { claims: claims(p), more: more(p) })]);
const withClaim = (name: DiceName, value: Item | undefined): Make => withClaims(() => ({ [name]: value }));
const refused = (name: string, make: Make, fault: Fault | readonly Fault[] = "path", more: More = {}): RfcCase =>
  profile.refused(fault, name, make, more);

const REQUIRED = Object.freeze([
  ...(["iss", "sub", "codeHash", "configurationDescriptor"] as const),
  ...(["authorityHash", "mode", "subjectPublicKey", "keyUsage"] as const),
] as const);
const OPTIONAL: Readonly<Partial<Record<DiceName, Item>>> = Object.freeze({
  codeDescriptor: bytes(filled(3)),
  configurationHash: bytes(filled(64)),
  authorityDescriptor: bytes(filled(3)),
  profileName: text("thimble"),
});

const needed: readonly RfcCase[] = REQUIRED.flatMap((name) => [
  refused(`a certificate without ${name}`, withClaim(name, undefined)),
  refused(
    `a certificate with ${name} twice`,
    withClaims(
      () => ({}),
      (p) => [[int(DiceLabel[name]), diceClaims(p)[name] as Item]],
    ),
  ),
]);

const doubled: readonly RfcCase[] = (Object.keys(OPTIONAL) as DiceName[]).map((name) =>
  refused(
    `a certificate with ${name} twice`,
    withClaims(
      () => ({ [name]: OPTIONAL[name] }),
      () => [[int(DiceLabel[name]), OPTIONAL[name] as Item]],
    ),
  ),
);

/** The content of a claim in forms that the profile does not have. */
function otherTypes(name: DiceName, good: Make): readonly RfcCase[] {
  const forms: Readonly<Record<string, (item: Item) => Item>> = {
    nil: () => NULL,
    true: () => TRUE,
    "a number": () => int(1),
    "in an array": (item) => array(item),
    "in a map": (item) => map([int(1), item]),
    "in a tag": (item) => tag(24, item),
    "in a byte string once more": (item) => bytes(item),
  };
  return Object.entries(forms).map(([form, change]) =>
    refused(
      `a ${name} that is ${form}`,
      withClaims((p) => ({ [name]: change(good(p)) })),
    ),
  );
}

const types: readonly RfcCase[] = [
  ...REQUIRED.flatMap((name) => otherTypes(name, (p) => diceClaims(p)[name] as Item)),
  ...(
    ["codeHash", "configurationDescriptor", "authorityHash", "mode", "subjectPublicKey", "keyUsage"] as const
  ).flatMap((name) => [
    refused(`a ${name} that is text`, withClaim(name, text("t".repeat(64)))),
    refused(
      `a ${name} of indefinite length`,
      withClaims((p) => ({ [name]: looseBytes((diceClaims(p)[name] as Item).subarray(2)) })),
    ),
  ]),
  ...(["codeDescriptor", "configurationHash", "authorityDescriptor"] as const).map((name) =>
    refused(`a ${name} that is text`, withClaim(name, text("t".repeat(64)))),
  ),
  refused("a profileName that is a byte string", withClaim("profileName", bytes(filled(3, 0x61)))),
  refused("a profileName that is not UTF-8", withClaim("profileName", Uint8Array.of(0x62, 0xc3, 0x28))),
];

const lengths: readonly RfcCase[] = [
  ...(["codeHash", "configurationDescriptor", "authorityHash", "configurationHash"] as const).flatMap((name) =>
    [0, 1, 20, 32, 48, 63, 65, 128].map((length) =>
      refused(`a ${name} of ${length} bytes`, withClaim(name, bytes(filled(length)))),
    ),
  ),
  refused("a mode of no bytes", withClaim("mode", bytes(filled(0)))),
  refused("a mode of two bytes", withClaim("mode", bytes(Uint8Array.of(1, 0)))),
  refused("a key usage of no bytes", withClaim("keyUsage", bytes(filled(0)))),
  refused(
    "a key usage with a byte of zeros behind: the profile is silent",
    withClaim("keyUsage", bytes(Uint8Array.of(0x20, 0))),
  ),
  refused("a key usage that goes on in its second byte", withClaim("keyUsage", bytes(Uint8Array.of(0x20, 1)))),
];

const usages: readonly RfcCase[] = [0x00, 0x01, 0x02, 0x04, 0x08, 0x10, 0x40, 0x80, 0x21, 0x24, 0x60, 0xa0, 0xff].map(
  (usage) =>
    refused(
      `a key usage of ${usage}, not of signing certificates alone`,
      withClaim("keyUsage", bytes(Uint8Array.of(usage))),
    ),
);

const configurations: readonly RfcCase[] = [
  refused("a configurationHash that is not of the descriptor", withClaim("configurationHash", bytes(filled(64)))),
  refused("a configurationHash that is the descriptor", withClaim("configurationHash", bytes(configuration()))),
  refused(
    "a configurationHash with another algorithm's length",
    withClaims((p) => ({ configurationHash: bytes(p.crypto.hashCompute("SHA_256", configuration())) })),
  ),
];

const names: readonly RfcCase[] = (["iss", "sub"] as const).flatMap((name) => {
  const party = (p: Parties) => (name === "iss" ? p.device : p.alias);
  const forms: Readonly<Record<string, (id: string, p: Parties) => Item>> = {
    empty: () => text(""),
    "another key's": (_, p) => text(identifier(p, p.otherDevice)),
    "the other key's of the certificate": (_, p) => text(identifier(p, name === "iss" ? p.alias : p.device)),
    "in capital letters": (id) => text(id.toUpperCase()),
    "a digit too short": (id) => text(id.slice(1)),
    "cut in half": (id) => text(id.slice(0, 20)),
    "a digit too long": (id) => text(`${id}0`),
    "with a blank behind": (id) => text(`${id} `),
    "with 0x in front": (id) => text(`0x${id}`),
    "in pieces": (id) => looseText(id.slice(0, 20), id.slice(20)),
    "digits as bytes": (id) => bytes(Uint8Array.from(id, (digit) => digit.charCodeAt(0))),
    "the instance id's": (_, p) =>
      text(Array.from(p.device.instanceId.subarray(1, 21), (b) => b.toString(16).padStart(2, "0")).join("")),
  };
  return Object.entries(forms).map(([form, made]) =>
    refused(
      `a certificate whose ${name} is ${form}`,
      withClaims((p) => ({ [name]: made(identifier(p, party(p)), p) })),
    ),
  );
});

const AT_500: More = { given: { now: 500 } };
const dates: readonly RfcCase[] = [
  cwt.refused("path", "a certificate that has expired", withClaim("exp", int(499)), AT_500),
  cwt.refused("path", "a certificate that expires now", withClaim("exp", int(500)), AT_500),
  cwt.refused("path", "a certificate that is not valid yet", withClaim("nbf", int(501)), AT_500),
  cwt.refused("path", "a certificate with an end, where the time is not known", withClaim("exp", int(500))),
  cwt.refused("path", "a certificate with a beginning, where the time is not known", withClaim("nbf", int(1))),
  cwt.refused("path", "a certificate for somebody else's ears", withClaim("aud", text("nobody")), AT_500),
  ...(["exp", "nbf", "iat"] as const).flatMap((name) => [
    cwt.refused("path", `a certificate whose ${name} is text`, withClaim(name, text("500")), AT_500),
    cwt.refused("path", `a certificate whose ${name} is nil`, withClaim(name, NULL), AT_500),
    cwt.refused("path", `a certificate whose ${name} is in tag 1`, withClaim(name, WORD), AT_500),
    cwt.refused(
      "path",
      `a certificate whose ${name} is no number`,
      withClaim(name, Uint8Array.of(0xf9, 0x7e, 0)),
      AT_500,
    ),
  ]),
  cwt.refused("path", "a certificate whose aud is a number", withClaim("aud", int(1)), AT_500),
  cwt.refused("path", "a certificate whose cti is text", withClaim("cti", text("1")), AT_500),
  cwt.accepted(
    "a certificate within its dates",
    withClaims(() => ({ exp: int(501), nbf: int(500), iat: int(1) })),
    AT_500,
  ),
];

const good: readonly RfcCase[] = [
  profile.accepted(
    "the certificate of the alias key",
    withClaims(() => ({})),
  ),
  ...(["codeDescriptor", "authorityDescriptor", "profileName"] as const).map((name) =>
    profile.accepted(
      `a certificate with ${name}`,
      withClaims(() => ({ [name]: OPTIONAL[name] })),
    ),
  ),
  cwt.accepted(
    "a certificate with a claim that nobody knows",
    withClaims(
      () => ({}),
      () => [[int(-4670555), text("later")]],
    ),
  ),
];

export const DICE_CLAIM_CASES: readonly RfcCase[] = Object.freeze([
  ...good,
  ...needed,
  ...doubled,
  ...types,
  ...lengths,
  ...usages,
  ...configurations,
  ...names,
  ...dates,
]);
