// SPDX-License-Identifier: Apache-2.0
/** `npm run fuzz`: sets up, Clang with libFuzzer included, then fuzzes. */
import { ensurePackages } from "./setup/packages.mjs";
import { fail } from "./setup/report.mjs";
import { setupThenRun } from "./setup.mjs";

try {
  await ensurePackages({ boards: ["host"], fuzzes: true });
  await setupThenRun("dist/test/fuzz/main.js");
} catch (error) {
  fail(error);
}
