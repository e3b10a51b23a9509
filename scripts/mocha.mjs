// SPDX-License-Identifier: Apache-2.0
/** One mocha run and its outcome in a line. The counts come from our reporter, so that a run which dies is never taken for a green one. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inRoot } from "./setup/paths.mjs";
import { runInFront } from "./setup/run.mjs";

/** Counts of the run; a mocha that died before its end has left none, and that is one failure. */
function readCounts(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return { passes: 0, failures: 1, pending: 0 };
  }
}

/**
 * Runs mocha in front.
 * @returns line: `N passed, N failed`, with `, N skipped` when some were; ok: mocha's status is 0, nothing failed and something passed.
 */
export async function runMocha(args) {
  const folder = mkdtempSync(join(tmpdir(), "thimble-mocha-"));
  const statsPath = join(folder, "stats.json");
  try {
    const env = { ...process.env, THIMBLE_TEST_STATS: statsPath };
    const status = await runInFront(process.execPath, [inRoot("node_modules/mocha/bin/mocha.js"), ...args], { env });
    const { passes, failures, pending } = readCounts(statsPath);
    const line = `${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ""}`;
    return { line, ok: status === 0 && failures === 0 && passes > 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
