// SPDX-License-Identifier: Apache-2.0
/** draft-ietf-rats-corim-10 §5.1: a module (CoMID), and triples of every kind in it, missing, empty, of another type or out of place. */
import { array, bytes, filled, type Item, int, map, tag, text } from "./cbor-bytes.js";
import { type CorimCase, corimRows } from "./corim-case.js";
import { broken, doubled, refusedKinds, unknown } from "./corim-faults.js";
import {
  attestKey,
  comid,
  comidTag,
  corim,
  EXTENSION,
  environment,
  KEY,
  type Members,
  measurement,
  members,
  reference,
  time,
  triples,
  UEID,
  uri,
  withComid,
  withReference,
  withTriples,
} from "./corim-maker.js";

const module = corimRows("draft-ietf-rats-corim-10 §5.1");
const triple = corimRows("draft-ietf-rats-corim-10 §5.1.4");

const identity = (parts: Members): Item => withComid({ 1: members({ 0: text("comid-1"), ...parts }) });
const person = (parts: Members): Item =>
  withComid({ 2: array(members({ 0: text("maker"), 2: array(int(0)), ...parts })) });
const link = (parts: Members): Item => withComid({ 3: array(members({ 0: text("comid-0"), 1: int(0), ...parts })) });
const modules: readonly CorimCase[] = [
  module.taken(
    "a language, an entity, a link and a version",
    withComid({
      0: text("en"),
      1: members({ 0: bytes(filled(16)), 1: int(2) }),
      2: array(members({ 0: text("maker"), 1: uri("https://example.org"), 2: array(int(0), int(1), int(2)) })),
      3: array(members({ 0: text("comid-0"), 1: int(0) })),
    }),
  ),
  broken(module, "an empty module", corim({ 1: array(comidTag(map())) })),
  broken(module, "a module without identity", withComid({ 1: undefined })),
  broken(module, "a module without triples", withComid({ 4: undefined })),
  broken(
    module,
    "an identity twice",
    corim({ 1: array(comidTag(doubled(comid(), 1, members({ 0: text("comid-1") })))) }),
  ),
  broken(module, "triples twice", corim({ 1: array(comidTag(doubled(comid(), 4, triples()))) })),
  broken(module, "an identity without an id", identity({ 0: undefined })),
  broken(module, "an identity of something else beside", identity({ 2: int(0) })),
  ...[0, 15, 17].map((length) => unknown(module, `an id of ${length} bytes`, identity({ 0: bytes(filled(length)) }))),
  ...refusedKinds(module, "an id", (item) => identity({ 0: item }), ["text", EXTENSION]),
  ...refusedKinds(module, "a version", (item) => identity({ 1: item }), ["a number"]),
  ...refusedKinds(module, "a language", (item) => withComid({ 0: item }), ["text"]),
  ...refusedKinds(module, "an identity", (item) => withComid({ 1: item })),
  ...refusedKinds(module, "entities", (item) => withComid({ 2: item })),
  ...refusedKinds(module, "links", (item) => withComid({ 3: item })),
  ...refusedKinds(module, "triples", (item) => withComid({ 4: item }), ["a map"]),
  broken(module, "an entity without a name", person({ 0: undefined })),
  broken(module, "an entity without a role", person({ 2: undefined })),
  broken(module, "an entity of no roles", person({ 2: array() })),
  broken(module, "a link without a target", link({ 0: undefined })),
  broken(module, "a link without a relation", link({ 1: undefined })),
  ...refusedKinds(module, "a relation", (item) => link({ 1: item })),
  module.refused("unsupported", "a module that replaces another: the other is not at hand", link({ 1: int(1) })),
];

