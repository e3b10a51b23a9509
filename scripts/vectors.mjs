// SPDX-License-Identifier: Apache-2.0
/** `npm run vectors`: sets up, then runs the public test vectors. */
import { setupThenRun } from "./setup.mjs";

await setupThenRun("dist/test/vectors/main.js");
