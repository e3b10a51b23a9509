// SPDX-License-Identifier: Apache-2.0
/**
 * The lab: it has the device on its table and does with it what the tester asks (sdk/testing/lab.ts has the words). One
 * thing after the other; the device is made when it is first asked for.
 */
import { decodeHex, encodeHex } from "../../sdk/bytes/hex.js";
import { KEPT, Kept, KeptText } from "../../sdk/testing/kept.js";
import { type DatagramReport, type EndReport, type LabMethods, PIECE, type Snapshot } from "../../sdk/testing/lab.js";
import { Device, type DeviceEnd, type DeviceOptions } from "../board/device.js";
import { BoardError } from "../board/error.js";
import type { FlashImage } from "../board/faults.js";
import type { Channel } from "./channel.js";

/** A new device's clock: the same in each run. */
const FIRST_POWER_ON_MS = Date.UTC(2026, 0, 1);
/** A step of the device may take so long in real time; of one that lets much time pass, each part. */
const STEP_LIMIT_MS = 60_000;
const PART_US = 600_000_000;

export interface LabOptions extends Pick<DeviceOptions, "board" | "program" | "app" | "busyLimitMs"> {
  /** Turns code offsets in a board's words into places in sources. */
  readonly symbolize?: (text: string) => string;
  readonly stepLimitMs?: number;
}

type Answers = { readonly [Method in keyof LabMethods]: (params: LabMethods[Method]) => Promise<unknown> };

export class Lab {
  readonly #options: LabOptions;
  #device: Device | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  readonly #images: FlashImage[] = [];
  #ends = 0;
  readonly #console = new KeptText();
  readonly #changes = new Kept<[number, number, number]>(KEPT.changes);
  readonly #datagrams = new Kept<DatagramReport>(KEPT.datagrams, KEPT.bytes, ({ data }) => data.length / 2);
  /** Ends the present step. */
  #late: NodeJS.Timeout | undefined;

  constructor(options: LabOptions) {
    this.#options = options;
  }

