// SPDX-License-Identifier: Apache-2.0
/** A project's folder with a maker's and an owner's keys, and devices that `thimble provision` has made there. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { FLASH_OFFSET, PROGRAMMED_OFFSET, PROGRAMMED_SIZE, WINDOW_SIZE } from "../../host-sim/board/layout.js";
import type { BoardProfile } from "../../host-sim/board/profile.js";
import { DeviceState } from "../../host-sim/board/window.js";
import type { Board } from "../../host-sim/engine/paths.js";
import { thimble } from "../cli/support.js";
import type { DeviceOnNetwork } from "./two-devices.js";

const env = { THIMBLE_KEY_PASSPHRASE: "six plain words nobody else knows" };
const FLASH = [
  [FLASH_OFFSET, WINDOW_SIZE - FLASH_OFFSET],
  [PROGRAMMED_OFFSET, PROGRAMMED_SIZE],
] as const;

/** What a device is made of. */
export interface Kind {
  readonly board: Board;
  readonly profile: BoardProfile;
}

export const HOST: Kind = Object.freeze({ board: "host", profile: "iak" });
export const DICE: Kind = Object.freeze({ board: "host", profile: "dice" });
export const MPS2: Kind = Object.freeze({ board: "mps2-an505", profile: "iak" });

export class DevicesFolder {
  readonly path = mkdtempSync(join(tmpdir(), "thimble-devices-"));
  readonly #kinds = new Map<string, Kind>();

  /** Runs the command here. @returns What it wrote. */
  async run(line: string): Promise<string> {
    const { status, stdout, stderr } = await thimble(line.split(" "), { cwd: this.path, env });
    expect(status, stdout + stderr).to.equal(0);
    return stdout;
  }

  /** @param options - more of them; where they name no image, the project's is built. @returns What the command wrote. */
  async provision(device: string, kind: Kind, options = ""): Promise<string> {
    this.#kinds.set(device, kind);
    const { board, profile } = kind;
    return await this.run(
      `provision --state ${device} --board ${board} --board-profile ${profile} --yes ${options}`.trim(),
    );
  }

  /** For a network, where it is switched on. */
  device(name: string): DeviceOnNetwork {
    const { board } = this.#kinds.get(name) as Kind;
    return { board, folder: join(this.path, name) };
  }

  /** As somebody with a programmer does it: another app in its flash. */
  program(device: string, image: string): void {
    this.#use(device, ({ programmer }) => programmer.write("app0", readFileSync(join(this.path, image))));
  }

  /** As somebody with a programmer does it: the flash, and nothing of the fuses. */
  copyFlash(from: string, to: string): void {
    const parts = this.#use(from, (state) => FLASH.map(([at, length]) => [at, state.read(at, length)] as const));
    this.#use(to, (state) => {
      for (const [at, bytes] of parts) state.write(at, bytes);
    });
  }

  removeDevices(): void {
    for (const device of this.#kinds.keys()) rmSync(join(this.path, device), { recursive: true, force: true });
    this.#kinds.clear();
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  #use<T>(device: string, act: (state: DeviceState) => T): T {
    const state = new DeviceState(join(this.path, device));
    try {
      return act(state);
    } finally {
      state.close();
    }
  }
}
