// SPDX-License-Identifier: Apache-2.0
/**
 * The lifecycle contract: what a device says of its boot, and what can be done to it once. Ours: neither ECMA-419 nor PSA
 * names it. Types only. On a board all of it is behind the call gate of devices/secure; secrets do not come through.
 */
import type { KeyId } from "./crypto.js";

/** PSA's states (RFC 9783 §4.3.1). */
export type Lifecycle = "assembly-and-test" | "provisioning" | "secured" | "debug" | "decommissioned";

/** A verified image that runs. */
export interface BootComponent {
  /** major.minor.revision+build */
  readonly version: string;
  /** Security counter, 0 to 64. */
  readonly counter: number;
  /** 0 or 1. */
  readonly slot: number;
  /** SHA-256 of the image, 32 bytes. */
  readonly digest: Uint8Array;
  /** SHA-256 of its signer's SubjectPublicKeyInfo, 32 bytes; undefined: not signed. */
  readonly signer: Uint8Array | undefined;
}

/** What boot found and decided: the same until the next reset. */
export interface BootRecord {
  readonly lifecycle: Lifecycle;
  /** What was started: the app, or the firmware's own service app. */
  readonly start: "app" | "service";
  /** The running pair is on trial until it is confirmed. */
  readonly isTrial: boolean;
  /** The last trial failed: what ran before it runs again. */
  readonly isReverted: boolean;
  /** Version of the trust record; 0: no root keys. */
  readonly trustVersion: number;
  /** How often everything sealed was made unreadable. */
  readonly wipeEpoch: number;
  readonly firmware: BootComponent | undefined;
  readonly app: BootComponent | undefined;
  /** 16 bytes, the same for the chip's life, from its secret; undefined before it has one and roots, or once decommissioned. */
  readonly deviceId: Uint8Array | undefined;
}

/** What OTP says now: what provisioning has done so far. */
export interface LifecycleStatus {
  readonly lifecycle: Lifecycle;
  readonly hasSecret: boolean;
  readonly hasRoots: boolean;
  /** How many owners there were, with the present one: 0 to 4. */
  readonly owners: number;
  /** SHA-256 of the present owner's public key as SubjectPublicKeyInfo, 32 bytes; undefined without an owner. */
  readonly owner: Uint8Array | undefined;
  /** The least security counters that an image may have, as OTP counts them: 0 to 64. */
  readonly leastFirmwareCounter: number;
  readonly leastAppCounter: number;
}

/** What an owner can order; the argument in brackets, otherwise empty. */
export type OwnerOrder =
  | "enter-debug"
  | "leave-debug"
  | "wipe"
  /** (32 bytes: hash of the new owner's key.) The wipe epoch rises with it. */
  | "transfer"
  | "decommission";

export type IdentityKey = "signing" | "agreement";

/**
 * Errors of all methods: ProtocolError (a SecurityError with a `detail`) LIFECYCLE_STATE - not in this state, or done already;
 * LIFECYCLE_OTP - OTP or flash failed; TypeError and RangeError for arguments. A call that fails has changed nothing, but for one that power ends:
 * that is finished at the next start, or may be called again with the same arguments.
 */
export interface DeviceLifecycle {
  bootRecord(): BootRecord;
  status(): LifecycleStatus;

  /**
   * Assembly-and-test becomes provisioning, and the device makes its secret. Irreversible.
   * SecurityError PSA_ERROR_INSUFFICIENT_ENTROPY - nothing is made.
   */
  makeSecret(): void;

  /**
   * Sets the hashes of both root keys (SHA-256 of their SubjectPublicKeyInfo, 32 bytes each). Irreversible.
   * Before that, boot's own checks are made as they will be: the trust record in flash against these hashes, the firmware
   * and the app in their active slots against that record. ProtocolError with boot's status (IMAGE_E_...) when one fails.
   */
  setRoots(first: Uint8Array, second: Uint8Array): void;

  /** Sets the first owner: the hash of its key. Irreversible. State provisioning, with roots. */
  setOwner(hash: Uint8Array): void;

  /** Provisioning becomes secured. Needs a secret, roots and an owner. Irreversible. */
  secure(): void;

  /**
   * Replaces the trust record in force: a whole signed one with a higher version, under which the running firmware and app
   * may still run. It counts from the next start. Not during a trial: what would come back may need the old one. ProtocolError with boot's status (IMAGE_E_...) otherwise.
   */
  installTrust(record: Uint8Array): void;

  /** 16 fresh random bytes for the next order, and for one only, also a refused one. SecurityError PSA_ERROR_INSUFFICIENT_ENTROPY. */
  challenge(): Uint8Array;

  /**
   * Does what the owner orders. The signature is ES256 (64 bytes r‖s) over the Sig_structure of a COSE_Sign1 whose payload
   * is encodeOrder() of sdk/identity/order.ts with the last challenge and this device's id. Effective from the next start.
   * @param ownerKey - 0x04‖x‖y, 65 bytes: OTP has its hash only.
   * ProtocolError LIFECYCLE_ORDER - not the owner's, not with the last challenge, or not for this device.
   */
  order(order: OwnerOrder, argument: Uint8Array, ownerKey: Uint8Array, signature: Uint8Array): void;

  /**
   * The running pair is good: the trial is over, and counters rise to its own. Without a trial nothing happens. With
   * LIFECYCLE_OTP the trial may be over all the same: the next start raises the counters.
   */
  confirm(): void;

  /**
   * A key of this device, made when it is first asked for and never exported: usages "sign" or "derive" for "signing" or "agreement". Not to be destroyed.
   * ProtocolError IDENTITY_UNAVAILABLE - in this state, or in this start, there is none (debug, service of a secured device).
   */
  identityKey(which: IdentityKey): KeyId;

  /** Its public half, 0x04‖x‖y, 65 bytes. */
  identityPublicKey(which: IdentityKey): Uint8Array;

  /** Starts the device again. Does not return. */
  restart(): never;
}
