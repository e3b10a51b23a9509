// SPDX-License-Identifier: Apache-2.0
/** `npm run bench`: sets up, then measures. */
import { setupThenRun } from "./setup.mjs";

await setupThenRun("dist/bench/main.js");
