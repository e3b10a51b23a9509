// SPDX-License-Identifier: Apache-2.0
/** Public keys on P-256 as CoRIM carries them: SubjectPublicKeyInfo (RFC 5480) in PEM (RFC 7468 §13), text in tag 554. */
import { requireBytes } from "../bytes/bytes.js";
import { encodeSubjectPublicKeyInfo, parseSubjectPublicKeyInfo, type SubjectPublicKey } from "../crypto/der.js";
import { ProtocolError } from "../errors/security-error.js";

const BEGIN = "-----BEGIN PUBLIC KEY-----";
const END = "-----END PUBLIC KEY-----";
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const LINE = 64;
const POINT_LENGTH = 65;
/** Longer than any key that could be named as unsupported: RSA with 8192 bits. */
const TEXT_MAX = 2048;

/**
 * @returns 0x04‖x‖y, 65 bytes, new. Whether it is on the curve is not looked at.
 * @throws ProtocolError CORIM_STRUCTURE - no public key in PEM. CORIM_UNSUPPORTED - one of another kind, or compressed.
 */
export function parsePkixKey(text: string): Uint8Array {
  const der = text.length > TEXT_MAX ? undefined : decodePem(text.trim());
  if (der === undefined) throw new ProtocolError("CORIM_STRUCTURE", "key: expected a public key in PEM");
  const { crv, publicKey } = subjectPublicKeyOf(der);
  if (crv !== "P-256" || publicKey.length !== POINT_LENGTH) {
    throw new ProtocolError("CORIM_UNSUPPORTED", "key: only uncompressed keys on P-256 are carried out");
  }
  return publicKey;
}

/** One code for what is in it, whatever of DER it was. */
function subjectPublicKeyOf(der: Uint8Array): SubjectPublicKey {
  try {
    return parseSubjectPublicKeyInfo(der);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const detail = error.detail === "DER_UNSUPPORTED" ? "CORIM_UNSUPPORTED" : "CORIM_STRUCTURE";
    throw new ProtocolError(detail, `key: ${error.message}`);
  }
}

/** @param publicKey - 0x04‖x‖y, 65 bytes. @throws RangeError, TypeError - it is not. */
export function encodePkixKey(publicKey: Uint8Array): string {
  requireBytes(publicKey, "publicKey");
  // Compressed ones, which can be encoded as well, nobody would read here.
  if (publicKey.length !== POINT_LENGTH) {
    throw new RangeError(`publicKey: expected ${POINT_LENGTH} bytes, got ${publicKey.length}`);
  }
  const text = encodeBase64(encodeSubjectPublicKeyInfo("P-256", publicKey));
  const lines: string[] = [];
  for (let at = 0; at < text.length; at += LINE) lines.push(text.slice(at, at + LINE));
  return `${BEGIN}\n${lines.join("\n")}\n${END}`;
}

function decodePem(text: string): Uint8Array | undefined {
  if (!text.startsWith(BEGIN) || !text.endsWith(END)) return undefined;
  return decodeBase64(text.slice(BEGIN.length, -END.length).replace(/[ \t\r\n]/g, ""));
}

/** @returns undefined - other characters, no whole group of four, or bits in the last that say nothing. */
function decodeBase64(text: string): Uint8Array | undefined {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  if (text.length % 4 !== 0) return undefined;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let group = 0;
  let count = 0;
  for (const character of text.slice(0, text.length - padding)) {
    const digit = DIGITS.indexOf(character);
    if (digit < 0) return undefined;
    group = ((group << 6) | digit) & 0xffffff;
    count++;
    // From the second digit of a group on, each completes a byte.
    if (count % 4 !== 1) bytes[Math.floor((count * 6) / 8) - 1] = group >> ((count * 6) % 8);
  }
  return padding > 0 && (group & ((1 << (2 * padding)) - 1)) !== 0 ? undefined : bytes;
}

function encodeBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const left = Math.min(3, bytes.length - at);
    const group = ((bytes[at] as number) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (let i = 0; i < 4; i++) text += i <= left ? DIGITS.charAt((group >> (18 - 6 * i)) & 63) : "=";
  }
  return text;
}
