// SPDX-License-Identifier: Apache-2.0
/** `thimble provision --status`: what a device is, whose, and what lies in its slots. Nothing of it is changed. */
import { basename, resolve } from "node:path";
import { FLASH_ERASED } from "../devices/io/partitions.js";
import type { BoardProfile } from "../host-sim/board/profile.js";
import type { FlashSlot, SlotRecord } from "../host-sim/board/programmer.js";
import { formatVersion } from "../host-sim/image/format.js";
import { parseImage } from "../host-sim/image/parse.js";
import { counterOf } from "../host-sim/image/profile.js";
import { type BenchDevice, copyDevice, hasDevice } from "../host-sim/provision/bench-device.js";
import { ProvisionError } from "../host-sim/provision/error.js";
import { fingerprint } from "../host-sim/provision/steps.js";
import type { BootRecord, LifecycleStatus } from "../sdk/contracts/lifecycle.js";
import { openStore, printResult } from "./keys-store.js";
import { openDevice, type ProvisionArguments } from "./provision-look.js";
import { readyBoard } from "./provision-material.js";

const SLOTS: readonly FlashSlot[] = ["fw0", "fw1", "app0", "app1", "trust0", "trust1"];

const ERASED = Buffer.alloc(128, FLASH_ERASED);

/** What a slot holds, as its image says; nobody has verified it. */
interface SlotFacts {
  readonly slot: FlashSlot;
  readonly isActive: boolean;
  /** null: it is empty, or holds no image. */
  readonly version: string | null;
  readonly securityCounter: number | null;
  readonly isEmpty: boolean;
}

function slotFacts(slot: FlashSlot, bytes: Uint8Array | undefined, { active }: SlotRecord): SlotFacts {
  const isActive = slot === `fw${active.firmware}` || slot === `app${active.app}`;
  const nothing = { slot, isActive, version: null, securityCounter: null, isEmpty: bytes === undefined };
  if (bytes === undefined) return nothing;
  try {
    // An image may end with bytes like erased ones, which the reader of a slot leaves out.
    const image = parseImage(Buffer.concat([bytes, ERASED]));
    const counter = counterOf(image) ?? null;
    const version = slot.startsWith("trust") ? String(counter ?? "") : formatVersion(image.version);
    return { ...nothing, version, securityCounter: counter };
  } catch {
    return nothing;
  }
}

interface Facts {
  readonly status: LifecycleStatus | undefined;
  readonly record: BootRecord | undefined;
  readonly slots: readonly SlotFacts[];
  readonly slotState: SlotRecord["state"];
  readonly profile: BoardProfile;
}

async function ask(device: BenchDevice): Promise<Pick<Facts, "status" | "record">> {
  try {
    if (!device.hasFirmware || (await device.start(true)) !== undefined)
      return { status: undefined, record: undefined };
    return { status: await device.client.ask("status"), record: await device.client.ask("boot-record") };
  } catch (error) {
    if (!(error instanceof ProvisionError)) throw error;
    return { status: undefined, record: undefined };
  } finally {
    await device.stop();
  }
}

async function read(options: ProvisionArguments): Promise<Facts> {
  const program = await readyBoard(options);
  const device = openDevice(options, copyDevice(resolve(options.state)), program);
  try {
    const slotRecord = device.readSlots();
    const slots = SLOTS.map((slot) => slotFacts(slot, device.read(slot), slotRecord));
    return { ...(await ask(device)), slots, slotState: slotRecord.state, profile: device.profile };
  } finally {
    await device.close();
  }
}

function describeSlot({ slot, isActive, version, securityCounter, isEmpty }: SlotFacts): string {
  const what = isEmpty ? "empty" : (version ?? "no image");
  const counter = slot.startsWith("trust") || securityCounter === null ? "" : `, security counter ${securityCounter}`;
  return `    ${slot.padEnd(7)} ${what}${counter}${isActive && !isEmpty ? "  (active)" : ""}`;
}

function hex(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined ? null : Buffer.from(bytes).toString("hex");
}

/** @returns the exit status. */
export async function showStatus(options: ProvisionArguments): Promise<number> {
  if (!hasDevice(resolve(options.state))) {
    const advice = "--state names its folder; `thimble provision` without --status makes a new one.";
    throw new ProvisionError("PROVISION_STATE", `there is no device in ${options.state}`, advice);
  }
  const store = openStore(options);
  const { status, record, slots, slotState, profile } = await read(options);
  const owner = store.list().find(({ hash }) => status?.owner !== undefined && hash.equals(Buffer.from(status.owner)));
  const facts = {
    board: options.board,
    boardProfile: profile,
    answers: status !== undefined,
    lifecycle: status?.lifecycle ?? null,
    deviceId: hex(record?.deviceId),
    hasSecret: status?.hasSecret ?? null,
    hasRoots: status?.hasRoots ?? null,
    owners: status?.owners ?? null,
    owner: status?.owner === undefined ? null : { name: owner?.name ?? null, hash: hex(status.owner) },
    trustVersion: record?.trustVersion ?? null,
    wipeEpoch: record?.wipeEpoch ?? null,
    leastCounters: status === undefined ? null : { firmware: status.leastFirmwareCounter, app: status.leastAppCounter },
    slotState,
    slots,
  };
  const isGone = status?.lifecycle === "decommissioned";
  const ownerWords =
    status?.owner === undefined
      ? "none"
      : `${owner?.name ?? "not in this key store"} (${fingerprint(status.owner)}), owner ${status.owners} of at most 4`;
  const told = [
    ["lifecycle", status?.lifecycle],
    ["device id", hex(record?.deviceId) ?? (isGone ? "gone with its secret" : "none yet")],
    ["secret", isGone ? "destroyed" : status?.hasSecret === true ? "made" : "none yet"],
    ["roots", status?.hasRoots === true ? "set" : "none yet"],
    ["owner", ownerWords],
    ["trust", `record version ${record?.trustVersion}`],
    ["wipe", `epoch ${record?.wipeEpoch}`],
    [
      "counters",
      `firmware ${status?.leastFirmwareCounter}, app ${status?.leastAppCounter}: no image below these starts`,
    ],
  ] as const;
  const lines = [
    `device ${basename(resolve(options.state))} (${options.board}${profile === "iak" ? "" : `, board profile ${profile}`})`,
    ...(status === undefined
      ? ["  it does not answer: it has no firmware with a service, or does not start it"]
      : told.map(([title, words]) => `  ${title.padEnd(10)} ${words}`)),
    `  slots      ${slotState}`,
    ...slots.map(describeSlot),
  ];
  return printResult(options.json, facts, lines);
}
