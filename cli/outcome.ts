// SPDX-License-Identifier: Apache-2.0
/** Why a run ended, in plain words, and whether that is a good end. */
import { resolve } from "node:path";
import { instrument } from "../host-sim/board/instruments.js";
import type { Reset } from "../host-sim/board/resets.js";
import type { RunResult } from "../host-sim/board/run.js";
import { codeFrame, lineOf } from "../host-sim/compiler/code-frame.js";
import { hintForThrown } from "../host-sim/compiler/hints.js";
import { type Lines, type Place, placeOf, symbolize, withoutCallers } from "../host-sim/compiler/lines.js";
import { ExitStatus } from "./exit-status.js";
import { describeTime, groupDigits } from "./terminal.js";

export interface Outcome {
  readonly status: number;
  /** One line; "at what time" is added by whoever prints it. */
  readonly words: string;
  /** The board's own words, with positions in the app's sources. */
  readonly text: string;
  /** Where in the app it happened. */
  readonly place?: Place;
  /** More lines: the code at that place, then the stack. */
  readonly detail: string;
  /** What to do next. */
  readonly advice: string;
}

/** What a board says when the debugger's user stops the machine (devices/runtime/halt.c). */
const ENDED_BY_DEBUGGER = "ended by the debugger";

const BUSY_CUT = "interrupted: the app was busy, and its power was cut";

type Verdict = Pick<Outcome, "status" | "words"> & { readonly advice?: string };

function ofStop({ stoppedBy, text }: RunResult): Verdict {
  switch (stoppedBy) {
    case "until":
      return { status: ExitStatus.ok, words: "stopped by --until" };
    case "idle":
      return { status: ExitStatus.ok, words: "idle: nothing left to wait for" };
    case "signal":
      return { status: ExitStatus.interrupted, words: "interrupted" };
    default:
      if (text === ENDED_BY_DEBUGGER) return { status: ExitStatus.ok, words: text };
      return { status: ExitStatus.failed, words: "the board stopped without being asked to" };
  }
}

const DEFAULT_STACK = 1024;

/** What the manifest says for twice as much. */
function creation(key: "static" | "stack", now: number): string {
  return `"creation": { "${key}": ${2 * now} }`;
}

/** The words are those of devices/runtime/machine.c. Other refusals are codes, which docs/formats/archive.md explains. */
function adviceOnRefusal(message: string): string {
  const least = /^too small a heap: .* needs (\d+)/.exec(message)?.[1];
  if (least !== undefined) {
    return `The app needs room beside the engine. The manifest says for instance ${creation("static", Number(least))}, or has no such line: then the board's default holds.`;
  }
  if (/^too large a (heap|stack): /.test(message)) {
    return "Ask for less in the manifest's \"creation\", or leave the line out: then the board's default holds.";
  }
  return "";
}

/** Boot's own codes, devices/boot-program/program.c: nothing of firmware or app ran. */
const BOOT_ADVICE: Readonly<Record<string, string>> = Object.freeze({
  BOOT_E_NOTHING:
    "The lines above say what boot refused; a slot that they do not name is empty. `thimble build --firmware` and `thimble sign` make a firmware that it takes.",
  BOOT_E_TRUST:
    "A device with root keys believes no image without a trust record. `thimble keys` makes one, signed by a root key of this device.",
  BOOT_E_BOARD: "A device with a firmware in its flash starts on one board only: --board names it.",
});

/** @returns undefined: not boot's. */
function verdictOfBoot(message: string): Verdict | undefined {
  const [, code = ""] = /^((?:BOOT|FUSES)_[A-Z_]+): /.exec(message) ?? [];
  if (code === "") return undefined;
  const advice = BOOT_ADVICE[code] ?? "The device's OTP or flash is damaged, or was written by something else.";
  return { status: ExitStatus.failed, words: `the device did not start: ${message}`, advice };
}

function refusalOfApp(message: string): Verdict {
  const words = `the board refused the app: ${message}`;
  return { status: ExitStatus.failed, words, advice: adviceOnRefusal(message) };
}

/** Reasons other than an exception, a refusal or a stop. */
const FAILURES = Object.freeze({
  memory: [
    "out of memory",
    ({ report }: RunResult) => {
      const limit = instrument(report, "heapLimit");
      if (limit === 0) return "";
      return `The app has a heap of ${groupDigits(limit)} bytes. For more, the manifest says ${creation("static", limit)}; a device has to have it.`;
    },
  ],
  stack: [
    "stack overflow",
    () =>
      `Look for a function that calls itself without end. For a deeper stack the manifest says ${creation("stack", DEFAULT_STACK)}, slots.`,
  ],
  keys: [
    "too many property names",
    () => "Each name that an object has ever had takes room: use a Map where names come from data.",
  ],
  fatal: [
    "the engine stopped",
    () => "This is a fault in Thimble, or the device's state is damaged. Please report it.",
  ],
} as const);

/** @param line - of the source, where it happened. */
function verdictOf(result: RunResult, message: string, line: string): Verdict {
  const { reason } = result;
  const status = ExitStatus.failed;
  switch (reason) {
    case "finished":
      return { status: ExitStatus.ok, words: "the app finished" };
    case "stopped":
    case "resetSoftware":
    case "resetWatchdog":
      return ofStop(result);
    case "uncaught":
      return { status, words: `uncaught exception: ${message}`, advice: hintForThrown(message, line) ?? "" };
    case "refused":
      return verdictOfBoot(message) ?? refusalOfApp(message);
    case "busy":
      return { status, words: message, advice: "--busy-limit gives the app more time." };
    case "powerCut":
      // Its user did not want to wait any longer.
      if (result.stoppedBy === "signal") return { status: ExitStatus.interrupted, words: BUSY_CUT };
      return { status, words: `the power was cut at operation ${result.report.operations}` };
    default: {
      const [what, advise] = FAILURES[reason];
      const words = message === "" || message === what ? what : `${what}: ${message}`;
      return { status, words, advice: advise(result) };
    }
  }
}

/**
 * @param lines - of the app that ran.
 * @param folder - the app's, for the code at the place of an exception.
 */
export function outcomeOf(result: RunResult, lines: Lines, folder: string): Outcome {
  const text = symbolize(result.text, lines);
  const [message = "", ...stack] = text.split(/\n(?= at )/);
  const place = placeOf(text, lines);
  const file = resolve(folder, place?.file ?? "");
  const [frame, line] = place ? [codeFrame(file, place.line, 0), lineOf(file, place.line)] : ["", ""];
  const detail = [frame, ...withoutCallers(stack, lines)].filter((part) => part !== "").join("\n");
  return { advice: "", ...verdictOf(result, message, line), text, detail, ...(place && { place }) };
}

/** The outcome as lines for people. */
export function describeOutcome(outcome: Outcome, timeUs: number): string {
  const { words, detail, advice } = outcome;
  return [`${words} (device time ${describeTime(timeUs)})`, detail, advice].filter((line) => line !== "").join("\n");
}

/** One line for a device that starts again by itself. @param lines - of the app that runs. */
export function describeReset({ cause, timeUs, text }: Reset, lines: Lines): string {
  const [message = ""] = text.split("\n");
  const place = placeOf(symbolize(text, lines), lines);
  const where = place === undefined ? "" : ` (${place.file}:${place.line})`;
  const why = message === "" ? "" : `: ${message}${where}`;
  return `reset by its ${cause === "software" ? "own software" : "watchdog"} (device time ${describeTime(timeUs)})${why}`;
}
