// SPDX-License-Identifier: Apache-2.0
/** Claims sets that psa-veraison has as JSON, as the CBOR that they stand for. */
import { encodeHex } from "../../../sdk/bytes/hex.js";
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import type { CborValue } from "../../../sdk/cbor/value.js";

type Json = Readonly<Record<string, unknown>>;

/** Label under PSA_IOT_PROFILE_1, and under http://arm.com/psa/2.0.0. */
const LABELS: Readonly<Record<string, readonly [first: number, second: number]>> = Object.freeze({
  "psa-profile": [-75000, -1],
  "eat-profile": [-1, 265],
  "psa-client-id": [-75001, 2394],
  "psa-security-lifecycle": [-75002, 2395],
  "psa-implementation-id": [-75003, 2396],
  "psa-boot-seed": [-75004, 2397],
  "psa-certification-reference": [-75005, 2398],
  "psa-software-components": [-75006, 2399],
  "psa-no-software-measurements": [-75007, -1],
  "psa-nonce": [-75008, 10],
  "psa-instance-id": [-75009, 256],
  "psa-verification-service-indicator": [-75010, 2400],
});

const COMPONENT: Readonly<Record<string, number>> = Object.freeze({
  ...{ "measurement-type": 1, "measurement-value": 2, version: 4, "signer-id": 5, "measurement-description": 6 },
});

const BYTES = [
  "psa-implementation-id",
  "psa-boot-seed",
  "psa-nonce",
  "psa-instance-id",
  "measurement-value",
  "signer-id",
];

/** In which of the two profiles a file of that name is read: by the claim that it has, and without any by its name. */
export function profilesOf(name: string, json: Json): readonly (0 | 1)[] {
  const profiles: (0 | 1)[] = [];
  if ("psa-profile" in json) profiles.push(0);
  if ("eat-profile" in json) profiles.push(1);
  if (profiles.length > 0) return profiles;
  // Only the older one needs no profile claim.
  return name.includes("profile-invalid") ? [1] : [0];
}

export function isInvalidName(name: string): boolean {
  return /invalid|missing|malformed|empty/i.test(name) && !name.includes("-valid-");
}

/** @returns Hexadecimal. A member that has no label in the profile is left out. */
export function claimsHex(json: Json, profile: 0 | 1): string {
  const map = new Map<CborValue, CborValue>();
  for (const [name, value] of Object.entries(json)) {
    const label = LABELS[name]?.[profile] ?? -1;
    if (label !== -1) map.set(label, claimOf(name, value));
  }
  return encodeHex(encodeCbor(map));
}

function claimOf(name: string, value: unknown): CborValue {
  if (BYTES.includes(name)) return new Uint8Array(Buffer.from(value as string, "base64"));
  if (name !== "psa-software-components") return value as CborValue;
  return (value as Json[]).map(
    (component) =>
      new Map(Object.entries(component).map(([part, content]) => [COMPONENT[part] as number, claimOf(part, content)])),
  );
}
