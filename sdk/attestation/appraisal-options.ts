// SPDX-License-Identifier: Apache-2.0
/** What a verifier knows, and what it asks of a token. */
import { requireBytes } from "../bytes/bytes.js";
import { type CborLimits, requireLimits } from "../cbor/value.js";
import type { KeyId } from "../contracts/crypto.js";
import type { Time } from "../contracts/time.js";
import type { DeviceKey } from "./corim-psa.js";
import type { PsaClaims, PsaProfile } from "./psa-claims.js";
import type { ReferenceValues } from "./reference-values.js";

/** Whoever certifies attestation keys: an owner of devices. */
export interface AttestationOwner {
  /** For people. */
  readonly name: string;
  /** The owner's public key on P-256, which allows `verifyMessage`. */
  readonly key: KeyId;
  /** What the owner's certificates name that key by: one with another kid is not tried with it. Not given: any is. */
  readonly kid?: Uint8Array;
}

/** Which device a key is of, and of which implementation: by the word of whoever endorses it. */
export type Endorsement = Pick<DeviceKey, "instanceId" | "implementationId">;

/** A lifecycle of RFC 9783 §4.3.1 by name. */
export type LifecycleName = NonNullable<PsaClaims["lifecycle"]> | "unknown";

export interface AppraisalPolicy {
  /** Default: that of RFC 9783 alone. */
  readonly profiles?: readonly PsaProfile[];
  /** Default: "secured" alone. */
  readonly lifecycles?: readonly LifecycleName[];
  /** Default: any. */
  readonly clientIds?: readonly number[];
}

export interface AppraisalOptions {
  /** That was sent for this token, and for no other: 32, 48 or 64 bytes. */
  readonly nonce: Uint8Array;
  /**
   * Finds the public key of a known device, P-256, which allows `verifyMessage`: of its IAK, or its device key.
   * @param instanceId - 33 bytes that nobody has vouched for yet.
   */
  readonly devices?: (instanceId: Uint8Array) => KeyId | undefined;
  /**
   * What is endorsed of a device's key: those of the `deviceKeys` of a CoRIM that have it. A token is refused when the key has
   * endorsements, and none of them names its instance id and its implementation id.
   * @param publicKey - 0x04‖x‖y: of the known device, or of the one that an owner certifies; never that of an alias key.
   */
  readonly endorsements?: (publicKey: Uint8Array) => readonly Endorsement[];
  /** Owners whose word is good for devices that are not known: at most 16. Of more than 4 each needs a kid: no certificate is tried with more keys. */
  readonly owners?: readonly AttestationOwner[];
  /** As `devices`, for tokens that are a COSE_Mac0: HMAC keys. Without it such a token is refused. */
  readonly macKeys?: (instanceId: Uint8Array) => KeyId | undefined;
  /** For certificates with dates. Default: nothing is known. */
  readonly time?: Time;
  /** What becomes of a certificate that the time cannot decide about. Default "refuse". */
  readonly whenTimeUnknown?: "accept" | "refuse";
  /** Seconds that clocks may differ by. Default 0. */
  readonly leeway?: number;
  /** The one device that it has to be. Default: any whose key is known or certified. */
  readonly instanceId?: Uint8Array;
  readonly policy?: AppraisalPolicy;
  /** What may run; "unchecked": whatever says it runs. */
  readonly references: ReferenceValues | readonly ReferenceValues[] | "unchecked";
  /** Of the token. Default 8192 bytes, 512 items, 8 levels. */
  readonly limits?: CborLimits;
}

export const TOKEN_LIMITS: CborLimits = Object.freeze({ length: 8192, depth: 8, count: 512 });

const NONCE_LENGTHS: readonly number[] = Object.freeze([32, 48, 64]);
const INSTANCE_ID_LENGTH = 33;
export const OWNERS_MAX = 16;
/** Signatures that are verified for one certificate, whoever sent it. */
export const OWNERS_TRIED = 4;
const NO_TIME: Time = Object.freeze({ earliest: () => undefined, latest: () => undefined });
const SECURED: readonly LifecycleName[] = Object.freeze(["secured"] as const);
const RFC_PROFILES: readonly PsaProfile[] = Object.freeze(["tag:psacertified.org,2023:psa#tfm"] as const);

