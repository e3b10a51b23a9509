// SPDX-License-Identifier: Apache-2.0
/** RFC 9783 §4.4.1: software components, as a list and one by one, and against reference values. */
import { array, bytes, filled, type Item, int, map, NULL, text } from "./cbor-bytes.js";
import { type More, type RfcCase, rows } from "./rfc-case.js";
import {
  APP,
  BOOT_AND_FIRMWARE,
  type ComponentParts,
  component,
  DIGESTS,
  IMPLEMENTATION_ID,
  NOBODY,
  SIGNER_ID,
  token,
  VERSION,
} from "./token-maker.js";

const { accepted, refused } = rows("RFC 9783 §4.4.1");
type Made = RfcCase["token"];

const NO_REFERENCE: More = { given: { reference: null } };
const listOf =
  (...items: readonly Item[]): Made =>
  (p) =>
    token(p, { components: array(...items) });
const withApp = (parts: ComponentParts): Made => listOf(...BOOT_AND_FIRMWARE, component({ ...APP, ...parts }));

const lists: readonly RfcCase[] = [
  refused("claims", "no component", listOf(), NO_REFERENCE),
  refused("claims", "a component that is no map", listOf(array(int(1))), NO_REFERENCE),
  refused("claims", "a component that is a byte string", listOf(bytes(component(APP))), NO_REFERENCE),
  refused("claims", "a component that is empty", listOf(map()), NO_REFERENCE),
  refused("claims", "a good component and one that is nil", listOf(component(APP), NULL), NO_REFERENCE),
  refused("claims", "components in a map", (p) => token(p, { components: component(APP) }), NO_REFERENCE),
  accepted("one component", listOf(component(APP)), NO_REFERENCE),
];

const hashes: readonly RfcCase[] = (["value", "signerId"] as const).flatMap((name) => [
  refused("claims", `a component without ${name}`, withApp({ [name]: undefined })),
  ...[0, 1, 20, 31, 33, 47, 49, 63, 65].map((length) =>
    refused("claims", `a ${name} of ${length} bytes`, withApp({ [name]: bytes(filled(length)) }), NO_REFERENCE),
  ),
  ...[32, 48, 64].map((length) =>
    accepted(`a ${name} of ${length} bytes`, withApp({ [name]: bytes(filled(length)) }), NO_REFERENCE),
  ),
  refused("claims", `a ${name} that is text`, withApp({ [name]: text("t".repeat(32)) }), NO_REFERENCE),
  refused("claims", `a ${name} that is nil`, withApp({ [name]: NULL }), NO_REFERENCE),
  refused("claims", `a ${name} in an array`, withApp({ [name]: array(bytes(filled(32))) }), NO_REFERENCE),
]);

const texts: readonly RfcCase[] = (["type", "version", "description"] as const).flatMap((name) => [
  accepted(`a component without ${name}`, withApp({ [name]: undefined }), NO_REFERENCE),
  accepted(`a ${name} that is empty: the RFC is silent`, withApp({ [name]: text("") }), NO_REFERENCE),
  accepted(`a ${name} of 64 characters: the RFC has no limit`, withApp({ [name]: text("é".repeat(64)) }), NO_REFERENCE),
  refused("claims", `a ${name} that is a byte string`, withApp({ [name]: bytes(filled(3, 0x61)) }), NO_REFERENCE),
  refused("claims", `a ${name} that is a number`, withApp({ [name]: int(1) }), NO_REFERENCE),
  refused("claims", `a ${name} that is nil`, withApp({ [name]: NULL }), NO_REFERENCE),
  refused("claims", `a ${name} that is not UTF-8`, withApp({ [name]: Uint8Array.of(0x62, 0xc3, 0x28) }), NO_REFERENCE),
]);

const keys: readonly RfcCase[] = [
  accepted(
    "an attribute of a component that is not understood (RFC 9711 §4: ignored)",
    withApp({ more: [[int(7), text("x")]] }),
  ),
  accepted("attribute 3, which was withdrawn", withApp({ more: [[int(3), text("x")]] })),
  refused("claims", "an attribute twice, the same both times", withApp({ more: [[int(2), bytes(DIGESTS.app)]] })),
  refused("claims", "an attribute twice, another each time", withApp({ more: [[int(2), bytes(filled(32))]] })),
  refused(
    "claims",
    "an attribute that is not understood, twice",
    withApp({
      more: [
        [int(7), int(1)],
        [int(7), int(1)],
      ],
    }),
  ),
];

