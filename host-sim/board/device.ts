// SPDX-License-Identifier: Apache-2.0
/**
 * A device on the table: it is switched on and off, its time is moved, its pins and its network are somebody's, and it
 * is made to fail. Virtual time only. Its flash outlives its power; `run.ts` runs a device in one go instead.
 */
import { rmSync } from "node:fs";
import type { Datagram } from "../../devices/io/frames.js";
import { makeScratch } from "../scratch.js";
import type { BoardProcess } from "./board-process.js";
import { BoardError } from "./error.js";
import { Faults } from "./faults.js";
import type { PinEvent } from "./pins.js";
import type { BoardProfile } from "./profile.js";
import type { Programmer } from "./programmer.js";
import type { InputEvent } from "./recording.js";
import { type Reset, Resets, resetOf } from "./resets.js";
import { BoardSession, type SessionResult } from "./session.js";
import { type BoardChoice, type FlashCut, powerOn, startBoard } from "./start.js";
import { TableNetwork } from "./table-network.js";
import { DeviceState, type PlacedApp } from "./window.js";

/**
 * What is due so shortly after the end of a step still happens in it: in virtual time each reading of the clock takes a
 * microsecond, and a timer of a second that the app set is to be over when a second has been waited for.
 */
const STEP_SLACK_US = 500;
const ENDED_MAX_MS = 2_000;
const NO_LEVELS: ReadonlyMap<number, number> = new Map();

export interface DeviceOptions extends BoardChoice {
  /** The app's image: in app0 of a new device. undefined: what its flash has. */
  readonly app?: Uint8Array;
  /** Where its state is kept, also when it is closed; undefined: a new device, that is gone then. */
  readonly folder?: string;
  /** Unix time at the first power-on; from then on it goes on with the device's time, also over power cuts. */
  readonly wallClockMs: number;
  /** Real milliseconds that the board may be busy before it counts as hung. */
  readonly busyLimitMs: number;
  readonly onConsole?: (text: string) => void;
  readonly onPin?: (event: PinEvent) => void;
  /** The app has sent this, from that port of its own. */
  readonly onDatagram?: (datagram: Datagram, fromPort: number) => void;
}

export interface PowerOnOptions {
  /** Bytes of XS heap; undefined: what the app asks for, or the board's default. */
  readonly heapBytes?: number;
  readonly stackSlots?: number;
  /** Exactly 32 bytes: repeats a start's random numbers. */
  readonly seed?: Uint8Array;
  /** Somebody holds the service jumper, also when it starts again by itself. */
  readonly service?: boolean;
}

/** How the device came to be off. */
export interface DeviceEnd extends Pick<SessionResult, "reason" | "text" | "timeUs"> {
  /** Operations since power-on. */
  readonly operations: number;
}

interface Power {
  readonly board: BoardProcess;
  readonly session: BoardSession;
  readonly options: PowerOnOptions;
  readonly resets: Resets;
}

export class Device {
  readonly #options: DeviceOptions;
  readonly #folder: string;
  readonly #removeFolder = (): void => {
    if (this.#options.folder === undefined) rmSync(this.#folder, { recursive: true, force: true });
  };
  readonly #network: TableNetwork;
  /** Levels and readings that somebody drives from outside, by `kind:channel`: they are there at each power-on. */
  readonly #inputs = new Map<string, InputEvent>();
  #state: DeviceState;
  #app: PlacedApp | undefined;
  #power: Power | undefined;
  #isStepping = false;
  #end: DeviceEnd | undefined;
  /** For the next start. */
  #cut: FlashCut | undefined;
  #wallClockMs: number;

  /**
   * A device that is off: a new one, flash erased, or that of a folder; the app programmed. `close` it in the end.
   * @throws BoardError STATE - the folder is in use, or none of a device. BOARD_PROFILE, APP_SIZE
   */
  constructor(options: DeviceOptions) {
    this.#options = options;
    this.#folder = options.folder ?? makeScratch("device");
    this.#network = new TableNetwork((datagram, fromPort) => options.onDatagram?.(datagram, fromPort));
    this.#wallClockMs = options.wallClockMs;
    process.once("exit", this.#removeFolder);
    this.#state = new DeviceState(this.#folder, this.#options.profile);
    this.#app = this.#placeApp();
  }

  #placeApp(): PlacedApp | undefined {
    const { app } = this.#options;
    return app === undefined ? undefined : this.#state.writeApp(app);
  }

