// SPDX-License-Identifier: Apache-2.0
/** `thimble sim`: builds an app when it changed, runs it on a simulated board, says why the run ended. */
import { readFileSync } from "node:fs";
import { runBoard } from "../host-sim/board/run.js";
import { buildApp } from "../host-sim/compiler/app.js";
import type { BuiltApp } from "../host-sim/compiler/app-places.js";
import { readLines } from "../host-sim/compiler/lines.js";
import { appFolder, showWarnings } from "./build.js";
import { ConsolePipe } from "./console-pipe.js";
import { readyEngine } from "./engines.js";
import { showError } from "./errors.js";
import { ExitStatus } from "./exit-status.js";
import { Interrupt, stopping } from "./interrupt.js";
import { LongRun } from "./long-run.js";
import { describeReset, outcomeOf } from "./outcome.js";
import { Progress } from "./progress.js";
import { reportRun, sayOutcome } from "./sim-report.js";
import {
  BOOTED_NOTICE,
  debugOptions,
  imageToRun,
  runOptions,
  SEED_WARNING,
  type SimArguments,
  stateFolder,
} from "./sim-run.js";
import { colorsFor, printJson, say } from "./terminal.js";

async function prepare(path: string, options: SimArguments): Promise<{ app: BuiltApp; program: string }> {
  const progress = new Progress();
  try {
    const program = await readyEngine(options.board, options.debug ? "debug" : "release", progress);
    const app = await buildApp(path, { board: options.board, debug: options.debug, progress: progress.update });
    return { app, program };
  } finally {
    progress.done();
  }
}

async function runApp(path: string, options: SimArguments, interrupt: () => Interrupt): Promise<number> {
  const { app, program } = await prepare(path, options);
  const image = readFileSync(app.image);
  const colors = colorsFor(process.stderr);
  if (!options.json) showWarnings(app.warnings);
  if (options.seed !== undefined) say(`${colors.yellow("warning")} ${SEED_WARNING}`);
  const isEndless = options.time === "virtual" && options.until === undefined && !options.debug;
  const longRun = new LongRun(isEndless, (text) => say(colors.dim(text)));
  const pipe = options.json ? undefined : new ConsolePipe();
  const lines = readLines(app.lines);
  try {
    const result = await runBoard({
      ...runOptions(options),
      ...debugOptions(options, { name: app.name, folder: appFolder(path), image }, (text) => say(colors.dim(text))),
      program,
      app: await imageToRun(options, image),
      stateFolder: stateFolder(options.state),
      onBootOnly: () => say(colors.dim(BOOTED_NOTICE)),
      ...longRun.events,
      onReset: (reset) => {
        pipe?.endLine();
        say(colors.dim(describeReset(reset, lines)));
      },
      ...stopping(interrupt().signal),
      ...(pipe === undefined ? {} : { onConsole: pipe.write }),
    });
    const run = { app, image, program, result, outcome: outcomeOf(result, lines, appFolder(path)) };
    pipe?.endLine();
    if (options.json) printJson(reportRun(run, options));
    else sayOutcome(run);
    return run.outcome.status;
  } finally {
    longRun.close();
  }
}

/** @returns the exit status: 0 only when the app ended well, 130 when it was interrupted. */
export async function sim(path: string, options: SimArguments): Promise<number> {
  let interrupt: Interrupt | undefined;
  try {
    const status = await runApp(path, options, () => {
      interrupt = new Interrupt();
      return interrupt;
    });
    return interrupt?.status ?? status;
  } catch (error) {
    // A run that is ended while it fails is an interrupted run.
    const wasInterrupted = interrupt?.status !== undefined;
    if (wasInterrupted && !options.json) say("interrupted");
    else await showError(error, options.json, appFolder(path));
    return interrupt?.status ?? ExitStatus.failed;
  } finally {
    interrupt?.close();
  }
}