const env = environment();
const dependency = (trustees: Item): Item => array(environment(), trustees);
const condition = array(env, array(measurement()));
const series = array(array(array(measurement()), array(measurement())));
/** Good ones of each kind, by its label. */
const TRIPLES: Readonly<Record<number, Item>> = Object.freeze({
  0: reference(),
  1: array(env, array(measurement())),
  2: array(env, array(KEY)),
  3: attestKey(),
  4: dependency(array(environment({ 1: UEID }))),
  5: array(env, array(environment({ 1: UEID }))),
  6: array(env, array(text("swid"))),
  8: array(array(env, array(measurement())), series),
  10: array(array(condition), array(array(env, array(measurement())))),
});
const kinds: readonly CorimCase[] = Object.entries(TRIPLES).flatMap(([label, good]) => {
  const place = Number(label);
  const name = `triples ${label}`;
  const empty = good.slice(0, 1);
  empty[0] = 0x80;
  const longer = good.slice();
  longer[0] = 0x84;
  const shorter = good.slice();
  shorter[0] = 0x81;
  return [
    triple.taken(`${name} as they should be`, withTriples({ [place]: array(good) })),
    broken(triple, `${name}: none`, withTriples({ [place]: array() })),
    broken(triple, `${name} that are not in a list`, withTriples({ [place]: good })),
    broken(triple, `${name}, one of them empty`, withTriples({ [place]: array(good, empty) })),
    broken(
      triple,
      `${name}, one of them of four parts`,
      withTriples({ [place]: array(good, new Uint8Array([...longer, ...map(), ...map()])) }),
    ),
    broken(
      triple,
      `${name}, one of them about nothing`,
      withTriples({ [place]: array(array(map(), array(measurement()))) }),
    ),
    ...refusedKinds(triple, name, (item) => withTriples({ [place]: item })),
    ...refusedKinds(triple, `one of ${name}`, (item) => withTriples({ [place]: array(good, item) })),
    ...refusedKinds(triple, `the first part of one of ${name}`, (item) =>
      withTriples({ [place]: array(array(item, array(measurement()))) }),
    ),
    ...refusedKinds(triple, `the second part of one of ${name}`, (item) =>
      withTriples({ [place]: array(array(environment({ 1: UEID }), item)) }),
    ),
  ];
});
const alone: readonly CorimCase[] = [
  broken(triple, "no triples at all", withTriples({ 0: undefined, 3: undefined })),
  broken(triple, "reference values of one part", withReference(array(env))),
  broken(triple, "reference values of three parts", withReference(array(env, array(measurement()), int(0)))),
  broken(triple, "reference values of nothing", withReference(reference(env, array()))),
  broken(
    triple,
    "a device key under no condition that can be",
    withTriples({ 3: array(array(environment({ 1: UEID }), array(KEY), map())) }),
  ),
  broken(triple, "no device keys", withTriples({ 3: array(attestKey(environment({ 1: UEID }), array())) })),
  broken(triple, "members that are none", withTriples({ 5: array(array(env, array())) })),
  broken(triple, "trustees that are none", withTriples({ 4: array(dependency(array())) })),
];

const cotl = (parts: Members): Item =>
  corim({
    1: array(
      comidTag(),
      tag(
        508,
        bytes(
          members({
            0: members({ 0: text("list") }),
            1: array(members({ 0: text("comid-1") })),
            2: members({ 1: time(2000) }),
            ...parts,
          }),
        ),
      ),
    ),
  });
const ofLists = corimRows("draft-ietf-rats-corim-10 §6.1");
const lists: readonly CorimCase[] = [
  ofLists.taken("a list of tags", cotl({})),
  ofLists.refused("structure", "a list of tags without identity", cotl({ 0: undefined })),
  ofLists.refused("structure", "a list without tags", cotl({ 1: undefined })),
  ofLists.refused("structure", "a list of no tags", cotl({ 1: array() })),
  ofLists.refused("structure", "a list of a tag without an id", cotl({ 1: array(map()) })),
  ofLists.refused("structure", "a list of tags without dates", cotl({ 2: undefined })),
  ofLists.refused("structure", "a list of tags with dates without an end", cotl({ 2: members({ 0: time(1) }) })),
  ofLists.refused(
    "structure",
    "a list of tags that is no map",
    corim({ 1: array(comidTag(), tag(508, bytes(array()))) }),
  ),
];

/** What the draft asks of whoever writes a CoRIM, and of no reader. */
const open: readonly CorimCase[] = [
  triple.taken(
    "a domain that trusts itself: what depends on what is not looked at",
    withTriples({ 4: array(dependency(array(environment()))) }),
  ),
  module.taken(
    "two modules of one id: whoever writes them sees to it that there are none",
    corim({ 1: array(comidTag(), comidTag()) }),
  ),
];

export const COMID_CASES: readonly CorimCase[] = Object.freeze([...modules, ...kinds, ...alone, ...lists, ...open]);
