// SPDX-License-Identifier: Apache-2.0
/** `thimble sim --watch`: runs an app, and at each change the new one, until it is told to end. */
import { existsSync } from "node:fs";
import { appPlaces } from "../host-sim/compiler/app-places.js";
import { ManifestError } from "../host-sim/manifest/error.js";
import { appFolder } from "./build.js";
import { readyEngine } from "./engines.js";
import { showError } from "./errors.js";
import { ExitStatus } from "./exit-status.js";
import { Interrupt } from "./interrupt.js";
import { Progress } from "./progress.js";
import type { WatchArguments } from "./sim-run.js";
import { WatchSession } from "./watch-session.js";

async function prepare(path: string, { board, debug }: WatchArguments): Promise<string> {
  const { manifest } = appPlaces(path, { board, debug });
  // A file that is not there yet is worth waiting for; a folder without an app is a mistake.
  if (!existsSync(manifest))
    throw new ManifestError("there is no such manifest (`thimble create` makes a project with one)", {
      file: manifest,
    });
  const progress = new Progress();
  try {
    return await readyEngine(board, debug ? "debug" : "release", progress);
  } finally {
    progress.done();
  }
}

/** @returns the exit status: 0 when it was quit, 130 when it was interrupted, 1 when it could not begin. */
export async function watch(path: string, options: WatchArguments): Promise<number> {
  const interrupt = new Interrupt();
  try {
    const program = await prepare(path, options);
    if (interrupt.status === undefined) await new WatchSession(path, options, program, interrupt).run();
    return interrupt.status ?? ExitStatus.ok;
  } catch (error) {
    if (interrupt.status === undefined) await showError(error, false, appFolder(path));
    return interrupt.status ?? ExitStatus.failed;
  } finally {
    interrupt.close();
  }
}
