// SPDX-License-Identifier: Apache-2.0
/** draft-ietf-rats-corim-10 §4.1 and §7.3: the CoRIM map, its profile, dates and entities, and lists of tags. */
import { array, bytes, filled, type Item, int, join, map, tag, text } from "./cbor-bytes.js";
import { type CorimCase, corimRows } from "./corim-case.js";
import {
  comid,
  comidTag,
  corim,
  corimMap,
  digest,
  EXTENSION,
  KINDS,
  type Members,
  members,
  otherKinds,
  PROFILE,
  time,
  uri,
} from "./corim-maker.js";

const { taken, refused } = corimRows("draft-ietf-rats-corim-10 §4.1");
const dates = corimRows("draft-ietf-rats-corim-10 §7.3");
const lists = corimRows("draft-ietf-rats-corim-10 §4.1.3, §4.1.5");

const broken = (name: string, parts: Members): CorimCase => refused("structure", name, corim(parts));
const wrong = (label: number, name: string, but: readonly string[] = []): readonly CorimCase[] =>
  otherKinds(but).map(([kind, item]) => refused("either", `${kind} in the place of ${name}`, corim({ [label]: item })));
const twice = (label: number, name: string, item: Item): CorimCase =>
  refused("structure", `${name} twice`, corim({ [label]: item }, [int(label), item]));

const whole: readonly CorimCase[] = [
  taken("a CoRIM with reference values and a device key", corim()),
  refused("structure", "a CoRIM without its tag", corimMap()),
  ...[500, 502, 506, 18, 55799].map((number) =>
    refused("structure", `a CoRIM in tag ${number}`, tag(number, corimMap())),
  ),
  refused("structure", "a CoRIM in its tag twice", tag(501, corim())),
  refused("structure", "a CoRIM in a byte string", bytes(corim())),
  refused("structure", "a CoRIM in an array", array(corim())),
  refused("structure", "an array in the place of its map", tag(501, array(text("corim-1"), array(comidTag())))),
  refused("structure", "nothing", new Uint8Array(0)),
  refused("structure", "a tag and nothing in it", Uint8Array.of(0xd9, 0x01, 0xf5)),
  refused("structure", "an empty map", tag(501, map())),
  refused("structure", "a byte behind", join(corim(), int(0))),
  refused("structure", "a second one behind", join(corim(), corim())),
  refused("structure", "a label that is text twice", corim({}, [text("a"), int(1)], [text("a"), int(1)])),
];

const ids: readonly CorimCase[] = [
  broken("no id", { 0: undefined }),
  twice(0, "an id", text("corim-1")),
  taken("an id that is a UUID", corim({ 0: bytes(filled(16)) })),
  ...wrong(0, "an id", ["text"]),
  ...[0, 15, 17, 32].map((length) =>
    refused("either", `an id of ${length} bytes`, corim({ 0: bytes(filled(length)) })),
  ),
  refused("either", "an id that is a UUID in its tag", corim({ 0: tag(37, bytes(filled(16))) })),
  broken("an id that is not UTF-8", { 0: Uint8Array.of(0x62, 0xc3, 0x28) }),
];

const list: readonly CorimCase[] = [
  broken("no tags", { 1: undefined }),
  twice(1, "tags", array(comidTag())),
  ...wrong(1, "tags"),
  broken("a tag that is not in a list", { 1: comidTag() }),
  ...otherKinds([EXTENSION]).map(([kind, item]) =>
    broken(`a tag that is ${kind}, and a good one`, { 1: array(item, comidTag()) }),
  ),
  broken("a module without its tag", { 1: array(bytes(comid())) }),
  broken("a module that is not in a byte string", { 1: array(tag(506, comid())) }),
  broken("a module that is text", { 1: array(tag(506, text("comid"))) }),
  broken("a module of no bytes", { 1: array(comidTag(new Uint8Array(0))) }),
  broken("a module with a byte behind", { 1: array(comidTag(join(comid(), int(0)))) }),
  broken("a module that ends early", { 1: array(comidTag(comid().subarray(0, -1))) }),
  broken("a module in a tag once more", { 1: array(comidTag(comidTag())) }),
  broken("a good module and a broken one", { 1: array(comidTag(), comidTag(map())) }),
  refused("either", "a CoSWID and nothing else", corim({ 1: array(tag(505, bytes(members({ 0: text("swid") })))) })),
  broken("a CoSWID that is no CBOR", { 1: array(comidTag(), tag(505, bytes(Uint8Array.of(0xff)))) }),
];

const profiles: readonly CorimCase[] = [
  refused("unsupported", "no profile: ours has to be named", corim({ 3: undefined })),
  twice(3, "a profile", uri(PROFILE)),
  ...wrong(3, "a profile"),
  broken("a profile that is text and no URI", { 3: text(PROFILE) }),
  broken("a list of profiles, as drafts before had it", { 3: array(uri(PROFILE)) }),
  broken("a URI that is a byte string", { 3: tag(32, bytes(filled(9, 0x61))) }),
  broken("an OID that is text", { 3: tag(111, text("1.2.3")) }),
  refused("unsupported", "an OID that nobody knows", corim({ 3: tag(111, bytes(filled(3))) })),
  ...["", "http://arm.com/psa/iot/1", "tag:arm.com,2025:psa", "tag:arm.com,2025:psa#1.0.1", `${PROFILE} `].map(
    (other) => refused("either", `the profile "${other}"`, corim({ 3: uri(other) })),
  ),
  refused("unsupported", "the profile in capital letters", corim({ 3: uri(PROFILE.toUpperCase()) })),
];

