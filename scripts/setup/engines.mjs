// SPDX-License-Identifier: Apache-2.0
/** The engines of all boards; host-sim/engine decides what is left to build. */
import { inRoot } from "./paths.mjs";
import { SetupError } from "./report.mjs";
import { runInFront } from "./run.mjs";

/** @param targets - BOARD-VARIANT names; none: the release engine of each board. */
export async function ensureEngines(targets = []) {
  const status = await runInFront(process.execPath, [inRoot("dist/host-sim/engine/build.js"), ...targets]);
  if (status !== 0) throw new SetupError("the engines were not built", "The reason is above.");
}
