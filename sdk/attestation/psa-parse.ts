// SPDX-License-Identifier: Apache-2.0
/**
 * A claims set as PSA claims: RFC 9783 §4 and the two profiles before it. Strict about each claim that it knows; what it does
 * not know is passed over, as RFC 9783 §5.1.3 has it. Nobody has vouched for the content: see verify.ts.
 */
import type { CborLimits, CborValue } from "../cbor/value.js";
import { ProtocolError } from "../errors/security-error.js";
import { decodeDefinite } from "./definite.js";
import { printable } from "./printable.js";
import { COMPONENTS_MAX, type PsaClaims, type PsaProfile, type SoftwareComponent } from "./psa-claims.js";

type ClaimMap = ReadonlyMap<CborValue, CborValue>;

const RFC_PROFILE = "tag:psacertified.org,2023:psa#tfm";
const OLDER_PROFILE = "http://arm.com/psa/2.0.0";
const FIRST_PROFILE = "PSA_IOT_PROFILE_1";

interface Labels {
  readonly nonce: number;
  readonly instanceId: number;
  readonly implementationId: number;
  readonly clientId: number;
  readonly lifecycle: number;
  readonly bootSeed: number;
  readonly certificationReference: number;
  readonly components: number;
  readonly verificationService: number;
}

/** RFC 9783 §4: eat_nonce, ueid and bootseed are EAT's. */
const RFC_LABELS: Labels = Object.freeze({
  nonce: 10,
  instanceId: 256,
  implementationId: 2396,
  clientId: 2394,
  lifecycle: 2395,
  bootSeed: 268,
  certificationReference: 2398,
  components: 2399,
  verificationService: 2400,
});

const OLDER_LABELS: Labels = Object.freeze({ ...RFC_LABELS, bootSeed: 2397 });

const FIRST_LABELS: Labels = Object.freeze({
  nonce: -75008,
  instanceId: -75009,
  implementationId: -75003,
  clientId: -75001,
  lifecycle: -75002,
  bootSeed: -75004,
  certificationReference: -75005,
  components: -75006,
  verificationService: -75010,
});

const EAT_PROFILE = 265;
const FIRST_PROFILE_LABEL = -75000;
const NO_MEASUREMENTS = -75007;

const ComponentLabel = Object.freeze({ type: 1, value: 2, version: 4, signerId: 5, description: 6 } as const);

const INT32_MIN = -0x80000000;
const INT32_MAX = 0x7fffffff;
const RAND = 0x01;
const INSTANCE_ID_LENGTH = 33;
const IMPLEMENTATION_ID_LENGTH = 32;
const HASH_LENGTHS: readonly number[] = Object.freeze([32, 48, 64]);
const BOOT_SEED_MIN = 8;
const BOOT_SEED_MAX = 32;
const REFERENCE = /^[0-9]{13}-[0-9]{5}$/;
/** PSA_IOT_PROFILE_1 calls it hardware version: an EAN-13; tokens of that profile in the field have the later form, too. */
const FIRST_REFERENCE = /^[0-9]{13}(-[0-9]{5})?$/;

/** RFC 9783 §4.3.1: by the first byte of two; the second is the implementation's. */
const LIFECYCLES: readonly PsaClaims["lifecycle"][] = Object.freeze([
  undefined,
  "assembly-and-test",
  "provisioning",
  "secured",
  "non-psa-rot-debug",
  "debug",
  "decommissioned",
]);

/**
 * Parses the payload of a token.
 * @returns Byte strings are views into `payload`.
 * @throws ProtocolError ATTEST_CLAIM - a claim that is missing, of the wrong type, length or range. ATTEST_PROFILE - another profile.
 * @throws ProtocolError ATTEST_LIMIT - more than COMPONENTS_MAX components.
 * @throws ProtocolError - CBOR codes; CBOR_DUPLICATE_KEY for a claim that is there twice.
 */
export function parsePsaClaims(payload: Uint8Array, limits?: CborLimits): PsaClaims {
  return psaClaimsFrom(decodeDefinite(payload, limits));
}

