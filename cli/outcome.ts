// SPDX-License-Identifier: Apache-2.0
/** Why a run ended, in plain words, and whether that is a good end. */
import type { RunResult } from "../host-sim/board/run.js";
import { ExitStatus } from "./exit-status.js";
import { describeTime } from "./terminal.js";

export interface Outcome {
  readonly status: number;
  /** One line; "at what time" is added by whoever prints it. */
  readonly words: string;
  /** More lines: a stack. */
  readonly detail: string;
  /** What to do next. */
  readonly advice: string;
}

const NOTHING = { detail: "", advice: "" };

function ofStop({ stoppedBy }: RunResult): Outcome {
  switch (stoppedBy) {
    case "until":
      return { ...NOTHING, status: ExitStatus.ok, words: "stopped by --until" };
    case "idle":
      return { ...NOTHING, status: ExitStatus.ok, words: "idle: nothing left to wait for" };
    case "signal":
      return { ...NOTHING, status: ExitStatus.interrupted, words: "interrupted" };
    default:
      return { ...NOTHING, status: ExitStatus.failed, words: "the board stopped without being asked to" };
  }
}

function ofException(text: string, isDebug: boolean): Outcome {
  const [first = "", ...stack] = text.split("\n");
  const advice = isDebug ? "" : "With --debug the stack names file and line.";
  return { status: ExitStatus.failed, words: `uncaught exception: ${first}`, detail: stack.join("\n"), advice };
}

/** Reasons other than an exception, a refusal or a stop. */
const FAILURES = Object.freeze({
  memory: ["out of memory", "The manifest's `creation` may ask for a larger heap (`static`, bytes)."],
  stack: ["stack overflow", "Look for a function that calls itself; `creation` may ask for a larger `stack`."],
  keys: ["too many property names", "Use a Map where names come from data."],
  fatal: ["the engine stopped", "This is a fault in Thimble, or the device's state is damaged. Please report it."],
} as const);

/** @param isDebug - whether the debug engine ran: then a stack says more. */
export function outcomeOf(result: RunResult, isDebug: boolean): Outcome {
  const { reason, text } = result;
  const status = ExitStatus.failed;
  switch (reason) {
    case "finished":
      return { ...NOTHING, status: ExitStatus.ok, words: "the app finished" };
    case "stopped":
      return ofStop(result);
    case "uncaught":
      return ofException(text, isDebug);
    case "refused":
      return { ...NOTHING, status, words: `the board refused the app: ${text}` };
    case "powerCut":
      return { ...NOTHING, status, words: `the power was cut at flash operation ${result.report.operations}` };
    default: {
      const [words, advice] = FAILURES[reason];
      return { status, words: `${words}: ${text}`, detail: "", advice };
    }
  }
}

/** The outcome as lines for people. */
export function describeOutcome(outcome: Outcome, timeUs: number): string {
  const { words, detail, advice } = outcome;
  return [`${words} (device time ${describeTime(timeUs)})`, detail, advice].filter((line) => line !== "").join("\n");
}
