// SPDX-License-Identifier: Apache-2.0
/**
 * X.509 certificates (RFC 5280), for servers that take nothing else: the owner as a CA, and the signing key of a device.
 * Written here because the owner's key may be in a token, which signs digests and hands nothing out.
 */
import { createHash } from "node:crypto";
import { encodeEcdsaSigValue } from "../../sdk/crypto/der.js";
import type { Signer } from "../image/sign.js";
import { der, INTEGER, OCTET_STRING, SEQUENCE } from "../keys/der.js";
import { publicKeyOf, spkiOf } from "../keys/public-key.js";

const SET = 0x31;
const BOOLEAN_TRUE = Uint8Array.of(0x01, 0x01, 0xff);
const BIT_STRING = 0x03;
const UTF8_STRING = 0x0c;
const PRINTABLE_STRING = 0x13;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
/** [0] and [3] of TBSCertificate. */
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;
/** keyIdentifier [0] of AuthorityKeyIdentifier. */
const KEY_IDENTIFIER = 0x80;
/** RFC 5280 §4.1.2.5: no well-defined end. */
const NEVER = "99991231235959Z";
const UTC_END_YEAR = 2050;
const SERIAL_BYTES = 16;
const KEY_ID_BYTES = 20;

/** With tag and length. */
const OID = Object.freeze({
  ...({ ecdsaWithSha256: "06082a8648ce3d040302", commonName: "0603550403", serialNumber: "0603550405" } as const),
  ...({ subjectKeyIdentifier: "0603551d0e", keyUsage: "0603551d0f" } as const),
  ...({ basicConstraints: "0603551d13", authorityKeyIdentifier: "0603551d23" } as const),
} as const);

/** Bits of KeyUsage, with how many of the last byte are unused. */
const DIGITAL_SIGNATURE = Uint8Array.of(7, 0x80);
const KEY_CERT_SIGN = Uint8Array.of(2, 0x04);

function oid(name: keyof typeof OID): Buffer {
  return Buffer.from(OID[name], "hex");
}

function attribute(name: keyof typeof OID, tag: number, text: string): Buffer {
  return der(SET, der(SEQUENCE, oid(name), der(tag, Buffer.from(text, "utf8"))));
}

function ownerName(name: string): Buffer {
  return der(SEQUENCE, attribute("commonName", UTF8_STRING, name));
}

function deviceName(id: string): Buffer {
  return der(SEQUENCE, attribute("commonName", UTF8_STRING, id), attribute("serialNumber", PRINTABLE_STRING, id));
}

function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, "");
  const isUtc = date.getUTCFullYear() < UTC_END_YEAR;
  return der(isUtc ? UTC_TIME : GENERALIZED_TIME, Buffer.from(isUtc ? digits.slice(2) : digits, "latin1"));
}

/** RFC 7093 §2, method 1: of the bits of the public key. */
function keyIdentifier(publicKey: Uint8Array): Buffer {
  return createHash("sha256").update(publicKey).digest().subarray(0, KEY_ID_BYTES);
}

/** RFC 5280 §4.1.2.2: positive; the same for the same certificate. */
function serial(...of: readonly Uint8Array[]): Buffer {
  const bytes = createHash("sha256").update(Buffer.concat(of)).digest().subarray(0, SERIAL_BYTES);
  bytes[0] = ((bytes[0] as number) & 0x3f) | 0x40;
  return der(INTEGER, bytes);
}

function extension(name: keyof typeof OID, isCritical: boolean, value: Buffer): Buffer {
  return der(SEQUENCE, oid(name), isCritical ? BOOLEAN_TRUE : Buffer.alloc(0), der(OCTET_STRING, value));
}

interface Content {
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly notBefore: Date;
  /** 0x04‖x‖y. */
  readonly publicKey: Uint8Array;
  readonly isCa: boolean;
}

function toPem(content: Buffer): string {
  const lines = content.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function certificate({ issuer, subject, notBefore, publicKey, isCa }: Content, signer: Signer): string {
  const algorithm = der(SEQUENCE, oid("ecdsaWithSha256"));
  // A CA of end entities alone: no other CA below it.
  const constraints = isCa ? der(SEQUENCE, BOOLEAN_TRUE, der(INTEGER, Uint8Array.of(0))) : der(SEQUENCE);
  const extensions = [
    extension("basicConstraints", true, constraints),
    extension("keyUsage", true, der(BIT_STRING, isCa ? KEY_CERT_SIGN : DIGITAL_SIGNATURE)),
    extension("subjectKeyIdentifier", false, der(OCTET_STRING, keyIdentifier(publicKey))),
    extension("authorityKeyIdentifier", false, der(SEQUENCE, der(KEY_IDENTIFIER, keyIdentifier(signer.publicKey)))),
  ];
  const tbs = der(
    SEQUENCE,
    der(VERSION, der(INTEGER, Uint8Array.of(2))),
    serial(signer.publicKey, subject, publicKey, time(notBefore)),
    algorithm,
    issuer,
    der(SEQUENCE, time(notBefore), der(GENERALIZED_TIME, Buffer.from(NEVER, "latin1"))),
    subject,
    spkiOf(publicKeyOf(publicKey)),
    der(EXTENSIONS, der(SEQUENCE, ...extensions)),
  );
  const signature = encodeEcdsaSigValue(signer.signDigest(createHash("sha256").update(tbs).digest()));
  return toPem(der(SEQUENCE, tbs, algorithm, der(BIT_STRING, Uint8Array.of(0), signature)));
}

/** The owner as a CA, signed by itself. @param notBefore - the day of its key. @returns PEM. */
export function ownerCertificate(name: string, notBefore: Date, signer: Signer): string {
  const subject = ownerName(name);
  return certificate({ issuer: subject, subject, notBefore, publicKey: signer.publicKey, isCa: true }, signer);
}

/** The signing key of a device. @param publicKey - 0x04‖x‖y. @returns PEM. */
export function deviceCertificate(
  owner: string,
  deviceId: Uint8Array,
  publicKey: Uint8Array,
  notBefore: Date,
  signer: Signer,
): string {
  const subject = deviceName(Buffer.from(deviceId).toString("hex"));
  return certificate({ issuer: ownerName(owner), subject, notBefore, publicKey, isCa: false }, signer);
}
