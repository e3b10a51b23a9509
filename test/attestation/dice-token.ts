// SPDX-License-Identifier: Apache-2.0
/** What boot measured, in the alias key's certificate, against what the token says (docs/decisions/0009): they have to agree in everything both have. */
import { array, bytes, filled, type Item, int, join, text } from "./cbor-bytes.js";
import {
  aliasToken,
  configuration,
  type DiceClaims,
  diceCertificate,
  Lifecycle,
  type Measured,
  Start,
} from "./dice-maker.js";
import { type More, type RfcCase, rows } from "./rfc-case.js";
import { APP, BOOT_AND_FIRMWARE, type Claims, component, DIGESTS, type Parties } from "./token-maker.js";

const { accepted, refused } = rows("Open Profile for DICE v2.6, input values");
const ANY: More = { given: { reference: null } };
const ZEROS = filled(32, 0);

/** A good token with a certificate that says something else, or the other way round. */
const pair =
  (certificate: DiceClaims, claims: Claims = {}) =>
  (p: Parties): Item =>
    aliasToken(p, [diceCertificate(p, { claims: certificate })], claims);
const measured = (words: Measured): DiceClaims => ({ configurationDescriptor: bytes(configuration(words)) });
const mode = (value: number): DiceClaims => ({ mode: bytes(Uint8Array.of(value)) });
const code = (...parts: readonly Uint8Array[]): DiceClaims => ({ codeHash: bytes(join(...parts)) });
const differs = (name: string, certificate: DiceClaims, claims: Claims = {}, more: More = ANY): RfcCase =>
  refused("certificate", name, pair(certificate, claims), more);

function flipped(digest: Uint8Array, at: number): Uint8Array {
  const other = digest.slice();
  other[at] = (other[at] as number) ^ 0x80;
  return other;
}

const { boot, firmware, app } = DIGESTS;
const codes: readonly RfcCase[] = [
  differs("other firmware", code(flipped(firmware, 0), app)),
  differs("firmware that differs at its end", code(flipped(firmware, 31), app)),
  differs("another app", code(firmware, flipped(app, 0))),
  differs("an app that differs at its end", code(firmware, flipped(app, 31))),
  differs("firmware and app the other way round", code(app, firmware)),
  differs("no app", code(firmware, ZEROS)),
  differs("no firmware", code(ZEROS, app)),
  differs("nothing", code(ZEROS, ZEROS)),
  differs("boot in the place of firmware", code(boot, app)),
  differs("firmware twice", code(firmware, firmware)),
];

const [BOOT, FIRMWARE] = BOOT_AND_FIRMWARE as [Item, Item];
const FIRMWARE_PARTS = Object.freeze({ ...APP, type: text("firmware"), value: bytes(firmware) });
const list = (...items: readonly Item[]): Claims => ({ components: array(...items) });
const components: readonly RfcCase[] = [
  differs("a token without its app", {}, list(BOOT, FIRMWARE)),
  differs("a token without firmware", {}, list(BOOT, component(APP))),
  differs("a token with boot alone", {}, list(BOOT)),
  differs(
    "an app that the token has under another type",
    {},
    list(BOOT, FIRMWARE, component({ ...APP, type: text("App") })),
  ),
  differs("an app of no type", {}, list(BOOT, FIRMWARE, component({ ...APP, type: undefined }))),
  differs(
    "a second app that was not measured",
    {},
    list(BOOT, FIRMWARE, component(APP), component({ ...APP, value: bytes(flipped(app, 0)) })),
  ),
  differs(
    "a second app before the one that was measured",
    {},
    list(BOOT, FIRMWARE, component({ ...APP, value: bytes(flipped(app, 0)) }), component(APP)),
  ),
  differs(
    "second firmware that was not measured",
    {},
    list(BOOT, FIRMWARE, component({ ...FIRMWARE_PARTS, value: bytes(flipped(firmware, 9)) }), component(APP)),
  ),
  ...[48, 64].map((length) =>
    differs(
      `an app's hash of ${length} bytes that begins as the measured one`,
      {},
      list(BOOT, FIRMWARE, component({ ...APP, value: bytes(join(app, filled(length - 32))) })),
    ),
  ),
  differs("an app in the token that was not started", { ...code(firmware, ZEROS), ...measured({ app: [0, 0] }) }),
];

const versions: readonly RfcCase[] = [
  ...(["firmware", "app"] as const).flatMap((name) => [
    differs(`a later build of ${name}`, measured({ [name]: [5, 0x01020003] })),
    differs(`a later revision of ${name}`, measured({ [name]: [4, 0x01020004] })),
    differs(`a later minor version of ${name}`, measured({ [name]: [4, 0x01030003] })),
    differs(`a later major version of ${name}`, measured({ [name]: [4, 0x02020003] })),
    differs(`no version of ${name}`, measured({ [name]: [0, 0] })),
    differs(`a version of ${name} in the other order`, measured({ [name]: [0x01020003, 4] })),
  ]),
  ...[
    "",
    "1.2.3",
    "1.2.3+5",
    "1.2.3+04",
    "01.2.3+4",
    "1.2.3+4 ",
    " 1.2.3+4",
    "1.2.3+4.0",
    "257.2.3+4",
    "1.2.3+4294967300",
    "1.2.3+4x",
    "v1.2.3+4",
    "+1.2.3+4",
  ].map((version) =>
    differs(
      `a token that has version "${version}" of the app`,
      {},
      list(BOOT, FIRMWARE, component({ ...APP, version: text(version) })),
    ),
  ),
  differs("a token without a version of the app", {}, list(BOOT, FIRMWARE, component({ ...APP, version: undefined }))),
];

