// SPDX-License-Identifier: Apache-2.0
/**
 * The images and trust records that boot's tests hold in front of a device (test/boot/), in front of `thimble verify`: it
 * accepts what a device accepts, and refuses what a device refuses, for the same reason.
 */
import { createHash } from "node:crypto";
import { expect } from "chai";
import { parseImage } from "../../host-sim/image/parse.js";
import type { NamedKey } from "../../host-sim/image/signature.js";
import { makeTrustRecord } from "../../host-sim/image/trust-record.js";
import { publicKeyOf } from "../../host-sim/keys/public-key.js";
import { parseSubjectPublicKeyInfo } from "../../sdk/crypto/der.js";
import type { Case, Policy } from "../boot/cases.js";
import { imageCases } from "../boot/image-cases.js";
import { ROLE } from "../boot/maker.js";
import { recordCases } from "../boot/record-cases.js";
import { failures, testKey } from "./images.js";

/** What only a device knows: its counters, its firmware, for which place the image is. */
const OF_A_DEVICE = ["IMAGE_E_COUNTER", "IMAGE_E_ABI", "IMAGE_E_DEPENDENCY", "IMAGE_E_CLASS"];
/** Every n-th damaged form: sign.test.ts and trust-record.test.ts have them all. */
const STEP = 97;

const root = testKey("root");

/** A record of the keys that the case's device believes. */
function recordFor({ keys }: Policy): Uint8Array {
  const listed = keys.map(([role, point]) => ({
    role: role === ROLE.IMAGE ? ("image" as const) : ("manifest" as const),
    publicKey: Buffer.concat([Uint8Array.of(4), point]),
  }));
  return makeTrustRecord(1, listed, root.signer);
}

/** Root keys, by the hash that a device has of them: each stands in some record. */
function rootKeys(cases: readonly Case[]): ReadonlyMap<string, NamedKey> {
  const found = new Map<string, NamedKey>();
  for (const { bytes } of cases) {
    try {
      for (const { type, value } of parseImage(bytes).tlvs) {
        if (type !== 2) continue;
        const hash = createHash("sha256").update(value).digest("hex");
        found.set(hash, { name: hash.slice(0, 8), key: publicKeyOf(parseSubjectPublicKeyInfo(value).publicKey) });
      }
    } catch {
      // One that nobody can read.
    }
  }
  return found;
}

/** Refused as well, for another reason: we read images of others too, and begin with what an image says that it is. */
const OTHERWISE: Readonly<Record<string, string>> = {
  "a header of 64 bytes: IMAGE_E_HEADER": "IMAGE_E_TLV",
  "the flag of an encrypted image: IMAGE_E_HEADER": "IMAGE_E_ENCRYPTED",
  "CLASS where it is not protected: IMAGE_E_TLV_UNKNOWN": "IMAGE_E_TLV_MISSING",
  "a trust record in the app's place: IMAGE_E_CLASS": "IMAGE_E_KEY",
  // A key that is none has no hash that we could be given.
  "record: a root off the curve: IMAGE_E_SIGNATURE": "IMAGE_E_KEY",
  "record: an app as a record: IMAGE_E_CLASS": "IMAGE_E_TLV_UNKNOWN",
};

/** @returns a line for a case that comes out otherwise. */
function differs({ name, expected }: Case, codes: readonly string[]): string[] {
  const isAccepted = codes.length === 0;
  if (expected === "IMAGE_OK" ? isAccepted : isAccepted && OF_A_DEVICE.includes(expected)) return [];
  if (expected !== "IMAGE_OK" && codes.includes(OTHERWISE[name] ?? expected)) return [];
  return [`${name}: ${expected}, here ${codes.join() || "accepted"}`];
}

describe("thimble verify and a device say the same", () => {
  it("of images", () => {
    const cases = imageCases(STEP).filter(({ kind, policy }) => kind === "image" && policy?.signature === "REQUIRED");
    expect(cases.length).to.be.above(50);
    const different: string[] = [];
    for (const one of cases) {
      const { keys = [] } = one.policy ?? {};
      if (keys.length === 0) continue; // there is no such record
      const record = recordFor(one.policy as Policy);
      const against = { kind: "trust", record, recordName: "trust.img", roots: [root.named] } as const;
      different.push(...differs(one, failures(one.bytes, against)));
    }
    expect(different).to.deep.equal([]);
  });

  it("of trust records", () => {
    const cases = recordCases(STEP).filter(({ kind }) => kind === "record");
    expect(cases.length).to.be.above(30);
    const known = rootKeys(cases);
    const different: string[] = [];
    for (const one of cases) {
      const of = (isValid: boolean): NamedKey[] =>
        (one.policy?.roots ?? []).flatMap((entry) => {
          const key = known.get(Buffer.from(entry.hash).toString("hex"));
          return key === undefined || entry.isValid !== isValid ? [] : [key];
        });
      const against = {
        kind: "trust",
        record: one.bytes,
        recordName: "it",
        roots: of(true),
        revoked: of(false),
      } as const;
      different.push(...differs(one, failures(one.bytes, against)));
    }
    expect(different).to.deep.equal([]);
  });
});