/** As `parsePsaClaims`, of a payload that is decoded already. */
export function psaClaimsFrom(decoded: CborValue): PsaClaims {
  const map = requireClaims(decoded, "payload");
  const profile = readProfile(map);
  const labels = labelsOf(profile);
  const number = readLifecycle(map, labels.lifecycle);
  return Object.freeze({
    profile,
    nonce: readHash(map, labels.nonce, "nonce"),
    instanceId: readInstanceId(map, labels.instanceId),
    implementationId: readBytes(map, labels.implementationId, "implementation id", IMPLEMENTATION_ID_LENGTH),
    clientId: readClientId(map, labels.clientId),
    securityLifecycle: number,
    lifecycle: LIFECYCLES[number >> 12],
    bootSeed: readBootSeed(map, labels.bootSeed, profile),
    certificationReference: readReference(map, labels.certificationReference, profile),
    components: readComponents(map, labels.components, profile),
    verificationService: readVerificationService(map, labels.verificationService),
  });
}

/**
 * The instance id alone, of a payload that may not hold otherwise: for finding the key, and for nothing else.
 * @returns 33 bytes, a view; undefined: there is none.
 */
export function unverifiedInstanceId(decoded: CborValue): Uint8Array | undefined {
  if (!(decoded instanceof Map)) return undefined;
  const { instanceId } = decoded.has(RFC_LABELS.instanceId) ? RFC_LABELS : FIRST_LABELS;
  const value: unknown = decoded.get(instanceId);
  return isInstanceId(value) ? value : undefined;
}

function wrong(name: string, expected: string): never {
  throw new ProtocolError("ATTEST_CLAIM", `${name}: expected ${expected}`);
}

function requireClaims(value: CborValue, name: string): ClaimMap {
  if (!(value instanceof Map)) return wrong(name, "a map of claims");
  for (const label of value.keys()) {
    if (typeof label !== "string" && typeof label !== "bigint" && !Number.isSafeInteger(label)) {
      wrong(name, "labels that are integers or text");
    }
  }
  return value;
}

function required(map: ClaimMap, label: number, name: string): CborValue {
  return map.has(label) ? map.get(label) : wrong(name, `claim ${label}, which is missing`);
}

function readProfile(map: ClaimMap): PsaProfile {
  if (map.has(EAT_PROFILE)) {
    const value = map.get(EAT_PROFILE);
    if (value === RFC_PROFILE || value === OLDER_PROFILE) return value;
    return refuseProfile(value, value instanceof Uint8Array);
  }
  if (map.has(FIRST_PROFILE_LABEL)) {
    const value = map.get(FIRST_PROFILE_LABEL);
    return value === FIRST_PROFILE ? value : refuseProfile(value, false);
  }
  // The first profile does not ask for the claim; with labels of the others it has to be there.
  if (!map.has(FIRST_LABELS.instanceId) && map.has(RFC_LABELS.instanceId)) {
    return wrong("profile", `claim ${EAT_PROFILE}, which is missing`);
  }
  return FIRST_PROFILE;
}

/** @param isOid - EAT's other form of a profile, which PSA's do not have. */
function refuseProfile(value: CborValue, isOid: boolean): never {
  if (typeof value !== "string" && !isOid) return wrong("profile", "text");
  throw new ProtocolError("ATTEST_PROFILE", `not a profile of PSA: ${isOid ? "an OID" : printable(value as string)}`);
}

function labelsOf(profile: PsaProfile): Labels {
  if (profile === FIRST_PROFILE) return FIRST_LABELS;
  return profile === OLDER_PROFILE ? OLDER_LABELS : RFC_LABELS;
}

function readBytes(map: ClaimMap, label: number, name: string, length: number): Uint8Array {
  const value = required(map, label, name);
  return value instanceof Uint8Array && value.length === length ? value : wrong(name, `a byte string of ${length}`);
}

