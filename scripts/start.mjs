// SPDX-License-Identifier: Apache-2.0
/** `npm start`: sets up, then shows the example on every board. */
import { setupThenRun } from "./setup.mjs";

await setupThenRun("dist/cli/demo.js");
