// SPDX-License-Identifier: Apache-2.0
/** The nonce of an encrypted message: the IV, or a Partial IV within a context IV (RFC 9052 §3.1, labels 5 and 6). */
import { requireBytes } from "../bytes/bytes.js";
import { ProtocolError } from "../errors/security-error.js";
import type { AeadAlgorithm } from "./algorithms.js";
import { bytesParameter, HeaderLabel, type Headers } from "./headers.js";

/**
 * @param contextIv - what both sides know, as long as the nonce; for messages with a Partial IV.
 * @returns New bytes, or a view of the message's IV.
 * @throws ProtocolError COSE_IV - none, one of another length, a Partial IV without a context IV, or a context IV that the
 * message does not use.
 * @throws RangeError - a context IV of another length.
 */
export function nonceOf(headers: Headers, algorithm: AeadAlgorithm, contextIv: Uint8Array | undefined): Uint8Array {
  const length = algorithm.nonceLength;
  const iv = bytesParameter(headers, HeaderLabel.iv);
  const partialIv = bytesParameter(headers, HeaderLabel.partialIv);
  if (contextIv !== undefined) {
    requireBytes(contextIv, "contextIv");
    if (contextIv.length !== length)
      throw new RangeError(`contextIv: expected ${length} bytes, got ${contextIv.length}`);
  }
  if (iv !== undefined) {
    if (iv.length !== length) throw new ProtocolError("COSE_IV", `${algorithm.name} has an IV of ${length} bytes`);
    if (contextIv !== undefined) throw new ProtocolError("COSE_IV", "a whole IV where a context has one");
    return iv;
  }
  if (partialIv === undefined) throw new ProtocolError("COSE_IV", "the message has no IV");
  if (contextIv === undefined) throw new ProtocolError("COSE_IV", "a Partial IV without a context IV");
  if (partialIv.length === 0 || partialIv.length > length) {
    throw new ProtocolError("COSE_IV", `expected a Partial IV of 1 to ${length} bytes`);
  }
  // Exclusive-or with the Partial IV, which has zeros in front of it.
  const zeros = length - partialIv.length;
  return contextIv.map((byte, i) => byte ^ (partialIv[i - zeros] ?? 0));
}
