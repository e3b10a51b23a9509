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
 * @throws the system's error where the lock, or the folder, cannot be read or written: it may be somebody's.
 */
export function takeLock(path: string): number | undefined {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (makeLock(path)) return undefined;
    const owner = ownerOf(path);
    if (typeof owner === "number") return owner;
    if (owner === "nobody") removeStale(path);
  }
  return 0;
}

/**
 * Only who holds the second lock removes the first, and looks again before: of two that find it stale, the later one would
 * otherwise remove what the earlier one has made in its place.
 */
function removeStale(path: string): void {
  const guard = `${path}.stale`;
  if (!makeLock(guard)) {
    if (ownerOf(guard) === "nobody") rmSync(guard, { force: true });
    return;
  }
  try {
    if (ownerOf(path) === "nobody") rmSync(path, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}

/** @returns the process that has the lock; "nobody": it is there, and names none that lives; undefined: it is not there. */
function ownerOf(path: string): number | "nobody" | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const [, digits] = /^([1-9]\d{0,9})\n?$/.exec(text) ?? [];
  const pid = digits === undefined ? undefined : Number(digits);
  return pid !== undefined && isAlive(pid) ? pid : "nobody";
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
