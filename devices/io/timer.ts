// SPDX-License-Identifier: Apache-2.0
/**
 * The module `timer`, in the shape of Moddable's: `Timer.set`, `repeat`, `schedule`, `clear`, `delay`. Intervals are
 * whole milliseconds. A callback gets its timer and `this` is the global object. Wrong arguments throw what Moddable
 * throws: a missing one SyntaxError, one that is no number TypeError; a callback that is no function throws when called.
 */
import { clockUs, TimedEntry, theLoop } from "./loop.js";

export type TimerCallback = (timer: Timer) => void;

const UNSCHEDULED = -1;

/** XS and Moddable keep intervals in 32 bits with a sign. Moddable wraps what is longer, and calls at once. */
const INTERVAL_MAX = 0x7fffffff;

/** A whole number of milliseconds, never negative. @throws TypeError, RangeError - no number, or too many. */
function toMilliseconds(value: unknown): number {
  if (value === undefined) return 0;
  if (typeof value !== "number") throw new TypeError(`Timer: expected milliseconds, got ${typeof value}`);
  if (value <= INTERVAL_MAX) return Math.max(0, Math.trunc(value));
  throw new RangeError(`Timer: an interval is ${INTERVAL_MAX} ms at most, got ${value}`);
}

class Timer {
  #callback: TimerCallback | undefined;
  #entry: TimedEntry | undefined;
  #repeatMs = 0;

  private constructor() {}

  static set(callback: TimerCallback, interval?: number, repeat?: number): Timer;
  static set(...args: unknown[]): Timer {
    if (args.length < 1) throw new SyntaxError("Timer.set: callback required");
    return Timer.#create(args[0], toMilliseconds(args[1]), toMilliseconds(args[2]));
  }

  static repeat(callback: TimerCallback, interval: number): Timer;
  static repeat(...args: unknown[]): Timer {
    if (args.length < 2) throw new SyntaxError("Timer.repeat: callback and interval required");
    const interval = toMilliseconds(args[1]);
    return Timer.#create(args[0], interval, interval);
  }

  static schedule(timer: Timer, interval?: number, repeat?: number): void;
  static schedule(...args: unknown[]): void {
    const timer = Timer.#live(args[0]);
    if (timer === undefined || timer.#entry === undefined) {
      throw new SyntaxError("Timer.schedule: not a timer, or one that ended");
    }
    const entry = timer.#entry;
    if (args.length < 2) {
      theLoop().cancel(entry);
      timer.#repeatMs = UNSCHEDULED;
      return;
    }
    const interval = toMilliseconds(args[1]);
    const repeat = toMilliseconds(args[2]);
    timer.#repeatMs = repeat;
    theLoop().schedule(entry, clockUs() + interval * 1000);
  }

  static clear(timer?: Timer | null): void {
    const live = Timer.#live(timer);
    if (live !== undefined) live.#release();
  }

  static delay(milliseconds: number): void;
  static delay(...args: unknown[]): void {
    if (args.length < 1) throw new SyntaxError("Timer.delay: milliseconds required");
    const end = clockUs() + toMilliseconds(args[0]) * 1000;
    while (clockUs() < end);
  }

  static #create(callback: unknown, intervalMs: number, repeatMs: number): Timer {
    const timer = new Timer();
    timer.#callback = callback as TimerCallback;
    timer.#repeatMs = repeatMs;
    timer.#entry = new TimedEntry((deadlineUs) => timer.#fire(deadlineUs));
    theLoop().schedule(timer.#entry, clockUs() + intervalMs * 1000);
    return timer;
  }

  static #live(value: unknown): Timer | undefined {
    return typeof value === "object" && value !== null && #entry in value && value.#entry ? value : undefined;
  }

  #fire(deadlineUs: number): void {
    (this.#callback as TimerCallback).call(globalThis, this);
    const entry = this.#entry;
    if (entry === undefined) return;
    // Moddable: no repeat interval when the callback returns means cleared, even if the callback rescheduled it.
    if (this.#repeatMs === 0) this.#release();
    else if (this.#repeatMs !== UNSCHEDULED && !entry.scheduled) {
      theLoop().schedule(entry, Math.max(deadlineUs + this.#repeatMs * 1000, clockUs()));
    }
  }

  #release(): void {
    if (this.#entry !== undefined) theLoop().cancel(this.#entry);
    this.#entry = undefined;
    this.#callback = undefined;
  }
}
Object.freeze(Timer.prototype);

export default Object.freeze(Timer);
