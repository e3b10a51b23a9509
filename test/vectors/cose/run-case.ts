// SPDX-License-Identifier: Apache-2.0
/** Runs one example of the COSE working group. Portable: an example is plain data, which boards are given too (files.ts). */
import { concatBytes } from "../../../sdk/bytes/bytes.js";
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import type { Crypto, KeyAlg, KeyId } from "../../../sdk/contracts/crypto.js";
import { findAeadAlgorithm, findMacAlgorithm, findSignAlgorithm } from "../../../sdk/cose/algorithms.js";
import { decryptEncrypt } from "../../../sdk/cose/encrypt.js";
import { decryptEncrypt0 } from "../../../sdk/cose/encrypt0.js";
import type { KdfContext } from "../../../sdk/cose/kdf.js";
import type { CoseKey } from "../../../sdk/cose/key.js";
import { importKey, type KeyPurpose } from "../../../sdk/cose/key-import.js";
import { verifyMac } from "../../../sdk/cose/mac.js";
import { verifyMac0 } from "../../../sdk/cose/mac0.js";
import { findRecipientAlgorithm, RecipientAlgorithm } from "../../../sdk/cose/recipient-algorithms.js";
import type { RecipientKey } from "../../../sdk/cose/recipient-open.js";
import { verifySign } from "../../../sdk/cose/sign.js";
import { verifySign1 } from "../../../sdk/cose/sign1.js";
import { ProtocolError, SecurityError } from "../../../sdk/errors/security-error.js";
import { failed, type Outcome } from "../outcome.js";

type KeyData =
  | { readonly crv: string; readonly d: string; readonly x: string; readonly y: string }
  | { readonly k: string };

/** All byte strings are hexadecimal; an empty one is not there. */
export interface CoseCase {
  readonly kind: "sign0" | "sign" | "mac0" | "mac" | "encrypted" | "enveloped";
  readonly isInvalid: boolean;
  readonly message: string;
  readonly externalAad: string;
  readonly payload: string;
  /** What a Partial IV is within. */
  readonly contextIv: string;
  /** The COSE algorithm of the content, for the key's policy; null where the example changed it. */
  readonly algorithm: number | null;
  readonly recipientAlgorithm: number | null;
  /** Of the recipient or signer, where there are several. */
  readonly kid: string;
  /** Labels that the example takes for processed. */
  readonly critical: readonly string[];
  readonly key: KeyData;
  readonly senderKey?: KeyData;
  /** What both sides know, and is hashed into a derived key. */
  readonly unsent: { readonly partyU: string; readonly partyV: string; readonly pub: string; readonly priv: string };
  /** What refuses a valid example, and why that is so. */
  readonly deviation?: { readonly code: string; readonly why: string };
  /** What of a valid example is not carried out, beside what is. */
  readonly partly?: string;
}

const HAS_RECIPIENTS = ["mac", "enveloped"];

function purposeOf(c: CoseCase): KeyPurpose {
  const { kind, algorithm, recipientAlgorithm } = c;
  if (HAS_RECIPIENTS.includes(kind) && recipientAlgorithm !== RecipientAlgorithm.direct) {
    const alg = findRecipientAlgorithm(recipientAlgorithm)?.psaAlg as KeyAlg;
    return { alg, usage: [alg === "KW" ? "unwrap" : "derive"] };
  }
  if (kind === "mac" || kind === "mac0") {
    return { alg: findMacAlgorithm(algorithm)?.psaAlg ?? "HMAC_SHA_256", usage: ["verifyMessage"] };
  }
  if (kind === "encrypted" || kind === "enveloped") {
    return { alg: findAeadAlgorithm(algorithm)?.psaAlg ?? "GCM", usage: ["decrypt"] };
  }
  const isEdwards = "crv" in c.key && c.key.crv === "Ed25519";
  const alg = isEdwards ? "PURE_EDDSA" : "DETERMINISTIC_ECDSA_SHA_256";
  return { alg: findSignAlgorithm(algorithm)?.psaAlg ?? alg, usage: ["verifyMessage"] };
}

function publicKeyOf(key: { readonly crv: string; readonly x: string; readonly y: string }): Uint8Array {
  const x = decodeHex(key.x);
  return key.crv === "P-256" ? concatBytes(Uint8Array.of(4), x, decodeHex(key.y)) : x;
}

/** Of a signer the public half only. */
function coseKeyOf(c: CoseCase): CoseKey {
  const { key } = c;
  if ("k" in key) return { kty: "Symmetric", k: decodeHex(key.k) };
  const d = HAS_RECIPIENTS.includes(c.kind) ? { d: decodeHex(key.d) } : {};
  const publicKey = publicKeyOf(key);
  if (key.crv === "P-256") return { kty: "EC2", crv: "P-256", publicKey, ...d };
  // The one example on X25519 has no private key that fits: only d counts.
  if (key.crv === "X25519") return { kty: "OKP", crv: "X25519", ...d };
  return { kty: "OKP", crv: "Ed25519", publicKey, ...d };
}

function contextOf({ partyU, partyV, pub, priv }: CoseCase["unsent"]): KdfContext {
  return {
    ...(partyU === "" ? {} : { partyU: { identity: decodeHex(partyU) } }),
    ...(partyV === "" ? {} : { partyV: { identity: decodeHex(partyV) } }),
    ...(pub === "" ? {} : { suppPubOther: decodeHex(pub) }),
    ...(priv === "" ? {} : { suppPrivInfo: decodeHex(priv) }),
  };
}

function open(crypto: Crypto, key: KeyId, c: CoseCase): Uint8Array {
  const message = decodeHex(c.message);
  const which = c.kid === "" ? {} : { which: decodeHex(c.kid) };
  const options = {
    externalAad: decodeHex(c.externalAad),
    criticalLabels: c.critical,
    ...(c.contextIv === "" ? {} : { contextIv: decodeHex(c.contextIv) }),
  };
  const sender = c.senderKey !== undefined && "crv" in c.senderKey ? { senderPublicKey: publicKeyOf(c.senderKey) } : {};
  const own: RecipientKey = { key, ...which, ...sender, context: contextOf(c.unsent) };
  switch (c.kind) {
    case "sign0":
      return verifySign1(crypto, key, message, options).payload;
    case "sign":
      return verifySign(crypto, key, message, { ...options, ...which }).payload;
    case "mac0":
      return verifyMac0(crypto, key, message, options).payload;
    case "mac":
      return verifyMac(crypto, own, message, options).payload;
    case "encrypted":
      return decryptEncrypt0(crypto, key, message, options).plaintext;
    default:
      return decryptEncrypt(crypto, own, message, options).plaintext;
  }
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
  const key = importKey(crypto, coseKeyOf(c), purposeOf(c));
  try {
    const payload = encodeHex(open(crypto, key, c));
    if (c.isInvalid) return failed("invalid, but accepted");
    if (c.deviation !== undefined) return failed(`accepted, where ${c.deviation.code} was expected`);
    if (payload !== c.payload) return failed(`got ${payload}, expected ${c.payload}`);
    return c.partly === undefined ? { kind: "passed" } : { kind: "unsupported", text: c.partly };
  } catch (error) {
    const code = codeOf(error);
    if (c.deviation !== undefined && code === c.deviation.code) return { kind: "unsupported", text: c.deviation.why };
    if (c.isInvalid && error instanceof SecurityError) return { kind: "refused" };
    return failed(`${c.isInvalid ? "invalid" : "valid"}, but threw ${code}`);
  } finally {
    crypto.destroyKey(key);
  }
}
