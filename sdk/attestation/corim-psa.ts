// SPDX-License-Identifier: Apache-2.0
/**
 * The PSA profile of CoRIM (draft-fdb-rats-psa-endorsements): reference values and verification keys out of a CoRIM that was
 * parsed. What the profile forbids is refused as malformed; what narrows a statement in a way that we cannot carry out is
 * refused as unsupported, as leaving it out would widen it.
 */
import { equalPublicBytes } from "../bytes/bytes.js";
import { CborTag, type CborValue } from "../cbor/value.js";
import { ProtocolError } from "../errors/security-error.js";
import type { Corim, CorimMap } from "./corim.js";
import { parsePkixKey } from "./corim-keys.js";
import { refuse, type Where } from "./corim-shape.js";
import { CorimTag, SUPPLEMENTS, TripleLabel } from "./corim-shapes.js";
import type { ReferenceComponent, ReferenceValues } from "./reference-values.js";

export const PSA_CORIM_PROFILE = "tag:arm.com,2025:psa#1.0.0";
export const PSA_COMPONENT_KEY = "psa.software-component";
export const IMPLEMENTATION_ID_LENGTH = 32;
export const INSTANCE_ID_LENGTH = 33;
const INSTANCE_ID_TYPE = 0x01;
const HASH_LENGTHS: readonly number[] = Object.freeze(Array.of(32, 48, 64));

/** Length of what a named hash gives. */
const HASHES = Object.freeze({
  ...({ "sha-256": 32, "sha-384": 48, "sha-512": 64, "sha3-256": 32, "sha3-384": 48, "sha3-512": 64 } as const),
} as const);
/** Its name in the IANA registry by the number there, which CoRIM itself allows. */
const HASH_NAMES: Readonly<Record<number, keyof typeof HASHES>> = Object.freeze({
  ...({ 1: "sha-256", 7: "sha-384", 8: "sha-512", 10: "sha3-256", 11: "sha3-384", 12: "sha3-512" } as const),
} as const);

/** A device's verification key, as the maker endorses it. */
export interface DeviceKey {
  /** 33 bytes, the first 0x01. */
  readonly instanceId: Uint8Array;
  /** 32 bytes. */
  readonly implementationId: Uint8Array;
  /** 0x04‖x‖y, 65 bytes. Not yet known to be on the curve: importing it tells. */
  readonly publicKey: Uint8Array;
}

export interface PsaEndorsements {
  /** One for each implementation id. */
  readonly referenceValues: readonly ReferenceValues[];
  readonly deviceKeys: readonly DeviceKey[];
  /** What else is in it and was not used, by name. */
  readonly unused: readonly string[];
}

const TRIPLE_NAMES = Object.freeze({
  1: "endorsed-triples",
  2: "identity-triples",
  4: "dependency-triples",
  5: "membership-triples",
  6: "coswid-triples",
  8: "conditional-endorsement-series-triples",
  10: "conditional-endorsement-triples",
  50: "psa-swrel-triples",
} as const);

/**
 * @throws ProtocolError CORIM_UNSUPPORTED - another profile or none; nothing of ours in it; a part that we cannot carry out.
 * @throws ProtocolError CORIM_STRUCTURE - not what the profile says.
 */
export function readPsaEndorsements({ profile, modules, others }: Corim): PsaEndorsements {
  if (profile !== PSA_CORIM_PROFILE) {
    unsupported(`the profile is ${profile === undefined ? "not there" : "another"}: expected ${PSA_CORIM_PROFILE}`);
  }
  const references: ReferenceComponents[] = [];
  const deviceKeys: DeviceKey[] = [];
  const unused = others.slice();
  modules.forEach((module, i) => {
    const where = { name: `module ${i}` };
    requireNoReplacement(module);
    const triples = module.get(4) as CorimMap;
    triples.forEach((records, label) => {
      if (label !== TripleLabel.reference && label !== TripleLabel.attestKey) {
        unused.push(TRIPLE_NAMES[label as keyof typeof TRIPLE_NAMES] ?? `triples ${label}`);
        return;
      }
      (records as readonly (readonly CborValue[])[]).forEach((record, at) => {
        const name = label === TripleLabel.reference ? "reference-triples" : "attest-key-triples";
        const inner = { name: at, outer: { name, outer: where } };
        if (label === TripleLabel.reference) addReference(references, record, inner);
        else deviceKeys.push(deviceKeyOf(record, inner));
      });
    });
  });
  if (references.length === 0 && deviceKeys.length === 0) {
    unsupported(`neither reference values nor keys in it, but ${unused.join(", ")}`);
  }
  return { referenceValues: references, deviceKeys, unused };
}

function unsupported(message: string): never {
  throw new ProtocolError("CORIM_UNSUPPORTED", message);
}

/** A tag that takes another's place would need the other one at hand; of other relations nobody knows what they need. */
function requireNoReplacement(module: CorimMap): void {
  const links = (module.get(3) ?? []) as readonly CorimMap[];
  if (links.some((link) => link.get(1) !== SUPPLEMENTS))
    unsupported("a tag that replaces another: give the last one alone");
}

interface ReferenceComponents extends ReferenceValues {
  readonly components: ReferenceComponent[];
}

