// SPDX-License-Identifier: Apache-2.0
/** Files that are there as a whole or not at all: a full disk or an end in the middle leaves what was there before. */
import { renameSync, rmSync, writeFileSync } from "node:fs";

/** Writes a file in the place of the one that is there. Throws the system's error, with the path in its message. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const partial = `${path}.${process.pid}`;
  try {
    writeFileSync(partial, content);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    // Of a write to an open file the system does not say which it was.
    if (error instanceof Error && (error as NodeJS.ErrnoException).path === undefined) error.message += ` '${path}'`;
    throw error;
  }
}
