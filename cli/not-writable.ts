// SPDX-License-Identifier: Apache-2.0
/** A file or folder that takes nothing: no fault of ours, and something that the user can mend. */

const CODES: readonly unknown[] = ["EACCES", "EDQUOT", "EFBIG", "ENOSPC", "ENOTDIR", "EPERM", "EROFS"];
/** The same in the words of programs that we run. */
const LINE = /^.*(no space left on device|disk quota exceeded|read-only file system|file too large).*$/im;

/** Whether the system refused to write, rather than to start a program. */
export function isNotWritable(error: Error): boolean {
  const { code, syscall = "" } = error as NodeJS.ErrnoException;
  // Where the file system is read-only, Node says of folders in folders that there is no such folder.
  if (syscall === "mkdir" && code === "ENOENT") return true;
  return CODES.includes(code) && syscall !== "scandir" && !syscall.startsWith("spawn");
}

/** The line of a program's output that says so. */
export function lineOfNotWritable(output: string): string | undefined {
  return LINE.exec(output)?.[0].trim();
}
