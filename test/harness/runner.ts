// SPDX-License-Identifier: Apache-2.0
/** Runs a collected spec where there is no mocha, test by test, and reports each step. Hooks nest as mocha's do. */
import type { Body, Suite, Test } from "./tree.js";

export interface ReportedError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

/** One step. `end` is the last; a machine that stops before it did not get through. */
export type Report =
  | { readonly step: "start" | "pass"; readonly path: readonly string[] }
  | { readonly step: "skip"; readonly path: readonly string[] }
  | { readonly step: "fail"; readonly path: readonly string[]; readonly error: ReportedError }
  /** An `after` hook failed: no test's fault. */
  | { readonly step: "broken"; readonly path: readonly string[]; readonly error: ReportedError }
  | { readonly step: "end" };

export interface RunnerOptions {
  readonly report: (report: Report) => void;
  /** Awaited before each test: lets the machine become idle, so that its time limit is one test's. */
  readonly turn: () => Promise<void>;
}

const TEXT_MAX = 4000;

function describeError(error: unknown): ReportedError {
  if (!(error instanceof Error)) return { name: "no Error", message: `thrown: ${String(error)}`, stack: "" };
  const cut = (text: unknown) => String(text ?? "").slice(0, TEXT_MAX);
  return { name: cut(error.name), message: cut(error.message), stack: cut(error.stack) };
}

/** @returns the first error, described; the others of a test are its consequences. */
async function attempt(bodies: readonly Body[]): Promise<ReportedError | undefined> {
  try {
    for (const body of bodies) await body();
  } catch (error) {
    return describeError(error);
  }
  return undefined;
}

class Runner {
  readonly #options: RunnerOptions;
  /** From the outermost suite inwards. */
  readonly #suites: Suite[] = [];

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** @param failed - what an outer `before` hook threw: then every test in here fails with it. */
  async runSuite(suite: Suite, failed?: ReportedError): Promise<void> {
    this.#suites.push(suite);
    const error = failed ?? (await attempt(suite.before));
    for (const child of suite.children) {
      if (child.kind === "suite") await this.runSuite(child, error);
      else await this.#runTest(child, error);
    }
    const broken = failed === undefined ? await attempt(suite.after) : undefined;
    if (broken !== undefined) this.#options.report({ step: "broken", path: suite.path, error: broken });
    this.#suites.pop();
  }

  async #runTest({ path, body }: Test, failed: ReportedError | undefined): Promise<void> {
    const { report, turn } = this.#options;
    if (body === undefined) {
      report({ step: "skip", path });
      return;
    }
    await turn();
    report({ step: "start", path });
    const error = failed ?? (await this.#runBody(body));
    report(error === undefined ? { step: "pass", path } : { step: "fail", path, error });
  }

  async #runBody(body: Body): Promise<ReportedError | undefined> {
    const setUp = this.#suites.flatMap((suite) => suite.beforeEach);
    const tearDown = [...this.#suites].reverse().flatMap((suite) => suite.afterEach);
    const error = await attempt([...setUp, body]);
    const later = await attempt(tearDown);
    return error ?? later;
  }
}

/** Runs all tests of a suite. */
export async function runTests(root: Suite, options: RunnerOptions): Promise<void> {
  await new Runner(options).runSuite(root);
  options.report({ step: "end" });
}
