#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
/** The `thimble` command. */
import { run } from "./program.js";

process.exitCode = await run(process.argv.slice(2));
