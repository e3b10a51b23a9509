// SPDX-License-Identifier: Apache-2.0
/** Key attributes: which fit together, once for all back-ends. Stricter than PSA, which tells most of it at first use. */
import { requireBytes } from "../bytes/bytes.js";
import type { HkdfExtractAlg, KeyAlg, KeyAttributes, KeyType, KeyUsage } from "../contracts/crypto.js";
import { SecurityError } from "../errors/security-error.js";
import { hashBytes, hashOf, isKnownAlg, isWrappable, limits, requireBytesUpTo, requireInteger } from "./arguments.js";

const HMACS = Object.freeze([
  "HMAC_SHA_256",
  "HMAC_SHA_384",
  "HMAC_SHA_512",
  "HMAC_SHA_256_8",
  "HMAC_SHA_256_16",
  "HMAC_SHA_384_24",
  "HMAC_SHA_512_32",
] as const);
const OF_AES = Object.freeze([
  ...(["GCM", "CCM", "CCM_4", "CCM_6", "CCM_8", "CCM_10", "CCM_12", "CCM_14", "KW"] as const),
  ...(["CBC_MAC", "CBC_MAC_8", "HKDF_EXPAND_AES_CBC_MAC"] as const),
]);
const EXTRACTS = Object.freeze(["HKDF_EXTRACT_SHA_256", "HKDF_EXTRACT_SHA_384", "HKDF_EXTRACT_SHA_512"] as const);
const EXPANDS = Object.freeze(["HKDF_EXPAND_SHA_256", "HKDF_EXPAND_SHA_384", "HKDF_EXPAND_SHA_512"] as const);
const SIGN_OR_AGREE = Object.freeze(["DETERMINISTIC_ECDSA_SHA_256", "ECDH"] as const);
const AGREE = Object.freeze(["ECDH"] as const);
const EDDSA = Object.freeze(["PURE_EDDSA"] as const);

/** The algorithms that a key of each type can be for. */
const ALGS_OF: Readonly<Record<KeyType, readonly KeyAlg[]>> = Object.freeze({
  AES: OF_AES,
  CHACHA20: Object.freeze(["CHACHA20_POLY1305"] as const),
  HMAC: HMACS,
  DERIVE: Object.freeze([...EXTRACTS, ...EXPANDS]),
  RAW_DATA: EXTRACTS,
  ECC_KEY_PAIR_SECP_R1: SIGN_OR_AGREE,
  ECC_PUBLIC_KEY_SECP_R1: SIGN_OR_AGREE,
  ECC_KEY_PAIR_MONTGOMERY: AGREE,
  ECC_PUBLIC_KEY_MONTGOMERY: AGREE,
  ECC_KEY_PAIR_TWISTED_EDWARDS: EDDSA,
  ECC_PUBLIC_KEY_TWISTED_EDWARDS: EDDSA,
});

/** In the order of the contract; getKeyAttributes keeps it. */
export const USAGES: readonly KeyUsage[] = Object.freeze([
  "export",
  "encrypt",
  "decrypt",
  "signMessage",
  "verifyMessage",
  "signHash",
  "verifyHash",
  "derive",
  "deriveBytes",
  "wrap",
  "unwrap",
] as const);

const OF_AEAD: readonly KeyUsage[] = Object.freeze(["encrypt", "decrypt"] as const);
const OF_WRAP: readonly KeyUsage[] = Object.freeze(["wrap", "unwrap"] as const);
const OF_MESSAGE: readonly KeyUsage[] = Object.freeze(["signMessage", "verifyMessage"] as const);
const OF_SIGN: readonly KeyUsage[] = Object.freeze(["signMessage", "verifyMessage", "signHash", "verifyHash"] as const);
const OF_VERIFY: readonly KeyUsage[] = Object.freeze(["verifyMessage", "verifyHash"] as const);
const OF_VERIFY_MESSAGE: readonly KeyUsage[] = Object.freeze(["verifyMessage"] as const);
const OF_DERIVE: readonly KeyUsage[] = Object.freeze(["derive"] as const);
const OF_EXPAND: readonly KeyUsage[] = Object.freeze(["derive", "deriveBytes"] as const);
const OF_NONE: readonly KeyUsage[] = Object.freeze([] as const);

