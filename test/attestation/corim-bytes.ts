// SPDX-License-Identifier: Apache-2.0
/** RFC 8949 under a CoRIM: forms that are well-formed and may come, forms that may not, and more of it than fits. */
import {
  array,
  bytes,
  filled,
  head,
  type Item,
  int,
  join,
  looseArray,
  looseBytes,
  looseMap,
  looseText,
  map,
  tag,
  text,
} from "./cbor-bytes.js";
import { type CorimCase, corimRows } from "./corim-case.js";
import {
  comid,
  comidTag,
  corim,
  corimMap,
  type Members,
  measurement,
  members,
  PROFILE,
  reference,
  SIGNER,
  triples,
  uri,
  withMeasurement,
  withTriples,
  withValues,
} from "./corim-maker.js";

const forms = corimRows("RFC 8949 §3");
const sizes = corimRows("docs/deviations.md, CoRIM");

/** Where an item of any form can stand without harm: a member that nobody knows. */
const anywhere = (item: Item): Item => corim({ 900: item });
const inModule = (item: Item): Item => corim({ 1: array(comidTag(comid({ 900: item }))) });
const BROKEN: Readonly<Record<string, Item>> = Object.freeze({
  "a reserved length": Uint8Array.of(0x1c),
  "a break with nothing to end": Uint8Array.of(0xff),
  "an integer without its bytes": Uint8Array.of(0x1a, 1),
  "a chunk of text in bytes": Uint8Array.of(0x5f, 0x61, 0x61, 0xff),
  "bytes in pieces without an end": Uint8Array.of(0x5f, 0x41, 0x61),
  "a map with a key and no value": Uint8Array.of(0xbf, 0x01, 0xff),
  "a tag with nothing in it": Uint8Array.of(0xd8, 0x20),
  "a simple value in two bytes that fits one": Uint8Array.of(0xf8, 0x14),
  "text that is not UTF-8": Uint8Array.of(0x62, 0xc3, 0x28),
  "a map with the same key twice": map([int(1), int(1)], [int(1), int(2)]),
  "a map with the same key in two forms": map([int(1), int(1)], [int(1, 2), int(2)]),
  "bytes longer than there are": head(2, 0xffffffff),
  "text longer than there is": head(3, 0xffffffff),
  "an array of more items than there are": head(4, 0xffffffff),
  "a map of more entries than there are": head(5, 0xffffffff),
  "bytes of a length beyond 53 bits": Uint8Array.of(0x5b, ...filled(8, 0xff)),
  "an array of a length beyond 53 bits": Uint8Array.of(0x9b, ...filled(8, 0xff)),
});
const broken: readonly CorimCase[] = Object.entries(BROKEN).flatMap(([name, item]) => [
  forms.refused("either", name, anywhere(item)),
  forms.refused("either", `${name}, in a module`, inModule(item)),
]);

const entriesOf = (parts: Members): (readonly [Item, Item])[] =>
  Object.entries(parts).map(([label, value]) => [int(Number(label)), value as Item]);
const MAP: Members = Object.freeze({ 0: text("corim-1"), 1: array(comidTag()), 3: uri(PROFILE) });
const variants: readonly CorimCase[] = [
  forms.taken("a member that nobody knows", anywhere(int(0))),
  forms.taken("a member that nobody knows, in a module", inModule(int(0))),
  forms.taken("a map of indefinite length", tag(501, looseMap(...entriesOf(MAP)))),
  forms.taken("members in another order", tag(501, map(...entriesOf(MAP).reverse()))),
  forms.taken("tags in an array of indefinite length", corim({ 1: looseArray(comidTag()) })),
  forms.taken("an id in pieces", corim({ 0: looseText("cor", "im-1") })),
  forms.taken(
    "a module in pieces",
    corim({ 1: array(tag(506, looseBytes(comid().subarray(0, 9), comid().subarray(9)))) }),
  ),
  forms.taken("a label in a longer form", tag(501, map([int(0, 2), text("corim-1")], ...entriesOf(MAP).slice(1)))),
  forms.taken("a tag in a longer form", join(head(6, 501, 8), corimMap())),
  forms.refused("structure", "a label in two forms", tag(501, map([int(0, 2), text("corim-1")], ...entriesOf(MAP)))),
  forms.refused(
    "structure",
    "a label in two forms, in a module",
    withTriples({
      0: array(array(map([int(0), members({ 0: SIGNER })], [int(0, 4), members({ 0: SIGNER })]), array(measurement()))),
    }),
  ),
];

const nested = (levels: number, item: Item): Item => join(filled(levels, 0x81), item);
const limits: readonly CorimCase[] = [
  ...[25, 1000, 60_000].flatMap((levels) => [
    sizes.refused("unsupported", `${levels} levels of arrays`, anywhere(nested(levels, int(0)))),
    sizes.refused("unsupported", `${levels} levels of arrays, in a module`, inModule(nested(levels, int(0)))),
    sizes.refused("unsupported", `${levels} levels of tags`, anywhere(join(filled(levels, 0xc6), int(0)))),
  ]),
  sizes.refused("either", "levels of arrays with nothing in the last", anywhere(filled(60_000, 0x81))),
  sizes.refused("unsupported", "8192 items in a list", anywhere(array(...Array.from({ length: 8192 }, () => int(0))))),
  sizes.refused(
    "unsupported",
    "8192 items in a list, in a module",
    inModule(array(...Array.from({ length: 8192 }, () => int(0)))),
  ),
  sizes.refused(
    "unsupported",
    "8192 keys of a device",
    withTriples({
      3: array(
        array(
          members({ 0: members({ 0: SIGNER }) }),
          array(...Array.from({ length: 8192 }, () => tag(560, bytes(filled(1))))),
        ),
      ),
    }),
  ),
  sizes.refused("unsupported", "more than 64 KiB", anywhere(bytes(filled(65_536)))),
  sizes.refused(
    "structure",
    "a thousand authorities",
    withMeasurement({ 2: array(...Array.from({ length: 1000 }, () => SIGNER)) }),
  ),
  sizes.refused(
    "structure",
    "a thousand signers",
    withValues({ 13: array(...Array.from({ length: 1000 }, () => SIGNER)) }),
  ),
  sizes.refused(
    "structure",
    "a thousand hashes, two of them the same",
    withValues({ 2: array(...Array.from({ length: 1000 }, (_, i) => array(text(`h-${i % 999}`), bytes(filled(32))))) }),
  ),
  sizes.taken(
    "two hundred modules",
    corim({
      1: array(
        ...Array.from({ length: 200 }, (_, i) =>
          comidTag(
            comid({ 1: members({ 0: text(`comid-${i}`) }), 4: triples({ 0: array(reference()), 3: undefined }) }),
          ),
        ),
      ),
    }),
  ),
  sizes.refused(
    "structure",
    "a key of 60 KB",
    withTriples({
      3: array(
        array(
          members({ 0: members({ 0: SIGNER }), 1: tag(550, bytes(filled(33, 1))) }),
          array(tag(554, text("A".repeat(60_000)))),
        ),
      ),
    }),
  ),
];

export const BYTES_CASES: readonly CorimCase[] = Object.freeze([...broken, ...variants, ...limits]);
