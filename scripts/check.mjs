// SPDX-License-Identifier: Apache-2.0
/** `npm run check`: format and lint, types of each part, the arrows between folders, dead code. Says which failed. */
import { existsSync } from "node:fs";
import { ensureNodeModules } from "./setup/node-modules.mjs";
import { inRoot } from "./setup/paths.mjs";
import { fail } from "./setup/report.mjs";
import { runInFront } from "./setup/run.mjs";

const TSC = "node_modules/typescript/bin/tsc";
const FOLDERS = ["sdk", "devices", "host-sim", "verifier", "cli", "test", "bench"].filter((folder) =>
  existsSync(inRoot(folder)),
);
const COLORS = process.stdout.isTTY ? [] : ["--colors=off"];

const CHECKS = [
  ["format and lint", "node_modules/@biomejs/biome/bin/biome", "ci", "--error-on-warnings", ...COLORS],
  ["types of all, with Node's", TSC, "-p", "tsconfig.json", "--noEmit", "--incremental", "false"],
  ["types of sdk/, without Node's", TSC, "-p", "sdk/tsconfig.json"],
  ["types of the firmware, without Node's", TSC, "-p", "devices/tsconfig.json"],
  ["arrows between folders", "node_modules/dependency-cruiser/bin/dependency-cruise.mjs", ...FOLDERS],
  ["unused files, exports, packages", "node_modules/knip/bin/knip.js", "--no-config-hints"],
];

try {
  await ensureNodeModules();
  const failed = [];
  for (const [title, script, ...args] of CHECKS) {
    process.stdout.write(`== ${title}\n`);
    if ((await runInFront(process.execPath, [inRoot(script), ...args])) !== 0) failed.push(title);
  }
  process.stdout.write(failed.length === 0 ? "check: all good\n" : `check: failed: ${failed.join("; ")}\n`);
  process.exitCode = failed.length === 0 ? 0 : 1;
} catch (error) {
  fail(error);
}
