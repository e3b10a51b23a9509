// SPDX-License-Identifier: Apache-2.0
/**
 * Folders that are gone with this process. One that was killed cannot clean up: their names have its id, and a later run
 * removes those whose process is gone.
 */
import { lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive } from "./lock.js";

/** A run spends no more time on what others left. */
const SWEPT_MAX = 100;
const NAME = /^thimble-[a-z]+-(\d+)\.(\d+)-\w{6}$/;

/** Containers may share a folder for temporary files, and then count their processes from 1 each. */
function space(): string {
  try {
    return readlinkSync("/proc/self/ns/pid").replace(/\D/g, "");
  } catch {
    return "0";
  }
}

function isLeft(folder: string, name: string, here: string): boolean {
  const [, pid, where] = NAME.exec(name) ?? [];
  if (pid === undefined || where !== here || isAlive(Number(pid))) return false;
  const entry = lstatSync(join(folder, name), { throwIfNoEntry: false });
  return entry?.isDirectory() === true && entry.uid === process.getuid?.();
}

/** Removes what killed runs of this user left. What cannot be removed is nobody's trouble. */
function sweep(folder: string, here: string): void {
  try {
    const left = readdirSync(folder).filter((name) => isLeft(folder, name, here));
    for (const name of left.slice(0, SWEPT_MAX)) rmSync(join(folder, name), { recursive: true, force: true });
  } catch {}
}

let hasSwept = false;

/** Makes a folder for temporary files; whoever asks for it removes it. @param what - a word for its name. */
export function makeScratch(what: string): string {
  const [folder, here] = [tmpdir(), space()];
  if (!hasSwept) sweep(folder, here);
  hasSwept = true;
  return mkdtempSync(join(folder, `thimble-${what}-${process.pid}.${here}-`));
}
