// SPDX-License-Identifier: Apache-2.0
/**
 * The path from the key that signed a token to a key that a verifier knows (docs/decisions/0009): certificates in the token's
 * unprotected header, that of the key that signed first, as x5chain has it for X.509 (RFC 9360). Nobody signs the array: each
 * certificate is verified by whoever follows the path.
 */
import { requireBytes } from "../bytes/bytes.js";
import type { CborValue } from "../cbor/value.js";
import type { HeaderMap } from "../cose/headers.js";
import { readMessage, writeMessage } from "../cose/message.js";
import { ProtocolError } from "../errors/security-error.js";

/** Header label, private use: none is registered for certificates that are CBOR and not X.509. */
export const PATH_LABEL = -70001;

/** Certificates in a path, and the bytes of each. */
export const PATH_MAX = 4;
export const CERTIFICATE_MAX = 1024;

const SIGN1 = Object.freeze({ tag: 18, items: 4 } as const);

/**
 * @param unprotectedHeader - of a token: a stranger's.
 * @returns 1 to PATH_MAX certificates, views; none when the header does not have a path. Nothing of them is verified.
 * @throws ProtocolError ATTEST_PATH - no array, an empty or too long one, or an item that is no byte string of 1 to CERTIFICATE_MAX.
 */
export function readPath(unprotectedHeader: HeaderMap): readonly Uint8Array[] {
  if (!unprotectedHeader.has(PATH_LABEL)) return [];
  const path = unprotectedHeader.get(PATH_LABEL);
  if (!Array.isArray(path)) throw new ProtocolError("ATTEST_PATH", "expected an array of certificates");
  if (path.length === 0 || path.length > PATH_MAX) {
    throw new ProtocolError("ATTEST_PATH", `expected 1 to ${PATH_MAX} certificates, got ${path.length}`);
  }
  path.forEach((certificate: CborValue, index) => {
    if (!(certificate instanceof Uint8Array)) {
      throw new ProtocolError("ATTEST_PATH", `certificate ${index}: expected a byte string`);
    }
    if (certificate.length === 0 || certificate.length > CERTIFICATE_MAX) {
      throw new ProtocolError("ATTEST_PATH", `certificate ${index}: expected 1 to ${CERTIFICATE_MAX} bytes`);
    }
  });
  return path;
}

/**
 * Puts certificates after those that a token has already. What is signed stays as it is.
 * @param token - COSE_Sign1, tagged or not.
 * @returns New bytes, tagged.
 * @throws TypeError, RangeError - a certificate that is no Uint8Array of 1 to CERTIFICATE_MAX bytes, or more than PATH_MAX in all.
 * @throws ProtocolError ATTEST_PATH - the token's own path, as `readPath`; COSE and CBOR codes - it is no COSE_Sign1.
 */
export function attachPath(token: Uint8Array, certificates: readonly Uint8Array[]): Uint8Array {
  requireBytes(token, "token");
  if (!Array.isArray(certificates)) throw new TypeError("path: expected an array of certificates");
  certificates.forEach((certificate: Uint8Array, index) => {
    requireBytes(certificate, `path[${index}]`);
    if (certificate.length === 0 || certificate.length > CERTIFICATE_MAX) {
      throw new RangeError(`path[${index}]: expected 1 to ${CERTIFICATE_MAX} bytes, got ${certificate.length}`);
    }
  });
  const { headers, content, reader } = readMessage(token, SIGN1);
  const signature = reader.readBytes();
  reader.end();
  if (content === null) throw new ProtocolError("COSE_PAYLOAD_MISSING", "a token has its claims inside");
  const path = readPath(headers.unprotectedHeader).concat(certificates);
  if (path.length > PATH_MAX)
    throw new RangeError(`path: expected at most ${PATH_MAX} certificates, got ${path.length}`);
  const unprotectedHeader = new Map(headers.unprotectedHeader);
  if (path.length > 0) unprotectedHeader.set(PATH_LABEL, path);
  return writeMessage(SIGN1, { ...headers, unprotectedHeader }, {}, content, signature);
}
