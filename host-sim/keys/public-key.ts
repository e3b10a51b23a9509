// SPDX-License-Identifier: Apache-2.0
/** Keys as files of other tools: PEM and DER (SubjectPublicKeyInfo, PKCS #8, SEC 1), JWK (RFC 7517), COSE_Key (RFC 9052 §7). */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type JsonWebKey,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { type CoseKey, encodeKey, parseKey } from "../../sdk/cose/key.js";
import { encodeSubjectPublicKeyInfo } from "../../sdk/crypto/der.js";
import { KeyError } from "./error.js";
import { decryptPrivateKey, isEncryptedPem } from "./pkcs8.js";

export type PublicKeyFormat = "pem" | "jwk" | "cose";

/** COSE's number of ES256. */
const ES256 = -7;
const FORMS = "PEM or DER (SubjectPublicKeyInfo, PKCS #8), JWK, or COSE_Key";

/** 0x04‖x‖y of a key on P-256. */
export function pointOf(key: KeyObject): Uint8Array {
  const { x = "", y = "" } = key.export({ format: "jwk" });
  return Buffer.concat([Uint8Array.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
}

/** Of 0x04‖x‖y. @throws Error - not a point of the curve. */
export function publicKeyOf(point: Uint8Array): KeyObject {
  const key = Buffer.from(encodeSubjectPublicKeyInfo("P-256", point));
  return createPublicKey({ key, format: "der", type: "spki" });
}

/** DER SubjectPublicKeyInfo: 91 bytes on P-256. */
export function spkiOf(key: KeyObject): Buffer {
  return key.export({ type: "spki", format: "der" });
}

/** SHA-256 of the SubjectPublicKeyInfo: what a KEYHASH of ours is, and what a device has of a root key. */
export function keyHash(key: KeyObject): Buffer {
  return createHash("sha256").update(spkiOf(key)).digest();
}

/** As text, but for COSE_Key. @param key - public, on P-256. */
export function encodePublicKey(key: KeyObject, format: PublicKeyFormat): Uint8Array {
  switch (format) {
    case "pem":
      return Buffer.from(key.export({ type: "spki", format: "pem" }));
    case "jwk": {
      const { kty, crv, x, y } = key.export({ format: "jwk" });
      const jwk = { kty, crv, x, y, alg: "ES256", use: "sig", kid: keyHash(key).toString("hex") };
      return Buffer.from(`${JSON.stringify(jwk, null, 2)}\n`);
    }
    default:
      return encodeKey({ kty: "EC2", crv: "P-256", alg: ES256, kid: keyHash(key), publicKey: pointOf(key) });
  }
}

/** @throws Error - whatever Node or the SDK says. */
function fromCose(bytes: Uint8Array): KeyObject {
  const key: CoseKey = parseKey(bytes);
  if (key.kty === "Symmetric") throw new Error("a symmetric key");
  const { crv, kty, publicKey, d } = key;
  const base64 = (part: Uint8Array): string => Buffer.from(part).toString("base64url");
  const secret = d === undefined ? {} : { d: base64(d) };
  if (publicKey === undefined) throw new Error("no public part");
  // A compressed point: let OpenSSL compute y.
  const full = publicKey.length === 33 ? pointOf(publicKeyOf(publicKey)) : publicKey;
  const coordinates =
    kty === "EC2" ? { x: base64(full.subarray(1, 33)), y: base64(full.subarray(33)) } : { x: base64(full) };
  const jwk = { kty: kty === "EC2" ? "EC" : "OKP", crv, ...coordinates, ...secret };
  return fromJwk(jwk);
}

function fromJwk(jwk: JsonWebKey): KeyObject {
  return jwk.d === undefined
    ? createPublicKey({ key: jwk, format: "jwk" })
    : createPrivateKey({ key: jwk, format: "jwk" });
}

function fromDer(bytes: Buffer): KeyObject {
  for (const type of ["pkcs8", "sec1"] as const) {
    try {
      return createPrivateKey({ key: bytes, format: "der", type });
    } catch {
      // Not that one.
    }
  }
  return createPublicKey({ key: bytes, format: "der", type: "spki" });
}

/** Node takes a private EC key with any public part beside it. */
function isPair(key: KeyObject): boolean {
  if (key.type !== "private" || key.asymmetricKeyType !== "ec") return true;
  const probe = Buffer.from("a key and its public part");
  return verify("sha256", probe, createPublicKey(key), sign("sha256", probe, key));
}

export interface ForeignKey {
  /** Private if the file holds the private key. */
  readonly key: KeyObject;
  /** The file holds the private key, and anyone who can read it has it. */
  readonly isPlain: boolean;
}

/**
 * Reads a key of any algorithm that Node knows, in any of the forms above.
 * @param name - of the file, for messages.
 * @param passphrase - asked for when the file needs one.
 * @throws KeyError KEY_FILE - none of them. KEY_PASSPHRASE - as decryptPrivateKey.
 */
export async function readKey(bytes: Buffer, name: string, passphrase: () => Promise<string>): Promise<ForeignKey> {
  const text = bytes.toString("latin1");
  if (isEncryptedPem(text)) return { key: decryptPrivateKey(text, await passphrase(), name), isPlain: false };
  try {
    let key: KeyObject;
    if (text.includes("-----BEGIN")) {
      const isPrivate = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/.test(text);
      key = isPrivate ? createPrivateKey(text) : createPublicKey(text);
    } else if (/^\s*\{/.test(text)) key = fromJwk(JSON.parse(bytes.toString("utf8")) as JsonWebKey);
    else key = bytes[0] === 0x30 ? fromDer(bytes) : fromCose(bytes);
    if (!isPair(key)) throw new Error("the public part is not that of the private one");
    return { key, isPlain: key.type === "private" };
  } catch (cause) {
    throw new KeyError("KEY_FILE", `there is no key in ${name}`, `It is to hold one as ${FORMS}.`, { cause });
  }
}

/** The public half of a key. */
export function publicHalf(key: KeyObject): KeyObject {
  return key.type === "private" ? createPublicKey(key) : key;
}

/** @throws KeyError KEY_CURVE */
export function requireP256(key: KeyObject, name: string): void {
  const { namedCurve } = key.asymmetricKeyDetails ?? {};
  if (namedCurve === "prime256v1") return;
  const found = namedCurve ?? key.asymmetricKeyType ?? "unknown";
  throw new KeyError("KEY_CURVE", `${name} is a key of another kind (${found})`, "Thimble's keys are on P-256.");
}
