// SPDX-License-Identifier: Apache-2.0
/** `npm run skips`: sets up, then skips the instructions of boot's decisions one at a time, on the emulated board. */
import { setupThenRun } from "./setup.mjs";

await setupThenRun("dist/test/boot/skips-main.js");
