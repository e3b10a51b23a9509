// SPDX-License-Identifier: Apache-2.0
/** RFC 9783 §7, RFC 9334 §10: what a good token of the wrong moment, device or make meets; and the profile before (RFC 9783 §4.6). */
import { array, bytes, type Entry, filled, type Item, int, map, text } from "./cbor-bytes.js";
import { certificate } from "./certificate-maker.js";
import { type Fault, type Given, type More, type RfcCase, rows } from "./rfc-case.js";
import {
  APP,
  BOOT_AND_FIRMWARE,
  BOOT_SEED,
  claimEntries,
  component,
  DIGESTS,
  goodClaims,
  IMPLEMENTATION_ID,
  NOBODY,
  NONCE,
  type Parties,
  path,
  sign1,
  token,
} from "./token-maker.js";

const fresh = rows("RFC 9334 §10.2");
const endorsed = rows("RFC 9783 §7");
const old = rows("RFC 9783 §4.6");

const other = filled(32, 0x77);
const policies: readonly RfcCase[] = [
  fresh.accepted("a token for this challenge", (p) => token(p)),
  fresh.refused("nonce", "yesterday's token", (p) => token(p), { given: { nonce: other } }),
  fresh.refused(
    "nonce",
    "yesterday's token with its path",
    (p) => token(p, {}, { unprotectedHeader: path(certificate(p)) }),
    {
      given: { nonce: other, trust: "owner" },
    },
  ),
  fresh.refused(["signature"], "yesterday's signature under today's nonce", (p) => {
    const yesterday = token(p, { nonce: bytes(other) });
    return token(p, {}, { signature: () => bytes(yesterday.subarray(-64)) });
  }),
  endorsed.refused("key", "a device that nobody knows", (p) => token(p), { given: { trust: "nobody" } }),
  endorsed.refused("key", "another device, honest but unknown", (p) => token(p, {}, { signer: p.otherDevice })),
  endorsed.refused("key", "a copy of the flash in another device: another key, so another instance id", (p) =>
    token(p, {}, { signer: p.otherDevice, unprotectedHeader: path(certificate(p)) }),
  ),
  endorsed.refused(
    ["path", "key", "instanceId"],
    "the same, where only the owner is known: the certificate was copied along",
    (p) => token(p, {}, { signer: p.otherDevice, unprotectedHeader: path(certificate(p)) }),
    { given: { trust: "owner" } },
  ),
  endorsed.refused("signature", "another device that says it is this one", (p) =>
    token(p, { instanceId: bytes(p.device.instanceId) }, { signer: p.otherDevice }),
  ),
  endorsed.accepted(
    "a known device with a path as well",
    (p) => token(p, {}, { unprotectedHeader: path(certificate(p)) }),
    {
      given: { trust: "both" },
    },
  ),
  endorsed.refused("implementationId", "another implementation", (p) => token(p, { implementationId: bytes(other) })),
  endorsed.refused("component", "an app that is signed and unknown", (p) =>
    token(p, {
      components: array(...BOOT_AND_FIRMWARE, component({ ...APP, value: bytes(other), version: text("9.9.9") })),
    }),
  ),
  endorsed.refused("component", "a firmware that is signed and unknown", (p) =>
    token(p, {
      components: array(
        BOOT_AND_FIRMWARE[0] as Item,
        component({ ...APP, type: text("firmware"), value: bytes(other) }),
        component(APP),
      ),
    }),
  ),
  endorsed.refused("component", "another boot program", (p) =>
    token(p, {
      components: array(
        component({ type: text("boot"), value: bytes(other), version: text("1"), signerId: bytes(NOBODY) }),
        ...BOOT_AND_FIRMWARE.slice(1),
        component(APP),
      ),
    }),
  ),
  endorsed.refused("lifecycle", "a device in debug, all else good", (p) => token(p, { lifecycle: int(0x5000) })),
  endorsed.accepted("a device in debug, where that is asked for", (p) => token(p, { lifecycle: int(0x5000) }), {
    given: { lifecycles: ["secured", "debug"] },
  }),
  endorsed.refused("signature", "a device in debug that says it is secured", (p) => {
    const honest = token(p, { lifecycle: int(0x5000) });
    return token(p, {}, { signature: () => bytes(honest.subarray(-64)) });
  }),
];

/** draft-tschofenig-rats-psa-token-07: labels of private use, in the order of their numbers. */
const OLD_LABELS = Object.freeze({
  ...({ profile: -75000, clientId: -75001, lifecycle: -75002, implementationId: -75003, bootSeed: -75004 } as const),
  ...({ certificationReference: -75005, components: -75006, noMeasurements: -75007, nonce: -75008 } as const),
  ...({ instanceId: -75009, verificationService: -75010 } as const),
} as const);
type OldName = keyof typeof OLD_LABELS;
const oldToken =
  (changes: { readonly [Name in OldName]?: Item | undefined } = {}, ...more: readonly Entry[]) =>
  (p: Parties): Item => {
    const claims: { readonly [Name in OldName]?: Item | undefined } = {
      profile: text("PSA_IOT_PROFILE_1"),
      clientId: int(-1),
      lifecycle: int(0x3000),
      implementationId: bytes(IMPLEMENTATION_ID),
      bootSeed: bytes(BOOT_SEED),
      components: array(...BOOT_AND_FIRMWARE, component(APP)),
      nonce: bytes(NONCE),
      instanceId: bytes(p.device.instanceId),
      ...changes,
    };
    const names = Object.keys(OLD_LABELS) as OldName[];
    return sign1(
      p,
      map(
        ...names.flatMap((name) =>
          claims[name] === undefined ? [] : [[int(OLD_LABELS[name]), claims[name]] as const],
        ),
        ...more,
      ),
    );
  };
