// SPDX-License-Identifier: Apache-2.0
/** A lock between processes: a file that holds its owner's process id. A lock whose owner is gone counts as free. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Takes the lock if it is free; `rmSync` of the file gives it back.
 * @returns undefined when it was taken, otherwise the process id of the owner (0 when it is not known yet).
 */
export function takeLock(path: string): number | undefined {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(path, `${process.pid}\n`, { flag: "wx" });
      return undefined;
    } catch (error) {
      const { code, path: unopened } = error as NodeJS.ErrnoException;
      // Made, and then there was no room for the number in it: it would look like a lock for ever.
      if (code !== "EEXIST" && unopened === undefined) {
        rmSync(path, { force: true });
        (error as Error).message += ` '${path}'`;
      }
      if (code !== "EEXIST") throw error;
    }
    const pid = readOwner(path);
    if (pid === 0 || isAlive(pid)) return pid;
    rmSync(path, { force: true });
  }
  return 0;
}

function readOwner(path: string): number {
  try {
    const pid = Number.parseInt(readFileSync(path, "utf8"), 10);
    return Number.isInteger(pid) ? pid : 0;
  } catch {
    return 0; // given back between the two looks
  }
}

/** Waits for the lock, then does the work. @param onWait - told once when another process has it. */
export async function withLock<T>(path: string, onWait: (pid: number) => void, work: () => Promise<T>): Promise<T> {
  for (let told = false; ; ) {
    const owner = takeLock(path);
    if (owner === undefined) break;
    if (!told) onWait(owner);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}