const STATES = Object.freeze({
  assembly: 0x1000,
  provisioning: 0x2000,
  secured: 0x3000,
  debug: 0x5000,
  decommissioned: 0x6000,
} as const);
/** Of an app in each state: devices/boot/boot.c, `mode_of`. */
const MODES = Object.freeze({ assembly: 2, provisioning: 1, secured: 1, debug: 2, decommissioned: 2 } as const);
const NAMES = ["assembly-and-test", "provisioning", "secured", "non-psa-rot-debug", "debug", "decommissioned"] as const;
const ANY_STATE: More = { given: { reference: null, lifecycles: NAMES } };

const states: readonly RfcCase[] = (Object.keys(STATES) as (keyof typeof STATES)[]).flatMap((said) =>
  (Object.keys(STATES) as (keyof typeof STATES)[])
    .filter((was) => was !== said)
    .map((was) =>
      differs(
        `a token that says ${said} of a device in ${was}`,
        { ...measured({ lifecycle: Lifecycle[was] }), ...mode(MODES[was]) },
        { lifecycle: int(STATES[said]) },
        ANY_STATE,
      ),
    ),
);

const modes: readonly RfcCase[] = [
  differs("mode not configured with a secured token", mode(0)),
  differs("mode debug with a secured token", mode(2)),
  differs("mode recovery with a secured token and its app", mode(3)),
  refused("path", "a mode that the profile does not have: it may count as not configured", pair(mode(4)), ANY),
  refused("path", "mode 255", pair(mode(255)), ANY),
  differs(
    "mode normal with a token of a device in debug",
    { ...measured({ lifecycle: Lifecycle.debug }), ...mode(1) },
    { lifecycle: int(0x5000) },
    ANY_STATE,
  ),
  differs(
    "a token that says that the root of trust is not in debug, when boot measured that it is",
    { ...measured({ lifecycle: Lifecycle.debug }), ...mode(2) },
    { lifecycle: int(0x4000) },
    ANY_STATE,
  ),
  accepted(
    "mode debug with a token of a device in debug",
    pair({ ...measured({ lifecycle: Lifecycle.debug }), ...mode(2) }, { lifecycle: int(0x5000) }),
    ANY_STATE,
  ),
  refused(
    "lifecycle",
    "mode debug with a token that says so, where secured is asked for",
    pair({ ...measured({ lifecycle: Lifecycle.debug }), ...mode(2) }, { lifecycle: int(0x5000) }),
    ANY,
  ),
];

const configurations: readonly RfcCase[] = [
  ...[0, 2, 0x01000000, 0xffffffff].map((form) => differs(`a configuration of form ${form}`, measured({ form }))),
  ...[0, 1, 0xffffffff].map((lifecycle) =>
    differs(`a lifecycle that boot does not have: ${lifecycle}`, measured({ lifecycle })),
  ),
  ...[0, Start.service, Start.nothing].map((start) =>
    differs(`an app's token of a start that had none: ${start}`, measured({ start })),
  ),
  differs("a token of the service app, of a start with the app", {}, { clientId: int(-2) }),
  differs("a token of a secure partition, which there is none of", {}, { clientId: int(1) }),
  differs("a configuration of zeros", { configurationDescriptor: bytes(filled(64, 0)) }),
  differs("words in the other byte order", { configurationDescriptor: bytes(configuration({}, false)) }),
  ...[0, 1, 23].map((at) =>
    differs(
      `something at byte ${40 + at} of the configuration, where nothing is`,
      measured({ rest: flipped(filled(24, 0), at) }),
    ),
  ),
];

/** A start without an app: the firmware's own service app asks (devices/boot/boot.c, `mode_of`). */
const SERVICE: DiceClaims = {
  ...code(firmware, ZEROS),
  ...measured({ start: Start.service, app: [0, 0] }),
  ...mode(3),
};
const BY_SERVICE: Claims = { clientId: int(-2), ...list(BOOT, FIRMWARE) };
const services: readonly RfcCase[] = [
  accepted("the service app's token of a start without an app", pair(SERVICE, BY_SERVICE), ANY),
  differs("an app's token of a start without an app", SERVICE, { ...BY_SERVICE, clientId: int(-1) }),
  differs("a token with an app, of a start without one", SERVICE, { clientId: int(-2) }),
  differs("mode normal of a start without an app", { ...SERVICE, ...mode(1) }, BY_SERVICE),
  differs("mode debug of a start without an app", { ...SERVICE, ...mode(2) }, BY_SERVICE),
  differs(
    "no app in the token of a start that had one",
    { ...SERVICE, ...measured({ start: Start.app, app: [0, 0] }) },
    BY_SERVICE,
  ),
  differs(
    "a device in debug, under the mode of a start without an app",
    { ...SERVICE, ...measured({ start: Start.service, app: [0, 0], lifecycle: Lifecycle.debug }) },
    { ...BY_SERVICE, lifecycle: int(0x5000) },
    ANY_STATE,
  ),
];

export const DICE_TOKEN_CASES: readonly RfcCase[] = Object.freeze([
  ...codes,
  ...components,
  ...versions,
  ...states,
  ...modes,
  ...configurations,
  ...services,
]);
