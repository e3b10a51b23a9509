// SPDX-License-Identifier: Apache-2.0
/**
 * The lifecycle contract on the call gate (gate.h): every board's back-end. Arguments are checked here; what may be done in
 * which state, and by which app, the gate says.
 */
import { requireBytes } from "../../sdk/bytes/bytes.js";
import type { KeyId } from "../../sdk/contracts/crypto.js";
import type {
  BootRecord,
  DeviceLifecycle,
  IdentityKey,
  LifecycleStatus,
  OwnerOrder,
} from "../../sdk/contracts/lifecycle.js";
import { requireBytesOfLength } from "../../sdk/crypto/arguments.js";
import { ProtocolError, SecurityError } from "../../sdk/errors/security-error.js";
import { statusError } from "../psa/numbers.js";
import { RECORD_SIZE, readRecord, readStatus, STATUS_SIZE } from "./record.js";
import { gateError, SECURE_OK } from "./status.js";

/** As in ../native.d.ts; again here because an app's type check reads this file, and an app has no `native`. */
// biome-ignore lint/suspicious/noExplicitAny: what a C function returns has no type; each binding states it.
declare function native(name: string): { call(receiver: unknown, ...values: unknown[]): any };

/** enum secure_service of gate.h. */
const Service = Object.freeze({
  record: 1,
  status: 2,
  makeSecret: 3,
  setRoots: 4,
  setOwner: 5,
  secure: 6,
  installTrust: 7,
  challenge: 8,
  order: 9,
  confirm: 10,
  restart: 12,
} as const);

const HASH_SIZE = 32;
const TRUST_MAX = 1024;
const CHALLENGE_SIZE = 16;
const POINT_SIZE = 65;
const SIGNATURE_SIZE = 64;

/** Numbers of the payload that is signed. */
const ORDERS: Readonly<Record<OwnerOrder, number>> = Object.freeze({
  "enter-debug": 1,
  "leave-debug": 2,
  wipe: 3,
  transfer: 4,
  decommission: 5,
});
const KEYS: Readonly<Record<IdentityKey, number>> = Object.freeze({ signing: 1, agreement: 2 });

/** Fails closed: one number is success. */
function succeed(status: unknown, operation: string): void {
  if (status !== SECURE_OK) throw gateError(Number(status), operation);
}

function bufferOf(result: ArrayBuffer | number, operation: string): ArrayBuffer {
  if (typeof result === "number") throw gateError(result, operation);
  return result;
}

function numberOf<Name extends string>(table: Readonly<Record<Name, number>>, name: Name, label: string): number {
  if (typeof name !== "string") throw new TypeError(`${label}: expected a string, got ${typeof name}`);
  if (!Object.hasOwn(table, name)) throw new RangeError(`${label}: expected one of ${Object.keys(table).join(", ")}`);
  return table[name];
}

class GateLifecycle implements DeviceLifecycle {
  bootRecord(): BootRecord {
    return readRecord(bufferOf(native("xs_thimble_secure_get").call(this, Service.record, RECORD_SIZE), "bootRecord"));
  }

  status(): LifecycleStatus {
    return readStatus(bufferOf(native("xs_thimble_secure_get").call(this, Service.status, STATUS_SIZE), "status"));
  }

  makeSecret(): void {
    succeed(native("xs_thimble_secure_do").call(this, Service.makeSecret), "makeSecret");
  }

  setRoots(first: Uint8Array, second: Uint8Array): void {
    requireBytesOfLength(first, "first", HASH_SIZE);
    requireBytesOfLength(second, "second", HASH_SIZE);
    succeed(native("xs_thimble_secure_do").call(this, Service.setRoots, first, second), "setRoots");
  }

  setOwner(hash: Uint8Array): void {
    requireBytesOfLength(hash, "hash", HASH_SIZE);
    succeed(native("xs_thimble_secure_do").call(this, Service.setOwner, hash), "setOwner");
  }

  secure(): void {
    succeed(native("xs_thimble_secure_do").call(this, Service.secure), "secure");
  }

  installTrust(record: Uint8Array): void {
    requireBytes(record, "record");
    if (record.length === 0 || record.length > TRUST_MAX) {
      throw new ProtocolError("IMAGE_E_SIZE", `installTrust: a trust record has 1 to ${TRUST_MAX} bytes`);
    }
    succeed(native("xs_thimble_secure_do").call(this, Service.installTrust, record), "installTrust");
  }

  challenge(): Uint8Array {
    const made = native("xs_thimble_secure_get").call(this, Service.challenge, CHALLENGE_SIZE);
    return new Uint8Array(bufferOf(made, "challenge"));
  }

  order(order: OwnerOrder, argument: Uint8Array, ownerKey: Uint8Array, signature: Uint8Array): void {
    const number = Uint8Array.of(numberOf(ORDERS, order, "order"), 0, 0, 0);
    requireBytesOfLength(argument, "argument", order === "transfer" ? HASH_SIZE : 0);
    requireBytesOfLength(ownerKey, "ownerKey", POINT_SIZE);
    requireBytesOfLength(signature, "signature", SIGNATURE_SIZE);
    succeed(
      native("xs_thimble_secure_do").call(this, Service.order, number, argument, ownerKey, signature),
      `order ${order}`,
    );
  }

  confirm(): void {
    succeed(native("xs_thimble_secure_do").call(this, Service.confirm), "confirm");
  }

  identityKey(which: IdentityKey): KeyId {
    const number = numberOf(KEYS, which, "which");
    const handle: number = native("xs_thimble_secure_identity").call(this, number);
    if (handle > 0) return handle as KeyId;
    if (handle === 0) throw new SecurityError("PSA_ERROR_INSUFFICIENT_MEMORY", "identityKey: no room for a key");
    throw gateError(-handle, "identityKey");
  }

  identityPublicKey(which: IdentityKey): Uint8Array {
    const key = this.identityKey(which);
    const made: ArrayBuffer | number = native("xs_thimble_psa_export_public_key").call(this, key);
    if (typeof made === "number") throw statusError(made, "identityPublicKey");
    return new Uint8Array(made);
  }

  restart(): never {
    throw gateError(native("xs_thimble_secure_do").call(this, Service.restart), "restart");
  }
}

Object.freeze(GateLifecycle.prototype);

/** This device's lifecycle. It holds no state of its own: all of that is behind the gate. */
export const lifecycle: DeviceLifecycle = Object.freeze(new GateLifecycle());
