// SPDX-License-Identifier: Apache-2.0
/** Runs one example of the COSE working group. Portable: an example is plain data, which boards are given too (files.ts). */
import { concatBytes } from "../../../sdk/bytes/bytes.js";
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import type { Crypto, KeyAttributes, KeyId } from "../../../sdk/contracts/crypto.js";
import { findAeadAlgorithm, findMacAlgorithm } from "../../../sdk/cose/algorithms.js";
import { decryptEncrypt0 } from "../../../sdk/cose/encrypt0.js";
import { verifyMac0 } from "../../../sdk/cose/mac0.js";
import { verifySign1 } from "../../../sdk/cose/sign1.js";
import { ProtocolError, SecurityError } from "../../../sdk/errors/security-error.js";
import { failed, type Outcome } from "../outcome.js";

/** All byte strings are hexadecimal. */
export interface CoseCase {
  readonly kind: "sign0" | "mac0" | "encrypted";
  readonly isInvalid: boolean;
  readonly message: string;
  readonly externalAad: string;
  readonly payload: string;
  /** What a Partial IV is within; empty: none. */
  readonly contextIv: string;
  /** The COSE algorithm of the message, for the key's policy; null where the example changed it. */
  readonly algorithm: number | null;
  readonly key: { readonly crv: string; readonly x: string; readonly y: string } | { readonly k: string };
  /** What refuses a valid example, and why that is so. */
  readonly deviation?: { readonly code: string; readonly why: string };
}

function attributesOf(c: CoseCase, bytes: number): KeyAttributes {
  const mac = findMacAlgorithm(c.algorithm);
  if (c.kind === "mac0") {
    return { type: "HMAC", bits: 8 * bytes, usage: ["verifyMessage"], alg: mac?.psaAlg ?? "HMAC_SHA_256" };
  }
  const alg = findAeadAlgorithm(c.algorithm)?.psaAlg ?? "GCM";
  return { type: alg === "CHACHA20_POLY1305" ? "CHACHA20" : "AES", bits: 8 * bytes, usage: ["decrypt"], alg };
}

function importKey(crypto: Crypto, c: CoseCase): KeyId {
  const { key } = c;
  if ("k" in key) {
    const bytes = decodeHex(key.k);
    return crypto.importKey(attributesOf(c, bytes.length), bytes);
  }
  const usage = ["verifyMessage"] as const;
  if (key.crv === "Ed25519") {
    const attributes = { type: "ECC_PUBLIC_KEY_TWISTED_EDWARDS", bits: 255, usage, alg: "PURE_EDDSA" } as const;
    return crypto.importKey(attributes, decodeHex(key.x));
  }
  const attributes = { type: "ECC_PUBLIC_KEY_SECP_R1", bits: 256, usage, alg: "DETERMINISTIC_ECDSA_SHA_256" } as const;
  return crypto.importKey(attributes, concatBytes(Uint8Array.of(4), decodeHex(key.x), decodeHex(key.y)));
}

function open(crypto: Crypto, key: KeyId, c: CoseCase): Uint8Array {
  const message = decodeHex(c.message);
  const options = { externalAad: decodeHex(c.externalAad) };
  if (c.kind === "sign0") return verifySign1(crypto, key, message, options).payload;
  if (c.kind === "mac0") return verifyMac0(crypto, key, message, options).payload;
  const context = c.contextIv === "" ? {} : { contextIv: decodeHex(c.contextIv) };
  return decryptEncrypt0(crypto, key, message, { ...options, ...context }).plaintext;
}

function codeOf(error: unknown): string {
  if (error instanceof ProtocolError) return error.detail;
  return error instanceof SecurityError ? error.code : `${error}`;
}

/** Never throws a SecurityError. */
export function runCose(crypto: Crypto, c: CoseCase): Outcome {
  if ("crv" in c.key && c.key.crv === "Ed25519" && !crypto.supports("PURE_EDDSA")) {
    return { kind: "unsupported", text: "no Ed25519 here" };
  }
  const key = importKey(crypto, c);
  try {
    const payload = encodeHex(open(crypto, key, c));
    if (c.isInvalid) return failed("invalid, but accepted");
    if (c.deviation !== undefined) return failed(`accepted, where ${c.deviation.code} was expected`);
    return payload === c.payload ? { kind: "passed" } : failed(`got ${payload}, expected ${c.payload}`);
  } catch (error) {
    const code = codeOf(error);
    if (c.deviation !== undefined && code === c.deviation.code) return { kind: "unsupported", text: c.deviation.why };
    if (c.isInvalid && error instanceof SecurityError) return { kind: "refused" };
    return failed(`${c.isInvalid ? "invalid" : "valid"}, but threw ${code}`);
  } finally {
    crypto.destroyKey(key);
  }
}
