// SPDX-License-Identifier: Apache-2.0
/** All that can be said about an image without a device: each check and its outcome. It is valid when no check failed. */
import { publicKeyOf } from "../keys/public-key.js";
import { decryptImage, isEncrypted } from "./encrypted.js";
import { ImageError, type ImageErrorCode } from "./error.js";
import { formatVersion, type ImageClassName, Tlv } from "./format.js";
import { type ParsedImage, parseImage, single } from "./parse.js";
import { checkProfile, classOf, counterOf, isOurs } from "./profile.js";
import { type ImageDigest, type NamedKey, type Signed, verifyDigest, verifySignature } from "./signature.js";
import { parseTrustRecord, type TrustKey, type TrustRecord } from "./trust-record.js";

/** As a device does: a trust record, and the root keys that it may be signed by. */
interface TrustAgainst {
  readonly kind: "trust";
  readonly record: Uint8Array;
  readonly recordName: string;
  readonly roots: readonly NamedKey[];
  /** Root keys that a record may no longer be signed by. */
  readonly revoked?: readonly NamedKey[];
  /** For names of the keys in the record. */
  readonly known?: readonly NamedKey[];
}

/** What an image is held against. */
export type Against =
  /** These keys; general MCUboot images too. */
  | { readonly kind: "keys"; readonly keys: readonly NamedKey[] }
  | TrustAgainst
  /** Nobody: it is whole, and that is all. */
  | { readonly kind: "digest" };

export interface Check {
  readonly id: "structure" | "encryption" | "digest" | "trust record" | "signature" | "contents";
  readonly state: "ok" | "failed" | "skipped";
  readonly code: ImageErrorCode | null;
  readonly detail: string;
}

export interface Verdict {
  readonly ok: boolean;
  readonly checks: readonly Check[];
  readonly class: ImageClassName | null;
  readonly version: string | null;
  readonly securityCounter: number | null;
  readonly abi: string | null;
  readonly digest: string | null;
  /** Name of the key whose signature it is. */
  readonly signedBy: string | null;
}

/** Runs checks one after the other; one that failed is noted, and what needs it is left out. */
class Checks {
  readonly list: Check[] = [];

  run<T>(id: Check["id"], check: () => readonly [detail: string, value: T]): T | undefined {
    try {
      const [detail, value] = check();
      this.list.push({ id, state: "ok", code: null, detail });
      return value;
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      this.list.push({ id, state: "failed", code: error.code, detail: error.message });
      return undefined;
    }
  }

  skip(id: Check["id"], detail: string): void {
    this.list.push({ id, state: "skipped", code: null, detail });
  }
}

/** The signature by one of these; what else is known of the signer is said where it is none of them. */
function verifyKnown(
  image: ParsedImage,
  digest: ImageDigest,
  keys: readonly NamedKey[],
  others: readonly NamedKey[],
  code: "IMAGE_E_ROLE" | "IMAGE_E_REVOKED",
): ReturnType<typeof verifySignature> {
  try {
    return verifySignature(image, digest, keys);
  } catch (error) {
    const signer =
      error instanceof ImageError && error.code === "IMAGE_E_KEY" ? signerAmong(image, digest, others) : undefined;
    if (signer === undefined) throw error;
    const what = code === "IMAGE_E_ROLE" ? "is not trusted for images" : "was revoked";
    throw new ImageError(code, `signed by ${signer.name}, which ${what}`);
  }
}

/** The key that the image names, whatever its signature is worth. */
function signerAmong(image: ParsedImage, digest: ImageDigest, keys: readonly NamedKey[]): NamedKey | undefined {
  return keys.find((key) => {
    try {
      return verifySignature(image, digest, [key]).by === key;
    } catch (error) {
      return error instanceof ImageError && error.code === "IMAGE_E_SIGNATURE";
    }
  });
}

/** @throws ImageError - the record is not whole, not a record, or not signed by one of the roots. */
function verifyTrustRecord(
  image: ParsedImage,
  { roots, revoked = [] }: Pick<TrustAgainst, "roots" | "revoked">,
): { record: TrustRecord; by: NamedKey } {
  const digest = verifyDigest(image);
  const { by } = verifyKnown(image, digest, roots, revoked, "IMAGE_E_REVOKED");
  checkProfile(image);
  return { record: parseTrustRecord(image), by };
}

function describeRecord({ version, keys, otherRoot }: TrustRecord, by: NamedKey): string {
  const revokes = otherRoot === "revoked" ? ", which revokes the other root key" : "";
  return `version ${version}, ${keys.length} key${keys.length === 1 ? "" : "s"}, signed by ${by.name}${revokes}`;
}

