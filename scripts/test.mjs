// SPDX-License-Identifier: Apache-2.0
/** `npm test`: sets up, runs mocha, and ends with the line `N passed, N failed`. Arguments go to mocha. */
import { availableParallelism } from "node:os";
import { runMocha } from "./mocha.mjs";
import { ensurePackages } from "./setup/packages.mjs";
import { fail, say } from "./setup/report.mjs";
import { setup } from "./setup.mjs";

/** Also those with line numbers, and the one under sanitizers. */
const ENGINES = ["host-release", "mps2-an505-release", "host-debug", "mps2-an505-debug", "host-sanitize"];

/** CI tries more. Elsewhere, and where a package cannot be installed, those tests are skipped or fail, and say so. */
async function setupForCi() {
  for (const [title, work] of [
    ["fuzzing", { fuzzes: true }],
    ["signatures and other software", { signs: true }],
  ]) {
    try {
      await ensurePackages({ boards: ["host"], ...work });
    } catch (error) {
      say(`cannot be tried: ${title}: ${error.message}`);
    }
  }
}

try {
  await setup(ENGINES);
  if (process.env.CI === "true") await setupForCi();
} catch (error) {
  process.on("exit", () => process.stdout.write("0 passed, 1 failed\n"));
  fail(error);
}
/** Files side by side: much of a test is a wait for an emulator, a compiler or a fsync. More of them would need more memory than they save time. */
const LANES = Math.min(Math.max(availableParallelism(), 2), 4);
/** When a test on a board has hung: real time, of which each gets a part when so many boards compute side by side. */
const TEST_LIMIT_MS = 240_000;
process.env.THIMBLE_TEST_LIMIT_MS ??= `${TEST_LIMIT_MS}`;
const forbidOnly = process.env.CI === "true" ? ["--forbid-only"] : [];
const color = process.stdout.isTTY ? [] : ["--no-color"];
const { line, ok } = await runMocha([
  "--fail-zero",
  "--parallel",
  "--jobs",
  `${LANES}`,
  ...color,
  ...forbidOnly,
  ...process.argv.slice(2),
]);
process.stdout.write(`${line}\n`);
process.exitCode = ok ? 0 : 1;