/** psa-hash-type. Of the nonce: one, and not in an array. */
function readHash(map: ClaimMap, label: number, name: string): Uint8Array {
  const value = required(map, label, name);
  const fits = value instanceof Uint8Array && HASH_LENGTHS.includes(value.length);
  return fits ? value : wrong(name, "a byte string of 32, 48 or 64");
}

function isInstanceId(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.length === INSTANCE_ID_LENGTH && value[0] === RAND;
}

function readInstanceId(map: ClaimMap, label: number): Uint8Array {
  const value: unknown = required(map, label, "instance id");
  return isInstanceId(value) ? value : wrong("instance id", "a byte string of 33 that begins with 0x01");
}

/** Negative outside the secure world, positive inside; never 0. */
function readClientId(map: ClaimMap, label: number): number {
  const value = required(map, label, "client id");
  const fits = Number.isSafeInteger(value) && value !== 0;
  if (!fits || (value as number) < INT32_MIN || (value as number) > INT32_MAX) {
    return wrong("client id", "an integer of 32 bits that is not 0");
  }
  return value as number;
}

function readLifecycle(map: ClaimMap, label: number): number {
  const value = required(map, label, "security lifecycle");
  const fits = Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 0x60ff;
  return fits && ((value as number) & 0xf00) === 0
    ? (value as number)
    : wrong("security lifecycle", "0x0000 to 0x60ff, with 0 as the second digit");
}

function readBootSeed(map: ClaimMap, label: number, profile: PsaProfile): Uint8Array | undefined {
  if (profile === FIRST_PROFILE) return readBytes(map, label, "boot seed", BOOT_SEED_MAX);
  if (!map.has(label)) return undefined;
  const value = map.get(label);
  const fits = value instanceof Uint8Array && value.length >= BOOT_SEED_MIN && value.length <= BOOT_SEED_MAX;
  return fits ? value : wrong("boot seed", `a byte string of ${BOOT_SEED_MIN} to ${BOOT_SEED_MAX}`);
}

function readReference(map: ClaimMap, label: number, profile: PsaProfile): string | undefined {
  if (!map.has(label)) return undefined;
  const value = map.get(label);
  const form = profile === FIRST_PROFILE ? FIRST_REFERENCE : REFERENCE;
  const fits = typeof value === "string" && form.test(value);
  return fits ? value : wrong("certification reference", "13 digits, a hyphen and 5 digits");
}

function readVerificationService(map: ClaimMap, label: number): string | undefined {
  if (!map.has(label)) return undefined;
  const value = map.get(label);
  return typeof value === "string" && value !== "" ? value : wrong("verification service", "text that is not empty");
}

function readComponents(map: ClaimMap, label: number, profile: PsaProfile): readonly SoftwareComponent[] {
  if (profile === FIRST_PROFILE && map.has(NO_MEASUREMENTS)) {
    if (map.get(NO_MEASUREMENTS) !== 1) return wrong("no software measurements", "1");
    if (map.has(label)) return wrong("software components", "none beside the claim that there are none");
    return Object.freeze([]);
  }
  const value = required(map, label, "software components");
  if (!Array.isArray(value) || value.length === 0) return wrong("software components", "an array of one or more");
  if (value.length > COMPONENTS_MAX) {
    throw new ProtocolError("ATTEST_LIMIT", `software components: at most ${COMPONENTS_MAX}, got ${value.length}`);
  }
  return Object.freeze(value.map(readComponent));
}

function readComponent(value: CborValue, index: number): SoftwareComponent {
  const name = `component ${index}`;
  const map = requireClaims(value, name);
  return Object.freeze({
    type: readText(map, ComponentLabel.type, `${name}, measurement type`),
    value: readHash(map, ComponentLabel.value, `${name}, measurement value`),
    version: readText(map, ComponentLabel.version, `${name}, version`),
    signerId: readHash(map, ComponentLabel.signerId, `${name}, signer id`),
    description: readText(map, ComponentLabel.description, `${name}, measurement description`),
  });
}

function readText(map: ClaimMap, label: number, name: string): string | undefined {
  if (!map.has(label)) return undefined;
  const value = map.get(label);
  return typeof value === "string" ? value : wrong(name, "text");
}