  get isOn(): boolean {
    return this.#power !== undefined;
  }

  /** Microseconds since power-on; 0 when it is off. */
  get timeUs(): number {
    return this.#power?.session.nowUs ?? 0;
  }

  /** Unix time, milliseconds. It goes on while the device is off only by `advance`. */
  get wallClockMs(): number {
    return this.#wallClockMs + this.timeUs / 1000;
  }

  /** Why the device went off last; undefined when it was never on, or is on. */
  get end(): DeviceEnd | undefined {
    return this.#end;
  }

  /** Levels that the app drives, by pin; none when it is off. */
  get pins(): ReadonlyMap<number, number> {
    return this.#power?.session.pins.levels ?? NO_LEVELS;
  }

  /** Operations since the last power-on, also over resets. */
  get operations(): number {
    return this.#state.readReport().operations;
  }

  /** Its flash as a programmer at its pins has it; for a device that is off. */
  get programmer(): Programmer {
    return this.#state.programmer;
  }

  /** What it was made with. */
  get profile(): BoardProfile {
    return this.#state.profile;
  }

  get faults(): Faults {
    return new Faults(this.#state);
  }

  /**
   * Switches on and waits until the app has nothing to do but wait.
   * @returns undefined, or how it ended when it did not get so far.
   * @throws BoardError STATE when it is on already; BOARD_START, BOARD_HANG, BOARD_LOST, LINK_FRAME.
   */
  async powerOn(options: PowerOnOptions = {}): Promise<DeviceEnd | undefined> {
    if (this.#power !== undefined) throw new BoardError("STATE", "the device is on already");
    this.#end = undefined;
    await this.#start(options, new Resets());
    return await this.#step(0);
  }

  /** @param reset - undefined: its power comes. */
  async #start(options: PowerOnOptions, resets: Resets, reset?: Reset): Promise<void> {
    powerOn(this.#state, this.#app, {
      ...options,
      board: this.#options.board,
      clock: "virtual",
      wallClockMs: this.#wallClockMs,
      inputs: [...this.#inputs.values()],
      ...(this.#cut === undefined ? {} : { cut: this.#cut }),
      ...(reset === undefined ? {} : { reset }),
    });
    const board = await startBoard(this.#options, this.#state, this.#options.onConsole);
    const { busyLimitMs, onPin } = this.#options;
    const session = new BoardSession({
      link: board.link,
      askWhere: () => board.askWhere(),
      watchdogUs: () => this.#state.watchdogUs,
      startUs: reset?.timeUs ?? 0,
      clock: "virtual",
      network: this.#network,
      busyLimitMs,
      ...(onPin === undefined ? {} : { onPin }),
    });
    this.#power = { board, session, options, resets };
  }

  /**
   * Lets time pass, for a device that is off, too.
   * @param isMet - asked whenever the device is idle: true ends the step early.
   * @returns undefined, or how the device ended when it did.
   * @throws BoardError BOARD_HANG, BOARD_LOST, LINK_FRAME; the device is off then.
   */
  async advance(us: number, isMet?: () => boolean): Promise<DeviceEnd | undefined> {
    if (this.#power === undefined) {
      this.#wallClockMs += us / 1000;
      return undefined;
    }
    return await this.#step(this.timeUs + us, isMet);
  }

  /** Changes what an input is driven to, now and at later starts, and lets the app see it. */
  async drive(kind: InputEvent["kind"], channel: number, value: number): Promise<DeviceEnd | undefined> {
    this.#inputs.set(`${kind}:${channel}`, { atUs: 0, kind, channel, value });
    if (this.#power === undefined) return undefined;
    this.#power.session.drive(kind, channel, value);
    return await this.#step(this.timeUs + 1);
  }

  /**
   * Sends a datagram to the app.
   * @returns false when no socket of the app has that port.
   */
  async deliver(toPort: number, from: { address: string; port: number }, data: Uint8Array): Promise<boolean> {
    if (this.#power === undefined || !this.#network.deliver(toPort, from, data)) return false;
    await this.#step(this.timeUs + 1);
    return true;
  }

  /**
   * Cuts the power at a later operation: a flash write, the erase of a sector, OTP, a counter. `operation` counts from now: 1 is the next one; of a device that is off,
   * the first after its start. undefined: no longer.
   */
  cutAt(cut: FlashCut | undefined): void {
    this.#cut = this.isOn ? undefined : cut;
    if (this.isOn) this.#state.writeCut(cut === undefined ? 0 : cut.operation + this.operations, cut?.bytes);
  }

  /** Switches off in good order: the app is asked to stop while it is idle. */
  async powerOff(): Promise<void> {
    const { session } = this.#power ?? {};
    if (session !== undefined) await this.#ended(await session.stop());
  }

  /** Takes the power away, wherever the device is. */
  async cutPower(): Promise<void> {
    if (this.#power === undefined) return;
    const { board, session } = this.#power;
    const timeUs = session.nowUs;
    session.cutPower();
    board.kill();
    // In the middle of a step the step itself ends so.
    if (!this.#isStepping) await this.#ended({ reason: "powerCut", text: "power cut", timeUs });
  }

  /**
   * Makes it a new device: off, everything erased, the app programmed.
   * @throws BoardError STATE - its state is kept in a folder that is somebody's.
   */
  async wipe(): Promise<void> {
    if (this.#options.folder !== undefined) throw new BoardError("STATE", "a device of a folder is not wiped");
    await this.cutPower();
    this.#state.close();
    this.#removeFolder();
    this.#state = new DeviceState(this.#folder, this.#options.profile);
    this.#app = this.#placeApp();
    this.#inputs.clear();
    this.#cut = undefined;
    this.#wallClockMs = this.#options.wallClockMs;
    this.#end = undefined;
  }

  async close(): Promise<void> {
    await this.cutPower();
    this.#state.close();
    this.#removeFolder();
    process.off("exit", this.#removeFolder);
  }

  async #step(untilUs: number, isMet?: () => boolean): Promise<DeviceEnd | undefined> {
    const { session, board, options, resets } = this.#power as Power;
    this.#isStepping = true;
    try {
      const result = await session.advance(untilUs, STEP_SLACK_US, isMet);
      // The console is a pipe of its own: what was written before the board became idle is there now, and is read first.
      await new Promise((done) => setImmediate(done));
      if (result === undefined) return undefined;
      const reset = resetOf(result);
      if (reset === undefined) return await this.#ended(result);
      resets.push(reset);
      await this.#release();
      await this.#start(options, resets, reset);
    } catch (error) {
      board.kill();
      const { signal, code } = await board.stop();
      const timeUs = session.nowUs;
      await session.close();
      this.#wallClockMs += timeUs / 1000;
      this.#end = { reason: "fatal", text: (error as Error).message, timeUs, operations: this.operations };
      this.#off();
      if (!(error instanceof BoardError)) throw error;
      const how = error.code === "BOARD_LOST" ? ` (${signal ?? `exit status ${code}`})` : "";
      throw new BoardError(error.code, `${error.message}${how}`, { cause: error });
    } finally {
      this.#isStepping = false;
    }
    return await this.#step(untilUs, isMet);
  }

  /** The process has come to its end, and what the session holds is free. */
  async #release(): Promise<void> {
    const { board, session } = this.#power as Power;
    // The host ends by itself after HALT, and its console is read to the end; QEMU is ended.
    await board.stop(this.#options.board === "host" ? ENDED_MAX_MS : 0);
    await session.close();
  }

  async #ended({ reason, text, timeUs }: Pick<SessionResult, "reason" | "text" | "timeUs">): Promise<DeviceEnd> {
    await this.#release();
    if (reason !== "powerCut") this.#state.noteSwitchedOff();
    this.#wallClockMs += timeUs / 1000;
    this.#end = { reason, text, timeUs, operations: this.operations };
    this.#off();
    return this.#end;
  }

  #off(): void {
    this.#power = undefined;
    this.#cut = undefined;
  }
}
