// SPDX-License-Identifier: Apache-2.0
/** `npm run mutate`: sets up, then tests the tests by mutation. */
import { setupThenRun } from "./setup.mjs";

await setupThenRun("dist/test/mutation/main.js");
