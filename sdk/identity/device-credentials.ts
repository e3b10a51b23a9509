// SPDX-License-Identifier: Apache-2.0
/**
 * The credentials that a device keeps. Where they lie is not trusted: each is verified before it is kept and whenever it is
 * read, by the owner that OTP knows and for the key that the device has now.
 */
import { concatBytes, equalPublicBytes, requireBytes } from "../bytes/bytes.js";
import type { InitialAttestation } from "../contracts/attestation.js";
import type { Crypto } from "../contracts/crypto.js";
import type { DeviceLifecycle } from "../contracts/lifecycle.js";
import type { Time } from "../contracts/time.js";
import { encodeSubjectPublicKeyInfo } from "../crypto/der.js";
import { ProtocolError } from "../errors/security-error.js";
import { CREDENTIAL_MAX, type Credential, type CredentialUse, verifyCredential } from "./credential.js";

const POINT_LENGTH = 65;
const UNCOMPRESSED = 0x04;
const ECDSA = "DETERMINISTIC_ECDSA_SHA_256";

/** `embedded:storage/key-value`, opened with the format "buffer". */
export interface CredentialStorage {
  read(key: string): ArrayBuffer | undefined;
  write(key: string, value: Uint8Array): void;
}

export interface DeviceCredentialsOptions {
  readonly device: Pick<DeviceLifecycle, "bootRecord" | "status" | "identityPublicKey">;
  /** Without it there is no credential for attestation. */
  readonly attestation?: Pick<InitialAttestation, "publicKey">;
  readonly crypto: Pick<Crypto, "hashCompute" | "verifyMessage" | "importKey" | "exportPublicKey" | "destroyKey">;
  readonly storage: CredentialStorage;
  readonly time: Time;
  /** What becomes of a credential with dates that the known time cannot decide. */
  readonly whenTimeUnknown: "accept" | "refuse";
}

/** A credential that was verified. */
export interface KeptCredential extends Credential {
  /** The CWT as the owner signed it. */
  readonly encoded: Uint8Array;
  /** 0x04‖x‖y, 65 bytes. */
  readonly ownerKey: Uint8Array;
}

export class DeviceCredentials {
  readonly #options: DeviceCredentialsOptions;

  constructor(options: DeviceCredentialsOptions) {
    this.#options = options;
  }

  /**
   * Keeps a credential in the place of the one before.
   * @param ownerKey - 0x04‖x‖y, 65 bytes: OTP has its hash only.
   * @throws ProtocolError CREDENTIAL_OWNER - another key than the present owner's, or there is no owner. CREDENTIAL_KEY, and
   * what else `verifyCredential` throws. IDENTITY_UNAVAILABLE, ATTEST_UNAVAILABLE. LIFECYCLE_STATE - the device does not have an id.
   */
  store(use: CredentialUse, ownerKey: Uint8Array, credential: Uint8Array): KeptCredential {
    requireBytes(credential, "credential");
    const kept = this.#verify(use, ownerKey, credential);
    this.#options.storage.write(use, concatBytes(ownerKey, credential));
    return kept;
  }

  /**
   * @returns undefined when there is none.
   * @throws ProtocolError - as `store`: it was changed, or is from before a wipe or a transfer. The owner has to make a new one.
   */
  read(use: CredentialUse): KeptCredential | undefined {
    const stored = this.#options.storage.read(use);
    if (stored === undefined) return undefined;
    const bytes = new Uint8Array(stored);
    return this.#verify(
      use,
      bytes.slice(0, POINT_LENGTH),
      bytes.slice(POINT_LENGTH, POINT_LENGTH + CREDENTIAL_MAX + 1),
    );
  }

  #verify(use: CredentialUse, ownerKey: Uint8Array, encoded: Uint8Array): KeptCredential {
    const { device, crypto, time, whenTimeUnknown } = this.#options;
    const { owner } = device.status();
    if (owner === undefined || !this.#isKeyOf(owner, ownerKey)) {
      throw new ProtocolError("CREDENTIAL_OWNER", "not the key of the device's present owner");
    }
    const { deviceId } = device.bootRecord();
    if (deviceId === undefined) throw new ProtocolError("LIFECYCLE_STATE", "the device does not have an id");
    const publicKey = this.#publicKeyOf(use);
    const attributes = { type: "ECC_PUBLIC_KEY_SECP_R1", bits: 256, usage: ["verifyMessage"], alg: ECDSA } as const;
    const key = crypto.importKey(attributes, ownerKey);
    try {
      const expected = { use, deviceId, publicKey, time, whenTimeUnknown };
      return Object.freeze({ ...verifyCredential(crypto, key, encoded, expected), encoded, ownerKey });
    } finally {
      crypto.destroyKey(key);
    }
  }

  #publicKeyOf(use: CredentialUse): Uint8Array {
    const { device, attestation } = this.#options;
    if (use !== "attestation") return device.identityPublicKey(use);
    if (attestation === undefined) throw new ProtocolError("ATTEST_UNAVAILABLE", "no attestation key was given");
    return attestation.publicKey();
  }

  #isKeyOf(hash: Uint8Array, publicKey: Uint8Array): boolean {
    if (publicKey.length !== POINT_LENGTH || publicKey[0] !== UNCOMPRESSED) return false;
    const found = this.#options.crypto.hashCompute("SHA_256", encodeSubjectPublicKeyInfo("P-256", publicKey));
    return equalPublicBytes(hash, found);
  }
}

Object.freeze(DeviceCredentials.prototype);