  /** Answers what comes over this channel. */
  serve(channel: Channel): void {
    for (const method of Object.keys(this.#methods) as Array<keyof LabMethods>) {
      channel.handle(method, (params) => this.#inTurn(() => this.#methods[method](params as never)));
    }
  }

  /** Takes the device away. */
  async close(): Promise<void> {
    await this.#device?.close();
    this.#device = undefined;
  }

  readonly #methods: Answers = {
    "device.powerOn": (options) => this.#step((device) => device.powerOn(options)),
    "device.powerOff": () => this.#step((device) => device.powerOff()),
    "device.more": async () => this.#snapshot(this.#ready()),
    "device.cutPower": () => this.#step((device) => device.cutPower()),
    "device.wipe": () => this.#step((device) => device.wipe()),
    "device.advance": ({ ms, watch }) => this.#step((device) => this.#advance(device, ms, watch)),
    "device.drive": ({ kind, channel, value }) => {
      checkInput(kind, channel, value);
      return this.#step((device) => device.drive(kind, channel, value));
    },
    "device.deliver": ({ address, port, appPort, data }) =>
      this.#step(async (device) => {
        if (await device.deliver(appPort, { address, port }, decodeHex(data))) return;
        const why = device.isOn ? `the app has no socket with port ${appPort}` : "the device is off";
        throw new BoardError("STATE", `the datagram did not arrive: ${why}`);
      }),
    "device.cutAt": (cut) =>
      this.#step(async (device) => {
        const isWhole = cut === null || (Number.isInteger(cut.operation) && cut.operation > 0);
        if (!isWhole) throw new BoardError("STATE", "the operation of a power cut is counted from 1");
        device.cutAt(cut ?? undefined);
      }),
    "device.flipBit": ({ partition, offset, bit }) =>
      this.#step(async (device) => device.faults.flipBit({ partition, offset }, bit)),
    "device.readFlash": async ({ partition, offset, length, from }) => {
      const whole = this.#ready().faults.read({ partition, offset }, length);
      return encodeHex(whole.subarray(from, from + PIECE.flashBytes));
    },
    "device.saveFlash": async () => this.#images.push(this.#ready().faults.save()) - 1,
    "device.restoreFlash": ({ image }) =>
      this.#step(async (device) => {
        const saved = this.#images[image];
        if (saved === undefined) throw new BoardError("STATE", "no such copy of the flash");
        if (device.isOn) throw new BoardError("STATE", "the flash is put back while the device is off");
        device.faults.restore(saved);
      }),
  };

  #ready(): Device {
    this.#device ??= new Device({
      ...this.#options,
      wallClockMs: FIRST_POWER_ON_MS,
      onConsole: (text) => {
        this.#console.push(text);
      },
      onPin: ({ what, pin, value, atUs }) => {
        if (what === "write") this.#changes.push([pin, value, atUs / 1000]);
      },
      onDatagram: ({ address, port, data }, appPort) => {
        const timeMs = (this.#device?.timeUs ?? 0) / 1000;
        this.#datagrams.push({ address, port, appPort, data: encodeHex(data), timeMs });
      },
    });
    return this.#device;
  }

  async #advance(device: Device, ms: number, watch: boolean): Promise<void> {
    const isMet = watch ? () => this.#hasNews : undefined;
    const us = Math.round(ms * 1000);
    const untilUs = device.timeUs + us;
    let leftUs = us;
    do {
      this.#late?.refresh();
      await device.advance(device.isOn ? Math.min(leftUs, PART_US) : us, isMet);
      leftUs = untilUs - device.timeUs;
    } while (device.isOn && leftUs > 0 && !isMet?.());
  }

  get #hasNews(): boolean {
    return this.#console.text !== "" || this.#changes.items.length > 0 || this.#datagrams.items.length > 0;
  }

  /** One thing after the other, also for a spec that does not wait. */
  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const result = this.#queue.then(act);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #step(act: (device: Device) => Promise<unknown>): Promise<Snapshot> {
    const device = this.#ready();
    const wasOn = device.isOn;
    const before = device.end;
    const { stepLimitMs = STEP_LIMIT_MS } = this.#options;
    let isLate = false;
    this.#late = setTimeout(() => {
      isLate = true;
      void device.cutPower();
    }, stepLimitMs);
    try {
      await act(device);
    } catch (error) {
      throw ofDevice(error);
    } finally {
      clearTimeout(this.#late);
      if (device.end !== undefined && device.end !== before) this.#ends++;
    }
    if (isLate && wasOn) {
      throw new BoardError("BOARD_HANG", `a step of the device took longer than ${stepLimitMs} ms of real time`);
    }
    return this.#snapshot(device);
  }

  #snapshot(device: Device): Snapshot {
    const { isOn, timeUs, wallClockMs, operations, pins, end } = device;
    const dropped = {
      characters: this.#console.takeDropped(),
      changes: this.#changes.takeDropped(),
      datagrams: this.#datagrams.takeDropped(),
    };
    return {
      isOn,
      timeMs: timeUs / 1000,
      wallClockMs,
      flashOperations: operations,
      ends: this.#ends,
      end: end === undefined ? null : this.#describe(end),
      console: this.#console.take(PIECE.characters),
      pins: [...pins],
      changes: this.#changes.take(PIECE.changes),
      datagrams: this.#datagrams.take(PIECE.datagrams),
      dropped,
      hasMore: this.#hasNews,
    };
  }

  #describe({ reason, text, timeUs }: DeviceEnd): EndReport {
    const { symbolize = (words) => words } = this.#options;
    return { reason, text: symbolize(text), timeMs: timeUs / 1000 };
  }
}

/** In a spec there are two boards that can hang: its own tester is the other one. */
function ofDevice(error: unknown): unknown {
  if (!(error instanceof BoardError) || error.code !== "BOARD_HANG") return error;
  const what = error.message.replace(/^the (app|board)/, "the device's $1");
  return new BoardError(error.code, what, { cause: error });
}

const INPUTS = Object.freeze({
  digital: { channels: 32, max: 1 },
  analog: { channels: 16, max: 4095 },
} as const);

/** @throws BoardError RECORDING - no such channel or value. */
function checkInput(kind: "analog" | "digital", channel: number, value: number): void {
  const { channels, max } = INPUTS[kind];
  const isWhole = (number: number, limit: number): boolean =>
    Number.isInteger(number) && number >= 0 && number <= limit;
  if (!isWhole(channel, channels - 1)) {
    throw new BoardError("RECORDING", `${kind}:${channel} does not exist; the last is ${channels - 1}`);
  }
  if (!isWhole(value, max)) throw new BoardError("RECORDING", `${kind}:${channel}: expected 0 to ${max}, got ${value}`);
}
