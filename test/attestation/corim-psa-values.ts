// SPDX-License-Identifier: Apache-2.0
/** draft-fdb-rats-psa-endorsements §3.2, §3.3: what the PSA profile asks of environments and of reference values, beyond what CoRIM does. */
import { array, bytes, FLOAT_3000, filled, type Item, int, map, NULL, TRUE, tag, text } from "./cbor-bytes.js";
import { type CorimCase, corimRows } from "./corim-case.js";
import {
  attestKey,
  CLASS,
  digest,
  environment,
  KEY,
  type Members,
  measurement,
  members,
  reference,
  SIGNER,
  UEID,
  withEnvironment,
  withMeasurement,
  withReference,
  withTriples,
  withValues,
} from "./corim-maker.js";

const linkage = corimRows("draft-fdb-rats-psa-endorsements §3.2");
const values = corimRows("draft-fdb-rats-psa-endorsements §3.3");

/** The environment of reference values, and of a key. */
const SUBJECTS: Readonly<Record<string, (parts: Members) => Item>> = Object.freeze({
  "reference values": (parts) => withEnvironment(environment(parts)),
  "a key": (parts) => withTriples({ 3: array(attestKey(environment({ 1: UEID, ...parts }))) }),
});
const subjects: readonly CorimCase[] = Object.entries(SUBJECTS).flatMap(([what, make]) => [
  ...[0, 16, 31, 33, 48, 64].map((length) =>
    linkage.refused(
      "structure",
      `${what} of an implementation id of ${length} bytes`,
      make({ 0: members({ 0: tag(560, bytes(filled(length))) }) }),
    ),
  ),
  linkage.refused(
    "either",
    `${what} of a class that is a UUID`,
    make({ 0: members({ 0: tag(37, bytes(filled(16))) }) }),
  ),
  linkage.refused(
    "either",
    `${what} of a class that is an OID`,
    make({ 0: members({ 0: tag(111, bytes(filled(32))) }) }),
  ),
  linkage.refused(
    "either",
    `${what} of a vendor's model without an implementation id`,
    make({ 0: members({ 1: text("maker"), 2: text("lock") }) }),
  ),
  linkage.refused("either", `${what} without a class`, make({ 0: undefined, 1: UEID })),
  linkage.refused("either", `${what} of a group`, make({ 2: tag(37, bytes(filled(16))) })),
  linkage.refused("either", `${what} of one layer`, make({ 0: members({ 0: CLASS, 3: int(0) }) })),
  linkage.refused("either", `${what} of one index`, make({ 0: members({ 0: CLASS, 4: int(0) }) })),
  linkage.refused("structure", `${what} with its class twice`, make({ 0: map([int(0), CLASS], [int(0), CLASS]) })),
]);
const narrow: readonly CorimCase[] = [
  linkage.refused(
    "either",
    "reference values of one device: a token of another must not match them",
    withEnvironment(environment({ 1: UEID })),
  ),
];

const byDigests = (...all: readonly Item[]): Item => withValues({ 2: array(...all) });
const val = (alg: string, length: number): Item => digest(text(alg), bytes(filled(length)));
const digests: readonly CorimCase[] = [
  values.taken("hashes of the three lengths", byDigests(val("sha-256", 32), val("sha-384", 48), val("sha-512", 64))),
  values.refused("structure", "a component without a hash", withValues({ 2: undefined })),
  values.refused("structure", "a component of no hashes", byDigests()),
  ...[0, 1, 20, 28, 31, 33, 47, 49, 63, 65].map((length) =>
    values.refused("structure", `a hash of ${length} bytes`, byDigests(val("sha-256", length))),
  ),
  ...[0, 20, 31, 33, 65].map((length) =>
    values.refused("either", `${length} bytes of a hash that is not known by name`, byDigests(val("sha-5", length))),
  ),
  ...(
    [
      ["sha-256", 48],
      ["sha-256", 64],
      ["sha-384", 32],
      ["sha-384", 64],
      ["sha-512", 32],
      ["sha-512", 48],
      ["sha3-256", 64],
      ["sha3-512", 32],
    ] as const
  ).map(([alg, length]) => values.refused("structure", `${length} bytes of ${alg}`, byDigests(val(alg, length)))),
  values.refused("structure", "the same hash twice", byDigests(val("sha-256", 32), val("sha-256", 32))),
  values.refused(
    "structure",
    "two values of one hash",
    byDigests(digest(), digest(text("sha-256"), bytes(filled(32, 1)))),
  ),
  values.refused(
    "structure",
    "two values of one hash, by its name and by its number",
    byDigests(digest(), digest(int(1), bytes(filled(32, 1)))),
  ),
  values.refused("either", "a hash by a number that nobody has", byDigests(digest(int(77)))),
  values.refused(
    "either",
    "a hash cut short, by its number (SHA-256-64)",
    byDigests(digest(int(3), bytes(filled(15)))),
  ),
  ...[NULL, TRUE, FLOAT_3000, bytes(filled(7)), array()].map((alg, i) =>
    values.refused("structure", `a hash whose algorithm is no word (${i})`, byDigests(digest(alg))),
  ),
  ...[NULL, text("hash"), int(1), array(bytes(filled(32))), tag(560, bytes(filled(32)))].map((one, i) =>
    values.refused("structure", `a hash that is no byte string (${i})`, byDigests(digest(text("sha-256"), one))),
  ),
];

