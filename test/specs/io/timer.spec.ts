// SPDX-License-Identifier: Apache-2.0
import Timer from "timer";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { messageOf, thrownBy } from "../thrown.js";
import { assertSame } from "./same.js";

type Loose = Record<"set" | "repeat" | "schedule" | "clear" | "delay", (...args: unknown[]) => unknown>;
const loose = Timer as unknown as Loose;

/** What `act` notes until `ms` have passed. */
function notesWithin(ms: number, act: (note: (what: string) => void) => void): Promise<string> {
  return new Promise((resolve) => {
    const notes: string[] = [];
    act((what) => notes.push(what));
    Timer.set(() => resolve(notes.join(" ")), ms);
  });
}

describe("timer", () => {
  it("calls in order of deadline", async () => {
    const notes = await notesWithin(50, (note) => {
      for (const ms of [20, 0, 30, 10]) Timer.set(() => note(`${ms}`), ms);
      Timer.set(() => note("soon"));
    });
    assert.strictEqual(notes, "0 soon 10 20 30");
  });

  it("lets the clock and Date pass by the interval", async () => {
    const before = Date.now();
    await notesWithin(250, () => undefined);
    const passed = Date.now() - before;
    assert.isTrue(passed >= 250 && passed < 1000);
  });

  it("repeats until it is cleared", async () => {
    let count = 0;
    const notes = await notesWithin(100, (note) => {
      Timer.repeat((timer) => {
        note("x");
        if (++count === 3) Timer.clear(timer);
      }, 10);
    });
    assert.strictEqual(notes, "x x x");
  });

  it("has a first interval apart from the repeat interval", async () => {
    const notes = await notesWithin(100, (note) => {
      const timer = Timer.set(() => note("x"), 50, 20);
      Timer.set(() => Timer.clear(timer), 95);
    });
    assert.strictEqual(notes, "x x x");
  });

  it("does not call what was cleared, unscheduled or scheduled for later", async () => {
    const notes = await notesWithin(60, (note) => {
      Timer.clear(Timer.set(() => note("cleared"), 10));
      Timer.schedule(Timer.set(() => note("resting"), 10));
      Timer.schedule(
        Timer.set(() => note("later"), 10),
        10_000,
      );
      Timer.schedule(
        Timer.set(() => note("sooner"), 10_000),
        20,
      );
    });
    assert.strictEqual(notes, "sooner");
  });

  it("gives the timer as argument and globalThis as this", async () => {
    const seen = await new Promise<unknown[]>((resolve) => {
      const timer = Timer.set(function (this: unknown, self) {
        resolve([this === globalThis, self === timer]);
      });
    });
    assertSame(seen, [true, true]);
  });

  it("delays", () => {
    const before = Date.now();
    Timer.delay(5);
    assert.isTrue(Date.now() - before >= 4);
  });

  it("throws what Moddable throws", () => {
    const none = () => undefined;
    const symbol = Symbol("x");
    const gone = Timer.set(none, 1000);
    Timer.clear(gone);
    Timer.clear(gone);
    Timer.clear(null);
    loose.clear({});
    for (const action of [
      () => loose.set(),
      () => loose.repeat(none),
      () => loose.schedule(),
      () => loose.schedule({}),
      () => loose.schedule(gone, 1),
      () => loose.delay(),
    ]) {
      assert.strictEqual(thrownBy(action), "SyntaxError");
    }
    for (const action of [
      () => loose.set(none, 1n),
      () => loose.set(none, symbol),
      () => loose.set(none, 1, 1n),
      () => loose.repeat(none, 1n),
      () => loose.delay(symbol),
      () => loose.set(none, "5"),
    ]) {
      assert.strictEqual(thrownBy(action), "TypeError");
    }
  });

  it("refuses an interval that would wrap", () => {
    const longest = Timer.set(() => undefined, 0x7fffffff);
    Timer.clear(longest);
    for (const interval of [0x80000000, Number.POSITIVE_INFINITY, Number.NaN]) {
      assert.strictEqual(
        messageOf(() => Timer.set(() => undefined, interval)),
        `Timer: an interval is 2147483647 ms at most, got ${interval}`,
      );
    }
  });
});
