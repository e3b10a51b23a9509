// SPDX-License-Identifier: Apache-2.0
/** Whose signature opens this door: a public key that PSA keeps, for verifying and nothing else. */
import type { KeyId } from "thimble/contracts/crypto";
import { parsePublicKey } from "thimble/cose/key";
import { importKey } from "thimble/cose/key-import";
import { crypto } from "thimble/device/crypto";
import { SecurityError } from "thimble/errors/security-error";
import { LIMITS } from "./visit";

const KEY_ID = 1;

export function openOwner(): KeyId | undefined {
  try {
    return crypto.openKey(KEY_ID);
  } catch (error) {
    if (error instanceof SecurityError && error.code === "PSA_ERROR_DOES_NOT_EXIST") return undefined;
    throw error;
  }
}

/** @param encoded - a COSE_Key on P-256. @throws SecurityError - it is none, or there is an owner already. */
export function adoptOwner(encoded: Uint8Array): KeyId {
  return importKey(crypto, parsePublicKey(encoded, LIMITS), {
    alg: "DETERMINISTIC_ECDSA_SHA_256",
    usage: ["verifyMessage"],
    lifetime: "persistent",
    id: KEY_ID,
  });
}