const signers: readonly CorimCase[] = [
  values.refused("structure", "a component without its signer", withValues({ 13: undefined })),
  values.refused("structure", "a component of no signers", withValues({ 13: array() })),
  values.refused(
    "structure",
    "a component of two signers",
    withValues({ 13: array(SIGNER, tag(560, bytes(filled(32)))) }),
  ),
  ...[0, 20, 31, 33, 47, 65].map((length) =>
    values.refused(
      "structure",
      `a signer id of ${length} bytes`,
      withValues({ 13: array(tag(560, bytes(filled(length)))) }),
    ),
  ),
  values.refused("either", "a signer that is a key and not an id", withValues({ 13: array(KEY) })),
  values.refused("either", "a signer that is a thumbprint", withValues({ 13: array(tag(557, digest())) })),
  ...[48, 64].map((length) =>
    values.taken(`a signer id of ${length} bytes`, withValues({ 13: array(tag(560, bytes(filled(length)))) })),
  ),
];

/** Members of CoRIM that the profile's map of values does not have: they would narrow or widen what is meant. */
const OTHERS: Readonly<Record<number, Item>> = Object.freeze({
  ...{ 1: int(1), 3: members({ 1: TRUE }), 4: tag(560, bytes(filled(4))), 6: bytes(filled(6)), 7: bytes(filled(4)) },
  ...{ 8: text("1"), 9: bytes(filled(33, 1)), 10: bytes(filled(16)), 14: members({ 0: array(digest()) }), 15: int(1) },
});
const components: readonly CorimCase[] = [
  values.taken("a component without a version", withValues({ 0: undefined })),
  values.taken("a component without a name", withValues({ 11: undefined })),
  values.refused(
    "structure",
    "a version with a scheme",
    withValues({ 0: members({ 0: text("1.2.3+4"), 1: int(16384) }) }),
  ),
  values.refused("structure", "a component without its key", withMeasurement({ 0: undefined })),
  ...["", "psa.software-components", "PSA.software-component", "psa.software-component ", "cca.software-component"].map(
    (key) => values.refused("either", `a component under the key "${key}"`, withMeasurement({ 0: text(key) })),
  ),
  values.refused("either", "a component under a number", withMeasurement({ 0: int(1) })),
  values.refused(
    "either",
    "a component under a tag of drafts before",
    withMeasurement({ 0: tag(601, map([int(1), text("app")])) }),
  ),
  values.refused("structure", "a component that somebody authorized", withMeasurement({ 2: array(KEY) })),
  ...Object.entries(OTHERS).map(([label, item]) =>
    values.refused("either", `a component with value ${label} beside`, withValues({ [label]: item })),
  ),
  values.refused("either", "a component with a value that nobody knows beside", withValues({ 99: int(1) })),
  values.refused(
    "either",
    "a good component and one of another kind",
    withReference(reference(environment(), array(measurement(), measurement({ 0: int(1) })))),
  ),
];

export const PSA_VALUE_CASES: readonly CorimCase[] = Object.freeze([
  ...subjects,
  ...narrow,
  ...digests,
  ...signers,
  ...components,
]);
