// SPDX-License-Identifier: Apache-2.0
/**
 * The way from the alias key to one that is known (docs/decisions/0009): which certificates, in which
 * order, by whom and for whom, and how the header carries them.
 */
import { array, bytes, filled, type Item, int, looseArray, looseBytes, map, NULL, tag } from "./cbor-bytes.js";
import { certificate, confirmation, coseKey } from "./certificate-maker.js";
import { aliasToken, diceCertificate } from "./dice-maker.js";
import { type Fault, type More, type RfcCase, rows } from "./rfc-case.js";
import { PATH_LABEL, type Parties, path, token } from "./token-maker.js";

const way = rows("Open Profile for DICE v2.6, layered certificates");

const PATH: readonly Fault[] = Object.freeze(["path", "key"]);
/** The key that is found is not the one that signed. */
const OTHER_KEY: readonly Fault[] = Object.freeze(["path", "signature"]);
const OWNER: More = { given: { trust: "owner" } };
const BOTH: More = { given: { trust: "both" } };

const by = (made: (p: Parties) => readonly Item[]) => (p: Parties) => aliasToken(p, made(p));
const alias = (p: Parties): Item => diceCertificate(p);

const ways: readonly RfcCase[] = [
  way.accepted(
    "the alias certificate, of a device that is known",
    by((p) => [alias(p)]),
  ),
  way.accepted(
    "the alias certificate and the owner's",
    by((p) => [alias(p), certificate(p)]),
    OWNER,
  ),
  way.accepted(
    "the alias certificate and the owner's, both known",
    by((p) => [alias(p), certificate(p)]),
    BOTH,
  ),
  way.refused(
    PATH,
    "the alias certificate, where the owner alone is known",
    by((p) => [alias(p)]),
    OWNER,
  ),
  way.refused(
    PATH,
    "the two out of order",
    by((p) => [certificate(p), alias(p)]),
    OWNER,
  ),
  way.refused(
    OTHER_KEY,
    "the two out of order, of a device that is known",
    by((p) => [certificate(p), alias(p)]),
  ),
  way.refused(
    OTHER_KEY,
    "the owner's certificate alone",
    by((p) => [certificate(p)]),
    OWNER,
  ),
  way.refused(
    OTHER_KEY,
    "the owner's certificate alone, of a device that is known",
    by((p) => [certificate(p)]),
  ),
  way.refused(
    PATH,
    "the alias certificate twice",
    by((p) => [alias(p), alias(p)]),
    OWNER,
  ),
  way.refused(
    PATH,
    "the alias certificate twice, and the owner's",
    by((p) => [alias(p), alias(p), certificate(p)]),
    OWNER,
  ),
  way.refused(
    PATH,
    "the owner's certificate twice",
    by((p) => [alias(p), certificate(p), certificate(p)]),
    OWNER,
  ),
  ...([OWNER, {}] as const).map((known) =>
    way.refused(
      PATH,
      `five certificates${known === OWNER ? "" : ", of a device that is known"}`,
      by((p) => [alias(p), ...[1, 2, 3, 4].map(() => certificate(p))]),
      known,
    ),
  ),
  way.refused(
    PATH,
    "a loop: alias and device certify each other",
    by((p) => [alias(p), diceCertificate(p, { link: { issuer: p.alias, subject: p.device } })]),
    OWNER,
  ),
  way.refused(
    PATH,
    "an alias key that certifies itself",
    by((p) => [diceCertificate(p, { link: { issuer: p.alias } })]),
  ),
  way.refused(PATH, "a device key that certifies itself and signs", (p) =>
    token(p, {}, { unprotectedHeader: path(diceCertificate(p, { link: { subject: p.device } })) }),
  ),
  way.refused(
    PATH,
    "a layer more than boot has",
    by((p) => [
      diceCertificate(p, { link: { issuer: p.otherAlias } }),
      diceCertificate(p, { link: { subject: p.otherAlias } }),
    ]),
  ),
  way.refused(
    PATH,
    "an alias certificate by another device",
    by((p) => [diceCertificate(p, { link: { issuer: p.otherDevice } })]),
  ),
  way.refused(
    PATH,
    "an alias certificate by another device, whose owner's certificate follows",
    by((p) => [diceCertificate(p, { link: { issuer: p.otherDevice } }), certificate(p, {}, {}, p.otherDevice)]),
    OWNER,
  ),
  way.refused(
    PATH,
    "an alias certificate by the owner",
    by((p) => [diceCertificate(p, { link: { issuer: p.owner } })]),
    BOTH,
  ),
  way.refused(
    PATH,
    "an alias certificate by the owner, and the owner's for the device",
    by((p) => [diceCertificate(p, { link: { issuer: p.owner } }), certificate(p)]),
    OWNER,
  ),
  way.refused(
    PATH,
    "a DICE certificate of the device by the owner in the place of the owner's CWT",
    by((p) => [alias(p), diceCertificate(p, { link: { issuer: p.owner, subject: p.device } })]),
    OWNER,
  ),
  way.refused(
    OTHER_KEY,
    "a certificate for another alias key",
    by((p) => [diceCertificate(p, { link: { subject: p.otherAlias } })]),
  ),
  way.refused(
    PATH,
    "a certificate for another alias key under the name of the one that signed",
    by((p) => [diceCertificate(p, { claims: { subjectPublicKey: bytes(coseKey(p.otherAlias)) } })]),
  ),
  way.refused(OTHER_KEY, "an alias certificate beside the device key's own signature", (p) =>
    token(p, {}, { unprotectedHeader: path(alias(p)) }),
  ),
  way.refused(
    PATH,
    "an owner's certificate for the alias key with the device's instance id",
    by((p) => [alias(p), certificate(p, { instanceId: bytes(p.device.instanceId) }, {}, p.alias)]),
    OWNER,
  ),
  way.refused(
    PATH,
    "an owner's certificate for another device",
    by((p) => [alias(p), certificate(p, {}, {}, p.otherDevice)]),
    OWNER,
  ),
  way.refused(
    PATH,
    "an owner's certificate with another device's key",
    by((p) => [alias(p), certificate(p, { cnf: confirmation(coseKey(p.otherDevice)) })]),
    OWNER,
  ),
  way.refused(
    PATH,
    "a certificate of an owner who is not known",
    by((p) => [alias(p), certificate(p, {}, { signer: p.otherOwner })]),
    OWNER,
  ),
  way.refused(
    PATH,
    "an owner's certificate that has expired",
    by((p) => [alias(p), certificate(p, { exp: int(499) })]),
    {
      given: { trust: "owner", now: 500 },
    },
  ),
  way.refused(PATH, "the alias key's instance id", (p) =>
    aliasToken(p, [alias(p)], { instanceId: bytes(p.alias.instanceId) }),
  ),
  way.refused(PATH, "another device's instance id", (p) =>
    aliasToken(p, [alias(p)], { instanceId: bytes(p.otherDevice.instanceId) }),
  ),
  way.refused(OTHER_KEY, "no path", (p) => aliasToken(p, [], {}, { unprotectedHeader: map() })),
  way.refused(PATH, "an empty path", (p) => aliasToken(p, [])),
];