const known = (type: string, value: Uint8Array, version: string | undefined, signerId: Uint8Array | undefined) =>
  Object.freeze({ type, value, version, signerId });
const BOOT = known("boot", DIGESTS.boot, "1", NOBODY);
const FIRMWARE = known("firmware", DIGESTS.firmware, VERSION, SIGNER_ID);
const OLD_APP = known("app", filled(32, 0xa1), "1.2.2", SIGNER_ID);
const NEW_APP = known("app", DIGESTS.app, VERSION, SIGNER_ID);
const against = (...components: readonly ReturnType<typeof known>[]): More => ({
  given: { reference: { implementationId: IMPLEMENTATION_ID, components } },
});
const good = listOf(...BOOT_AND_FIRMWARE, component(APP));
const twice = listOf(...BOOT_AND_FIRMWARE, component(APP), component(APP));

const references: readonly RfcCase[] = [
  accepted("each component is known", good, against(BOOT, FIRMWARE, NEW_APP)),
  accepted(
    "components in another order",
    listOf(component(APP), ...BOOT_AND_FIRMWARE),
    against(BOOT, FIRMWARE, NEW_APP),
  ),
  accepted("one of several known releases", good, against(BOOT, FIRMWARE, OLD_APP, NEW_APP)),
  accepted(
    "a reference without a version",
    good,
    against(BOOT, FIRMWARE, known("app", DIGESTS.app, undefined, SIGNER_ID)),
  ),
  accepted(
    "a reference without a signer",
    good,
    against(BOOT, FIRMWARE, known("app", DIGESTS.app, VERSION, undefined)),
  ),
  refused("component", "another digest than any known", good, against(BOOT, FIRMWARE, OLD_APP)),
  refused(
    "component",
    "the digest of one release with the version of another",
    withApp({ version: text("1.2.2") }),
    against(BOOT, FIRMWARE, OLD_APP, NEW_APP),
  ),
  refused(
    "component",
    "the right digest, and no version where one is known",
    withApp({ version: undefined }),
    against(BOOT, FIRMWARE, NEW_APP),
  ),
  refused(
    "component",
    "the right digest by another signer",
    withApp({ signerId: bytes(filled(32, 0x45)) }),
    against(BOOT, FIRMWARE, NEW_APP),
  ),
  refused(
    "component",
    "the right digest, signed by nobody",
    withApp({ signerId: bytes(NOBODY) }),
    against(BOOT, FIRMWARE, NEW_APP),
  ),
  refused(
    "component",
    "the app's digest as that of the firmware",
    listOf(component({ ...APP, type: text("firmware") }), component(APP)),
    against(FIRMWARE, NEW_APP),
  ),
  refused(
    "component",
    "a type that is not known",
    listOf(...BOOT_AND_FIRMWARE, component(APP), component({ ...APP, type: text("radio") })),
    against(BOOT, FIRMWARE, NEW_APP),
  ),
  refused("component", "a type in other letters", withApp({ type: text("App") }), against(BOOT, FIRMWARE, NEW_APP)),
  refused(
    "component",
    "no type, where all that is known has one",
    withApp({ type: undefined }),
    against(BOOT, FIRMWARE, NEW_APP),
  ),
  refused(["component", "components"], "a component twice", twice, against(BOOT, FIRMWARE, NEW_APP)),
  refused(
    ["component", "components"],
    "two releases of one component at once, each known",
    listOf(
      ...BOOT_AND_FIRMWARE,
      component(APP),
      component({ ...APP, value: bytes(OLD_APP.value), version: text("1.2.2") }),
    ),
    against(BOOT, FIRMWARE, NEW_APP, OLD_APP),
  ),
  refused(
    ["component", "components"],
    "a known component is missing",
    listOf(...BOOT_AND_FIRMWARE),
    against(BOOT, FIRMWARE, NEW_APP),
  ),
  refused(
    ["component", "components"],
    "everything known is missing but one",
    listOf(component(APP)),
    against(BOOT, FIRMWARE, NEW_APP),
  ),
  refused(["component", "components"], "nothing is known", good, against()),
  refused(
    "component",
    "a longer digest that begins as a known one",
    withApp({ value: bytes(new Uint8Array([...DIGESTS.app, ...filled(16, 0)])) }),
    against(BOOT, FIRMWARE, NEW_APP),
  ),
];

export const COMPONENT_CASES: readonly RfcCase[] = [...lists, ...hashes, ...texts, ...keys, ...references];
