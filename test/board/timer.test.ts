// SPDX-License-Identifier: Apache-2.0
import { assert } from "chai";
import { FakeMachine } from "./fake-natives.js";

const { default: Timer } = await import("../../devices/io/timer.js");
type AnyTimer = Parameters<typeof Timer.schedule>[0];

describe("timer, on a clock that the test moves", () => {
  // One loop in a process: the dispatcher attaches once, at the first use.
  const machine = new FakeMachine();
  const log: string[] = [];

  before(() => {
    machine.install();
    Timer.clear(Timer.set(() => undefined));
  });
  beforeEach(() => {
    machine.install();
    log.length = 0;
  });

  /** Turns as the runtime does them, jumping from deadline to deadline, up to `ms` from now. */
  function runFor(ms: number): void {
    const end = machine.nowUs + ms * 1000;
    for (let next = machine.turn(machine.nowUs); next !== undefined && next <= end; ) next = machine.turn(next);
    machine.nowUs = Math.max(machine.nowUs, end);
  }

  function note(name: string): () => void {
    return () => log.push(name);
  }

  it("calls in order of deadline, and in order of setting for one deadline", () => {
    const at = machine.nowUs;
    Timer.set(note("late"), 20);
    machine.nowUs = at;
    Timer.set(note("b"), 10);
    machine.nowUs = at;
    Timer.set(note("c"), 10);
    Timer.set(note("now"));
    runFor(30);
    assert.deepEqual(log, ["now", "b", "c", "late"]);
  });

  it("gives the timer as argument and the global object as this", () => {
    let seen: unknown[] = [];
    const timer = Timer.set(function (this: unknown, self) {
      seen = [this, self];
    });
    runFor(1);
    assert.strictEqual(seen[0], globalThis);
    assert.strictEqual(seen[1], timer);
  });

  it("repeats without drift", () => {
    const start = machine.nowUs;
    const times: number[] = [];
    const timer = Timer.set(
      () => {
        times.push(Math.floor((machine.nowUs - start) / 1000));
        if (times.length === 4) Timer.clear(timer);
      },
      10,
      4,
    );
    runFor(100);
    assert.deepEqual(times, [10, 14, 18, 22]);
  });

  it("leaves what a callback sets to the next turn", () => {
    Timer.set(() => {
      log.push("first");
      Timer.set(note("second"));
    });
    machine.nowUs += 10;
    machine.turn(machine.nowUs);
    assert.deepEqual(log, ["first"]);
    machine.turn(machine.nowUs + 1);
    assert.deepEqual(log, ["first", "second"]);
  });

  it("does not call a timer that another callback of the same turn cleared", () => {
    Timer.set(() => Timer.clear(victim), 5);
    const victim = Timer.set(note("victim"), 5);
    runFor(20);
    assert.deepEqual(log, []);
  });

  it("rests when unscheduled and can be scheduled again", () => {
    const timer = Timer.set(note("x"), 5);
    Timer.schedule(timer);
    runFor(50);
    assert.deepEqual(log, []);
    Timer.schedule(timer, 5, 10);
    runFor(26);
    assert.deepEqual(log, ["x", "x", "x"]);
    Timer.clear(timer);
  });

  it("is gone after a one-shot callback, even when that rescheduled it without repeat", () => {
    const timer: AnyTimer = Timer.set(() => {
      log.push("x");
      Timer.schedule(timer, 1);
    }, 1);
    runFor(20);
    assert.deepEqual(log, ["x"]);
    assert.throws(() => Timer.schedule(timer, 1), SyntaxError);
    Timer.clear(timer);
  });

  it("throws what Moddable throws on wrong arguments", () => {
    const loose = Timer as unknown as Record<string, (...args: unknown[]) => unknown>;
    const none = () => undefined;
    assert.throws(() => loose.set?.(), SyntaxError);
    assert.throws(() => loose.repeat?.(none), SyntaxError);
    assert.throws(() => loose.set?.(none, 1n), TypeError);
    assert.throws(() => loose.set?.(none, Symbol("x")), TypeError);
    assert.throws(() => loose.schedule?.(), SyntaxError);
    assert.throws(() => loose.schedule?.({}), SyntaxError);
    assert.throws(() => loose.delay?.(), SyntaxError);
    Timer.clear();
    Timer.clear(null);
    loose.clear?.({});
  });

  it("delays by reading the clock", () => {
    const before = machine.nowUs;
    Timer.delay(2);
    assert.closeTo(machine.nowUs - before, 2000, 3);
  });
});
