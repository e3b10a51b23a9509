// SPDX-License-Identifier: Apache-2.0
/** What `thimble provision` is asked for, and what a device says before anything is done to it. */
import { resolve } from "node:path";
import type { BoardProfile } from "../host-sim/board/profile.js";
import type { Board } from "../host-sim/engine/paths.js";
import { BenchDevice, copyDevice, hasDevice } from "../host-sim/provision/bench-device.js";
import { askStatus } from "../host-sim/provision/provision.js";
import type { LifecycleStatus, OwnerOrder } from "../sdk/contracts/lifecycle.js";
import type { SecretArguments } from "./keys-store.js";

export interface ProvisionArguments extends SecretArguments {
  /** Folder of the device. */
  readonly state: string;
  readonly board: Board;
  readonly boardProfile?: BoardProfile;
  /** Name of the owner's key. */
  readonly owner?: string;
  /** An image, or a project. */
  readonly app?: string;
  readonly firmware?: string;
  readonly trust?: string;
  readonly root?: readonly string[];
  readonly imageKey?: string;
  readonly out?: string;
  readonly x509: boolean;
  readonly rehearse: boolean;
  readonly status: boolean;
  readonly order?: Exclude<OwnerOrder, "transfer">;
  /** The new owner's key: name or file. */
  readonly transfer?: string;
  readonly yes: boolean;
}

/** @throws BoardError STATE, BOARD_PROFILE */
export function openDevice({ board, boardProfile }: ProvisionArguments, folder: string, program: string): BenchDevice {
  return new BenchDevice({ folder, board, program, ...(boardProfile === undefined ? {} : { profile: boardProfile }) });
}

/** What the device says of itself, asked of a copy: nothing of it is changed before there is a yes. */
export async function look(options: ProvisionArguments, program: string): Promise<LifecycleStatus | undefined> {
  if (!hasDevice(resolve(options.state))) return undefined;
  const copy = openDevice(options, copyDevice(resolve(options.state)), program);
  try {
    return await askStatus(copy);
  } finally {
    await copy.close();
  }
}
