// SPDX-License-Identifier: Apache-2.0
/** What a device is to be provisioned with, checked against itself as boot will check it: before anything is burnt. */
import { PARTITIONS } from "../../devices/io/partitions.js";
import { formatVersion, type ImageVersion, Tlv } from "../image/format.js";
import { parseImage, single } from "../image/parse.js";
import { counterOf } from "../image/profile.js";
import type { NamedKey } from "../image/signature.js";
import { parseTrustRecord } from "../image/trust-record.js";
import { type Against, type Verdict, verifyImage } from "../image/verify.js";
import { keyHash } from "../keys/public-key.js";
import { ProvisionError } from "./error.js";
import type { OwnerIdentity } from "./owner.js";

/** devices/secure takes no longer one. */
const TRUST_MAX = 1024;

/** An image that was verified. */
interface CheckedImage {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly version: string;
  readonly counter: number;
  /** Name of the key. */
  readonly signedBy: string;
}

interface RootKey {
  readonly name: string;
  /** SHA-256 of its SubjectPublicKeyInfo. */
  readonly hash: Uint8Array;
}

export interface Material {
  readonly firmware: CheckedImage;
  readonly app: CheckedImage;
  /** `version` is the record's number. */
  readonly trust: CheckedImage;
  readonly roots: readonly [RootKey, RootKey];
  readonly owner: OwnerIdentity;
}

/** What somebody has named. */
export interface RawMaterial {
  readonly firmware: NamedBytes;
  readonly app: NamedBytes;
  readonly trust: NamedBytes;
  readonly roots: readonly NamedKey[];
  readonly owner: OwnerIdentity;
  /** For names of the keys in the record. */
  readonly known: readonly NamedKey[];
}

export interface NamedBytes {
  /** For messages: a file, mostly. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

function fail(message: string, advice: string): never {
  throw new ProvisionError("PROVISION_IMAGE", message, advice);
}

function requireValid(name: string, verdict: Verdict): void {
  const failed = verdict.checks.find(({ state }) => state === "failed");
  if (failed === undefined && verdict.ok) return;
  const why = failed === undefined ? "nobody signed it" : `${failed.code}: ${failed.detail}`;
  fail(`${name} is not what these devices may run: ${why}`, "`thimble verify` shows each check. Nothing was changed.");
}

function requireSize({ name, bytes }: NamedBytes, most: number): void {
  if (bytes.length > most)
    fail(`${name} has ${bytes.length} bytes, and its place in the flash ${most}`, "Make it smaller.");
}

function slotSize(partition: string): number {
  return PARTITIONS.find(({ name }) => name === partition)?.size ?? 0;
}

function checkImage({ name, bytes }: NamedBytes, expected: "firmware" | "app", against: Against): CheckedImage {
  const verdict = verifyImage(bytes, against);
  requireValid(name, verdict);
  if (verdict.class !== expected)
    fail(`${name} is an image of class ${verdict.class}, not ${expected}`, "Name another file.");
  const { version, securityCounter, signedBy } = verdict;
  return { name, bytes, version: version ?? "", counter: securityCounter ?? 0, signedBy: signedBy ?? "" };
}

function orderOf({ major, minor, revision, build }: ImageVersion): readonly number[] {
  return [major, minor, revision, build];
}

function isBefore(a: ImageVersion, b: ImageVersion): boolean {
  const [left, right] = [orderOf(a), orderOf(b)];
  const at = left.findIndex((part, i) => part !== right[i]);
  return at >= 0 && (left[at] as number) < (right[at] as number);
}

/** The app is for this firmware: its ABI, and the least version that it asks for. */
function checkPair(firmware: CheckedImage, app: CheckedImage): void {
  const [base, above] = [parseImage(firmware.bytes), parseImage(app.bytes)];
  const [abi, wanted] = [single(base.protectedTlvs, Tlv.ABI), single(above.protectedTlvs, Tlv.ABI)];
  if (abi === undefined || wanted === undefined || Buffer.compare(abi, wanted) !== 0) {
    fail(`${app.name} was built for another firmware than ${firmware.name}`, "Build the app again, for this board.");
  }
  const depends = single(above.protectedTlvs, Tlv.DEPENDENCY);
  if (depends === undefined) return;
  const view = Buffer.from(depends);
  const least = {
    major: view[4] ?? 0,
    minor: view[5] ?? 0,
    revision: view.readUInt16LE(6),
    build: view.readUInt32LE(8),
  };
  if (isBefore(base.version, least)) {
    fail(
      `${app.name} asks for firmware ${formatVersion(least)}, and ${firmware.name} is older`,
      "Name a newer firmware.",
    );
  }
}

function rootPair(roots: readonly NamedKey[]): readonly [RootKey, RootKey] {
  const [first, second, ...more] = roots.map(({ name, key }) => ({ name, hash: keyHash(key) }));
  if (first === undefined || second === undefined || more.length > 0) {
    const have = roots.length === 0 ? "none" : roots.map(({ name }) => name).join(", ");
    const advice =
      roots.length < 2
        ? "`thimble keys create root` makes one more, `thimble keys import root NAME FILE` takes one of another place."
        : "Name the two: --root NAME --root NAME.";
    throw new ProvisionError(
      "PROVISION_KEY",
      `a device has two root keys for life, and here there are: ${have}`,
      advice,
    );
  }
  if (Buffer.compare(first.hash, second.hash) === 0) {
    const advice = "With one key alone nothing could be done once it is lost or stolen.";
    throw new ProvisionError("PROVISION_KEY", `${first.name} and ${second.name} are one key`, advice);
  }
  return [first, second];
}

/**
 * Checks all of it, the way boot does.
 * @throws ProvisionError PROVISION_IMAGE, PROVISION_KEY
 */
export function checkMaterial(raw: RawMaterial): Material {
  const roots = rootPair(raw.roots);
  const { bytes: record, name: recordName } = raw.trust;
  const against: Against = { kind: "trust", record, recordName, roots: raw.roots, known: raw.known };
  const verdict = verifyImage(record, against);
  requireValid(recordName, verdict);
  if (verdict.class !== "trust record") fail(`${recordName} is no trust record`, "`thimble keys create` makes one.");
  requireSize(raw.trust, TRUST_MAX);
  const firmware = checkImage(raw.firmware, "firmware", against);
  const app = checkImage(raw.app, "app", against);
  requireSize(firmware, slotSize("fw0"));
  requireSize(app, slotSize("app0"));
  checkPair(firmware, app);
  const parsed = parseImage(record);
  const { version } = parseTrustRecord(parsed);
  const signedBy = verdict.signedBy ?? "";
  const trust = { ...raw.trust, version: String(version), counter: counterOf(parsed) ?? 0, signedBy };
  return { firmware, app, trust, roots, owner: raw.owner };
}
