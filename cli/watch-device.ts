// SPDX-License-Identifier: Apache-2.0
/**
 * The device of a watch: on or off, with one app at a time. Whatever is asked for while it stops or starts is taken
 * together: only the last wish counts.
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { BoardError } from "../host-sim/board/error.js";
import { type Button, Hand } from "../host-sim/board/hand.js";
import { type RunOptions, type RunResult, runBoard } from "../host-sim/board/run.js";
import { takeLock } from "../host-sim/lock.js";
import { STOP_GRACE_MS } from "./interrupt.js";

/** What a device was made to do. */
export interface DeviceEvents {
  /** The options of the next run. @throws what is wrong with them. */
  options(): Omit<RunOptions, "stateFolder" | "signal" | "cutPower" | "onTurn" | "hand">;
  /** It ended: by itself, or its power was cut. */
  onEnd(result: RunResult): void;
  /** It did not become idle when it was to start anew: its power was cut. */
  onForced(): void;
  /** It could not be started, or failed. */
  onError(error: unknown): void;
}

interface Run {
  readonly stop: AbortController;
  readonly cut: AbortController;
  readonly startedMs: number;
  /** Device time, and when it was that. */
  timeUs: number;
  isIdle: boolean;
  turnMs: number;
  /** It is to end: nobody needs to be told. */
  isUnwanted: boolean;
  ended: Promise<void>;
}

export type DeviceState = "off" | "ended" | "running" | "busy";

/** @throws BoardError STATE - the device runs elsewhere. */
function eraseFlash(stateFolder: string): void {
  mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
  const lock = join(stateFolder, "lock");
  const owner = takeLock(lock);
  if (owner !== undefined) throw new BoardError("STATE", `the state folder is in use by process ${owner}`);
  rmSync(join(stateFolder, "window.bin"), { force: true });
  rmSync(lock, { force: true });
}

export class WatchedDevice {
  readonly stateFolder: string;
  readonly #events: DeviceEvents;
  readonly #hand = new Hand();
  #run: Run | undefined;
  #isOn = true;
  #erase = false;
  /** Counts wishes; the device has caught up when the two are equal. */
  #wanted = 0;
  #reached = 0;
  #settling: Promise<void> | undefined;

  constructor(stateFolder: string, events: DeviceEvents) {
    this.stateFolder = stateFolder;
    this.#events = events;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  get isRunning(): boolean {
    return this.#run !== undefined && !this.#run.isUnwanted;
  }

  /** @param busyMs - a device is called busy when it has not been idle for so long. */
  stateAfter(busyMs: number): DeviceState {
    const run = this.#run;
    if (!this.#isOn) return "off";
    if (run === undefined) return "ended";
    return !run.isIdle && performance.now() - run.turnMs > busyMs ? "busy" : "running";
  }

  /** Device time in microseconds. */
  timeUs(clock: "virtual" | "real"): number | undefined {
    const run = this.#run;
    if (run === undefined) return undefined;
    return clock === "virtual" ? run.timeUs : (performance.now() - run.startedMs) * 1000;
  }

  /** Starts the app anew when the device next becomes idle. @param isErased - as a new device. */
  restart(isErased = false): void {
    if (!this.#isOn) return;
    this.#erase ||= isErased;
    this.#want();
  }

  /** The reset button: at once, wherever the app is. */
  reset(): void {
    this.#isOn = true;
    this.#cutRun();
    this.#want();
  }

  /** The power switch. */
  switchPower(): void {
    this.#isOn = !this.#isOn;
    this.#cutRun(!this.#isOn);
    this.#want();
  }

  /** A new device: its flash is erased, and it is switched on. */
  wipe(): void {
    this.#erase = true;
    this.reset();
  }

  /** Holds the button at a pin down, or lets it go. @returns undefined: the app that runs has no input there. */
  toggleButton(pin: number): Button | undefined {
    return this.#hand.toggle(pin);
  }

  /** The end, for good. */
  async close(): Promise<void> {
    this.#isOn = false;
    this.#want();
    await this.#settling;
  }

  #want(): void {
    this.#wanted++;
    this.#settling ??= this.#settle().finally(() => {
      this.#settling = undefined;
    });
  }

  async #settle(): Promise<void> {
    while (this.#reached !== this.#wanted) {
      await this.#endRun();
      this.#reached = this.#wanted;
      try {
        if (this.#erase) eraseFlash(this.stateFolder);
        this.#erase = false;
        if (this.#isOn) this.#start();
      } catch (error) {
        this.#events.onError(error);
      }
    }
  }

  /** @param isTold - it is the user's wish, and an end to speak of. */
  #cutRun(isTold = false): void {
    const run = this.#run;
    if (run === undefined) return;
    run.isUnwanted = !isTold;
    run.cut.abort();
  }

  async #endRun(): Promise<void> {
    const run = this.#run;
    if (run === undefined) return;
    if (!run.cut.signal.aborted) run.isUnwanted = true;
    run.stop.abort();
    const late = setTimeout(() => {
      this.#events.onForced();
      run.cut.abort();
    }, STOP_GRACE_MS);
    await run.ended;
    clearTimeout(late);
  }

  #start(): void {
    const nowMs = performance.now();
    const run: Run = {
      stop: new AbortController(),
      cut: new AbortController(),
      startedMs: nowMs,
      timeUs: 0,
      isIdle: false,
      turnMs: nowMs,
      isUnwanted: false,
      ended: Promise.resolve(),
    };
    this.#run = run;
    run.ended = this.#drive(run);
  }

  async #drive(run: Run): Promise<void> {
    try {
      const result = await runBoard({
        ...this.#events.options(),
        stateFolder: this.stateFolder,
        signal: run.stop.signal,
        cutPower: run.cut.signal,
        hand: this.#hand,
        onTurn: (timeUs, isIdle) => Object.assign(run, { timeUs, isIdle, turnMs: performance.now() }),
      });
      this.#run = undefined;
      if (!run.isUnwanted) this.#events.onEnd(result);
    } catch (error) {
      this.#run = undefined;
      if (!run.isUnwanted) this.#events.onError(error);
    }
  }
}
