// SPDX-License-Identifier: Apache-2.0
/**
 * Runs one function of a spec to its end: it returns, settles, calls `done`, or takes too long in the tester's own time.
 * Mocha does the same on Node, where the whole run is driven from; the words of the errors are mocha's.
 */
import Timer from "timer";
import type { Done, SpecContext, SpecFunction, Time } from "./words.js";

/** What `this.skip()` throws. */
export class Pending extends Error {}

/** Mocha's limit: one above counts as none. */
const TIMEOUT_MAX = 0x7fff_ffff;

const SECOND = 1000;
const DAY = 86_400 * SECOND;
/** The words that mocha knows, each with or without an "s" at its end. */
const UNITS: Readonly<Record<string, number>> = Object.freeze({
  ...{ "": 1, m: 60 * SECOND, h: 3600 * SECOND, d: DAY, w: 7 * DAY, y: 365.25 * DAY },
  ...{ msec: 1, millisecond: 1, sec: SECOND, second: SECOND, min: 60 * SECOND, minute: 60 * SECOND },
  ...{ hr: 3600 * SECOND, hour: 3600 * SECOND, day: DAY, week: 7 * DAY, yr: 365.25 * DAY, year: 365.25 * DAY },
});

function unitOf(word: string): number | undefined {
  if (word === "ms") return 1;
  return word === "s" ? SECOND : (UNITS[word] ?? UNITS[word.replace(/s$/, "")]);
}

export function toMilliseconds(value: Time): number {
  if (typeof value === "number" && !Number.isNaN(value)) return value;
  const match = /^(-?\d*\.?\d+) *([a-z]*)$/i.exec(`${value}`);
  const unit = match === null ? undefined : unitOf((match[2] ?? "").toLowerCase());
  if (match === null || unit === undefined) throw new TypeError(`no time: ${value}`);
  return Number(match[1]) * unit;
}

/** Of a test or hook: below 0, and above what counts as none, there is no limit. */
export function toTimeout(value: Time): number {
  const limited = Math.max(0, Math.min(toMilliseconds(value), TIMEOUT_MAX));
  return limited === TIMEOUT_MAX ? 0 : limited;
}

function coded(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}

function isError(value: unknown): boolean {
  try {
    return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
  } catch {
    return false; // a proxy
  }
}

/** What `done(value)` means. */
function doneError(value: unknown): unknown {
  if (isError(value)) return value;
  if (Object.prototype.toString.call(value) === "[object Object]") {
    return new Error(`done() invoked with non-Error: ${JSON.stringify(value)}`);
  }
  return new Error(`done() invoked with non-Error: ${value as string}`);
}

/** Without a limit the tester's time jumps to the end of all timers when nothing else can happen any more. */
const NEVER_WORDS = "what it waits for never comes";

export interface Outcome {
  readonly outcome: "passed" | "failed" | "skipped";
  readonly thrown?: unknown;
}

/** What a run needs to know of its test or hook. */
export interface Running {
  readonly fn: SpecFunction;
  readonly file: string;
  /** In mocha's words, for "called multiple times". */
  readonly description: string;
  readonly timeoutMs: number;
}

/** One run of one function. */
export class Run {
  readonly #of: Running;
  readonly #onLate: (thrown: unknown) => void;
  readonly #startMs = Date.now();
  #settle: (outcome: Outcome) => void = () => undefined;
  #timer: Timer | undefined;
  #isAsync = false;
  #end: "done" | "timeout" | undefined;
  #hasComplained = false;
  #isSkipped = false;

  /** @param onLate - told once, when `done` is called after the end. */
  constructor(of: Running, onLate: (thrown: unknown) => void) {
    this.#of = of;
    this.#onLate = onLate;
  }

