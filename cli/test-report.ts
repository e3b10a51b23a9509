// SPDX-License-Identifier: Apache-2.0
/** The JSON of `thimble test`: what a mocha reporter hears, as one object. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import Mocha from "mocha";
import type { BuiltApp } from "../host-sim/compiler/app-places.js";
import type { Board } from "../host-sim/engine/paths.js";
import type { Reporter } from "../host-sim/testing/reporters.js";
import { archiveDigest } from "./build.js";

const { constants } = Mocha.Runner;
const CONSOLE_MAX = 256 * 1024;

interface TestEntry {
  readonly file: string | null;
  readonly title: readonly string[];
  readonly state: "passed" | "failed" | "pending";
  readonly durationMs: number | null;
  readonly retries: number;
  readonly error: ErrorEntry | null;
}

interface ErrorEntry {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** As mocha's diff shows them; null where nothing was compared. */
  readonly actual: string | null;
  readonly expected: string | null;
}

interface Compared {
  readonly actual?: unknown;
  readonly expected?: unknown;
  readonly showDiff?: boolean;
}

function ofError(error: Error & Compared): ErrorEntry {
  const isCompared = error.showDiff !== false && error.expected !== undefined;
  const text = (value: unknown): string => (typeof value === "string" ? value : Mocha.utils.stringify(value));
  return {
    name: error.name,
    message: error.message,
    stack: error.stack ?? "",
    actual: isCompared ? text(error.actual) : null,
    expected: isCompared ? text(error.expected) : null,
  };
}

interface Facts {
  readonly board: Board;
  readonly program: string;
  readonly app: BuiltApp | undefined;
}

/** Hears a run. */
export class TestReport {
  readonly #folder: string;
  readonly #tests: TestEntry[] = [];
  #console = "";

  /** @param folder - that names of files begin from. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  readonly onConsole = (text: string): void => {
    this.#console = (this.#console + text).slice(-CONSOLE_MAX);
  };

  get reporter(): Reporter {
    const listen = (runner: Mocha.Runner): void => this.#listen(runner);
    class Listener extends Mocha.reporters.Base {
      constructor(runner: Mocha.Runner) {
        super(runner);
        listen(runner);
      }
    }
    return { make: Listener, isLive: true };
  }

  toJson(runner: Mocha.Runner, { board, program, app }: Facts): unknown {
    const { suites = 0, tests = 0, passes = 0, pending = 0, failures = 0, duration = 0 } = runner.stats ?? {};
    const ok = runner.failures === 0 && passes > 0;
    return {
      ok,
      exitStatus: ok ? 0 : 1,
      board,
      variant: "release",
      engine: program,
      engineHash: createHash("sha256").update(readFileSync(program)).digest("hex"),
      image: app?.image ?? null,
      imageDigest: app?.digest ?? null,
      archiveDigest: app === undefined ? null : archiveDigest(readFileSync(app.image)),
      abi: app?.abi ?? null,
      warnings: app?.warnings ?? [],
      stats: { suites, tests, passes, pending, failures, durationMs: duration },
      tests: this.#tests,
      console: this.#console,
    };
  }

  #listen(runner: Mocha.Runner): void {
    runner.on(constants.EVENT_TEST_PASS, (test) => this.#add(test, "passed"));
    runner.on(constants.EVENT_TEST_PENDING, (test) => this.#add(test, "pending"));
    runner.on(constants.EVENT_TEST_FAIL, (test, error) => this.#add(test, "failed", error as Error));
  }

  #add(test: Mocha.Test, state: TestEntry["state"], error?: Error): void {
    const { file, duration } = test;
    this.#tests.push({
      file: file === undefined ? null : relative(this.#folder, file),
      title: test.titlePath(),
      state,
      durationMs: duration ?? null,
      retries: (test as Mocha.Test & { currentRetry(): number }).currentRetry(),
      error: error === undefined ? null : ofError(error),
    });
  }
}
