// SPDX-License-Identifier: Apache-2.0
/**
 * Events of many runners for one reporter. Files run side by side; their events come out in the order of the files, and
 * between those of one runner: the first file that is not done yet is heard at once, the others wait. So the reporter,
 * which sees one root suite, cannot tell.
 */
import Mocha from "mocha";
import { emptyRoot } from "./mocha-suite.js";

const { constants } = Mocha.Runner;

/** What a runner says of its suites and tests; not of its own beginning and end. */
const EVENTS = Object.freeze([
  constants.EVENT_SUITE_BEGIN,
  constants.EVENT_SUITE_END,
  constants.EVENT_TEST_BEGIN,
  constants.EVENT_TEST_END,
  constants.EVENT_TEST_PASS,
  constants.EVENT_TEST_FAIL,
  constants.EVENT_TEST_PENDING,
  constants.EVENT_TEST_RETRY,
  constants.EVENT_HOOK_BEGIN,
  constants.EVENT_HOOK_END,
] as const);

/** The runner that a reporter hears. */
export class Front extends Mocha.Runner {
  /** Whether tests are chosen by `.only`. */
  hasOnly = false;

  constructor() {
    super(emptyRoot(), { delay: false });
    const start = new Date();
    const stats: Mocha.Stats = { suites: 0, tests: 0, passes: 0, pending: 0, failures: 0, start };
    this.stats = stats;
    const count = (event: string, what: "suites" | "tests" | "passes" | "pending" | "failures"): void => {
      this.on(event as "pass", () => {
        stats[what]++;
      });
    };
    this.once(constants.EVENT_RUN_END, () => {
      stats.end = new Date();
      stats.duration = stats.end.getTime() - start.getTime();
    });
    this.on(constants.EVENT_SUITE_BEGIN, (suite) => {
      if (!suite.root) stats.suites++;
    });
    count(constants.EVENT_TEST_PASS, "passes");
    count(constants.EVENT_TEST_FAIL, "failures");
    count(constants.EVENT_TEST_PENDING, "pending");
    count(constants.EVENT_TEST_END, "tests");
  }

  /** Tests that were run: all but those that are pending. */
  get ran(): number {
    return (this.stats?.passes ?? 0) + this.failures;
  }

  /** Adds what a file's runner did; undefined: it came to none. */
  take(failures: number, runner: Mocha.Runner | undefined): void {
    this.failures += failures;
    this.total += runner?.total ?? failures;
    this.suite.suites.push(...(runner?.suite.suites ?? []));
    this.suite.tests.push(...(runner?.suite.tests ?? []));
  }
}

/** Puts what files say into their order. */
export class InOrder {
  readonly #isLive: boolean;
  readonly #files: { waiting: (() => void)[]; isDone: boolean }[];
  #current = 0;

  /** @param isLive - false: all wait until `release`. */
  constructor(files: number, isLive: boolean) {
    this.#isLive = isLive;
    this.#files = Array.from({ length: files }, () => ({ waiting: [], isDone: false }));
  }

  say(file: number, action: () => void): void {
    if (this.#isLive && file === this.#current) action();
    else this.#files[file]?.waiting.push(action);
  }

  done(file: number): void {
    const entry = this.#files[file];
    if (entry !== undefined) entry.isDone = true;
    if (this.#isLive) this.#advance();
  }

  /** Says all that is left. */
  release(): void {
    for (const { waiting } of this.#files) for (const action of waiting.splice(0)) action();
  }

  #advance(): void {
    while (this.#files[this.#current]?.isDone) {
      this.#current++;
      for (const action of this.#files[this.#current]?.waiting.splice(0) ?? []) action();
    }
  }
}

/** Hands on what one file's runner says, but for its root suite: the reporter has one of its own. */
export function forward(runner: Mocha.Runner, say: (event: string, args: unknown[]) => void): void {
  for (const event of EVENTS) {
    runner.on(event as "pass", (...args: unknown[]) => {
      const [subject] = args;
      if (subject instanceof Mocha.Suite && subject.root) return;
      say(event, args);
    });
  }
}
