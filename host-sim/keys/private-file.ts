// SPDX-License-Identifier: Apache-2.0
/** Files of a key store: read within bounds, written as a whole and for the owner alone. */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from "node:fs";
import { KeyError } from "./error.js";

/** Of keys and passphrases. */
export const KEY_FILE_MAX = 16 * 1024;
const OTHERS = 0o077;
const OWNER = 0o600;
const ALL = 0o644;

interface ReadOptions {
  readonly limit: number;
  /** Others may not be able to read it. */
  readonly isPrivate?: boolean;
  /** A pipe will do: `/dev/fd/3`. */
  readonly takesPipe?: boolean;
}

function fail(message: string, advice: string, cause?: unknown): never {
  throw new KeyError("KEY_FILE", message, advice, { cause });
}

function checkMode(path: string, { mode }: Stats): void {
  if ((mode & OTHERS) === 0) return;
  const advice = `Run: chmod 600 ${path}\nWhat anyone else could read until now, treat as stolen: docs/keys.md.`;
  const shown = (mode & 0o777).toString(8).padStart(4, "0");
  throw new KeyError("KEY_MODE", `${path} can be read by others (mode ${shown})`, advice);
}

function readAll(file: number, limit: number): Buffer {
  const buffer = Buffer.alloc(limit + 1);
  let length = 0;
  for (let count = -1; count !== 0 && length < buffer.length; length += count) {
    count = readSync(file, buffer, length, buffer.length - length, null);
  }
  return buffer.subarray(0, length);
}

/**
 * @returns undefined when there is no such file.
 * @throws KeyError KEY_FILE - no file, too large, or it cannot be read. KEY_MODE - others may read it.
 */
export function readBounded(path: string, { limit, isPrivate, takesPipe }: ReadOptions): Buffer | undefined {
  let file: number;
  try {
    // Without waiting for whoever should write into a pipe of that name.
    file = openSync(path, takesPipe === true ? constants.O_RDONLY : constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    return fail(`${path} cannot be read: ${(cause as Error).message}`, "Look at its permissions.", cause);
  }
  try {
    const info = fstatSync(file);
    if (!info.isFile() && !(takesPipe === true && info.isFIFO())) return fail(`${path} is no file`, "Name a file.");
    if (isPrivate === true && info.isFile()) checkMode(path, info);
    const bytes = readAll(file, limit);
    if (bytes.length > limit) return fail(`${path} has more than ${limit} bytes`, "Is it the right file?");
    return bytes;
  } finally {
    closeSync(file);
  }
}

/** A passphrase from a file or a pipe: its first line. @throws KeyError KEY_FILE, KEY_MODE */
export function readPassphraseFile(path: string): string {
  const bytes = readBounded(path, { limit: KEY_FILE_MAX, isPrivate: true, takesPipe: true });
  const [line = ""] = (bytes?.toString("utf8") ?? "").split(/\r?\n/);
  if (line !== "") return line;
  return fail(`${path} ${bytes === undefined ? "is not there" : "has no first line"}`, "It is to hold a passphrase.");
}

/** A file, and what it is to hold. */
export interface PlannedFile {
  readonly path: string;
  readonly content: string | Uint8Array;
  /** For the owner alone. */
  readonly isPrivate: boolean;
}

function aside(path: string): string {
  return `${path}.${process.pid}`;
}

function writeAside({ path, content, isPrivate }: PlannedFile): void {
  rmSync(aside(path), { force: true });
  const file = openSync(aside(path), "wx", isPrivate ? OWNER : ALL);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } catch (error) {
    // Of a write to an open file the system does not say which it was.
    (error as Error).message += ` '${path}'`;
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Puts all in their places, in order, when all are written; leaves everything as it was where one cannot be. */
export function writeTogether(files: readonly PlannedFile[]): void {
  try {
    for (const file of files) writeAside(file);
    for (const { path } of files) renameSync(aside(path), path);
  } catch (error) {
    for (const { path } of files) rmSync(aside(path), { force: true });
    throw error;
  }
}
