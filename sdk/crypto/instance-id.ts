// SPDX-License-Identifier: Apache-2.0
/** The instance id of a device: which attestation key it has (RFC 9783 §4.2.1, a UEID of RFC 9711 §4.2.1.1). */
import type { Crypto } from "../contracts/crypto.js";
import { requireBytesOfLength } from "./arguments.js";

const POINT_LENGTH = 65;
const RANDOM_UEID = 0x01;

/** EAT's claim for it: ueid, of which it is a value. */
export const INSTANCE_ID_LABEL = 256;
const INSTANCE_ID_LENGTH = 33;

/**
 * @param publicKey - 0x04‖x‖y, 65 bytes.
 * @returns 0x01 and its SHA-256, 33 new bytes.
 * @throws TypeError, RangeError - `publicKey` of another type or length.
 */
export function instanceIdOf(crypto: Pick<Crypto, "hashCompute">, publicKey: Uint8Array): Uint8Array {
  requireBytesOfLength(publicKey, "publicKey", POINT_LENGTH);
  const id = new Uint8Array(INSTANCE_ID_LENGTH);
  id[0] = RANDOM_UEID;
  id.set(crypto.hashCompute("SHA_256", publicKey), 1);
  return id;
}
