// SPDX-License-Identifier: Apache-2.0
/** What `thimble sim` says of a run that ended: a line for people, an object for programs. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { INSTRUCTIONS_PER_TICK, instrument } from "../host-sim/board/instruments.js";
import type { RunResult } from "../host-sim/board/run.js";
import { archiveDigest } from "./build.js";
import { describeOutcome } from "./outcome.js";
import { type Run, SEED_WARNING, type SimArguments } from "./sim-run.js";
import { colorsFor, say } from "./terminal.js";

/** Instructions from the start of boot, or without one of the runtime, to the app's first line; null when they were not counted. */
function countInstructions(result: RunResult, options: SimArguments): number | null {
  const ticks = instrument(result.report, "firstLineTicks");
  return options.icount && ticks > 0 ? ticks * INSTRUCTIONS_PER_TICK : null;
}

/** The object of --json. */
export function reportRun(run: Run, options: SimArguments): unknown {
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
    haltText: outcome.text,
    message: outcome.words,
    file: outcome.place?.file ?? null,
    line: outcome.place?.line ?? null,
    advice: outcome.advice === "" ? null : outcome.advice,
    clock: options.time,
    timeUs: result.timeUs,
    turns: result.turns,
    instructions: countInstructions(result, options),
    resets: result.resets,
    flashOperations: result.report.operations,
    marks: result.marks.map(({ id, ticks }) => ({ id, ticks: Number(ticks) })),
  };
}

/** On stderr: why the run ended, and at what time of the device. */
export function sayOutcome({ result, outcome }: Pick<Run, "result" | "outcome">): void {
  const colors = colorsFor(process.stderr);
  const text = describeOutcome(outcome, result.timeUs);
  say(outcome.status === 0 ? colors.dim(text) : colors.red(text));
}
