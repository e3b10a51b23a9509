// SPDX-License-Identifier: Apache-2.0
/** Reads what the call gate tells: struct secure_record and struct secure_status_now of gate.h, little endian. */
import type { BootComponent, BootRecord, Lifecycle, LifecycleStatus } from "../../sdk/contracts/lifecycle.js";
import { SecurityError } from "../../sdk/errors/security-error.js";

export const RECORD_SIZE = 200;
export const STATUS_SIZE = 56;

/** Of ../boot/fuses.h. */
const LIFECYCLES: readonly (readonly [number, Lifecycle])[] = Object.freeze([
  [0x5a1e3c87, "assembly-and-test"],
  [0x1e7869d2, "provisioning"],
  [0x4b96c31d, "secured"],
  [0x0fd25a78, "debug"],
  [0x47873cb4, "decommissioned"],
] as const);

/** Of ../boot/boot.h and ../boot/slots.h. */
const BOOT_START_APP = 0x2d4b1e87;
const SLOTS_TRYING = 0xc3;
const SLOTS_REVERTED = 0x3c;

const FIRMWARE_AT = 24;
const APP_AT = 104;
const DEVICE_ID_AT = 184;
const OWNER_AT = 24;

function lifecycleOf(number: number): Lifecycle {
  const name = LIFECYCLES.find(([known]) => known === number)?.[1];
  if (name === undefined) throw new SecurityError("PSA_ERROR_CORRUPTION_DETECTED", "the device is in no lifecycle");
  return name;
}

/** A copy, or undefined for zeros: there is none. */
function bytesAt(buffer: ArrayBuffer, offset: number, length: number): Uint8Array | undefined {
  const bytes = new Uint8Array(buffer.slice(offset, offset + length));
  return bytes.every((byte) => byte === 0) ? undefined : bytes;
}

function componentAt(buffer: ArrayBuffer, offset: number): BootComponent | undefined {
  const view = new DataView(buffer, offset);
  const digest = bytesAt(buffer, offset + 16, 32);
  if (digest === undefined) return undefined;
  const [build, high] = [view.getUint32(0, true), view.getUint32(4, true)];
  return Object.freeze({
    version: `${high >>> 24}.${(high >>> 16) & 0xff}.${high & 0xffff}+${build}`,
    counter: view.getUint32(8, true),
    slot: view.getUint32(12, true),
    digest,
    signer: bytesAt(buffer, offset + 48, 32),
  });
}

export function readRecord(buffer: ArrayBuffer): BootRecord {
  const view = new DataView(buffer);
  const slots = view.getUint32(8, true);
  return Object.freeze({
    lifecycle: lifecycleOf(view.getUint32(0, true)),
    start: view.getUint32(4, true) === BOOT_START_APP ? "app" : "service",
    isTrial: slots === SLOTS_TRYING,
    isReverted: slots === SLOTS_REVERTED,
    trustVersion: view.getUint32(12, true),
    wipeEpoch: view.getUint32(16, true),
    firmware: componentAt(buffer, FIRMWARE_AT),
    app: componentAt(buffer, APP_AT),
    deviceId: bytesAt(buffer, DEVICE_ID_AT, 16),
  });
}

export function readStatus(buffer: ArrayBuffer): LifecycleStatus {
  const view = new DataView(buffer);
  return Object.freeze({
    lifecycle: lifecycleOf(view.getUint32(0, true)),
    hasSecret: view.getUint32(4, true) !== 0,
    hasRoots: view.getUint32(8, true) !== 0,
    owners: view.getUint32(12, true),
    leastFirmwareCounter: view.getUint32(16, true),
    leastAppCounter: view.getUint32(20, true),
    owner: bytesAt(buffer, OWNER_AT, 32),
  });
}
