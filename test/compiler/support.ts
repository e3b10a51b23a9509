// SPDX-License-Identifier: Apache-2.0
/** Builds small apps and runs them; what the suites of the compiler share. */
import { readFileSync } from "node:fs";
import { assert } from "chai";
import { type RunOptions, type RunResult, runBoard } from "../../host-sim/board/run.js";
import { buildApp } from "../../host-sim/compiler/app.js";
import type { BuiltApp } from "../../host-sim/compiler/app-places.js";
import { type Board, enginePath } from "../../host-sim/engine/paths.js";
import { makeApp } from "../cli/support.js";

export const BOARDS: readonly Board[] = Object.freeze(["host", "mps2-an505"]);
export const RELEASE = Object.freeze(BOARDS.map((board) => Object.freeze({ board, variant: "release" as const })));
export const DEBUG = Object.freeze(BOARDS.map((board) => Object.freeze({ board, variant: "debug" as const })));

export type Files = Readonly<Record<string, string>>;
type Manifest = Readonly<Record<string, unknown>>;

export interface Built extends BuiltApp {
  readonly folder: string;
  readonly bytes: Uint8Array;
}

/** Modules of an app of several files: main beside all that is in `src`. */
export const MODULES = Object.freeze({ "*": "./src/*" });

export async function build(files: Files, manifest: Manifest = {}, debug = false): Promise<Built> {
  const folder = makeApp(files, manifest);
  const built = await buildApp(folder, { board: "host", debug });
  return { ...built, folder, bytes: readFileSync(built.image) };
}

/** The same image on a board. */
export function start(
  board: Board,
  built: Pick<Built, "bytes">,
  options: Partial<RunOptions> & { debug?: boolean } = {},
) {
  const program = enginePath(board, options.debug ? "debug" : "release");
  const run: Promise<RunResult> = runBoard({ board, program, app: built.bytes, clock: "virtual", ...options });
  return run;
}

/** What an app of one file traced; it must have come to rest by itself. */
export async function tracesOf(board: Board, built: Built, options: Partial<RunOptions> = {}): Promise<string[]> {
  const { reason, text, console } = await start(board, built, options);
  assert.strictEqual(reason, "stopped", `${text}\n${console}`);
  return console.split("\n").slice(0, -1);
}

/** What the build of these files throws. */
export async function failureOf(files: Files, manifest: Manifest = {}, debug = false): Promise<Failure> {
  try {
    await build(files, manifest, debug);
  } catch (error) {
    return error as Failure;
  }
  throw new Error("it was built");
}

/** A CompileError or a ManifestError: the first has a place, the second a file and a line. */
export interface Failure extends Error {
  readonly place?: { readonly file: string; readonly line: number; readonly column: number };
  readonly others?: readonly string[];
  readonly advice?: string;
  readonly file?: string;
  readonly line?: number;
}
