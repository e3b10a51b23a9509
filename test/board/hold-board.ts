// SPDX-License-Identifier: Apache-2.0
/** A program for run.test.ts: starts the board program that it is given, prints its console, and stays until it is killed. */
import { startHost } from "../../host-sim/board/host-process.js";

const program = process.argv[2] ?? "";
const board = await startHost(program, "/dev/null", (text) => process.stdout.write(text));
await board.ended;
