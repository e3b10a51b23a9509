// SPDX-License-Identifier: Apache-2.0
/**
 * Two devices on one network in this process, in one virtual time: nothing of the computer's ports is taken, and how fast it
 * is makes no difference.
 */
import { Device } from "../../host-sim/board/device.js";
import { type Board, enginePath } from "../../host-sim/engine/paths.js";

const ADDRESS = "127.0.0.1";
/** What one may be ahead of the other. */
const STEP_MS = 100;
const BUSY_LIMIT_MS = 120_000;

export interface DeviceOnNetwork {
  readonly board: Board;
  /** Where its state is. */
  readonly folder: string;
  /** Levels at its pins when it is switched on. */
  readonly pins?: Readonly<Record<number, 0 | 1>>;
}

/** `Name`: what a test calls the two. */
export class TwoDevices<Name extends string> {
  readonly #devices: ReadonlyMap<Name, Device>;
  readonly #consoles = new Map<Name, string>();
  readonly #onTheirWay: Array<{ to: Name; port: number; fromPort: number; data: Uint8Array }> = [];

  private constructor(given: ReadonlyMap<Name, DeviceOnNetwork>) {
    const [first, second] = [...given.keys()] as [Name, Name];
    const make = (name: Name, { board, folder }: DeviceOnNetwork): Device =>
      new Device({
        ...{
          board,
          program: enginePath(board, "release"),
          folder,
          wallClockMs: Date.now(),
          busyLimitMs: BUSY_LIMIT_MS,
        },
        onConsole: (text) => this.#consoles.set(name, this.says(name) + text),
        onDatagram: ({ port, data }, fromPort) => {
          this.#onTheirWay.push({ to: name === first ? second : first, port, fromPort, data });
        },
      });
    this.#devices = new Map([...given].map(([name, device]) => [name, make(name, device)]));
  }

  /**
   * Switches both on, does this, and switches both off.
   * @throws Error - one of them ended by itself.
   */
  static async use<Name extends string>(
    given: Readonly<Record<Name, DeviceOnNetwork>>,
    act: (both: TwoDevices<Name>) => Promise<void>,
  ): Promise<void> {
    const entries = Object.entries(given) as [Name, DeviceOnNetwork][];
    const both = new TwoDevices(new Map(entries));
    const devices = [...both.#devices.values()];
    try {
      for (const [name, { pins = {} }] of entries) {
        for (const [pin, level] of Object.entries(pins)) await both.drive(name, Number(pin), level as 0 | 1);
      }
      await Promise.all(devices.map((device) => device.powerOn()));
      await both.#carry();
      await act(both);
      for (const { end } of devices) if (end !== undefined) throw new Error(`${end.reason}: ${end.text}`);
    } finally {
      await Promise.all(devices.map((device) => device.close()));
    }
  }

  /** What it has written. */
  says(name: Name): string {
    return this.#consoles.get(name) ?? "";
  }

  /** Lets time pass for both. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      for (const device of this.#devices.values()) await device.advance(STEP_MS * 1000);
      await this.#carry();
    }
  }

  async drive(name: Name, pin: number, level: 0 | 1): Promise<void> {
    await this.#device(name).drive("digital", pin, level);
    await this.#carry();
  }

  /** Somebody else on their network sends this. */
  async send(name: Name, port: number, data: Uint8Array): Promise<void> {
    this.#onTheirWay.push({ to: name, port, fromPort: port, data });
    await this.#carry();
  }

  #device(name: Name): Device {
    return this.#devices.get(name) as Device;
  }

  /** What nobody listens to is lost. */
  async #carry(): Promise<void> {
    for (let next = this.#onTheirWay.shift(); next !== undefined; next = this.#onTheirWay.shift()) {
      const { to, port, fromPort, data } = next;
      await this.#device(to).deliver(port, { address: ADDRESS, port: fromPort }, data);
    }
  }
}
