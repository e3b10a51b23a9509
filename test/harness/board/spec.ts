// SPDX-License-Identifier: Apache-2.0
/**
 * harness/spec on a board: collects the spec's tests, runs them and writes one record a step on the console: RS (U+001E),
 * JSON, line feed (RFC 7464), so that no text of a test is taken for a record.
 */
import Timer from "timer";
import { runTests } from "../runner.js";
import { type Body, Collector, type It, type SpecApi } from "../tree.js";

const collector = new Collector();

export const describe: SpecApi["describe"] = (title, define) => collector.describe(title, define);
export const it: It = collector.it;
export const before = (body: Body): void => collector.before(body);
export const beforeEach = (body: Body): void => collector.beforeEach(body);
export const afterEach = (body: Body): void => collector.afterEach(body);
export const after = (body: Body): void => collector.after(body);

/** Runs what the spec named. The app's last statement. */
export function run(): Promise<void> {
  return runTests(collector.root, {
    report: (report) => trace(`\u001e${JSON.stringify(report)}\n`),
    turn: () =>
      new Promise((resolve) => {
        Timer.set(() => resolve(), 0);
      }),
  });
}
