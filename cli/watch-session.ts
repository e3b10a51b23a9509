// SPDX-License-Identifier: Apache-2.0
/** One watch: what a build, the device, a key and the end have to do with one another, and what is said of it. */
import { readFileSync, statSync } from "node:fs";
import { basename, relative, resolve } from "node:path";
import type { RunResult } from "../host-sim/board/run.js";
import { appPlaces, type BuiltApp, unchangedApp } from "../host-sim/compiler/app-places.js";
import { readLines } from "../host-sim/compiler/lines.js";
import type { Attempt } from "../host-sim/watch/build-thread.js";
import { ContinuousBuild } from "../host-sim/watch/continuous-build.js";
import { readGauges } from "../host-sim/watch/gauges.js";
import { appFolder } from "./build.js";
import { describeError } from "./errors.js";
import type { Interrupt } from "./interrupt.js";
import { describeBusy } from "./long-run.js";
import { describeOutcome, describeReset, outcomeOf } from "./outcome.js";
import { BOOTED_NOTICE, debugOptions, runOptions, SEED_WARNING, stateFolder, type WatchArguments } from "./sim-run.js";
import { colorsFor } from "./terminal.js";
import { type DeviceEvents, WatchedDevice } from "./watch-device.js";
import { KEY_HELP, type Key, Keys } from "./watch-keys.js";
import { Screen } from "./watch-screen.js";
import { describeStatus, troubleOf } from "./watch-status.js";

const STATUS_MS = 250;
/** A device that computes for so long is called busy. */
const BUSY_MS = 1000;
/** A wipe is asked for twice within this time. */
const WIPE_MS = 3000;
const OFF = "the power is off; p switches it on";
const WAITING = "waiting for a change or a key";

interface Version {
  readonly app: BuiltApp;
  readonly image: Uint8Array;
  /** The time of day when it was built. */
  readonly builtAt: string;
}

function timeOfDay(): string {
  return new Date().toTimeString().slice(0, 8);
}

export class WatchSession {
  readonly #path: string;
  readonly #folder: string;
  readonly #options: WatchArguments;
  readonly #program: string;
  readonly #interrupt: Interrupt;
  readonly #colors = colorsFor(process.stderr);
  readonly #screen = new Screen();
  readonly #keys = new Keys((key) => this.#press(key));
  readonly #device: WatchedDevice;
  readonly #builds: ContinuousBuild;
  #version: Version | undefined;
  #warnings: readonly string[] = [];
  #trouble: string | undefined;
  #step: string | undefined = "starting";
  #wipeAskedMs = Number.NEGATIVE_INFINITY;
  #end: () => void = () => undefined;

