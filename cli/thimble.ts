#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/** The `thimble` command. */
import { heedLostOutput } from "./lost-output.js";
import { run } from "./program.js";

heedLostOutput();
process.exitCode = await run(process.argv.slice(2));
