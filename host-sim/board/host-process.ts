// SPDX-License-Identifier: Apache-2.0
/** Starts the host board: the engine as a process, its window a mapped file, its link a socket pair at descriptor 3. */
import { spawn } from "node:child_process";
import type { Duplex } from "node:stream";
import { APART, BoardProcess, ConsoleLog, endOf, startOf, tieToThisProcess } from "./board-process.js";
import { BoardError } from "./error.js";

/** @throws BoardError BOARD_START - the program is missing or cannot be run. */
export async function startHost(
  program: string,
  windowPath: string,
  onConsole?: (text: string) => void,
): Promise<BoardProcess> {
  const child = spawn(program, [windowPath], { stdio: ["ignore", "pipe", "pipe", "pipe"], ...APART });
  tieToThisProcess(child);
  const ended = endOf(child);
  const console = new ConsoleLog(onConsole);
  console.follow(child.stdout);
  console.follow(child.stderr);
  try {
    await startOf(child);
  } catch (cause) {
    const message = `cannot start ${program}: ${(cause as Error).message}`;
    throw new BoardError("BOARD_START", message, { cause });
  }
  return new BoardProcess(child, child.stdio[3] as unknown as Duplex, console, ended);
}
