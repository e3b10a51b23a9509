// SPDX-License-Identifier: Apache-2.0
/** draft-ietf-rats-corim-10 §5.1.4: environments and measurements, each member of another type, length or number, and out of its place. */
import { array, bytes, FLOAT_3000, filled, type Item, int, map, NULL, tag, text } from "./cbor-bytes.js";
import { type CorimCase, corimRows } from "./corim-case.js";
import { broken, doubled, refusedKinds, unknown } from "./corim-faults.js";
import {
  CLASS,
  digest,
  EXTENSION,
  environment,
  type Members,
  members,
  SIGNER,
  UEID,
  values,
  withEnvironment,
  withMeasurement,
  withTriples,
} from "./corim-maker.js";

const environments = corimRows("draft-ietf-rats-corim-10 §5.1.4.1");
const measured = corimRows("draft-ietf-rats-corim-10 §5.1.4.1.5");

const env = environment();

const cls = (parts: Members): Item => withEnvironment(environment({ 0: members({ 0: CLASS, ...parts }) }));
const places: readonly CorimCase[] = [
  environments.taken("a class with vendor and model", cls({ 1: text("maker"), 2: text("lock") })),
  broken(environments, "an environment that says nothing", withEnvironment(map())),
  broken(environments, "an environment with something else beside", withEnvironment(environment({ 3: int(0) }))),
  broken(environments, "a class that says nothing", withEnvironment(environment({ 0: map() }))),
  broken(environments, "a class with something else beside", cls({ 5: int(0) })),
  broken(environments, "a model without its vendor", cls({ 2: text("lock") })),
  ...refusedKinds(environments, "a class", (item) => withEnvironment(environment({ 0: item }))),
  ...refusedKinds(environments, "a class id", (item) => cls({ 0: item })),
  ...refusedKinds(environments, "a vendor", (item) => cls({ 1: item }), ["text"]),
  ...refusedKinds(environments, "a model", (item) => cls({ 1: text("maker"), 2: item }), ["text"]),
  ...([3, 4] as const).flatMap((label) =>
    refusedKinds(environments, `number ${label} of a class`, (item) => cls({ [label]: item }), ["a number"]),
  ),
  ...([1, 2] as const).flatMap((label) =>
    refusedKinds(environments, `part ${label} of an environment`, (item) =>
      withEnvironment(environment({ [label]: item })),
    ),
  ),
  ...[0, 6, 34].map((length) =>
    broken(
      environments,
      `a UEID of ${length} bytes`,
      withEnvironment(environment({ 1: tag(550, bytes(filled(length, 1))) })),
    ),
  ),
  broken(environments, "a UUID of 15 bytes", cls({ 0: tag(37, bytes(filled(15))) })),
  unknown(environments, "an implementation id in the tag of drafts before", cls({ 0: tag(600, bytes(filled(32))) })),
];

/** Values by label: good, and forms that none of them has. */
const VALUES: Readonly<Record<number, readonly [good: Item, ...broken: Item[]]>> = Object.freeze({
  0: [
    members({ 0: text("1") }),
    map(),
    members({ 1: int(1) }),
    members({ 0: int(1) }),
    members({ 0: text("1"), 2: int(1) }),
    members({ 0: text("1"), 1: NULL }),
  ],
  1: [tag(552, int(1)), int(-1), tag(552, text("1")), tag(553, int(-1)), FLOAT_3000],
  2: [
    array(digest()),
    array(),
    digest(),
    array(array(text("sha-256"))),
    array(array(text("sha-256"), bytes(filled(32)), int(0))),
    array(digest(bytes(filled(1)))),
    array(digest(text("sha-256"), text("hash"))),
    array(digest(), digest()),
  ],
  3: [members({ 1: int(0) }), map(), members({ 1: NULL })],
  4: [
    tag(560, bytes(filled(4))),
    bytes(filled(4)),
    tag(560, text("raw")),
    tag(563, bytes(filled(4))),
    tag(563, array(bytes(filled(4)))),
    tag(563, array(bytes(filled(4)), text("mask"))),
  ],
  6: [bytes(filled(6)), bytes(filled(5)), bytes(filled(7)), bytes(filled(9))],
  7: [bytes(filled(4)), bytes(filled(3)), bytes(filled(5)), bytes(filled(15)), bytes(filled(17))],
  8: [text("1"), int(1)],
  9: [bytes(filled(33, 1)), bytes(filled(6)), bytes(filled(34)), UEID],
  10: [bytes(filled(16)), bytes(filled(15)), bytes(filled(17))],
  11: [text("app"), int(1)],
  13: [
    array(SIGNER),
    array(),
    SIGNER,
    array(bytes(filled(32))),
    array(tag(554, bytes(filled(9)))),
    array(tag(557, bytes(filled(32)))),
    array(tag(558, bytes(filled(32)))),
    array(tag(562, text("x"))),
  ],
  14: [
    members({ 0: array(digest()) }),
    map(),
    members({ 0: array() }),
    members({ 0: digest() }),
    map([int(-1), array(digest())]),
  ],
  15: [int(1), tag(564, array(int(1))), tag(564, array(int(1), text("2"))), tag(564, array(int(1), int(2), int(3)))],
});
/** In an endorsed value, where the profile asks nothing of it. */
const endorsed = (parts: Members): Item => withTriples({ 1: array(array(env, array(members({ 1: members(parts) })))) });
const FLAGS = members({ 1: Uint8Array.of(0xf5) });
const content: readonly CorimCase[] = Object.entries(VALUES).flatMap(([label, [good, ...others]]) => [
  measured.taken(`value ${label} as it should be`, endorsed({ [label]: label === "3" ? FLAGS : good })),
  ...others.map((item, i) =>
    unknown(measured, `value ${label} in the ${i + 1}. form that it does not have`, endorsed({ [label]: item })),
  ),
  unknown(measured, `value ${label} that is nil`, endorsed({ [label]: NULL })),
  unknown(measured, `value ${label} in an array too many`, endorsed({ [label]: array(array(array(good))) })),
]);

const claim = (parts: Members): Item =>
  withTriples({ 1: array(array(env, array(members({ 1: members({ 8: text("1") }), ...parts })))) });
const measurements: readonly CorimCase[] = [
  measured.taken("a measurement without a key", claim({})),
  broken(measured, "a measurement of nothing", claim({ 1: undefined })),
  broken(measured, "a measurement of no values", claim({ 1: map() })),
  broken(measured, "a measurement with something else beside", claim({ 3: int(0) })),
  broken(measured, "a measurement by nobody", claim({ 2: array() })),
  broken(measured, "a mask without what it masks", endorsed({ 5: bytes(filled(4)) })),
  ...refusedKinds(measured, "a measurement's key", (item) => claim({ 0: item }), ["a number", "text", EXTENSION]),
  ...refusedKinds(measured, "a measurement's values", (item) => claim({ 1: item }), ["a map"]),
  ...refusedKinds(measured, "a measurement's authority", (item) => claim({ 2: item })),
  broken(measured, "values twice", withMeasurement({ 1: doubled(values(), 11, text("app")) })),
];

export const MEASURED_CASES: readonly CorimCase[] = Object.freeze([...places, ...content, ...measurements]);
