// SPDX-License-Identifier: Apache-2.0
/** The contract's names as PSA's numbers (PSA Certified Crypto API 1.x, "Algorithm and key type encoding"), and back. */
import type { Alg, KeyAlg, KeyAttributes, KeyType, KeyUsage } from "../../sdk/contracts/crypto.js";
import { type CheckedAttributes, USAGES } from "../../sdk/crypto/attributes.js";
import { ERROR_CODES, type ErrorCode } from "../../sdk/errors/codes.js";
import { SecurityError } from "../../sdk/errors/security-error.js";

/** What this board does not have, Mbed TLS not having it. */
type MissingType = "ECC_KEY_PAIR_TWISTED_EDWARDS" | "ECC_PUBLIC_KEY_TWISTED_EDWARDS";
type MissingAlg = "PURE_EDDSA";

const TYPES: Readonly<Record<Exclude<KeyType, MissingType>, number>> = Object.freeze({
  RAW_DATA: 0x1001,
  HMAC: 0x1100,
  DERIVE: 0x1200,
  CHACHA20: 0x2004,
  AES: 0x2400,
  ECC_PUBLIC_KEY_SECP_R1: 0x4112,
  ECC_PUBLIC_KEY_MONTGOMERY: 0x4141,
  ECC_KEY_PAIR_SECP_R1: 0x7112,
  ECC_KEY_PAIR_MONTGOMERY: 0x7141,
});

const ALGS: Readonly<Record<Exclude<Alg, MissingAlg>, number>> = Object.freeze({
  SHA_256: 0x02000009,
  SHA_384: 0x0200000a,
  SHA_512: 0x0200000b,
  HMAC_SHA_256: 0x03800009,
  HMAC_SHA_384: 0x0380000a,
  HMAC_SHA_512: 0x0380000b,
  HMAC_SHA_256_8: 0x03880009,
  HMAC_SHA_256_16: 0x03900009,
  HMAC_SHA_384_24: 0x0398000a,
  HMAC_SHA_512_32: 0x03a0000b,
  CBC_MAC: 0x03c00100,
  CBC_MAC_8: 0x03c80100,
  CCM: 0x05500100,
  CCM_4: 0x05440100,
  CCM_6: 0x05460100,
  CCM_8: 0x05480100,
  CCM_10: 0x054a0100,
  CCM_12: 0x054c0100,
  CCM_14: 0x054e0100,
  GCM: 0x05500200,
  CHACHA20_POLY1305: 0x05100500,
  DETERMINISTIC_ECDSA_SHA_256: 0x06000709,
  HKDF_EXTRACT_SHA_256: 0x08000409,
  HKDF_EXTRACT_SHA_384: 0x0800040a,
  HKDF_EXTRACT_SHA_512: 0x0800040b,
  HKDF_EXPAND_SHA_256: 0x08000509,
  HKDF_EXPAND_SHA_384: 0x0800050a,
  HKDF_EXPAND_SHA_512: 0x0800050b,
  HKDF_EXPAND_AES_CBC_MAC: 0x88000500, // THIMBLE_ALG_HKDF_EXPAND_AES_CBC_MAC of cbc-mac.h
  ECDH: 0x09020000,
  KW: 0x04404400,
});

/** wrap and unwrap are those of a KW key, whose algorithm is PSA's ECB: wrap.c says why. deriveBytes is PSA_KEY_USAGE_VERIFY_DERIVATION: binding.h says why. */
const USAGE_BITS: Readonly<Record<KeyUsage, number>> = Object.freeze({
  export: 0x0001,
  encrypt: 0x0100,
  decrypt: 0x0200,
  signMessage: 0x0400,
  verifyMessage: 0x0800,
  signHash: 0x1000,
  verifyHash: 0x2000,
  derive: 0x4000,
  deriveBytes: 0x8000,
  wrap: 0x0100,
  unwrap: 0x0200,
});

const CIPHER_USAGES: readonly KeyUsage[] = Object.freeze(["encrypt", "decrypt"] as const);
const WRAP_USAGES: readonly KeyUsage[] = Object.freeze(["wrap", "unwrap"] as const);

export function hasAlg(alg: unknown): alg is keyof typeof ALGS {
  return typeof alg === "string" && Object.hasOwn(ALGS, alg);
}

/** @throws SecurityError PSA_ERROR_NOT_SUPPORTED - of the contract, and not of this board. */
export function algNumber(alg: Alg): number {
  if (!hasAlg(alg)) throw new SecurityError("PSA_ERROR_NOT_SUPPORTED", `no algorithm ${alg} on this board`);
  return ALGS[alg];
}

/** @throws SecurityError PSA_ERROR_NOT_SUPPORTED - as algNumber. */
export function typeNumber({ type }: KeyAttributes): number {
  if (!Object.hasOwn(TYPES, type))
    throw new SecurityError("PSA_ERROR_NOT_SUPPORTED", `no key type ${type} on this board`);
  return TYPES[type as keyof typeof TYPES];
}

export function usageBits(attributes: KeyAttributes): number {
  let bits = 0;
  for (const usage of attributes.usage) bits |= USAGE_BITS[usage];
  return bits;
}

function nameOf<Name extends string>(table: Readonly<Record<Name, number>>, number: number): Name {
  for (const name in table) if (table[name] === number) return name;
  throw new SecurityError("PSA_ERROR_NOT_SUPPORTED", `PSA number 0x${number.toString(16)} has no name here`);
}

/** Reads what xs_thimble_psa_get_key_attributes gives: type, bits, usage, alg, id; u32 little endian. */
export function readAttributes(buffer: ArrayBuffer): CheckedAttributes {
  const view = new DataView(buffer);
  const usage = view.getUint32(8, true);
  const alg = nameOf(ALGS, view.getUint32(12, true)) as KeyAlg;
  const others = alg === "KW" ? CIPHER_USAGES : WRAP_USAGES;
  const id = view.getUint32(16, true);
  return Object.freeze({
    type: nameOf(TYPES, view.getUint32(0, true)),
    bits: view.getUint32(4, true),
    usage: Object.freeze(USAGES.filter((name) => (usage & USAGE_BITS[name]) !== 0 && !others.includes(name))),
    alg,
    ...(id === 0 ? { lifetime: "volatile" as const } : { lifetime: "persistent" as const, id }),
  });
}

/** What is mostly behind a status: PSA gives no more than the number. */
const CAUSES: { readonly [Code in ErrorCode]?: string } = Object.freeze({
  PSA_ERROR_NOT_PERMITTED: "the key's usage or algorithm does not allow it",
  PSA_ERROR_INVALID_SIGNATURE: "the tag or signature is not of this content and key",
  PSA_ERROR_INVALID_ARGUMENT: "attributes, key and data do not fit together",
  PSA_ERROR_INVALID_HANDLE: "no such key",
  PSA_ERROR_DOES_NOT_EXIST: "no key with that id",
  PSA_ERROR_ALREADY_EXISTS: "there is a key with that id",
  PSA_ERROR_INSUFFICIENT_MEMORY: "no memory, or no place for another key",
});

/** The error for a negative status; one that PSA Crypto does not define is a failure without a name. */
export function statusError(status: number, operation: string): SecurityError {
  for (const name in ERROR_CODES) {
    const code = name as ErrorCode;
    if (ERROR_CODES[code] !== status) continue;
    const cause = CAUSES[code];
    return new SecurityError(code, cause === undefined ? operation : `${operation}: ${cause}`);
  }
  return new SecurityError("PSA_ERROR_GENERIC_ERROR", `${operation}: status ${status}`);
}