const WITHOUT = { components: undefined, noMeasurements: int(1) };
const OLD: Given = { profiles: ["PSA_IOT_PROFILE_1"] };
const NO_REFERENCE = { given: { reference: null } };

const oldAccepted = (name: string, made: RfcCase["token"], more: More = {}): RfcCase =>
  old.accepted(name, made, { ...more, given: { ...more.given, ...OLD } });
const oldRefused = (fault: Fault | readonly Fault[], name: string, made: RfcCase["token"], more: More = {}): RfcCase =>
  old.refused(fault, name, made, { ...more, given: { ...more.given, ...OLD } });
const olds: readonly RfcCase[] = [
  old.refused(
    ["profile", "claims"],
    "PSA_IOT_PROFILE_1, where nobody asked for it: recommended for a time of change",
    oldToken(),
  ),
  oldAccepted("PSA_IOT_PROFILE_1, with labels of its own", oldToken(), { says: { profile: "PSA_IOT_PROFILE_1" } }),
  oldAccepted("PSA_IOT_PROFILE_1 without a profile claim, which was optional", oldToken({ profile: undefined }), {
    says: { profile: "PSA_IOT_PROFILE_1" },
  }),
  oldAccepted("no measurements, said so", oldToken(WITHOUT), NO_REFERENCE),
  oldRefused(["component", "components"], "no measurements, said so, where components are known", oldToken(WITHOUT)),
  oldRefused("components", "no measurements, said so, where one is known that has no name", oldToken(WITHOUT), {
    given: {
      reference: {
        implementationId: IMPLEMENTATION_ID,
        components: [{ type: undefined, value: DIGESTS.app, version: undefined, signerId: undefined }],
      },
    },
  }),
  oldRefused("instanceId", "the device under today's label, another one under its own", (p) =>
    oldToken({ instanceId: bytes(p.otherDevice.instanceId) }, [int(256), bytes(p.device.instanceId)])(p),
  ),
  oldAccepted("the device under both labels", (p) => oldToken({}, [int(256), bytes(p.device.instanceId)])(p)),
  oldRefused("claims", "no measurements, not said so", oldToken({ components: undefined }), NO_REFERENCE),
  oldRefused("claims", "no measurements, and one", oldToken({ noMeasurements: int(1) }), NO_REFERENCE),
  oldRefused("claims", "no boot seed, which was not optional", oldToken({ bootSeed: undefined })),
  oldRefused("claims", "a boot seed of 31 bytes", oldToken({ bootSeed: bytes(filled(31)) })),
  oldRefused("claims", "no lifecycle", oldToken({ lifecycle: undefined })),
  oldRefused("lifecycle", "debug", oldToken({ lifecycle: int(0x5000) })),
  oldRefused("nonce", "another nonce", oldToken({ nonce: bytes(other) })),
  oldAccepted(
    "a certification reference of thirteen digits",
    oldToken({ certificationReference: text("1234567890123") }),
  ),
  oldRefused(
    ["profile", "claims", "key"],
    "the labels of the old profile with the name of the new one",
    oldToken({ profile: text("tag:psacertified.org,2023:psa#tfm") }),
  ),
  oldRefused(
    "component",
    "a digest that is not known",
    oldToken({ components: array(...BOOT_AND_FIRMWARE, component({ ...APP, value: bytes(DIGESTS.boot) })) }),
  ),
];

/** Drafts 08 to 12: the labels of today, and the boot seed under 2397. */
const forerunner = rows("RFC 9783 §4.6, draft 12");
const draft =
  (...more: readonly Entry[]) =>
  (p: Parties): Item => {
    const claims = {
      ...goodClaims(p.device.instanceId),
      profile: text("http://arm.com/psa/2.0.0"),
      bootSeed: undefined,
    };
    return sign1(p, map(...claimEntries(claims), ...more));
  };
const DRAFT: More = { given: { profiles: ["http://arm.com/psa/2.0.0"] } };
const forerunners: readonly RfcCase[] = [
  forerunner.refused(["profile"], "http://arm.com/psa/2.0.0, where nobody asked for it", draft()),
  forerunner.accepted("http://arm.com/psa/2.0.0 without a boot seed", draft(), {
    ...DRAFT,
    says: { bootSeed: undefined },
  }),
  forerunner.accepted("its boot seed under 2397", draft([int(2397), bytes(BOOT_SEED)]), {
    ...DRAFT,
    says: { bootSeed: BOOT_SEED },
  }),
  forerunner.refused("claims", "a boot seed of 33 bytes", draft([int(2397), bytes(filled(33))]), DRAFT),
  forerunner.refused("claims", "a boot seed that is text", draft([int(2397), text("t".repeat(32))]), DRAFT),
];

export const POLICY_CASES: readonly RfcCase[] = [...policies, ...olds, ...forerunners];
