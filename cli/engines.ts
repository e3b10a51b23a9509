// SPDX-License-Identifier: Apache-2.0
/**
 * Sees to it that compiler, firmware and engine are there and fit their sources. What building them needs is fetched at
 * the first need: in an installed package nobody has run the setup of a checkout.
 */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { areUpToDate, type EngineTarget, ensureEngines } from "../host-sim/engine/build.js";
import {
  type Board,
  buildRoot,
  enginePath,
  mbedtlsFolder,
  packageRoot,
  type Variant,
  xsFolder,
} from "../host-sim/engine/paths.js";
import { withLock } from "../host-sim/lock.js";
import { CommandError } from "./errors.js";
import { isNotWritable, lineOfNotWritable } from "./not-writable.js";
import type { Progress } from "./progress.js";
import { say } from "./terminal.js";

/** scripts/setup/needs.mjs: plain JavaScript, as it runs in a checkout before anything is compiled. */
interface Setup {
  ensureNeeds(boards: readonly Board[]): Promise<void>;
}

const CACHE_ADVICE =
  "THIMBLE_BUILD names another folder for what is built and fetched; XDG_CACHE_HOME moves all caches.";
function cacheError(words: string, cause: Error): CommandError {
  const message = `what is built and fetched cannot be written to ${buildRoot()}: ${words}`;
  return new CommandError(message, CACHE_ADVICE, { cause, code: "CACHE_WRITE" });
}

function isFirstUse(targets: readonly EngineTarget[]): boolean {
  return !existsSync(xsFolder()) || (targets.length > 0 && !existsSync(mbedtlsFolder()));
}

/** Programs and sources. Speaks for itself, on stderr, when there is something to do. */
async function ensureNeeds(targets: readonly EngineTarget[], progress: Progress): Promise<void> {
  progress.done();
  if (isFirstUse(targets)) say(`the engine is fetched and built now, once, into ${buildRoot()}`);
  const script = pathToFileURL(join(packageRoot, "scripts", "setup", "needs.mjs"));
  const setup = (await import(script.href)) as Setup;
  mkdirSync(buildRoot(), { recursive: true });
  const onWait = (pid: number): void => progress.update(`waiting for process ${pid}, which is building`);
  await withLock(join(buildRoot(), "lock"), onWait, async () => {
    progress.done();
    await setup.ensureNeeds([...new Set(targets.map(({ board }) => board))]);
  });
}

/** @throws CommandError, or the error itself where it says file and line of a module of the SDK. */
function explain(error: unknown, what: string): never {
  if (!(error instanceof Error)) throw error;
  const { code, advice } = error as { code?: unknown; advice?: unknown };
  // EEXIST: a file is where the folder should be.
  if (isNotWritable(error) || code === "EEXIST") throw cacheError(error.message, error);
  const line = lineOfNotWritable(`${error.message}\n${String(advice)}`);
  if (line !== undefined) throw cacheError(line, error);
  if (error.name === "SetupError") {
    throw new CommandError(error.message, String(advice), { cause: error, code: String(code) });
  }
  if (error.name !== "Error") throw error;
  const message = `${what} was not built: ${error.message}`;
  throw new CommandError(message, "`thimble doctor` says what is missing on this machine.", {
    cause: error,
    code: "ENGINE_BUILD",
  });
}

async function ensure(targets: readonly EngineTarget[], what: string, progress: Progress): Promise<void> {
  if (areUpToDate(targets)) return;
  try {
    await ensureNeeds(targets, progress);
    await ensureEngines(targets, progress.update);
  } catch (error) {
    explain(error, what);
  }
}

/**
 * Builds what building an app needs, when it is missing or out of date: the byte-code compiler and the firmware.
 * @throws CommandError SETUP_PACKAGES, SETUP_FETCH, SETUP_SOURCES, SETUP_FAILED - what it is made of cannot be had;
 * CACHE_WRITE - the build folder takes nothing; ENGINE_BUILD - it does not build, with the compiler's words.
 */
export async function readyCompiler(progress: Progress): Promise<void> {
  await ensure([], "the byte-code compiler", progress);
}

/**
 * Builds the engine for a run, too.
 * @returns the board's program.
 * @throws CommandError - as readyCompiler.
 */
export async function readyEngine(board: Board, variant: Variant, progress: Progress): Promise<string> {
  await ensure([{ board, variant }], `the ${variant} engine for ${board}`, progress);
  return enginePath(board, variant);
}
