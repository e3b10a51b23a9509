// SPDX-License-Identifier: Apache-2.0
/** draft-fdb-rats-psa-endorsements §3.4: device keys, whose they are, and how they are written down. */
import { array, bytes, filled, type Item, int, map, tag, text } from "./cbor-bytes.js";
import { type CorimCase, corimRows } from "./corim-case.js";
import {
  attestKey,
  CLASS,
  digest,
  environment,
  KEY,
  KEY_TEXT,
  type Members,
  measurement,
  members,
  reference,
  UEID,
  withReference,
  withTriples,
} from "./corim-maker.js";

const values = corimRows("draft-fdb-rats-psa-endorsements §3.3");
const keys = corimRows("draft-fdb-rats-psa-endorsements §3.4");
const ofClass = (parts: Members): Item => environment({ 0: members(parts) });

const key = (one: Item): Item => withTriples({ 3: array(attestKey(environment({ 1: UEID }), array(one))) });
const pem = (der: string, label = "PUBLIC KEY"): Item =>
  key(tag(554, text(`-----BEGIN ${label}-----\n${der}\n-----END ${label}-----\n`)));
const DER = KEY_TEXT.split("\n").slice(1, 3).join("");
const instance = (one: Item | undefined): Item => withTriples({ 3: array(attestKey(environment({ 1: one }))) });
const ueid = (first: number, length: number): Item => {
  const id = filled(length, 0x77);
  if (length > 0) id[0] = first;
  return tag(550, bytes(id));
};
const instances: readonly CorimCase[] = [
  keys.taken("a key of an instance", instance(UEID)),
  keys.refused("either", "a key of no instance", instance(undefined)),
  ...[0, 2, 3, 0xff].map((first) =>
    keys.refused("either", `an instance id that begins with ${first}`, instance(ueid(first, 33))),
  ),
  ...[0, 7, 17, 32, 34].map((length) =>
    keys.refused("either", `an instance id of ${length} bytes`, instance(ueid(1, length))),
  ),
  keys.refused("either", "an instance id that is opaque bytes", instance(tag(560, bytes(filled(33, 1))))),
  keys.refused("either", "an instance id that is a UUID", instance(tag(37, bytes(filled(16))))),
  keys.refused("structure", "an instance id without its tag", instance(bytes(filled(33, 1)))),
  keys.refused(
    "structure",
    "a record of no keys",
    withTriples({ 3: array(attestKey(environment({ 1: UEID }), array())) }),
  ),
  keys.refused(
    "structure",
    "a record of two keys",
    withTriples({ 3: array(attestKey(environment({ 1: UEID }), array(KEY, KEY))) }),
  ),
  keys.refused(
    "either",
    "a key under a condition",
    withTriples({ 3: array(array(environment({ 1: UEID }), array(KEY), members({ 0: text("app") }))) }),
  ),
];

/** What a key's tags hold: by draft-ietf-rats-corim-10 §5.1.4.1.6. */
const HELD: Readonly<Record<number, Item>> = Object.freeze({
  ...{ 555: text(KEY_TEXT), 556: text(KEY_TEXT), 557: digest(), 558: map([int(1), int(2)]), 559: digest() },
  ...{ 560: bytes(filled(91)), 561: digest(), 562: bytes(filled(91)) },
});
const shapes: readonly CorimCase[] = [
  ...Object.entries(HELD).map(([number, item]) =>
    keys.refused("either", `a key in tag ${number}`, key(tag(Number(number), item))),
  ),
  keys.refused("structure", "a key that is text alone", key(text(KEY_TEXT))),
  keys.refused("structure", "a key that is bytes", key(tag(554, bytes(filled(91))))),
  keys.refused("structure", "a key without its frame", key(tag(554, text(DER)))),
  keys.refused("structure", "a key of nothing", pem("")),
  keys.refused("structure", "no text", key(tag(554, text("")))),
  ...["PRIVATE KEY", "EC PRIVATE KEY", "CERTIFICATE", "EC PUBLIC KEY", "public key"].map((label) =>
    keys.refused("either", `a key in a frame of ${label}`, pem(DER, label)),
  ),
  keys.refused(
    "structure",
    "a key whose frames differ",
    key(tag(554, text(KEY_TEXT.replace("END PUBLIC", "END PRIVATE")))),
  ),
  keys.refused("structure", "a key without its end", key(tag(554, text(KEY_TEXT.slice(0, 100))))),
  keys.refused("structure", "a key with other letters in it", pem(`!${DER.slice(1)}`)),
  keys.refused("structure", "a key that lacks four letters", pem(DER.slice(4))),
  keys.refused("structure", "a key that lacks its last letters", pem(DER.slice(0, -4))),
  keys.refused("structure", "a key that lacks one letter", pem(DER.slice(1))),
  keys.refused("structure", "a key with four letters behind", pem(DER.replace("==", "AAAA"))),
  keys.refused("structure", "two keys in a text: one it must be", key(tag(554, text(KEY_TEXT + KEY_TEXT)))),
  keys.refused(
    "either",
    "a compressed key: not carried out",
    pem("MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgACYP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Y="),
  ),
  keys.refused("either", "an Ed25519 key", pem("MCowBQYDK2VwAyEAYP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Y=")),
  keys.refused(
    "either",
    "a key on secp256k1",
    pem(DER.replace("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE", "MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAE")),
  ),
];

const uses: readonly CorimCase[] = [
  values.refused(
    "unsupported",
    "no reference values and no key",
    withTriples({ 0: undefined, 3: undefined, 1: array(array(environment(), array(measurement()))) }),
  ),
  values.refused("structure", "a reference to nothing", withReference(reference(ofClass({ 0: CLASS }), array()))),
];

export const PSA_KEY_CASES: readonly CorimCase[] = Object.freeze([...instances, ...shapes, ...uses]);
