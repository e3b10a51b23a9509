// SPDX-License-Identifier: Apache-2.0
/**
 * A lock between processes: a file that holds its owner's process id. A lock whose owner is gone, or which names none,
 * counts as free.
 */
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";

/** A lock may be given back, or found stale, between two looks. */
const ATTEMPTS = 3;
/** Of file systems without links. */
const NO_LINKS: readonly unknown[] = ["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"];

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Makes it as a whole, with its number: one that was made empty would be taken for nobody's. @returns whether it was free. */
function makeLock(path: string): boolean {
  const aside = `${path}.${process.pid}`;
  try {
    writeFileSync(aside, `${process.pid}\n`);
    linkSync(aside, path);
    return true;
  } catch (error) {
    const { code, syscall, path: unopened } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (syscall === "link" && NO_LINKS.includes(code)) return makeInPlace(path);
    // Of a write to an open file the system does not say which it was.
    if (unopened === undefined) (error as Error).message += ` '${path}'`;
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function makeInPlace(path: string): boolean {
  try {
    writeFileSync(path, `${process.pid}\n`, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/**
 * Takes the lock if it is free; `rmSync` of the file gives it back.
 * @returns undefined when it was taken, otherwise the process id of the owner (0 when others took it again and again).
 */
export function takeLock(path: string): number | undefined {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (makeLock(path)) return undefined;
    const pid = readOwner(path);
    if (pid !== undefined && isAlive(pid)) return pid;
    rmSync(path, { force: true });
  }
  return 0;
}

/** @returns undefined: it names nobody, or was given back between the two looks. */
function readOwner(path: string): number | undefined {
  try {
    const [, pid] = /^([1-9]\d{0,9})\n?$/.exec(readFileSync(path, "utf8")) ?? [];
    return pid === undefined ? undefined : Number(pid);
  } catch {
    return undefined;
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
