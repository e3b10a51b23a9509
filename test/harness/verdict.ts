// SPDX-License-Identifier: Apache-2.0
/** Lays what a machine reported beside the tests that Node knows. What is missing, strange or cut off is a failure. */
import type { Report, ReportedError } from "./runner.js";
import { type Test, titleOf } from "./tree.js";

export interface Run {
  readonly reports: readonly Report[];
  /** Why the machine stopped, unless it ended as it should. */
  readonly problem: string | undefined;
  /** What it wrote besides the reports. */
  readonly console: string;
}

export interface Verdict {
  /** By titleOf(path): undefined for a test that passed (or is pending), else why it failed. */
  readonly failures: ReadonlyMap<string, ReportedError | undefined>;
  /** Failures that are no known test's. */
  readonly strays: readonly string[];
}

function failure(message: string): ReportedError {
  return { name: "Error", message, stack: "" };
}

function withConsole(message: string, console: string): string {
  const text = console.trim();
  return text === "" ? `${message}\n(nothing on its console)` : `${message}\n--- its console ---\n${text}\n---`;
}

class Judge {
  readonly #known: ReadonlyMap<string, Test>;
  readonly #failures = new Map<string, ReportedError | undefined>();
  readonly #strays: string[] = [];
  #running: string | undefined;
  #last: string | undefined;
  #hasEnded = false;

  constructor(known: readonly Test[]) {
    this.#known = new Map(known.map((test) => [titleOf(test.path), test]));
  }

  judge({ reports, problem, console }: Run): Verdict {
    for (const report of reports) this.#take(report);
    const why = problem ?? (this.#hasEnded ? undefined : "it ended before its tests did");
    if (!this.#hasEnded) this.#cutOff(withConsole(`the machine stopped: ${why}`, console));
    else if (why !== undefined)
      this.#strays.push(withConsole(`after the last test the machine stopped: ${why}`, console));
    for (const title of this.#unreported()) this.#failures.set(title, failure("the machine did not report this test"));
    if (this.#hasEnded) {
      for (const title of this.#unreported(true)) this.#strays.push(`pending on Node, not reported here: ${title}`);
    }
    return { failures: this.#failures, strays: this.#strays };
  }

  #unreported(isPending = false): string[] {
    const tests = [...this.#known].filter(([, { body }]) => (body === undefined) === isPending);
    return tests.map(([title]) => title).filter((title) => !this.#failures.has(title));
  }

  #take(report: Report): void {
    if (this.#hasEnded) {
      this.#strays.push(`reported after the end: ${report.step}`);
      return;
    }
    if (report.step === "end") {
      this.#hasEnded = true;
      return;
    }
    const title = titleOf(report.path);
    if (report.step === "broken") this.#strays.push(`after hook of ${title}: ${report.error.message}`);
    else if (report.step === "start") this.#running = title;
    else this.#settle(title, report.step, report.step === "fail" ? report.error : undefined);
  }

  #settle(title: string, step: "pass" | "fail" | "skip", error: ReportedError | undefined): void {
    const test = this.#known.get(title);
    const isPending = test?.body === undefined;
    if (test === undefined) this.#strays.push(`a test that Node does not know (${step}): ${title}`);
    else if (this.#failures.has(title)) this.#strays.push(`reported twice: ${title}`);
    else if (isPending && step !== "skip") this.#strays.push(`pending on Node, ${step} here: ${title}`);
    else if (!isPending && step === "skip") this.#failures.set(title, failure("runs on Node, pending here"));
    else this.#failures.set(title, error);
    this.#running = undefined;
    this.#last = title;
  }

  /** The running test failed, or the one that came next (its hooks); those after it did not run. */
  #cutOff(text: string): void {
    const running = this.#running;
    const place = this.#last === undefined ? "before the first test" : `after "${this.#last}"`;
    const isKnown = running !== undefined && this.#known.has(running);
    const victim = isKnown ? running : this.#unreported()[0];
    const told = isKnown ? text : `${running === undefined ? place : `in the unknown test "${running}"`} ${text}`;
    if (victim === undefined) this.#strays.push(told);
    else this.#failures.set(victim, failure(told));
    const message = `not run: the machine stopped ${running === undefined ? place : `in "${running}"`}`;
    for (const title of this.#unreported()) this.#failures.set(title, failure(message));
  }
}

/** The verdict on a spec that the machine could not be given at all. */
export function failAll(known: readonly Test[], message: string): Verdict {
  return { failures: new Map(known.map((test) => [titleOf(test.path), failure(message)])), strays: [] };
}

/** @param known - the spec's tests as Node collected them, of different titles. */
export function judge(known: readonly Test[], run: Run): Verdict {
  return new Judge(known).judge(run);
}