  start(context: SpecContext): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#settle = resolve;
      if (this.#of.fn.length > 0) this.#callWithDone(context);
      else this.#call(context);
    });
  }

  /** The limit was changed: it counts anew from now. */
  resetTimeout(): void {
    if (this.#isAsync && this.#end === undefined) this.#startTimer();
  }

  /** `this.skip()`: whatever the function does after it. With `done` the test ends at once, what it throws goes nowhere. */
  skip(): void {
    this.#isSkipped = true;
    if (this.#of.fn.length > 0) this.#finish({ outcome: "skipped" });
  }

  #call(context: SpecContext): void {
    try {
      const result = this.#of.fn.call(context, () => undefined);
      if (!isThenable(result)) {
        this.#finish({ outcome: "passed" });
        return;
      }
      this.#isAsync = true;
      this.#startTimer();
      result.then(
        () => this.#finish({ outcome: "passed" }),
        (reason: unknown) => this.#finish(this.#failure(reason, false)),
      );
    } catch (thrown) {
      this.#hasComplained = true;
      this.#finish(this.#failure(thrown, true));
    }
  }

  #callWithDone(context: SpecContext): void {
    this.#isAsync = true;
    this.#startTimer();
    let result: unknown;
    const done: Done = (value) => {
      if (value) this.#finish({ outcome: "failed", thrown: doneError(value) });
      else if (isThenable(result)) {
        const message = "Resolution method is overspecified. Specify a callback *or* return a Promise; not both.";
        this.#finish({ outcome: "failed", thrown: new Error(message) });
      } else this.#finish({ outcome: "passed" });
    };
    try {
      result = this.#of.fn.call(context, done);
    } catch (thrown) {
      this.#hasComplained = true;
      if (!isPending(thrown)) this.#finish(this.#failure(thrown, true));
    }
  }

  #failure(thrown: unknown, isSync: boolean): Outcome {
    if (isPending(thrown)) return { outcome: "skipped" };
    if (thrown) return { outcome: "failed", thrown };
    const falsy = isSync
      ? coded(
          "Runnable failed with falsy or undefined exception. Please throw an Error instead.",
          "ERR_MOCHA_INVALID_EXCEPTION",
        )
      : new Error("Promise rejected with no or falsy reason");
    return { outcome: "failed", thrown: falsy };
  }

  #finish(outcome: Outcome): void {
    if (this.#end === "timeout") return;
    if (this.#end === "done") {
      this.#complain(outcome.thrown);
      return;
    }
    this.#end = "done";
    Timer.clear(this.#timer);
    const { timeoutMs } = this.#of;
    const isLate = timeoutMs > 0 && Date.now() - this.#startMs > timeoutMs;
    this.#conclude(outcome.outcome === "passed" && isLate ? this.#timeout() : outcome);
  }

  #conclude(outcome: Outcome): void {
    this.#settle(this.#isSkipped ? { outcome: "skipped" } : outcome);
  }

  #complain(thrown: unknown): void {
    if (this.#hasComplained) return;
    this.#hasComplained = true;
    const { description, file } = this.#of;
    const addition = thrown ? `; in addition, done() received error: ${thrown as string}` : "";
    const message = `done() called multiple times in ${description} of file ${file}${addition}`;
    this.#onLate(coded(message, "ERR_MOCHA_MULTIPLE_DONE"));
  }

  #startTimer(): void {
    Timer.clear(this.#timer);
    const { timeoutMs } = this.#of;
    const isLimited = timeoutMs > 0 && timeoutMs < TIMEOUT_MAX;
    this.#timer = Timer.set(
      () => {
        if (this.#end !== undefined) return;
        this.#end = "timeout";
        this.#conclude(isLimited ? this.#timeout() : { outcome: "failed", thrown: new Error(NEVER_WORDS) });
      },
      isLimited ? timeoutMs : TIMEOUT_MAX,
    );
  }

  #timeout(): Outcome {
    const { timeoutMs, file } = this.#of;
    const help = 'For async tests and hooks, ensure "done()" is called; if returning a Promise, ensure it resolves.';
    const message = `Timeout of ${timeoutMs}ms exceeded. ${help} (${file})`;
    return { outcome: "failed", thrown: coded(message, "ERR_MOCHA_TIMEOUT") };
  }
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return Boolean(value) && typeof (value as { then?: unknown }).then === "function";
}

/** A proxy may throw when it is asked what it is. */
function isPending(thrown: unknown): boolean {
  try {
    return thrown instanceof Pending;
  } catch {
    return false;
  }
}
