// SPDX-License-Identifier: Apache-2.0
/**
 * Starts the host board: the engine as a process, its window a mapped file, its link a socket pair at descriptor 3, its
 * debug channel one at 4.
 */
import { spawn } from "node:child_process";
import type { Duplex } from "node:stream";
import { APART, BoardProcess, ConsoleLog, endOf, startOf, tieToThisProcess } from "./board-process.js";
import { BoardError } from "./error.js";

/** @throws BoardError BOARD_START - the program is missing or cannot be run. */
export async function startHost(
  program: string,
  windowPath: string,
  onConsole?: (text: string) => void,
  hasDebugChannel = false,
): Promise<BoardProcess> {
  const channels = hasDebugChannel ? (["pipe", "pipe"] as const) : (["pipe"] as const);
  const child = spawn(program, [windowPath], { stdio: ["ignore", "pipe", "pipe", ...channels], ...APART });
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
  const [link, debugChannel] = child.stdio.slice(3) as unknown as [Duplex, Duplex | undefined];
  return new BoardProcess(child, link, console, ended, undefined, debugChannel, () => child.kill("SIGUSR1"));
}
