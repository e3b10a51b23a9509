// SPDX-License-Identifier: Apache-2.0
/** The engines of all boards; host-sim/engine decides what is left to build. */
import { existsSync } from "node:fs";
import { inRoot } from "./paths.mjs";
import { SetupError, say } from "./report.mjs";
import { runInFront } from "./run.mjs";

export async function ensureEngines() {
  if (!existsSync(inRoot("host-sim/engine/build.ts"))) {
    say("engines: this checkout has no host-sim/engine/build.ts yet; not built");
    return;
  }
  const status = await runInFront(process.execPath, [inRoot("dist/host-sim/engine/build.js")]);
  if (status !== 0) throw new SetupError("the engines were not built", "The reason is above.");
}
