// SPDX-License-Identifier: Apache-2.0
/** A simulated device on a provisioner's bench: programmed at its pins, started with or without its service jumper, asked. */
import { copyFileSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { SERVICE_PORT } from "../../sdk/identity/messages.js";
import { Device, type DeviceEnd } from "../board/device.js";
import { BoardError } from "../board/error.js";
import type { BoardProfile } from "../board/profile.js";
import type { FlashSlot, SlotRecord } from "../board/programmer.js";
import type { BoardChoice, FlashCut } from "../board/start.js";
import { LOCK_NAME, WINDOW_NAME } from "../board/state-folder.js";
import { takeLock } from "../lock.js";
import { makeScratch } from "../scratch.js";
import { ServiceClient } from "./client.js";
import { ProvisionError } from "./error.js";

/** A device restarts a little after it has answered. */
const RESTART_US = 200_000;
/** Of a provisioner in this process; nothing is sent anywhere. */
const BENCH = Object.freeze({ address: "127.0.0.1", port: 4420 });
/** The words "secured" and "decommissioned" of docs/formats/otp.md. */
const SECURED_OFFSET = 0x064;
const SECURED_SIZE = 8;
const BUSY_LIMIT_MS = 60_000;

export interface BenchOptions extends BoardChoice {
  /** The state folder. */
  readonly folder: string;
  readonly onConsole?: (text: string) => void;
}

/** Whether there is a device in a state folder. */
export function hasDevice(folder: string): boolean {
  return existsSync(join(folder, WINDOW_NAME));
}

/**
 * A copy of a device, to try things on: nothing of the device itself is changed.
 * @returns a folder that is gone with this process.
 * @throws BoardError STATE - the device is running.
 */
export function copyDevice(folder: string): string {
  const copy = makeScratch("rehearsal");
  process.once("exit", () => rmSync(copy, { recursive: true, force: true }));
  if (!hasDevice(folder)) return copy;
  const lock = join(folder, LOCK_NAME);
  const owner = takeLock(lock);
  if (owner !== undefined) throw new BoardError("STATE", `the state folder is in use by process ${owner}`);
  try {
    copyFileSync(join(folder, WINDOW_NAME), join(copy, WINDOW_NAME));
  } finally {
    rmSync(lock, { force: true });
  }
  return copy;
}

/** The device is off, and nobody asked it to be. */
export function lost(why: string): ProvisionError {
  const advice = "Run the same command again: it goes on from where the device is.";
  return new ProvisionError("PROVISION_LOST", `the device went off: ${why}`, advice);
}

export class BenchDevice {
  readonly client = new ServiceClient((datagram) => this.exchange(datagram));
  readonly #device: Device;
  #answers: Uint8Array[] = [];
  #hasStarted = false;
  /** Of the starts before this one. */
  #operations = 0;
  #cut: FlashCut | undefined;

  /** @throws BoardError STATE - the folder is in use, or none of a device. */
  constructor({ onConsole, ...options }: BenchOptions) {
    this.#device = new Device({
      ...options,
      wallClockMs: Date.now(),
      busyLimitMs: BUSY_LIMIT_MS,
      ...(onConsole === undefined ? {} : { onConsole }),
      onDatagram: ({ data }, fromPort) => {
        if (fromPort === SERVICE_PORT) this.#answers.push(data);
      },
    });
  }

  /** Whether there is a firmware that could be asked anything. */
  get hasFirmware(): boolean {
    return this.#device.programmer.hasFirmware;
  }

  /** Whether its fuses say that it is secured, or was: as a probe at the chip's OTP sees it. */
  get isClosed(): boolean {
    return this.#device.faults
      .read({ partition: "otp", offset: SECURED_OFFSET }, SECURED_SIZE)
      .some((byte) => byte !== 0);
  }

  /** What it was made with. */
  get profile(): BoardProfile {
    return this.#device.profile;
  }

  read(slot: FlashSlot): Uint8Array | undefined {
    return this.#device.programmer.read(slot);
  }

  readSlots(): SlotRecord {
    return this.#device.programmer.readSlots();
  }

  /** @throws BoardError APP_SIZE, IMAGE_SIZE */
  write(slot: FlashSlot, bytes: Uint8Array): void {
    this.#device.programmer.write(slot, bytes);
  }

  /** Operations of flash and OTP, over all starts: for whoever cuts the power at one. */
  get operations(): number {
    return this.#operations + (this.#hasStarted ? this.#device.operations : 0);
  }

  /** Has the power fail at an operation from now on, counted from 1 over all starts. For a device that is off. */
  cutAt({ operation, ...rest }: FlashCut): void {
    this.#cut = { ...rest, operation: this.#operations + operation };
  }

  /**
   * Starts it.
   * @returns undefined, or how it ended before it had nothing to do but wait.
   */
  async start(service: boolean): Promise<DeviceEnd | undefined> {
    await this.stop();
    const operation = (this.#cut?.operation ?? 0) - this.#operations;
    if (operation > 0) this.#device.cutAt({ ...this.#cut, operation });
    this.#hasStarted = true;
    return await this.#device.powerOn({ service });
  }

  /**
   * Starts it with its jumper.
   * @throws ProvisionError PROVISION_SERVICE - it runs something else, or nothing. PROVISION_LOST
   */
  async startService(): Promise<void> {
    const end = await this.start(true);
    if (end === undefined) return;
    if (end.reason === "powerCut") throw lost("power cut");
    const message = `the device does not start its service: ${end.text}`;
    const advice =
      "Its fuses may have other root keys than these, or newer counters: `thimble verify` shows what signed the images.";
    throw new ProvisionError("PROVISION_SERVICE", message, advice);
  }

  /** Asks it to start again, and waits until it has. @throws ProvisionError PROVISION_LOST */
  async restart(): Promise<void> {
    await this.client.ask("restart");
    await this.#device.advance(RESTART_US);
    this.#requireOn();
  }

  async stop(): Promise<void> {
    await this.#device.powerOff();
    if (!this.#hasStarted) return;
    this.#hasStarted = false;
    this.#operations += this.#device.operations;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.#device.close();
  }

  /** Sends its service anything. @returns what it answers. @throws ProvisionError PROVISION_LOST */
  async exchange(datagram: Uint8Array): Promise<readonly Uint8Array[]> {
    this.#requireOn();
    this.#answers = [];
    await this.#device.deliver(SERVICE_PORT, BENCH, datagram);
    this.#requireOn();
    return this.#answers;
  }

  #requireOn(): void {
    if (this.#device.isOn) return;
    const { reason, text } = this.#device.end ?? { reason: "off", text: "it was never on" };
    const message = `the device went off: ${text === "" ? reason : text}`;
    throw new ProvisionError(
      "PROVISION_LOST",
      message,
      "Run the same command again: it goes on from where the device is.",
    );
  }
}
