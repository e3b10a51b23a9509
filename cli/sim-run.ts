// SPDX-License-Identifier: Apache-2.0
/** A run of an app on a simulated board, as the options of `thimble sim` ask for it. */
import { readFileSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import type { BoardProfile } from "../host-sim/board/profile.js";
import { parseRecording, type Recording } from "../host-sim/board/recording.js";
import type { RunOptions, RunResult } from "../host-sim/board/run.js";
import type { BuiltApp } from "../host-sim/compiler/app-places.js";
import type { Board } from "../host-sim/engine/paths.js";
import { makeScratch } from "../host-sim/scratch.js";
import type { DebuggedApp } from "./debugger.js";
import { CommandError } from "./errors.js";
import type { Outcome } from "./outcome.js";

export interface SimArguments {
  readonly board: Board;
  readonly boardProfile?: BoardProfile;
  readonly state?: string;
  /** Into the flash of a device that starts with its boot program, too: the app as built, or the image in this file. */
  readonly install: boolean | string;
  readonly input?: string;
  readonly until?: number;
  readonly time: "virtual" | "real";
  /** Real milliseconds. */
  readonly busyLimit: number;
  readonly seed?: Uint8Array;
  readonly debug: boolean;
  /** A port to wait on for a debugger; undefined: xsbug is looked for. */
  readonly debugPort?: number;
  readonly icount: boolean;
  readonly json: boolean;
}

export interface WatchArguments extends SimArguments {
  /** A new device at each change. */
  readonly fresh: boolean;
}

/** A run that ended. */
export interface Run {
  readonly app: BuiltApp;
  readonly image: Buffer;
  readonly program: string;
  readonly result: RunResult;
  readonly outcome: Outcome;
}

export const BOOTED_NOTICE =
  "this device runs what is in its flash: this app is not put there (--install puts it there unsigned, --install IMAGE an image that you signed)";

export const SEED_WARNING = "--seed: this device's random numbers and keys can be predicted; for tests only";

/** @throws CommandError - the file cannot be read. @throws BoardError RECORDING - it does not parse. */
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

/** A device's state folder: the user's, or one that is gone with this process however it ends. */
export function stateFolder(chosen: string | undefined): string {
  if (chosen !== undefined) return resolve(chosen);
  const folder = makeScratch("state");
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** @throws CommandError IMAGE_FILE - the image cannot be read. */
export async function imageToRun({ install }: SimArguments, built: Buffer): Promise<Buffer> {
  return typeof install === "string" ? (await import("./read-image.js")).readImageFile(install) : built;
}

/** What a run takes from the options. @throws CommandError, BoardError - as readRecording. */
export function runOptions(options: SimArguments): Omit<RunOptions, "program" | "app"> {
  const { board, boardProfile, time, debug, icount, install, input, until, busyLimit, seed } = options;
  return {
    board,
    clock: time,
    debug,
    icount,
    install: install !== false,
    busyLimitMs: busyLimit,
    ...(input === undefined ? {} : { recording: readRecording(input) }),
    ...(until === undefined ? {} : { untilUs: Math.round(until * 1000) }),
    ...(seed === undefined ? {} : { seed }),
    ...(boardProfile === undefined ? {} : { profile: boardProfile }),
  };
}

/** @param onNotice - told what is to be known of the debugger. */
export function debugOptions(
  { debug, debugPort }: SimArguments,
  app: DebuggedApp,
  onNotice: (text: string) => void,
): Pick<RunOptions, "openDebugger"> {
  if (!debug) return {};
  return {
    openDebugger: async (signal) => (await import("./debugger.js")).openDebugger(app, debugPort, onNotice, signal),
  };
}
