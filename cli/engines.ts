// SPDX-License-Identifier: Apache-2.0
/** Sees to it that compiler, firmware and engine are there and fit their sources. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type EngineTarget, ensureEngines } from "../host-sim/engine/build.js";
import { type Board, enginePath, mbedtlsFolder, type Variant, xsFolder } from "../host-sim/engine/paths.js";
import { CommandError } from "./errors.js";
import type { Progress } from "./progress.js";

const SETUP = "Run `npm run setup` in Thimble's folder: it fetches them. `thimble doctor` says what else is missing.";

function requireSources(): void {
  if (!existsSync(join(xsFolder(), "sources", "xsAll.h"))) {
    throw new CommandError(`the sources of XS are not in ${xsFolder()}`, SETUP);
  }
  if (!existsSync(join(mbedtlsFolder(), "include", "psa", "crypto.h"))) {
    throw new CommandError(`the sources of Mbed TLS are not in ${mbedtlsFolder()}`, SETUP);
  }
}

async function ensure(targets: readonly EngineTarget[], what: string, progress: Progress): Promise<void> {
  requireSources();
  try {
    await ensureEngines(targets, progress.update);
  } catch (error) {
    // Errors of the SDK's own modules keep their class, file and line.
    if (!(error instanceof Error) || error.name !== "Error") throw error;
    const message = `${what} was not built: ${error.message}`;
    throw new CommandError(message, "`thimble doctor` says what is missing on this machine.", { cause: error });
  }
}

/**
 * Builds what building an app needs, when it is missing or out of date: the byte-code compiler and the firmware.
 * @throws CommandError - its sources are missing, or it does not build; with the compiler's words.
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