/** Of all triples of one implementation one set is made: which of them a token has is for the verifier to find. */
function addReference(found: ReferenceComponents[], record: readonly CborValue[], where: Where): void {
  const environment = record[0] as CorimMap;
  const implementationId = implementationIdOf(environment, where);
  if (environment.has(1)) unsupported("reference values of one device alone");
  let values = found.find((one) => equalPublicBytes(one.implementationId, implementationId));
  if (values === undefined) {
    values = { implementationId, components: [] };
    found.push(values);
  }
  for (const measurement of record[1] as readonly CorimMap[])
    values.components.push(...componentsOf(measurement, where));
}

/** Vendor and model name the product for people. Other narrowings have no counterpart in a token. */
function implementationIdOf(environment: CorimMap, where: Where): Uint8Array {
  const { tag, value } = requireTag(
    (environment.get(0) as CorimMap | undefined)?.get(0),
    where,
    "an implementation id",
  );
  if (tag !== CorimTag.bytes) refuse(where, "expected an implementation id: a class id in tag 560");
  const id = value as Uint8Array;
  if (id.length !== IMPLEMENTATION_ID_LENGTH) {
    refuse(where, `implementation id: expected ${IMPLEMENTATION_ID_LENGTH} bytes, got ${id.length}`);
  }
  const classMap = environment.get(0) as CorimMap;
  if (classMap.has(3) || classMap.has(4)) unsupported("a class with layer or index");
  if (environment.has(2)) unsupported("an environment of a group");
  return id;
}

function requireTag(value: CborValue | undefined, where: Where, what: string): CborTag {
  return value instanceof CborTag ? value : refuse(where, `expected ${what}`);
}

/** `psa-swcomp-measurement-map`. @returns One for each digest: the same release, measured with several hashes. */
function componentsOf(measurement: CorimMap, where: Where): ReferenceComponent[] {
  if (measurement.get(0) !== PSA_COMPONENT_KEY) refuse(where, `mkey: expected ${PSA_COMPONENT_KEY}`);
  if (measurement.has(2)) refuse(where, "authorized-by does not belong there");
  const values = measurement.get(1) as CorimMap;
  values.forEach((_, label) => {
    if (label !== 0 && label !== 2 && label !== 11 && label !== 13)
      refuse(where, `mval: ${label} does not belong there`);
  });
  const version = values.get(0) as CorimMap | undefined;
  if (version?.has(1)) refuse(where, "version-scheme does not belong there");
  const common = {
    type: values.get(11) as string | undefined,
    version: version?.get(0) as string | undefined,
    signerId: signerIdOf(values.get(13) as readonly CborValue[] | undefined, where),
  };
  return digestsOf(values.get(2) as readonly Digest[] | undefined, where).map((value) => ({ ...common, value }));
}

type Digest = readonly [algorithm: number | bigint | string, value: Uint8Array];

function digestsOf(digests: readonly Digest[] | undefined, where: Where): Uint8Array[] {
  if (digests === undefined) refuse(where, "digests are missing");
  const seen = new Set<string>();
  return digests.map(([algorithm, value]) => {
    const name = typeof algorithm === "string" ? algorithm : HASH_NAMES[Number(algorithm)];
    // By number CoRIM knows other hashes, none of which PSA does; what a text names is the profile's to say.
    if (name === undefined) refuse(where, "digests: not a hash of PSA's");
    if (seen.has(name)) refuse(where, "digests: twice the same algorithm");
    seen.add(name);
    requireHash(value, where, "digests");
    const length = Object.hasOwn(HASHES, name) ? HASHES[name as keyof typeof HASHES] : undefined;
    if (length !== undefined && value.length !== length) refuse(where, "digests: not of the algorithm's length");
    return value;
  });
}

function requireHash(value: Uint8Array, where: Where, what: string): void {
  if (!HASH_LENGTHS.includes(value.length)) refuse(where, `${what}: expected 32, 48 or 64 bytes, got ${value.length}`);
}

function signerIdOf(keys: readonly CborValue[] | undefined, where: Where): Uint8Array {
  if (keys?.length !== 1) refuse(where, "cryptokeys: expected one, the signer id");
  const { tag, value } = requireTag(keys[0], where, "a signer id");
  if (tag !== CorimTag.bytes) refuse(where, "cryptokeys: expected the signer id in tag 560");
  requireHash(value as Uint8Array, where, "signer id");
  return value as Uint8Array;
}

function deviceKeyOf(record: readonly CborValue[], where: Where): DeviceKey {
  const environment = record[0] as CorimMap;
  const implementationId = implementationIdOf(environment, where);
  const { tag, value } = requireTag(environment.get(1), where, "an instance id");
  const instanceId = value as Uint8Array;
  if (tag !== CorimTag.ueid || instanceId.length !== INSTANCE_ID_LENGTH || instanceId[0] !== INSTANCE_ID_TYPE) {
    refuse(where, `instance id: expected ${INSTANCE_ID_LENGTH} bytes in tag 550, the first 01`);
  }
  if (record.length > 2) unsupported("a verification key with conditions");
  const keys = record[1] as readonly CborValue[];
  if (keys.length !== 1) refuse(where, "expected one key");
  const key = requireTag(keys[0], where, "a key");
  if (key.tag !== CorimTag.pkixKey) refuse(where, "expected a public key in tag 554");
  return { instanceId, implementationId, publicKey: parsePkixKey(key.value as string) };
}
