// SPDX-License-Identifier: Apache-2.0
/** Makes a checkout ready: finds, installs or builds what is missing. Doing it again with nothing missing takes less than a second. */
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ensureDist } from "./setup/dist.mjs";
import { ensureEngines } from "./setup/engines.mjs";
import { ensureNeeds } from "./setup/needs.mjs";
import { ensureNodeModules } from "./setup/node-modules.mjs";
import { inRoot } from "./setup/paths.mjs";
import { fail, say } from "./setup/report.mjs";
import { runInFront } from "./setup/run.mjs";

const BOARDS = ["host", "mps2-an505"];

/** @param engines - BOARD-VARIANT names of the engines to build; none: the release engine of each board. */
export async function setup(engines = []) {
  await ensureNeeds(BOARDS);
  await ensureNodeModules();
  await ensureDist();
  await ensureEngines(engines);
}

/** Sets up, then runs a compiled program with our own arguments. Ends with its status. */
export async function setupThenRun(program) {
  try {
    await setup();
    process.exitCode = await runInFront(process.execPath, [inRoot(program), ...process.argv.slice(2)]);
  } catch (error) {
    fail(error);
  }
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await setup();
    say("ready");
  } catch (error) {
    fail(error);
  }
}