/** Attributes after the checks: usage in order and with what is implied, lifetime always there. */
export interface CheckedAttributes extends KeyAttributes {
  readonly lifetime: "volatile" | "persistent";
}

export function isPublicKeyType(type: KeyType): boolean {
  return type.startsWith("ECC_PUBLIC_KEY_");
}

function refuse(message: string): never {
  throw new SecurityError("PSA_ERROR_INVALID_ARGUMENT", message);
}

function usagesFor(type: KeyType, alg: KeyAlg): readonly KeyUsage[] {
  if (alg === "KW") return OF_WRAP;
  if (alg.startsWith("HKDF_EXPAND_")) return OF_EXPAND;
  if (type === "HMAC" || alg === "CBC_MAC" || alg === "CBC_MAC_8") return OF_MESSAGE;
  if (type === "AES" || type === "CHACHA20") return OF_AEAD;
  if (alg === "DETERMINISTIC_ECDSA_SHA_256") return isPublicKeyType(type) ? OF_VERIFY : OF_SIGN;
  if (alg === "PURE_EDDSA") return isPublicKeyType(type) ? OF_VERIFY_MESSAGE : OF_MESSAGE;
  return isPublicKeyType(type) ? OF_NONE : OF_DERIVE;
}

function checkBits(type: KeyType, bits: number): void {
  requireInteger(bits, "bits", 1, 0x7fffffff);
  let fits: boolean;
  if (type === "AES") fits = bits === 128 || bits === 192 || bits === 256;
  else if (type === "HMAC" || type === "DERIVE" || type === "RAW_DATA") fits = bits % 8 === 0 && bits <= 8 * 4096;
  else if (type.endsWith("_MONTGOMERY") || type.endsWith("_TWISTED_EDWARDS")) fits = bits === 255;
  else fits = bits === 256;
  if (!fits) refuse(`a key of type ${type} cannot have ${bits} bits`);
}

function checkUsage(type: KeyType, alg: KeyAlg, usage: readonly KeyUsage[]): readonly KeyUsage[] {
  if (!Array.isArray(usage)) throw new TypeError(`usage: expected an array, got ${typeof usage}`);
  const allowed = usagesFor(type, alg);
  for (const one of usage as readonly KeyUsage[]) {
    if (typeof one !== "string") throw new TypeError(`usage: expected strings, got ${typeof one}`);
    if (one !== "export" && !allowed.includes(one))
      refuse(`usage ${one} does not fit a key of type ${type} for ${alg}`);
  }
  if (usage.includes("deriveBytes") && !usage.includes("derive")) refuse("usage deriveBytes needs derive");
  return Object.freeze(
    USAGES.filter(
      (one) =>
        usage.includes(one) ||
        (one === "signMessage" && usage.includes("signHash")) ||
        (one === "verifyMessage" && usage.includes("verifyHash")),
    ),
  );
}

function checkLifetime(attributes: KeyAttributes): Pick<CheckedAttributes, "lifetime" | "id"> {
  const { lifetime = "volatile", id } = attributes;
  if (lifetime === "volatile") {
    if (id !== undefined) refuse("a volatile key has no id");
    return { lifetime };
  }
  if (lifetime !== "persistent") refuse("lifetime is neither volatile nor persistent");
  if (id === undefined) refuse("a persistent key needs an id");
  requireInteger(id, "id", 1, limits.persistentIdMax);
  return { lifetime, id };
}

/**
 * Checks attributes of a key to be made and completes them.
 * @throws TypeError, RangeError - a field of the wrong type, or a bits or id that no key can have.
 * @throws SecurityError PSA_ERROR_NOT_SUPPORTED - unknown type or algorithm.
 * @throws SecurityError PSA_ERROR_INVALID_ARGUMENT - fields that do not fit together.
 */
