// SPDX-License-Identifier: Apache-2.0
/** What an attacker who can make the core skip an instruction would have boot accept: images that one decision refuses. */
import type { Case } from "./cases.js";
import { imageCases } from "./image-cases.js";
import { recordCases } from "./record-cases.js";

/** Names of cases. With all instructions in place these are accepted, so that a refusal means something. */
const GOOD = ["an app", "a firmware", "record: of the first root"];

const DAMAGED = [
  "the signature of another key: IMAGE_E_SIGNATURE",
  "the signature of another image: IMAGE_E_SIGNATURE",
  "a key that is not listed: IMAGE_E_KEY",
  "a key for manifests: IMAGE_E_ROLE",
  "a flipped bit of the payload: IMAGE_E_DIGEST",
  "an app that is not signed: IMAGE_E_UNSIGNED",
  "a firmware in the app's place: IMAGE_E_CLASS",
  "an app in the firmware's place: IMAGE_E_CLASS",
  "a class that there is not: IMAGE_E_CLASS",
  "an old counter: IMAGE_E_COUNTER",
  "a firmware without ABI: IMAGE_E_TLV_MISSING",
  "another ABI: IMAGE_E_ABI",
  "a dependency on 3.0.0.0: IMAGE_E_DEPENDENCY",
  "record: of a revoked root: IMAGE_E_REVOKED",
  "record: of an unknown root: IMAGE_E_KEY",
  "record: signed by the other root: IMAGE_E_SIGNATURE",
  "record: of version 0: IMAGE_E_COUNTER",
  "record: older than the device's: IMAGE_E_COUNTER",
  "record: a key off the curve: IMAGE_E_RECORD",
  "record: 1 for the other root: IMAGE_E_RECORD",
];

/** @throws Error when one of them is not a case any more. */
export function skipCases(): readonly Case[] {
  const all = new Map([...imageCases(1), ...recordCases(1)].map((one) => [one.name, one]));
  return [...GOOD, ...DAMAGED].map((name) => {
    const one = all.get(name);
    if (one === undefined) throw new Error(`no case of boot's tests is named "${name}"`);
    return one;
  });
}
