// SPDX-License-Identifier: Apache-2.0
/** One run of `thimble test` with its steps timed from the start of the process; bench/testing.ts starts it. Prints JSON. */
import { performance } from "node:perf_hooks";
import type { Board } from "../host-sim/engine/paths.js";

const [folder = ".", board = "host"] = process.argv.slice(2) as [string, Board];
const steps: Record<string, number> = {};
let last = 0;

/** performance.now() counts from the start of the process. */
function step(name: string): void {
  const now = performance.now();
  steps[name] = now - last;
  last = now;
}

step("Node starts");
const { default: Mocha } = await import("mocha");
step("mocha is loaded");
const { readyEngine } = await import("../cli/engines.js");
const { Progress } = await import("../cli/progress.js");
const { runSpecs } = await import("../host-sim/testing/run-specs.js");
const { buildSpecs } = await import("../host-sim/testing/spec-build.js");
const { findSpecs } = await import("../host-sim/testing/spec-files.js");
step("thimble is loaded");
const program = await readyEngine(board, "release", new Progress());
step("engine: nothing changed");
const specs = findSpecs(folder);
if (specs === undefined) throw new Error(`no specs in ${folder}`);
const built = await buildSpecs(specs, { board });
step("specs: nothing changed");

class Listener extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner) {
    super(runner);
    runner.once(Mocha.Runner.constants.EVENT_TEST_BEGIN, () => step("tester starts, spec is loaded"));
    runner.once(Mocha.Runner.constants.EVENT_TEST_END, () => step("first test is run"));
  }
}

await runSpecs(built, {
  board,
  program,
  folder: specs.folder,
  jobs: 1,
  ...{ invert: false, bail: false, forbidOnly: false, forbidPending: false },
  ...{ retries: 0, timeoutMs: 2000, busyLimitMs: 20_000, reporterOptions: {} },
  reporter: { make: Listener, isLive: true },
  onConsole: () => undefined,
  signal: new AbortController().signal,
});
step("tester ends");
process.stdout.write(JSON.stringify(steps));
