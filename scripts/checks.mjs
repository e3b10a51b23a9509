// SPDX-License-Identifier: Apache-2.0
/** `npm run checks`: sets up, then tests the tests of boot and the secure services by leaving out one check at a time. */
import { setupThenRun } from "./setup.mjs";

await setupThenRun("dist/test/boot/checks-main.js");