  constructor(path: string, options: WatchArguments, program: string, interrupt: Interrupt) {
    this.#path = path;
    this.#folder = appFolder(path);
    this.#options = options;
    this.#program = program;
    this.#interrupt = interrupt;
    this.#device = new WatchedDevice(stateFolder(options.state), {
      options: () => this.#runOptions(),
      onEnd: (result) => this.#onEnd(result),
      onForced: () => this.#note("the app is busy: its power was cut"),
      onError: (error) => void this.#sayError(error, WAITING),
    });
    const { board, debug, input } = options;
    const events = {
      onProgress: (text: string) => {
        this.#step = text;
      },
      onAttempt: (attempt: Attempt, changed: readonly string[]) => void this.#onAttempt(attempt, changed),
    };
    this.#builds = new ContinuousBuild({ path, board, debug }, events, input === undefined ? [] : [resolve(input)]);
  }

  /** Until a key or a signal ends it. */
  async run(): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      this.#end = resolve;
    });
    this.#interrupt.signal.addEventListener("abort", () => this.#end());
    const hasKeys = this.#keys.open();
    const status = setInterval(() => this.#showStatus(), STATUS_MS);
    try {
      this.#greet(hasKeys);
      this.#startKnown();
      this.#builds.start();
      await ended;
    } finally {
      await Promise.all([this.#builds.close(), this.#device.close()]);
      clearInterval(status);
      this.#screen.close();
      this.#keys.close();
    }
  }

  #greet(hasKeys: boolean): void {
    const name = basename(this.#folder);
    this.#note(hasKeys ? `watching ${name}; h shows the keys` : `watching ${name}; no terminal, so no keys`);
    if (this.#options.seed !== undefined) this.#screen.say(`${this.#colors.yellow("warning")} ${SEED_WARNING}`);
    this.#showStatus();
  }

  /** What was built before and is still right runs at once; the first build then finds nothing new. */
  #startKnown(): void {
    const app = unchangedApp(appPlaces(this.#path, this.#options));
    if (app !== undefined) this.#take(app, readFileSync(app.image));
  }

  #runOptions(): ReturnType<DeviceEvents["options"]> {
    const app = this.#version?.image ?? new Uint8Array();
    return {
      ...runOptions(this.#options),
      ...debugOptions(
        this.#options,
        { name: this.#version?.app.name ?? "", folder: this.#folder, image: app },
        (text) => this.#note(text),
      ),
      program: this.#program,
      app,
      onConsole: this.#screen.write,
      onBootOnly: () => this.#note(BOOTED_NOTICE),
      onBusy: (forMs: number) => this.#note(describeBusy(forMs)),
      onReset: (reset) => this.#note(describeReset(reset, readLines(this.#version?.app.lines ?? ""))),
    };
  }

  async #onAttempt({ built }: Attempt, changed: readonly string[]): Promise<void> {
    this.#step = undefined;
    if ("error" in built) {
      await this.#onFailure(built.error);
      return;
    }
    this.#trouble = undefined;
    const before = this.#version;
    const isSame = before !== undefined && Buffer.compare(before.image, built.image) === 0;
    const { input, fresh } = this.#options;
    const hasNewInput = input !== undefined && changed.includes(resolve(input));
    this.#take(built.app, built.image, before !== undefined && fresh && !isSame, isSame && !hasNewInput);
    if (before !== undefined) this.#sayWhatChanged(changed, isSame && !hasNewInput);
  }

  /** @param isErased - on a new device. @param isSame - runs on where it runs. */
  #take(app: BuiltApp, image: Uint8Array, isErased = false, isSame = false): void {
    this.#version = { app, image, builtAt: timeOfDay() };
    if (app.warnings.join() !== this.#warnings.join()) {
      for (const warning of app.warnings) this.#screen.say(`${this.#colors.yellow("warning")} ${warning}`);
    }
    this.#warnings = app.warnings;
    if (!isSame || !this.#device.isRunning) this.#device.restart(isErased);
  }

  #sayWhatChanged(changed: readonly string[], isSame: boolean): void {
    const files = changed.filter((path) => !statSync(path, { throwIfNoEntry: false })?.isDirectory());
    // A folder changes with what is in it. Its names alone (an editor's backup, say) are worth a word where they matter.
    const paths = files.length === 0 && !isSame ? changed : files;
    const [first, ...others] = paths.map((path) => relative(this.#folder, path) || ".");
    if (first === undefined) return;
    const what = others.length === 0 ? first : `${first} and ${others.length} more`;
    if (!this.#device.isOn) this.#note(`${what} changed: built; ${OFF}`);
    else if (!isSame) this.#note(`${what} changed: the app starts anew`);
    else this.#note(`${what} changed, and nothing for the device: it runs on`);
  }

  async #onFailure(error: Error): Promise<void> {
    this.#trouble = troubleOf(error, this.#folder);
    const { isRunning } = this.#device;
    await this.#sayError(error, isRunning ? `the device runs on with the build of ${this.#version?.builtAt}` : WAITING);
  }

  #onEnd(result: RunResult): void {
    if (result.reason === "powerCut") {
      this.#note(OFF);
      return;
    }
    const outcome = outcomeOf(result, readLines(this.#version?.app.lines ?? ""), this.#folder);
    const text = describeOutcome(outcome, result.timeUs);
    this.#screen.say(outcome.status === 0 ? this.#colors.dim(text) : this.#colors.red(text));
    this.#note(WAITING);
  }

  async #sayError(error: unknown, next: string): Promise<void> {
    this.#screen.say(await describeError(error, this.#folder));
    this.#note(next);
  }

  #note(text: string): void {
    this.#screen.say(this.#colors.dim(text));
  }

  #press(key: Key): void {
    switch (key) {
      case "r":
        this.#note("restart");
        if (this.#device.isOn) this.#device.restart();
        else this.#device.reset();
        break;
      case "s":
        this.#note("reset");
        this.#device.reset();
        break;
      case "p":
        this.#switchPower();
        break;
      case "w":
        this.#wipe();
        break;
      case "h":
      case "?":
        this.#screen.say(KEY_HELP);
        break;
      case "q":
      case "end":
        this.#end();
        break;
      case "interrupt":
        this.#interrupt.raise("SIGINT");
        break;
      case "suspend":
        this.#screen.hide();
        this.#keys.suspend();
        break;
      default:
        if (/^[0-9]$/.test(key)) this.#toggleButton(Number(key));
    }
    this.#showStatus();
  }

  #toggleButton(pin: number): void {
    const button = this.#device.toggleButton(pin);
    if (button === undefined) this.#note(`the app has no input at pin ${pin}`);
    else if (button.isDown) this.#note(`button ${pin} is held down (${button.level}); ${pin} lets it go`);
    else this.#note(`button ${pin} is let go (${button.level})`);
  }

  #switchPower(): void {
    const { isRunning } = this.#device;
    this.#device.switchPower();
    if (this.#device.isOn) this.#note("power on");
    else if (!isRunning) this.#note(OFF);
  }

  /** Keys and settings go for good: so it is asked for twice. */
  #wipe(): void {
    const nowMs = performance.now();
    if (nowMs - this.#wipeAskedMs > WIPE_MS) {
      this.#wipeAskedMs = nowMs;
      this.#note("w once more: the flash is erased, with all keys and settings in it");
      return;
    }
    this.#wipeAskedMs = Number.NEGATIVE_INFINITY;
    this.#note("a new device, its flash erased");
    this.#device.wipe();
  }

  #showStatus(): void {
    if (!this.#screen.hasStatus) return;
    const hasApp = this.#version !== undefined;
    const doing = hasApp ? this.#device.stateAfter(BUSY_MS) : (this.#step ?? "waiting for a change");
    const gauges = hasApp ? readGauges(this.#device.stateFolder) : undefined;
    const status = {
      doing,
      timeUs: hasApp ? this.#device.timeUs(this.#options.time) : undefined,
      trouble: hasApp && this.#step !== undefined ? this.#step : this.#trouble,
      // What was in the heap is lost with the power.
      gauges: gauges && !this.#device.isRunning ? { ...gauges, heapBytes: 0, heapLimitBytes: 0 } : gauges,
    };
    this.#screen.setStatus(describeStatus(status, process.stderr.columns ?? 0));
  }
}
