// SPDX-License-Identifier: Apache-2.0
/** The device's signing key: made on the device at its first start, kept by PSA, never exported. */
import type { KeyId } from "thimble/contracts/crypto";
import { crypto } from "thimble/device/crypto";
import { SecurityError } from "thimble/errors/security-error";

const KEY_ID = 1;
const KID_LENGTH = 8;

export interface Identity {
  readonly key: KeyId;
  /** 0x04, x, y: 65 bytes. */
  readonly publicKey: Uint8Array;
  /** The first 8 bytes of the SHA-256 of the public key. */
  readonly kid: Uint8Array;
  readonly isNew: boolean;
}

function openKey(): KeyId | undefined {
  try {
    return crypto.openKey(KEY_ID);
  } catch (error) {
    if (error instanceof SecurityError && error.code === "PSA_ERROR_DOES_NOT_EXIST") return undefined;
    throw error;
  }
}

export function openIdentity(): Identity {
  const found = openKey();
  const key =
    found ??
    crypto.generateKey({
      type: "ECC_KEY_PAIR_SECP_R1",
      bits: 256,
      usage: ["signMessage"],
      alg: "DETERMINISTIC_ECDSA_SHA_256",
      lifetime: "persistent",
      id: KEY_ID,
    });
  const publicKey = crypto.exportPublicKey(key);
  const kid = crypto.hashCompute("SHA_256", publicKey).slice(0, KID_LENGTH);
  return { key, publicKey, kid, isNew: found === undefined };
}
