// SPDX-License-Identifier: Apache-2.0
/**
 * Private keys at rest: EncryptedPrivateKeyInfo (RFC 5958 §3) in PEM, by PBES2 (RFC 8018 §6.2) with scrypt (RFC 7914 §7) and
 * AES-256-CBC. OpenSSL and Node read it. Written here because Node's own export has PBKDF2 with 2048 rounds and no way to ask
 * for more.
 */
import { createCipheriv, createPrivateKey, type KeyObject, randomBytes, scryptSync } from "node:crypto";
import { der, INTEGER, OCTET_STRING, SEQUENCE } from "./der.js";
import { KeyError } from "./error.js";

/** 16 MB, and about a fifth of a second; more memory OpenSSL would refuse to read. */
const SCRYPT = Object.freeze({ N: 16384, r: 8, p: 5 } as const);
const SALT_BYTES = 16;
const KEY_BYTES = 32;
const IV_BYTES = 16;

/** With tag and length. */
const OID = Object.freeze({
  pbes2: "06092a864886f70d01050d",
  scrypt: "06092b06010401da47040b",
  aes256Cbc: "060960864801650304012a",
} as const);

function oid(name: keyof typeof OID): Buffer {
  return Buffer.from(OID[name], "hex");
}

/** Of 1 to 65535. */
function integer(value: number): Buffer {
  const bytes = value > 0xff ? [value >> 8, value & 0xff] : [value];
  return der(INTEGER, Uint8Array.of(...((bytes[0] as number) < 0x80 ? bytes : [0, ...bytes])));
}

function toPem(content: Buffer): string {
  const lines = content.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${lines.join("\n")}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
}

/** @returns PEM. */
export function encryptPrivateKey(key: KeyObject, passphrase: string): string {
  const plain = key.export({ type: "pkcs8", format: "der" });
  const [salt, iv] = [randomBytes(SALT_BYTES), randomBytes(IV_BYTES)];
  const secret = scryptSync(passphrase, salt, KEY_BYTES, SCRYPT);
  const cipher = createCipheriv("aes-256-cbc", secret, iv);
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  plain.fill(0);
  secret.fill(0);
  const { N, r, p } = SCRYPT;
  const kdf = der(SEQUENCE, der(OCTET_STRING, salt), integer(N), integer(r), integer(p));
  const scheme = der(SEQUENCE, oid("aes256Cbc"), der(OCTET_STRING, iv));
  const parameters = der(SEQUENCE, der(SEQUENCE, oid("scrypt"), kdf), scheme);
  return toPem(der(SEQUENCE, der(SEQUENCE, oid("pbes2"), parameters), der(OCTET_STRING, sealed)));
}

/** RFC 1421 §4.6.1.1, as OpenSSL wrote keys before PKCS #8. */
function isOldPem(text: string): boolean {
  return /^Proc-Type: 4,ENCRYPTED/m.test(text);
}

export function isEncryptedPem(text: string): boolean {
  return text.includes("-----BEGIN ENCRYPTED PRIVATE KEY-----") || isOldPem(text);
}

/** Whether the file is all there and says PBES2: then what cannot be read is what was encrypted. */
function isWholePbes2(pem: string): boolean {
  const [, body = ""] = /-----BEGIN ENCRYPTED PRIVATE KEY-----([A-Za-z0-9+/=\s]*)-----END/.exec(pem) ?? [];
  const bytes = Buffer.from(body, "base64");
  const [tag, length = 0] = bytes;
  const lengthBytes = length > 0x80 ? length - 0x80 : 0;
  if (tag !== SEQUENCE || lengthBytes > 2 || bytes.length < 2 + lengthBytes) return false;
  const content = lengthBytes === 0 ? length : bytes.readUIntBE(2, lengthBytes);
  return bytes.length === 2 + lengthBytes + content && bytes.includes(oid("pbes2"));
}

/**
 * @param name - of the file, for messages.
 * @throws KeyError KEY_PASSPHRASE - it is not that. KEY_FILE - not an encrypted private key, or damaged.
 */
export function decryptPrivateKey(pem: string, passphrase: string, name: string): KeyObject {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem) && !isEncryptedPem(pem)) {
    const advice = "Treat it as stolen if anyone else could read it; `thimble keys import` takes it and encrypts it.";
    throw new KeyError("KEY_FILE", `the private key in ${name} is not encrypted`, advice);
  }
  try {
    return createPrivateKey({ key: pem, passphrase });
  } catch (cause) {
    const { code = "" } = cause as NodeJS.ErrnoException;
    // A wrong passphrase shows in the padding, and one time in 256 only in what it would have padded: no key then.
    if (code === "ERR_OSSL_BAD_DECRYPT" || isOldPem(pem) || isWholePbes2(pem)) {
      const advice = "Nothing was changed. A passphrase that is lost cannot be had back: docs/keys.md says what then.";
      throw new KeyError("KEY_PASSPHRASE", `this is not the passphrase of ${name}, or the file is damaged`, advice);
    }
    const advice = "Put it back from a copy: docs/keys.md.";
    throw new KeyError("KEY_FILE", `${name} is no encrypted private key, or is damaged`, advice, { cause });
  }
}
