// SPDX-License-Identifier: Apache-2.0
/** Whole claims sets of the three profiles, for specs that change one claim of them. */
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import type { CborValue } from "../../../sdk/cbor/value.js";

export type ClaimMap = Map<CborValue, CborValue>;

const hash = (fill: number, length = 32): Uint8Array => new Uint8Array(length).fill(fill);
const instanceId = (): Uint8Array => Uint8Array.from({ length: 33 }, (_, i) => (i === 0 ? 1 : i));

/** The software components claim: one whole component, and one with what has to be there alone. */
export function components(): CborValue[] {
  const whole: ClaimMap = new Map<CborValue, CborValue>([
    [1, "app"],
    [2, hash(2)],
    [4, "1.0.0"],
    [5, hash(5, 64)],
    [6, "sha-256"],
  ]);
  return [
    whole,
    new Map([
      [2, hash(3, 48)],
      [5, hash(6)],
    ]),
  ];
}

/** RFC 9783. */
export function rfcClaims(): ClaimMap {
  return new Map<CborValue, CborValue>([
    [265, "tag:psacertified.org,2023:psa#tfm"],
    [10, hash(1)],
    [256, instanceId()],
    [2396, hash(7)],
    [2394, 2147483647],
    [2395, 0x3001],
    [268, hash(8, 8)],
    [2398, "1234567890123-12345"],
    [2399, components()],
    [2400, "https://verifier.example"],
  ]);
}

/** http://arm.com/psa/2.0.0 */
export function olderClaims(): ClaimMap {
  const claims = rfcClaims().set(265, "http://arm.com/psa/2.0.0").set(2397, hash(8));
  claims.delete(268);
  return claims;
}

/** PSA_IOT_PROFILE_1 */
export function firstClaims(): ClaimMap {
  return new Map<CborValue, CborValue>([
    [-75000, "PSA_IOT_PROFILE_1"],
    [-75008, hash(1)],
    [-75009, instanceId()],
    [-75003, hash(7)],
    [-75001, -2147483648],
    [-75002, 0x3000],
    [-75004, hash(8)],
    [-75005, "1234567890123"],
    [-75006, components()],
    [-75010, "https://verifier.example"],
  ]);
}

/** @returns The set with a claim replaced; undefined leaves it out. */
export function changed(claims: ClaimMap, label: CborValue, value: CborValue): Uint8Array {
  if (value === undefined) claims.delete(label);
  else claims.set(label, value);
  return encodeCbor(claims);
}
