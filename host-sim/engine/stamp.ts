// SPDX-License-Identifier: Apache-2.0
/** Tells whether anything that a build depends on has changed, by name, size and time of every file. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

function addFolder(hash: ReturnType<typeof createHash>, folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) addFolder(hash, path);
    else {
      const { size, mtimeMs } = statSync(path);
      hash.update(`${path}\0${size}\0${mtimeMs}\n`);
    }
  }
}

/** Digest of the state of these files and folders, and of these words. */
export function stampOf(paths: readonly string[], words: readonly string[]): string {
  const hash = createHash("sha256");
  for (const word of words) hash.update(`${word}\n`);
  for (const path of paths) {
    const info = statSync(path);
    if (info.isDirectory()) addFolder(hash, path);
    else hash.update(`${path}\0${info.size}\0${info.mtimeMs}\n`);
  }
  return hash.digest("hex");
}

/** Whether the stamp kept in this file is this one. */
export function hasStamp(file: string, stamp: string): boolean {
  return existsSync(file) && readFileSync(file, "utf8") === stamp;
}

export function writeStamp(file: string, stamp: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, stamp);
}