/** What stands in the header in the place of an array of byte strings. */
const carriers: readonly RfcCase[] = (
  [
    ["a certificate without the array", (one) => bytes(one)],
    ["a certificate that is an item, not a byte string", (one) => array(one)],
    ["an array in an array", (one) => array(array(bytes(one)))],
    ["a path in a byte string", (one) => bytes(array(bytes(one)))],
    ["a path in a map", (one) => map([int(0), bytes(one)])],
    ["a certificate in a tag", (one) => array(tag(24, bytes(one)))],
    ["a certificate in pieces", (one) => array(looseBytes(one.subarray(0, 9), one.subarray(9)))],
    ["a path of indefinite length", (one) => looseArray(bytes(one))],
    ["a path that is nil", () => NULL],
    ["a certificate and nil", (one) => array(bytes(one), NULL)],
    ["a certificate and an empty one", (one) => array(bytes(one), bytes(filled(0)))],
    ["an empty certificate", () => array(bytes(filled(0)))],
    ["a certificate of more than 1024 bytes", () => array(bytes(filled(1025)))],
  ] satisfies readonly (readonly [string, (one: Item) => Item])[]
).map(([name, made]) =>
  way.refused(["path", "envelope"], name, (p) =>
    aliasToken(p, [], {}, { unprotectedHeader: map([int(PATH_LABEL), made(alias(p))]) }),
  ),
);

export const DICE_PATH_CASES: readonly RfcCase[] = Object.freeze([...ways, ...carriers]);
