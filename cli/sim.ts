// SPDX-License-Identifier: Apache-2.0
/** `thimble sim`: builds an app when it changed, runs it on a simulated board, says why the run ended. */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseRecording, type Recording } from "../host-sim/board/recording.js";
import { type RunResult, runBoard } from "../host-sim/board/run.js";
import { buildApp } from "../host-sim/compiler/app.js";
import type { BuiltApp } from "../host-sim/compiler/app-places.js";
import type { Board } from "../host-sim/engine/paths.js";
import { appFolder, archiveDigest, showWarnings } from "./build.js";
import { readyEngine } from "./engines.js";
import { CommandError, showError } from "./errors.js";
import { ExitStatus } from "./exit-status.js";
import { Interrupt } from "./interrupt.js";
import { describeOutcome, type Outcome, outcomeOf } from "./outcome.js";
import { Progress } from "./progress.js";
import { colorsFor, printJson, say } from "./terminal.js";

export interface SimArguments {
  readonly board: Board;
  readonly state?: string;
  readonly input?: string;
  readonly until?: number;
  readonly time: "virtual" | "real";
  readonly seed?: Uint8Array;
  readonly debug: boolean;
  readonly icount: boolean;
  readonly json: boolean;
}

/** Timer 0 of mps2-an505 counts 20 MHz; under `-icount shift=0` an instruction takes 1 ns. */
const INSTRUCTIONS_PER_TICK = 50;
/** Of the power-on block's instruments: ticks from the start of the runtime to the app's first line. */
const FIRST_LINE_TICKS = 0;
/** After so long in virtual time without an end, a person is told how to have one. */
const HINT_MS = 5000;
const HINT = "still running, in virtual time: Ctrl-C ends it, --until sets an end, --time real keeps to the clock";
const SEED_WARNING = "--seed: this device's random numbers and keys can be predicted; for tests only";

function readRecording(file: string): Recording {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    const message = `the recording cannot be read: ${(cause as Error).message}`;
    throw new CommandError(message, "--input takes a file with CSV or JSON lines.", { cause });
  }
  return parseRecording(text, file);
}

/** The app's console on our stdout. Whoever reads it may go away (`thimble sim ... | head`): then we end as well. */
class ConsolePipe {
  #last = "\n";

  constructor() {
    process.stdout.on("error", () => process.exit(0));
  }

  readonly write = (text: string): void => {
    this.#last = text.at(-1) ?? this.#last;
    process.stdout.write(text);
  };

  /** What follows is to begin on a line of its own. */
  endLine(): void {
    if (this.#last !== "\n" && process.stdout.isTTY && process.stderr.isTTY) process.stderr.write("\n");
  }
}

/** A device's state folder for one run: the user's, or one that is gone with this process however it ends. */
function stateFolder(chosen: string | undefined): string {
  if (chosen !== undefined) return resolve(chosen);
  const folder = mkdtempSync(join(tmpdir(), "thimble-state-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Run {
  readonly app: BuiltApp;
  readonly image: Buffer;
  readonly program: string;
  readonly result: RunResult;
  readonly outcome: Outcome;
}

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

function start(
  image: Buffer,
  program: string,
  options: SimArguments,
  signal: AbortSignal,
  onConsole?: (text: string) => void,
): Promise<RunResult> {
  const { board, input, until, seed } = options;
  return runBoard({
    board,
    program,
    app: image,
    stateFolder: stateFolder(options.state),
    clock: options.time,
    debug: options.debug,
    icount: options.icount,
    signal,
    ...(input === undefined ? {} : { recording: readRecording(input) }),
    ...(until === undefined ? {} : { untilUs: Math.round(until * 1000) }),
    ...(seed === undefined ? {} : { seed }),
    ...(onConsole === undefined ? {} : { onConsole }),
  });
}

/** Instructions from the start of the runtime to the app's first line; null when they were not counted. */
function countInstructions(result: RunResult, options: SimArguments): number | null {
  const ticks = Number(result.report.instruments[FIRST_LINE_TICKS] ?? 0n);
  return options.icount && ticks > 0 ? ticks * INSTRUCTIONS_PER_TICK : null;
}

function report(run: Run, options: SimArguments): unknown {
  const { app, image, program, result, outcome } = run;
  return {
    ok: outcome.status === 0,
    exitStatus: outcome.status,
    name: app.name,
    board: options.board,
    variant: options.debug ? "debug" : "release",
    engine: program,
    engineHash: createHash("sha256").update(readFileSync(program)).digest("hex"),
    image: app.image,
    imageDigest: app.digest,
    archiveDigest: archiveDigest(image),
    abi: app.abi,
    warnings: options.seed === undefined ? app.warnings : [...app.warnings, SEED_WARNING],
    state: options.state === undefined ? null : resolve(options.state),
    console: result.console,
    haltReason: result.reason,
    stoppedBy: result.stoppedBy ?? null,
    haltText: result.text,
    message: outcome.words,
    clock: options.time,
    timeUs: result.timeUs,
    turns: result.turns,
    instructions: countInstructions(result, options),
    flashOperations: result.report.operations,
    marks: result.marks.map(({ id, ticks }) => ({ id, ticks: Number(ticks) })),
  };
}

function print({ result, outcome }: Run): void {
  const colors = colorsFor(process.stderr);
  const text = describeOutcome(outcome, result.timeUs);
  say(outcome.status === 0 ? colors.dim(text) : colors.red(text));
}

async function runApp(path: string, options: SimArguments, interrupt: () => Interrupt): Promise<number> {
  const { app, program } = await prepare(path, options);
  const image = readFileSync(app.image);
  const colors = colorsFor(process.stderr);
  if (!options.json) showWarnings(app.warnings);
  if (options.seed !== undefined) say(`${colors.yellow("warning")} ${SEED_WARNING}`);
  const endless = options.time === "virtual" && options.until === undefined;
  const hint = setTimeout(() => say(colors.dim(HINT)), HINT_MS).unref();
  if (!endless) clearTimeout(hint);
  const pipe = options.json ? undefined : new ConsolePipe();
  try {
    const result = await start(image, program, options, interrupt().signal, pipe?.write);
    const run = { app, image, program, result, outcome: outcomeOf(result, options.debug) };
    pipe?.endLine();
    if (options.json) printJson(report(run, options));
    else print(run);
    return run.outcome.status;
  } finally {
    clearTimeout(hint);
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
