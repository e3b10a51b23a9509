// SPDX-License-Identifier: Apache-2.0
/** `thimble test`: builds specs and app when they changed, runs the specs on testers, reports as mocha does. */
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import Mocha from "mocha";
import { buildApp } from "../host-sim/compiler/app.js";
import type { BuiltApp } from "../host-sim/compiler/app-places.js";
import { readLines, symbolize } from "../host-sim/compiler/lines.js";
import { type Board, packageRoot } from "../host-sim/engine/paths.js";
import type { BuiltSpecs } from "../host-sim/testing/built-specs.js";
import { Lab } from "../host-sim/testing/lab.js";
import type { Front } from "../host-sim/testing/mocha-events.js";
import { colorReporters, findReporter, type Reporter, reporterNames } from "../host-sim/testing/reporters.js";
import { OnlyForbidden, ReporterFailed, type RunSpecsOptions, runSpecs } from "../host-sim/testing/run-specs.js";
import type { Bench } from "../host-sim/testing/session.js";
import { buildSpecs } from "../host-sim/testing/spec-build.js";
import { findSpecs, type SpecFiles } from "../host-sim/testing/spec-files.js";
import { appFolder, shortest, showWarnings } from "./build.js";
import { readyEngine } from "./engines.js";
import { CommandError, showError } from "./errors.js";
import { ExitStatus } from "./exit-status.js";
import { Interrupt } from "./interrupt.js";
import { Progress } from "./progress.js";
import { colorsFor, printJson, say } from "./terminal.js";
import { TestReport } from "./test-report.js";

export interface TestArguments {
  readonly board: Board;
  readonly grep?: RegExp;
  readonly invert: boolean;
  readonly bail: boolean;
  readonly forbidOnly: boolean;
  readonly forbidPending: boolean;
  readonly timeout: number;
  readonly retries: number;
  readonly reporter: string;
  readonly reporterOption: Readonly<Record<string, string>>;
  readonly jobs: number;
  readonly busyLimit: number;
  readonly json: boolean;
}

interface Ready {
  readonly program: string;
  readonly built: BuiltSpecs;
  /** Undefined: no spec asks for the device. */
  readonly app: BuiltApp | undefined;
}

const SPECS_HELP = `A spec is a file whose name ends in .spec.ts; it has describe and it, as in mocha. ${shortest(join(packageRoot, "docs", "testing.md"))} has examples.`;

function requireSpecs(path: string): SpecFiles {
  const specs = findSpecs(path);
  if (specs === undefined)
    throw new CommandError(
      `there is no folder and no file at ${path}`,
      "Name an app's folder, a folder in it, or a spec.",
    );
  for (const other of specs.others) {
    const name = relative(process.cwd(), other) || ".";
    say(`${relative(specs.folder, other)} has a manifest of its own: thimble test ${name}`);
  }
  if (specs.files.length === 0) throw new CommandError(`there is no spec in ${path}`, SPECS_HELP);
  return specs;
}

async function prepare(specs: SpecFiles, { board }: TestArguments): Promise<Ready> {
  const progress = new Progress();
  try {
    const program = await readyEngine(board, "release", progress);
    const built = await buildSpecs(specs, { board, progress: progress.update });
    if (!built.usesDevice) return { program, built, app: undefined };
    if (specs.manifest === undefined || !built.hasApp) {
      const message = `specs ask for the device, and in ${specs.folder} there is no app for it`;
      throw new CommandError(message, 'An app has a manifest.json with a module "main".');
    }
    const app = await buildApp(specs.manifest, { board, debug: false, progress: progress.update });
    return { program, built, app };
  } finally {
    progress.done();
  }
}

function benches(ready: Ready, { board, busyLimit }: TestArguments): (() => Bench) | undefined {
  if (ready.app === undefined) return undefined;
  const app = readFileSync(ready.app.image);
  const lines = readLines(ready.app.lines);
  const named = (text: string): string => symbolize(text, lines);
  return () => new Lab({ board, program: ready.program, app, busyLimitMs: busyLimit, symbolize: named });
}