const validity = (parts: Members): Item => corim({ 4: members(parts) });
const valid: readonly CorimCase[] = [
  dates.taken("dates that now is in", validity({ 0: time(999), 1: time(1001) })),
  dates.taken("dates that begin now, and end now", validity({ 0: time(1000), 1: time(1000) })),
  dates.refused("dates", "dates that have passed", validity({ 1: time(999) })),
  dates.refused("dates", "dates to come", validity({ 0: time(1001), 1: time(2000) })),
  dates.refused("dates", "dates, and nobody knows the time", validity({ 1: time(2000) }), null),
  dates.refused("structure", "dates that end before they begin", validity({ 0: time(2000), 1: time(500) })),
  dates.refused("structure", "dates without an end", validity({ 0: time(1) })),
  dates.refused("structure", "dates of something else beside", validity({ 1: time(2000), 2: time(2000) })),
  dates.refused("structure", "an end twice", corim({ 4: map([int(1), time(2000)], [int(1), time(2000)]) })),
  dates.refused(
    "structure",
    "dates twice",
    corim({ 4: members({ 1: time(2000) }) }, [int(4), members({ 1: time(2000) })]),
  ),
  ...otherKinds().map(([kind, item]) => dates.refused("structure", `dates that are ${kind}`, corim({ 4: item }))),
  ...([0, 1] as const).flatMap((label) => [
    ...otherKinds().map(([kind, item]) =>
      dates.refused("structure", `a date that is ${kind} (${label})`, validity({ 1: time(2000), [label]: item })),
    ),
    dates.refused(
      "structure",
      `a date in words (${label})`,
      validity({ 1: time(2000), [label]: tag(0, text("2026-01-01T00:00:00Z")) }),
    ),
    dates.refused(
      "structure",
      `a date that is text in tag 1 (${label})`,
      validity({ 1: time(2000), [label]: tag(1, text("1000")) }),
    ),
    dates.refused(
      "structure",
      `a date that is no number (${label})`,
      validity({ 1: time(2000), [label]: tag(1, Uint8Array.of(0xf9, 0x7e, 0)) }),
    ),
  ]),
];

const entity = (parts: Members): Item => members({ 0: text("maker"), 2: array(int(1)), ...parts });
const entities = (...all: readonly Item[]): Item => corim({ 5: array(...all) });
const people: readonly CorimCase[] = [
  lists.taken(
    "a creator and a signer",
    entities(entity({ 1: uri("https://example.org") }), entity({ 2: array(int(2)) })),
  ),
  lists.refused("structure", "no entity", entities()),
  lists.refused(
    "structure",
    "two signers",
    entities(entity({ 2: array(int(2)) }), entity({ 2: array(int(1), int(2)) })),
  ),
  lists.refused("structure", "an entity without a name", entities(entity({ 0: undefined }))),
  lists.refused("structure", "an entity without a role", entities(entity({ 2: undefined }))),
  lists.refused("structure", "an entity of no roles", entities(entity({ 2: array() }))),
  lists.refused("structure", "an entity whose role is not in a list", entities(entity({ 2: int(1) }))),
  lists.refused(
    "structure",
    "an entity with an address that is text and no URI",
    entities(entity({ 1: text("https://example.org") })),
  ),
  ...otherKinds().map(([kind, item]) => lists.refused("structure", `entities that are ${kind}`, corim({ 5: item }))),
  ...otherKinds().map(([kind, item]) =>
    lists.refused("structure", `an entity that is ${kind}`, entities(entity({}), item)),
  ),
  lists.taken("an entity whose name is of a type that an extension brought", entities(entity({ 0: KINDS[EXTENSION] }))),
  ...otherKinds(["text", EXTENSION]).map(([kind, item]) =>
    lists.refused("either", `an entity whose name is ${kind}`, entities(entity({ 0: item }))),
  ),
];

const locator = (parts: Members): Item => corim({ 2: array(members({ 0: uri("https://example.org/a"), ...parts })) });
const dependent: readonly CorimCase[] = [
  lists.taken("another manifest beside it", locator({ 1: digest() })),
  lists.taken(
    "another manifest at two places",
    locator({ 0: array(uri("https://example.org/a"), uri("https://example.org/b")) }),
  ),
  lists.refused("structure", "no other manifest", corim({ 2: array() })),
  lists.refused("structure", "another manifest without a place", locator({ 0: undefined })),
  lists.refused("structure", "another manifest at no place", locator({ 0: array() })),
  lists.refused(
    "structure",
    "another manifest at a place that is text and no URI",
    locator({ 0: text("https://example.org/a") }),
  ),
  lists.refused("structure", "another manifest with a thumbprint of one part", locator({ 1: array(int(1)) })),
  lists.refused(
    "structure",
    "another manifest with a thumbprint that is no hash",
    locator({ 1: digest(text("sha-256"), text("hash")) }),
  ),
  ...otherKinds().map(([kind, item]) =>
    lists.refused("structure", `other manifests that are ${kind}`, corim({ 2: item })),
  ),
];

export const CORIM_MAP_CASES: readonly CorimCase[] = Object.freeze([
  ...whole,
  ...ids,
  ...list,
  ...profiles,
  ...valid,
  ...people,
  ...dependent,
]);
