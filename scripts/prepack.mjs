// SPDX-License-Identifier: Apache-2.0
/** Before `npm pack`: dist/ is what the sources say, and nothing else is in it. */
import { ensureDist } from "./setup/dist.mjs";
import { fail } from "./setup/report.mjs";

try {
  await ensureDist();
} catch (error) {
  fail(error);
}
