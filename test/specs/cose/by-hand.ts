// SPDX-License-Identifier: Apache-2.0
/** Messages as RFC 9052 and RFC 9053 describe them, in hexadecimal and without the SDK's own making: what its readers are held to. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import type { HkdfExtractAlg, KeyAttributes, KeyId } from "../../../sdk/contracts/crypto.js";
import { crypto } from "../../harness/machine.js";
import { CONTENT } from "./symmetric.js";

export const IV = "00".repeat(12);
/** {1: 1}, A128GCM; {1: 5}, HMAC 256/256; {1: -7}, ES256: byte strings, as they stand in a message. */
export const GCM = "43a10101";
export const HMAC = "43a10105";
export const ES256 = "43a10126";
/** {1: -6} and {1: -3}, unprotected. */
export const DIRECT = "a10125";
export const KW = "a10122";

/** A byte string of under 65536 bytes. */
export function bstr(hex: string): string {
  const length = hex.length / 2;
  if (length < 24) return (0x40 + length).toString(16) + hex;
  const digits = length.toString(16).padStart(length < 256 ? 2 : 4, "0");
  return (length < 256 ? "58" : "59") + digits + hex;
}

/** A text string of under 24 characters, all ASCII. */
function tstr(text: string): string {
  const hex = Array.from(text, (character) => character.charCodeAt(0).toString(16)).join("");
  return (0x60 + text.length).toString(16) + hex;
}

/** Runs `use` with keys and destroys them, whatever happens. */
export function withKeys<Result>(keys: readonly KeyId[], use: (...keys: KeyId[]) => Result): Result {
  try {
    return use(...keys);
  } finally {
    for (const key of keys) crypto.destroyKey(key);
  }
}

/** A key whose bytes are all the same. */
export function keyOf(byte: number, attributes: KeyAttributes): KeyId {
  return crypto.importKey(attributes, new Uint8Array(attributes.bits / 8).fill(byte));
}

export const GCM_128: KeyAttributes = { type: "AES", bits: 128, usage: ["encrypt", "decrypt", "export"], alg: "GCM" };
export const KW_128: KeyAttributes = { type: "AES", bits: 128, usage: ["wrap", "unwrap"], alg: "KW" };
export const HMAC_256: KeyAttributes = {
  type: "HMAC",
  bits: 256,
  usage: ["signMessage", "verifyMessage", "export"],
  alg: "HMAC_SHA_256",
};
export const P256: KeyAttributes = { type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage: ["derive"], alg: "ECDH" };
export const X25519: KeyAttributes = { type: "ECC_KEY_PAIR_MONTGOMERY", bits: 255, usage: ["derive"], alg: "ECDH" };
export const EXTRACT_256: KeyAttributes = { type: "DERIVE", bits: 256, usage: ["derive"], alg: "HKDF_EXTRACT_SHA_256" };

/** ciphertext‖tag of CONTENT: Enc_structure is [context, protected, external_aad h''] (RFC 9052 §5.3). A byte string. */
export function sealed(key: KeyId, protectedBucket = GCM, context = "Encrypt"): string {
  const aad = decodeHex(`83${tstr(context)}${protectedBucket}40`);
  return bstr(encodeHex(crypto.aeadEncrypt(key, "GCM", decodeHex(IV), aad, decodeHex(CONTENT))));
}

/** The tag of CONTENT: MAC_structure is [context, protected, external_aad h'', payload] (RFC 9052 §6.3). A byte string. */
export function macOf(key: KeyId, protectedBucket = HMAC, context = "MAC"): string {
  const message = decodeHex(`84${tstr(context)}${protectedBucket}40${bstr(CONTENT)}`);
  return bstr(encodeHex(crypto.macCompute(key, "HMAC_SHA_256", message)));
}

/** A key wrapped for another one, as a byte string. */
export function wrapped(wrappingKey: KeyId, key: KeyId): string {
  return bstr(encodeHex(crypto.wrapKey(wrappingKey, "KW", key)));
}

/** COSE_recipient. @param rest - ciphertext, and what follows it. */
export function recipient(protectedMap: string, unprotectedMap: string, ...rest: readonly string[]): string {
  return `8${2 + rest.length}${bstr(protectedMap)}${unprotectedMap}${rest.join("")}`;
}

/** An array of under 24 items. */
export function list(...items: readonly string[]): string {
  return (0x80 + items.length).toString(16) + items.join("");
}

/** COSE_Encrypt, untagged. @param ciphertext - a byte string. */
export function encryptMessage(ciphertext: string, ...recipients: readonly string[]): Uint8Array {
  return decodeHex(`84${GCM}a105${bstr(IV)}${ciphertext}${list(...recipients)}`);
}

/** COSE_Mac, untagged. @param tag - a byte string. */
export function macMessage(tag: string, ...recipients: readonly string[]): Uint8Array {
  return decodeHex(`85${HMAC}a0${bstr(CONTENT)}${tag}${list(...recipients)}`);
}

/** HKDF with a COSE_KDF_Context (RFC 9053 §5). @param salt, context - hexadecimal. */
export function derived(secret: KeyId, alg: HkdfExtractAlg, salt: string, context: string, to: KeyAttributes): KeyId {
  const bits = alg === "HKDF_EXTRACT_SHA_256" ? 256 : 512;
  const expand = alg === "HKDF_EXTRACT_SHA_256" ? "HKDF_EXPAND_SHA_256" : "HKDF_EXPAND_SHA_512";
  const prk = crypto.hkdfExtract(alg, decodeHex(salt), secret, {
    type: "DERIVE",
    bits,
    usage: ["derive"],
    alg: expand,
  });
  return withKeys([prk], () => crypto.hkdfExpand(prk, decodeHex(context), to));
}

/** Whether data was refused for what it is: with a code, and no mistake of the caller's. */
export function isCoded(thrown: string): boolean {
  return /^(?:CBOR|COSE|PSA_ERROR)_/.test(thrown);
}