export function checkAttributes(attributes: KeyAttributes): CheckedAttributes {
  if (typeof attributes !== "object" || attributes === null) throw new TypeError("attributes: expected an object");
  const { type, bits, usage, alg } = attributes;
  if (typeof type !== "string") throw new TypeError(`type: expected a string, got ${typeof type}`);
  if (typeof alg !== "string") throw new TypeError(`alg: expected a string, got ${typeof alg}`);
  if (!Object.hasOwn(ALGS_OF, type)) throw new SecurityError("PSA_ERROR_NOT_SUPPORTED", `no key type ${type} here`);
  if (!isKnownAlg(alg)) throw new SecurityError("PSA_ERROR_NOT_SUPPORTED", `no algorithm ${alg} here`);
  if (!ALGS_OF[type].includes(alg)) refuse(`a key of type ${type} cannot be for ${alg}`);
  checkBits(type, bits);
  return Object.freeze({ type, bits, usage: checkUsage(type, alg, usage), alg, ...checkLifetime(attributes) });
}

/** As `checkAttributes`, for importKey, with the number of key bytes. */
export function checkImportedAttributes(attributes: KeyAttributes, bytes: Uint8Array): CheckedAttributes {
  const checked = checkAttributes(attributes);
  requireBytes(bytes, "bytes");
  const sizes = checked.type === "ECC_PUBLIC_KEY_SECP_R1" ? [65, 33] : [keyBytes(checked)];
  if (!sizes.includes(bytes.length)) {
    refuse(`a key of type ${checked.type} with ${checked.bits} bits has ${sizes.join(" or ")} bytes`);
  }
  return checked;
}

/** Bytes of a key that is not a P-256 public key. */
export function keyBytes(attributes: KeyAttributes): number {
  return Math.ceil(attributes.bits / 8);
}

/** As `checkAttributes`, for generateKey: no public keys. */
export function checkGeneratedAttributes(attributes: KeyAttributes): CheckedAttributes {
  const checked = checkAttributes(attributes);
  if (isPublicKeyType(checked.type)) refuse("a public key cannot be generated alone");
  return checked;
}

/** As `checkAttributes`, for a key that was wrapped. @param bytes - of the wrapped key. */
export function checkUnwrappedAttributes(attributes: KeyAttributes, bytes: number): CheckedAttributes {
  const checked = checkAttributes(attributes);
  if (isPublicKeyType(checked.type)) refuse("a public key is not wrapped");
  if (!isWrappable(bytes - 8) || keyBytes(checked) !== bytes - 8) {
    refuse(`a wrapped key of type ${checked.type} with ${checked.bits} bits does not have ${bytes} bytes`);
  }
  return checked;
}

/** As `checkAttributes`, for the shared secret of a key agreement, with the prefix before it. */
export function checkAgreedAttributes(attributes: KeyAttributes, prefix: Uint8Array): CheckedAttributes {
  const checked = checkAttributes(attributes);
  requireBytesUpTo(prefix, "prefix", limits.agreementPrefixBytes);
  const bits = 8 * (prefix.length + 32);
  if (checked.type !== "DERIVE" || checked.bits !== bits)
    refuse(`a shared secret is a DERIVE key, here of ${bits} bits`);
  return checked;
}

/** As `checkAttributes`, for a PRK. */
export function checkExtractedAttributes(alg: HkdfExtractAlg, attributes: KeyAttributes): CheckedAttributes {
  const checked = checkAttributes(attributes);
  if (checked.type !== "DERIVE" && checked.type !== "RAW_DATA") refuse("a PRK is a DERIVE or RAW_DATA key");
  if (checked.bits !== 8 * hashBytes(hashOf(alg))) refuse(`a PRK of ${alg} has as many bits as the hash`);
  return checked;
}

/** As `checkAttributes`, for a key made by HKDF-Expand. */
export function checkExpandedAttributes(attributes: KeyAttributes): CheckedAttributes {
  const checked = checkAttributes(attributes);
  if (isPublicKeyType(checked.type)) refuse("a public key is not derived");
  return checked;
}