/** The reporter for people; a script gets one object at the end. */
function chooseReporter(name: string): Reporter {
  const reporter = findReporter(name);
  if (reporter !== undefined) return reporter;
  const error = new CommandError(`there is no reporter "${name}"`, `Mocha's are: ${reporterNames().join(", ")}.`);
  throw Object.assign(error, { isUsage: true });
}

/** What specs write. Whoever reads it may go away (`thimble test | head`): then we end as well. */
function writeOut(text: string): void {
  process.stdout.write(text);
}

function settingsOf(
  specs: SpecFiles,
  ready: Ready,
  options: TestArguments,
): Omit<RunSpecsOptions, "reporter" | "signal" | "onConsole"> {
  const { board, busyLimit, timeout, retries, reporterOption, jobs, grep, invert, bail, forbidOnly, forbidPending } =
    options;
  const makeBench = benches(ready, options);
  return {
    ...{ board, program: ready.program, folder: specs.folder, jobs, invert, bail, forbidOnly, forbidPending, retries },
    ...(grep === undefined ? {} : { grep }),
    ...(makeBench === undefined ? {} : { makeBench }),
    busyLimitMs: busyLimit,
    timeoutMs: timeout,
    reporterOptions: reporterOption,
  };
}

/** Why no test was run. */
function whyNone(front: Front, { files, folder }: SpecFiles, { grep, invert }: TestArguments): string {
  const names = files.map((file) => relative(folder, file)).join(", ");
  if ((front.stats?.pending ?? 0) > 0) return `no test was run in ${names}: all are pending`;
  if (grep !== undefined) return `no test ${invert ? "is left by --invert of" : "fits"} ${String(grep)} in ${names}`;
  return front.hasOnly ? `no test in ${names} is chosen by .only` : `no test in ${names}`;
}

async function runTests(path: string, options: TestArguments, interrupt: Interrupt): Promise<number> {
  const human = chooseReporter(options.reporter);
  const specs = requireSpecs(path);
  const ready = await prepare(specs, options);
  if (!options.json) showWarnings(ready.app?.warnings ?? []);
  colorReporters(colorsFor(process.stdout).isColorSupported);
  const report = new TestReport(specs.folder);
  const front = await runSpecs(ready.built, {
    ...settingsOf(specs, ready, options),
    reporter: options.json ? report.reporter : human,
    onConsole: options.json ? report.onConsole : writeOut,
    signal: interrupt.signal,
  });
  if (front === undefined) throw new Error("interrupted");
  if (options.json) printJson(report.toJson(front, { ...options, ...ready }));
  if (front.failures > 0) return ExitStatus.failed;
  if (front.ran > 0) return ExitStatus.ok;
  if (!options.json) say(whyNone(front, specs, options));
  return ExitStatus.failed;
}

function withAdvice(error: unknown): unknown {
  if (error instanceof OnlyForbidden)
    return new CommandError(error.message, "Take it out, or leave out --forbid-only.", { cause: error });
  if (error instanceof ReporterFailed)
    return new CommandError(error.message, "--reporter spec shows what fails.", { cause: error });
  return error;
}

async function explain(error: unknown, path: string, { json }: TestArguments): Promise<number> {
  const status = await showError(withAdvice(error), json, appFolder(path));
  return (error as { isUsage?: boolean }).isUsage ? ExitStatus.usage : status;
}

/** @returns the exit status: 0 only when every test that was run passed. */
export async function test(path: string, options: TestArguments): Promise<number> {
  const interrupt = new Interrupt();
  process.stdout.on("error", () => process.exit(ExitStatus.failed));
  try {
    const status = await runTests(path, options, interrupt);
    return interrupt.status ?? status;
  } catch (error) {
    if (interrupt.status === undefined) return await explain(error, path, options);
    // Some reporters hide it.
    Mocha.reporters.Base.cursor.show();
    if (options.json) await showError(new CommandError("interrupted", "Run it again."), true);
    else say("interrupted");
    return interrupt.status;
  } finally {
    interrupt.close();
  }
}
