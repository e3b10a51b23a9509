// SPDX-License-Identifier: Apache-2.0
/** Gives a collected spec to mocha, once for each machine that it runs on. */
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import type { ReportedError } from "./runner.js";
import { awaited, type Suite, type Test, titleOf } from "./tree.js";
import type { Verdict } from "./verdict.js";

function titleIn(path: readonly string[]): string {
  return path[path.length - 1] ?? "";
}

/** @param define - registers one test that is not pending. */
function defineChildren(suite: Suite, define: (test: Test) => void, hooks: (suite: Suite) => void): void {
  hooks(suite);
  for (const child of suite.children) {
    const title = titleIn(child.path);
    if (child.kind === "suite") describe(title, () => defineChildren(child, define, hooks));
    else if (child.body === undefined) it(`${title} (${child.reason})`);
    else define(child);
  }
}

/** The spec as it is: mocha calls its tests and hooks. */
export function defineOnNode(root: Suite): void {
  const define = ({ path, body }: Test) => {
    it(titleIn(path), awaited(body ?? (() => undefined)));
  };
  defineChildren(root, define, (suite) => {
    for (const body of suite.before) before(awaited(body));
    for (const body of suite.beforeEach) beforeEach(awaited(body));
    for (const body of suite.afterEach) afterEach(awaited(body));
    for (const body of suite.after) after(awaited(body));
  });
}

/** As an error of this process, with the board's stack and where that was. */
function toError({ name, message, stack }: ReportedError, where: string): Error {
  const error = new Error(message);
  if (name !== "Error") error.name = name;
  const calls = stack.split("\n").filter((line) => line.startsWith(" at "));
  error.stack = [`${name}: ${message}`, ...calls.map((line) => `   ${line}`), `    on ${where}`].join("\n");
  return error;
}

/**
 * The spec as another machine ran it: each test tells what was reported of it.
 * @param run - asked once, before the first test of the spec.
 * @param where - machine and file, for messages.
 */
export function defineReported(root: Suite, where: string, run: () => Promise<Verdict>): void {
  let verdict: Verdict | undefined;
  before(async function () {
    this.timeout(0);
    verdict = await run();
  });
  const define = ({ path }: Test) => {
    it(titleIn(path), () => {
      if (!verdict?.failures.has(titleOf(path))) throw new Error("the harness has no result of this test");
      const failure = verdict.failures.get(titleOf(path));
      if (failure !== undefined) throw toError(failure, where);
    });
  };
  defineChildren(root, define, () => undefined);
  after(() => {
    const strays = verdict?.strays ?? [];
    if (strays.length > 0) throw new Error(`${where}: ${strays.join("\n")}`);
  });
}

/** Stands for tests that cannot run here: pending with the reason, with CI=true a failure. */
export function defineMissing(title: string, reason: string): void {
  const whole = `${title} (${reason})`;
  if (process.env.CI !== "true") it(whole);
  else {
    it(whole, () => {
      throw new Error(reason);
    });
  }
}
