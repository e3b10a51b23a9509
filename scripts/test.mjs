// SPDX-License-Identifier: Apache-2.0
/** `npm test`: sets up, runs mocha, and ends with the line `N passed, N failed`. Arguments go to mocha. */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setup } from "./setup.mjs";
import { buildDir, inRoot } from "./setup/paths.mjs";
import { fail } from "./setup/report.mjs";
import { runInFront } from "./setup/run.mjs";

const statsPath = join(buildDir, "test-stats.json");

/** Counts of the run; a mocha that died before its end has left none, and that is one failure. */
function readCounts() {
  try {
    return JSON.parse(readFileSync(statsPath, "utf8"));
  } catch {
    return { passes: 0, failures: 1, pending: 0 };
  }
}

try {
  await setup();
} catch (error) {
  process.on("exit", () => process.stdout.write("0 passed, 1 failed\n"));
  fail(error);
}
mkdirSync(buildDir, { recursive: true });
rmSync(statsPath, { force: true });
const mocha = [inRoot("node_modules/mocha/bin/mocha.js"), "--fail-zero"];
if (process.env.CI === "true") mocha.push("--forbid-only");
const status = await runInFront(process.execPath, [...mocha, ...process.argv.slice(2)], {
  env: { ...process.env, THIMBLE_TEST_STATS: statsPath },
});
const { passes, failures, pending } = readCounts();
process.stdout.write(`${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ""}\n`);
process.exitCode = status === 0 && failures === 0 && passes > 0 ? 0 : 1;
