// SPDX-License-Identifier: Apache-2.0
/**
 * `thimble/device/storage`: the sealed store of this device, in the place of `embedded:storage/key-value`. It lies in the
 * partition `storage`; its key and its counter are behind the call gate (gate.h). One store in a machine, mounted at the first open.
 */
import type { Freshness } from "../../sdk/contracts/counter.js";
import type { KeyId } from "../../sdk/contracts/crypto.js";
import { SecurityError } from "../../sdk/errors/security-error.js";
import type { SealedDomain } from "../../sdk/storage/sealed-domain.js";
import {
  mountSealedStore,
  recoverSealedStore,
  type SealedStore,
  type SealedStoreOptions,
  type SealedStoreStatus,
  type StoreRecoveryReport,
} from "../../sdk/storage/sealed-store.js";
import { FRESHNESS } from "../io/freshness.js";
import flash from "../io/storage-flash.js";
import { crypto } from "../psa/crypto.js";
import { freshnessCounter } from "./gate-counter.js";
import { lifecycle } from "./lifecycle.js";
import { gateError, SECURE_OK } from "./status.js";

/** As in ../native.d.ts; again here because an app's type check reads this file, and an app has no `native`. */
// biome-ignore lint/suspicious/noExplicitAny: what a C function returns has no type; each binding states it.
declare function native(name: string): { call(receiver: unknown, ...values: unknown[]): any };

/** enum secure_service of gate.h. */
const Service = Object.freeze({ sealKey: 15, wipeSealed: 18 } as const);

const PARTITION = "storage";
/** SECURE_WIPE_EPOCH_MAX of gate.h: an owner can order more wipes than the freshness of the store tells apart. */
const WIPE_EPOCH_MAX = 63;

export interface DeviceStorageStatus {
  /** False in assembly and test: there is no secret yet, and whoever reads the flash can read the store. */
  readonly isSealed: boolean;
  /** The counter rises at every commit (1), or at every N-th. Undefined: no counter, and an older copy of the flash is taken. */
  readonly freshness: number | undefined;
  /** What the store says of itself. */
  readonly store: SealedStoreStatus;
}

interface Seal {
  readonly key: KeyId;
  readonly isSealed: boolean;
}

/** The same handle each time; it cannot be destroyed. */
function seal(): Seal {
  const made: ArrayBuffer | number = native("xs_thimble_secure_seal").call(undefined);
  if (typeof made === "number") throw gateError(made, "storage");
  const words = new DataView(made);
  const handle = words.getUint32(0, true);
  if (handle === 0) throw new SecurityError("PSA_ERROR_INSUFFICIENT_MEMORY", "storage: no room for a key");
  return { key: handle as KeyId, isSealed: words.getUint32(4, true) !== 0 };
}

function freshness(): Freshness | undefined {
  if (FRESHNESS === undefined) return undefined;
  const wipeEpoch = Math.min(lifecycle.bootRecord().wipeEpoch, WIPE_EPOCH_MAX);
  return { counter: freshnessCounter, every: FRESHNESS.every, wipeEpoch };
}

function storeOptions(): SealedStoreOptions {
  const { key } = seal();
  return { flash: flash.open({ path: PARTITION }), crypto, key, name: PARTITION, freshness: freshness() };
}

// One store in a machine. Firmware modules are evaluated on the board, so this may change.
let mounted: SealedStore | undefined;

/** One that a failed write has stopped is mounted again. */
function theStore(): SealedStore {
  if (mounted?.status().isStopped === true) closeStore();
  mounted ??= mountSealedStore(storeOptions());
  return mounted;
}

/** What was opened of the store says "closed" from then on. */
function closeStore(): void {
  const store = mounted;
  mounted = undefined;
  store?.close();
}

const open: SealedStore["open"] = (options) => theStore().open(options);

/** What the store is worth here, and how it is. It is mounted for that. */
export function storageStatus(): DeviceStorageStatus {
  const store = theStore().status();
  return Object.freeze({ isSealed: seal().isSealed, freshness: FRESHNESS?.every, store });
}

/**
 * For what `open` says with STORAGE_DAMAGED or STORAGE_ROLLED_BACK: keeps every entry that still verifies, and reports what
 * is given up. What is open of the store is closed.
 */
export function recover(): StoreRecoveryReport {
  closeStore();
  const { store, report } = recoverSealedStore(storeOptions());
  mounted = store;
  return report;
}

/**
 * Gives everything up and begins an empty store: for what `open` says with STORAGE_FOREIGN. Where the device is sealed,
 * older copies of the flash stay readable to it; `wipe` is what makes them unreadable. When power fails in it, it has to be called again.
 */
export function erase(): void {
  const options = storeOptions(); // where there is no store, nothing is erased either
  closeStore();
  const partition = flash.open({ path: PARTITION });
  partition.eraseBlock(0, partition.status().blocks);
  mounted = recoverSealedStore(options).store;
}

/**
 * Makes all that is sealed unreadable for ever, also in a copy of the flash, by raising the wipe epoch; then the device starts
 * again, with an empty store. The identity keys and what PSA and `embedded:storage/key-value` hold go with it. In assembly
 * and test there is no epoch: the store alone is erased.
 * @throws ProtocolError STORAGE_UNAVAILABLE - no sealed store in this state of the device.
 * @throws ProtocolError LIFECYCLE_OTP - OTP failed, or this was done 63 times. Nothing has changed.
 */
export function wipe(): never {
  if (seal().isSealed) {
    const status: number = native("xs_thimble_secure_do").call(undefined, Service.wipeSealed);
    if (status !== SECURE_OK) throw gateError(status, "wipe");
  } else {
    erase();
  }
  return lifecycle.restart();
}

export type { SealedDomain, SealedStoreStatus, StoreRecoveryReport };

export default Object.freeze({ open });
