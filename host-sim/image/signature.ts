// SPDX-License-Identifier: Apache-2.0
/**
 * Digest and signature of an image, as MCUboot's `imgtool` 2.4 makes them: SHA-256 or SHA-384; ECDSA on P-256 and P-384 in DER,
 * Ed25519 over the digest, RSA-PSS.
 */
import { constants, createHash, type KeyObject, verify } from "node:crypto";
import { parseEcdsaSigValue } from "../../sdk/crypto/der.js";
import { spkiOf } from "../keys/public-key.js";
import { ImageError } from "./error.js";
import { Tlv } from "./format.js";
import type { ParsedImage, TlvEntry } from "./parse.js";

type HashName = "sha256" | "sha384" | "sha512";

const DIGESTS: Readonly<Record<number, HashName>> = Object.freeze({
  [Tlv.SHA256]: "sha256",
  [Tlv.SHA384]: "sha384",
  [Tlv.SHA512]: "sha512",
});
const SIGNATURES: readonly number[] = [
  Tlv.RSA2048_PSS,
  0x21,
  Tlv.ECDSA_SIG,
  Tlv.RSA3072_PSS,
  Tlv.ED25519,
  Tlv.SIG_PURE,
];

export interface NamedKey {
  /** A key's name, or a file's. */
  readonly name: string;
  /** Public. */
  readonly key: KeyObject;
}

export interface ImageDigest {
  readonly hash: HashName;
  readonly digest: Buffer;
}

/** @throws ImageError IMAGE_E_TLV... - no digest, several, or of another length. IMAGE_E_DIGEST - not that of the image. */
export function verifyDigest({ tlvs, hashed }: ParsedImage): ImageDigest {
  const found = tlvs.filter(({ type }) => DIGESTS[type] !== undefined);
  const [entry] = found;
  const hash = entry === undefined ? undefined : DIGESTS[entry.type];
  if (entry === undefined || hash === undefined) throw new ImageError("IMAGE_E_TLV_MISSING", "there is no digest");
  if (found.length > 1) throw new ImageError("IMAGE_E_TLV_REPEATED", `there are ${found.length} digests`);
  const digest = createHash(hash).update(hashed).digest();
  if (entry.value.length !== digest.length) {
    throw new ImageError("IMAGE_E_TLV", `the digest has ${entry.value.length} bytes, not ${digest.length}`);
  }
  if (digest.equals(entry.value)) return { hash, digest };
  throw new ImageError("IMAGE_E_DIGEST", `${hash.replace("sha", "SHA-")} differs: the image was changed or damaged`);
}

/** How MCUboot writes a public key: RSA's without the algorithm around it. */
function encodedKey(key: KeyObject): Buffer {
  return key.asymmetricKeyType === "rsa" ? key.export({ type: "pkcs1", format: "der" }) : spkiOf(key);
}

function names(entry: TlvEntry, key: KeyObject, hash: HashName): boolean {
  const encoded = encodedKey(key);
  if (entry.type === Tlv.PUBKEY) return encoded.equals(entry.value);
  return entry.type === Tlv.KEYHASH && createHash(hash).update(encoded).digest().equals(entry.value);
}

interface Algorithm {
  readonly title: string;
  readonly tlv: number;
  /** The only digest that it goes with; undefined: any. */
  readonly hash?: HashName;
}

/** @returns undefined - a key that signs no images. */
function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): Algorithm | undefined {
  const { namedCurve, modulusLength } = asymmetricKeyDetails ?? {};
  if (asymmetricKeyType === "ed25519") return { title: "Ed25519", tlv: Tlv.ED25519 };
  if (namedCurve === "prime256v1") return { title: "ECDSA with P-256", tlv: Tlv.ECDSA_SIG, hash: "sha256" };
  if (namedCurve === "secp384r1") return { title: "ECDSA with P-384", tlv: Tlv.ECDSA_SIG, hash: "sha384" };
  if (modulusLength === 2048) return { title: "RSA-2048-PSS", tlv: Tlv.RSA2048_PSS, hash: "sha256" };
  if (modulusLength === 3072) return { title: "RSA-3072-PSS", tlv: Tlv.RSA3072_PSS, hash: "sha256" };
  return undefined;
}

function isSignature(key: KeyObject, hashed: Uint8Array, { digest }: ImageDigest, { type, value }: TlvEntry): boolean {
  try {
    if (type === Tlv.ED25519) return verify(null, digest, key, value);
    if (type !== Tlv.ECDSA_SIG) {
      const padding = constants.RSA_PKCS1_PSS_PADDING;
      return verify("sha256", hashed, { key, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }, value);
    }
    const isP256 = key.asymmetricKeyDetails?.namedCurve === "prime256v1";
    if (isP256) parseEcdsaSigValue(value); // strict DER, as a device reads it
    return verify(isP256 ? "sha256" : "sha384", hashed, key, value);
  } catch {
    return false;
  }
}

/** Which key, and its signature: one of each in any order, or of several each after the key that it is by. */
function pairs(tlvs: readonly TlvEntry[]): (readonly [identity: TlvEntry, signature: TlvEntry])[] {
  const identities = tlvs.filter(({ type }) => type === Tlv.KEYHASH || type === Tlv.PUBKEY);
  const signatures = tlvs.filter(({ type }) => SIGNATURES.includes(type));
  const [identity, signature] = [identities[0], signatures[0]];
  if (identity === undefined || signature === undefined) return [];
  if (identities.length === 1 && signatures.length === 1) return [[identity, signature]];
  return signatures.flatMap((entry) => {
    const before = tlvs[tlvs.indexOf(entry) - 1];
    return before !== undefined && identities.includes(before) ? [[before, entry] as const] : [];
  });
}

export interface Signed {
  readonly by: NamedKey;
  /** Of the signature, in words. */
  readonly title: string;
}

/**
 * Finds the signature of one of the keys, and checks it.
 * @param digest - of the image, verified before.
 * @throws ImageError IMAGE_E_UNSIGNED - there is none. IMAGE_E_KEY - none by these keys. IMAGE_E_SIGNATURE - it is wrong.
 */
export function verifySignature(image: ParsedImage, digest: ImageDigest, keys: readonly NamedKey[]): Signed {
  const { tlvs } = image;
  if (!tlvs.some(({ type }) => SIGNATURES.includes(type))) {
    throw new ImageError("IMAGE_E_UNSIGNED", "the image is not signed");
  }
  for (const [identity, entry] of pairs(tlvs)) {
    const by = keys.find(({ key }) => names(identity, key, digest.hash));
    if (by === undefined) continue;
    const algorithm = algorithmOf(by.key);
    if (algorithm?.tlv !== entry.type || (algorithm.hash ?? digest.hash) !== digest.hash) {
      throw new ImageError("IMAGE_E_SIGNATURE", `the signature is not of the kind that ${by.name} makes`);
    }
    if (isSignature(by.key, image.hashed, digest, entry)) return { by, title: algorithm.title };
    throw new ImageError("IMAGE_E_SIGNATURE", `the signature is not that of ${by.name}, which it names`);
  }
  const known = keys.map(({ name }) => name).join(" or ");
  throw new ImageError("IMAGE_E_KEY", keys.length === 0 ? "there is no key to check with" : `not signed by ${known}`);
}