/** The options with their defaults, checked. */
export interface CheckedOptions {
  readonly nonce: Uint8Array;
  readonly devices: (instanceId: Uint8Array) => KeyId | undefined;
  readonly endorsements: ((publicKey: Uint8Array) => readonly Endorsement[]) | undefined;
  readonly owners: readonly AttestationOwner[];
  readonly macKeys: ((instanceId: Uint8Array) => KeyId | undefined) | undefined;
  readonly dates: {
    readonly time: Time;
    readonly whenTimeUnknown: "accept" | "refuse";
    readonly leeway: number;
  };
  readonly instanceId: Uint8Array | undefined;
  readonly profiles: readonly PsaProfile[];
  readonly lifecycles: readonly LifecycleName[];
  readonly clientIds: readonly number[] | undefined;
  readonly references: readonly ReferenceValues[] | undefined;
  readonly limits: CborLimits;
}

/** @throws TypeError, RangeError - what the caller got wrong. */
export function checkOptions(options: AppraisalOptions): CheckedOptions {
  const { nonce, devices = () => undefined, endorsements, owners = [], macKeys, instanceId, policy = {} } = options;
  const { time = NO_TIME, whenTimeUnknown = "refuse", leeway = 0, limits = TOKEN_LIMITS } = options;
  requireBytes(nonce, "nonce");
  if (!NONCE_LENGTHS.includes(nonce.length)) {
    throw new RangeError(`nonce: expected 32, 48 or 64 bytes, got ${nonce.length}`);
  }
  requireFunction(devices, "devices");
  if (endorsements !== undefined) requireFunction(endorsements, "endorsements");
  if (macKeys !== undefined) requireFunction(macKeys, "macKeys");
  requireArray(owners, "owners");
  if (owners.length > OWNERS_MAX) throw new RangeError(`owners: expected at most ${OWNERS_MAX}, got ${owners.length}`);
  for (const { name, kid } of owners) {
    if (typeof name !== "string") throw new TypeError("owners: expected names that are text");
    if (kid !== undefined) requireBytes(kid, "owners.kid");
  }
  if (instanceId !== undefined) {
    requireBytes(instanceId, "instanceId");
    if (instanceId.length !== INSTANCE_ID_LENGTH) {
      throw new RangeError(`instanceId: expected ${INSTANCE_ID_LENGTH} bytes, got ${instanceId.length}`);
    }
  }
  if (whenTimeUnknown !== "accept" && whenTimeUnknown !== "refuse") {
    throw new RangeError('whenTimeUnknown: expected "accept" or "refuse"');
  }
  if (!(Number.isFinite(leeway) && leeway >= 0)) throw new RangeError("leeway: expected seconds from 0");
  const { profiles = RFC_PROFILES, lifecycles = SECURED, clientIds } = policy;
  requireArray(profiles, "policy.profiles");
  requireArray(lifecycles, "policy.lifecycles");
  if (clientIds !== undefined) requireArray(clientIds, "policy.clientIds");
  requireLimits(limits);
  const dates = { time, whenTimeUnknown, leeway };
  const references = checkReferences(options.references);
  const known = { devices, endorsements, owners, macKeys };
  return { nonce, ...known, dates, instanceId, profiles, lifecycles, clientIds, references, limits };
}

/** What is to be held against nothing has to say so: a caller who forgot the references must not accept all. */
function checkReferences(references: AppraisalOptions["references"]): readonly ReferenceValues[] | undefined {
  if (references === "unchecked") return undefined;
  const list = Array.isArray(references) ? (references as readonly ReferenceValues[]) : [references as ReferenceValues];
  for (const one of list) {
    if (typeof one !== "object" || one === null) throw new TypeError('references: expected values, or "unchecked"');
    requireBytes(one.implementationId, "references.implementationId");
    requireArray(one.components, "references.components");
  }
  return list;
}

function requireFunction(value: unknown, name: string): void {
  if (typeof value !== "function") throw new TypeError(`${name}: expected a function, got ${typeof value}`);
}

/** A text would "include" parts of itself. */
function requireArray(value: unknown, name: string): void {
  if (!Array.isArray(value)) throw new TypeError(`${name}: expected an array, got ${typeof value}`);
}
