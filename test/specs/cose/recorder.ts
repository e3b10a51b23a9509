// SPDX-License-Identifier: Apache-2.0
/** A stand-in for the crypto contract that notes what it is asked to sign or verify. Its one signature fits everything. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import type { KeyId } from "../../../sdk/contracts/crypto.js";
import { SecurityError } from "../../../sdk/errors/security-error.js";

export const KEY = 1 as KeyId;
export const SIGNATURE = "5a".repeat(64);

export interface Recorder {
  readonly messages: string[];
  signMessage(key: KeyId, alg: string, message: Uint8Array): Uint8Array;
  verifyMessage(key: KeyId, alg: string, message: Uint8Array, signature: Uint8Array): void;
}

export function recorder(): Recorder {
  const messages: string[] = [];
  return {
    messages,
    signMessage(_key, _alg, message) {
      messages.push(encodeHex(message));
      return decodeHex(SIGNATURE);
    },
    verifyMessage(_key, _alg, message, signature) {
      messages.push(encodeHex(message));
      if (encodeHex(signature) !== SIGNATURE) throw new SecurityError("PSA_ERROR_INVALID_SIGNATURE", "stand-in");
    },
  };
}
