// SPDX-License-Identifier: Apache-2.0
/** Moddable's module `timer`. Intervals are whole milliseconds. */
declare module "timer" {
  export type TimerCallback = (timer: Timer) => void;

  class Timer {
    private constructor();
    /** Calls once after `interval`, then each `repeat` unless that is 0. */
    static set(callback: TimerCallback, interval?: number, repeat?: number): Timer;
    static repeat(callback: TimerCallback, interval: number): Timer;
    /** Without intervals: the timer rests until it is scheduled again. */
    static schedule(timer: Timer, interval?: number, repeat?: number): void;
    static clear(timer: Timer | null | undefined): void;
    /** Blocks. */
    static delay(milliseconds: number): void;
    private readonly brand: true;
  }

  export default Timer;
}