/** A record has no names: those of the keys that are known here, or else the place in the record. */
function listedKeys({ keys }: TrustRecord, role: TrustKey["role"], known: readonly NamedKey[]): NamedKey[] {
  return keys.flatMap((listed, at) => {
    if (listed.role !== role) return [];
    const key = publicKeyOf(listed.publicKey);
    const name = known.find((candidate) => candidate.key.equals(key))?.name ?? `key ${at + 1} of the trust record`;
    return [{ name, key }];
  });
}

function checkSignature(checks: Checks, image: ParsedImage, digest: ImageDigest, against: Against): string | null {
  const sign = (verify: () => Signed): string | null =>
    checks.run("signature", () => {
      const { by, title } = verify();
      return [`${title}, by ${by.name}`, by.name];
    }) ?? null;
  if (classOf(image) === "trust record" && against.kind !== "digest") {
    const roots = against.kind === "keys" ? { roots: against.keys } : against;
    return (
      checks.run("trust record", () => {
        const { record, by } = verifyTrustRecord(image, roots);
        return [describeRecord(record, by), by.name];
      }) ?? null
    );
  }
  if (against.kind === "digest") {
    checks.skip("signature", "not asked for: this says nothing about who made the image");
    return null;
  }
  if (against.kind === "keys") return sign(() => verifySignature(image, digest, against.keys));
  const trusted = checks.run("trust record", () => {
    const { record, by } = verifyTrustRecord(parseImage(against.record), against);
    return [`${against.recordName}: ${describeRecord(record, by)}`, record];
  });
  if (trusted !== undefined) {
    const listed = (role: TrustKey["role"]): NamedKey[] => listedKeys(trusted, role, against.known ?? []);
    return sign(() => verifyKnown(image, digest, listed("image"), listed("manifest"), "IMAGE_E_ROLE"));
  }
  checks.skip("signature", "without a trust record there is no key to believe");
  return null;
}

function checkContents(checks: Checks, image: ParsedImage, against: Against): void {
  if (against.kind === "digest") {
    checks.skip("contents", "not asked for");
    return;
  }
  if (against.kind !== "trust" && !isOurs(image)) {
    checks.skip("contents", "no CLASS TLV: an MCUboot image that no secured Thimble device takes");
    return;
  }
  checks.run("contents", () => [`${checkProfile(image)}: each TLV once, none else`, true]);
}

function factsOf(image: ParsedImage): Omit<Verdict, "ok" | "checks" | "digest" | "signedBy"> {
  const abi = single(image.protectedTlvs, Tlv.ABI);
  return {
    class: classOf(image) ?? null,
    version: formatVersion(image.version),
    securityCounter: counterOf(image) ?? null,
    abi: abi === undefined ? null : Buffer.from(abi).toString("hex"),
  };
}

const NOTHING = { class: null, version: null, securityCounter: null, abi: null, digest: null, signedBy: null };

/** @param decryptWith - the recipient's private key of an encrypted image. */
export function verifyImage(bytes: Uint8Array, against: Against, decryptWith?: NamedKey): Verdict {
  const checks = new Checks();
  const refuse = (facts: Omit<Verdict, "ok" | "checks">): Verdict => ({ ok: false, checks: checks.list, ...facts });
  const parsed = checks.run("structure", () => {
    const image = parseImage(bytes);
    const behind = image.trailing > 0 ? `, ${image.trailing} bytes behind it` : "";
    return [`header ${image.headerSize}, payload ${image.payload.length} bytes${behind}`, image];
  });
  if (parsed === undefined) return refuse(NOTHING);
  const image = isEncrypted(parsed) ? checks.run("encryption", () => decryptImage(parsed, decryptWith)) : parsed;
  const facts = { ...NOTHING, ...factsOf(parsed) };
  if (image === undefined) return refuse(facts);
  const digest = checks.run("digest", () => {
    const found = verifyDigest(image);
    return [`${found.hash.replace("sha", "SHA-")} ${found.digest.toString("hex")}`, found];
  });
  if (digest === undefined) return refuse(facts);
  const signedBy = checkSignature(checks, image, digest, against);
  checkContents(checks, image, against);
  const verdict = { ...facts, checks: checks.list, digest: digest.digest.toString("hex"), signedBy };
  // That nothing failed is not enough: somebody has to have signed it, unless nobody was asked for.
  const isVouchedFor = against.kind === "digest" || signedBy !== null;
  return { ...verdict, ok: isVouchedFor && checks.list.every(({ state }) => state !== "failed") };
}
