// SPDX-License-Identifier: Apache-2.0
/**
 * A key of a key store: `NAME.jwk`, its public half as a JWK (RFC 7517) with members of ours beside the standard's, which other
 * tools pass over; and `NAME.pem`, its private half, unless that is elsewhere.
 */
import { createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { KeyError } from "./error.js";
import { encodePublicKey, keyHash, requireP256 } from "./public-key.js";
import { type KeyRole, ROLES } from "./roles.js";

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const TEXT_MAX = 4096;
const ID = /^([0-9a-f]{2})+$/;

/** Where a token has a private key. */
export interface TokenKey {
  /** Path of the PKCS#11 module. */
  readonly module: string;
  readonly token: string;
  /** Label of the key. */
  readonly label: string;
  /** CKA_ID of the key, hexadecimal: what `pkcs11-tool` chooses a key to sign with by. */
  readonly id: string;
}

export interface StoredKey {
  readonly name: string;
  readonly role: KeyRole;
  /** Day, as YYYY-MM-DD. */
  readonly created: string;
  /** Day; undefined while it is in use. */
  readonly revoked: string | undefined;
  /** Public. */
  readonly key: KeyObject;
  /** SHA-256 of the SubjectPublicKeyInfo. */
  readonly hash: Buffer;
  readonly token: TokenKey | undefined;
}

export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** @throws KeyError KEY_NAME */
export function checkKeyName(name: string): void {
  if (NAME.test(name) && name !== "trust") return;
  const advice =
    'A name has 1 to 64 of a to z, 0 to 9, ".", "_" and "-", and begins with a letter or a digit. "trust" is taken.';
  throw new KeyError("KEY_NAME", `${JSON.stringify(name.slice(0, 80))} cannot be a key's name`, advice);
}

export function newKey(name: string, role: KeyRole, key: KeyObject, token?: TokenKey): StoredKey {
  return { name, role, created: today(), revoked: undefined, key, hash: keyHash(key), token };
}

export function encodeStoredKey({ role, created, revoked, key, token }: StoredKey): string {
  const jwk = JSON.parse(Buffer.from(encodePublicKey(key, "jwk")).toString()) as Record<string, unknown>;
  return `${JSON.stringify({ ...jwk, role, created, revoked, pkcs11: token }, null, 2)}\n`;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= TEXT_MAX;
}

function isDay(value: unknown): value is string {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value);
}

function tokenOf(value: unknown): TokenKey | undefined {
  if (value === undefined) return undefined;
  const { module, token, label, id } = value as Partial<TokenKey>;
  if (!isText(module) || !isText(token) || !isText(label) || !isText(id) || !ID.test(id)) {
    throw new Error("pkcs11 is to have module, token, label and id");
  }
  return { module, token, label, id };
}

/** @throws KeyError KEY_FILE - not what a store writes. KEY_CURVE */
export function parseStoredKey(name: string, text: string, path: string): StoredKey {
  try {
    const value = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const { role, created, revoked, pkcs11, d } = value;
    if (d !== undefined) throw new Error("a private key stands in it, in the clear");
    if (!ROLES.includes(role as KeyRole)) throw new Error(`role is to be one of ${ROLES.join(", ")}`);
    if (!isDay(created) || (revoked !== undefined && !isDay(revoked))) throw new Error("created or revoked is no day");
    const key = createPublicKey({ key: value as JsonWebKey, format: "jwk" });
    requireP256(key, path);
    const hash = keyHash(key);
    if (value.kid !== hash.toString("hex")) throw new Error("kid is not the hash of the key");
    return { name, role: role as KeyRole, created, revoked, key, hash, token: tokenOf(pkcs11) };
  } catch (cause) {
    if (cause instanceof KeyError) throw cause;
    const message = `${path} is no key of a key store: ${(cause as Error).message}`;
    throw new KeyError("KEY_FILE", message, "Put it back from a copy: docs/keys.md.", { cause });
  }
}
