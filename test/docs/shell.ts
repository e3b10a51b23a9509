// SPDX-License-Identifier: Apache-2.0
/** Runs a line as a reader would type it: `thimble` and `npx thimble` are this checkout's. Output comes as on a terminal, in one. */
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const THIMBLE = fileURLToPath(new URL("../../cli/thimble.js", import.meta.url));
/** A line that takes longer is ended, and then its status is null. */
const LINE_LIMIT_MS = 120_000;

let programs: string | undefined;

/** A folder with the programs `thimble` and `npx`, first in PATH. */
function programsFolder(): string {
  if (programs !== undefined) return programs;
  const folder = mkdtempSync(join(tmpdir(), "thimble-docs-bin-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const thimble = `exec '${process.execPath}' '${THIMBLE}' "$@"`;
  const npx = `[ "$1" = thimble ] || { echo "npx is for thimble here" >&2; exit 1; }\nshift\n${thimble}`;
  for (const [name, text] of Object.entries({ thimble, npx })) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  programs = folder;
  return folder;
}

export interface LineResult {
  readonly status: number | null;
  /** What it wrote to stdout and stderr, without progress. */
  readonly output: string;
}

/** What a terminal would have wiped away: see cli/progress.ts. */
const PROGRESS = /^.* \.\.\.\n/gm;

export function runLine(line: string, folder: string): Promise<LineResult> {
  return new Promise((resolve, reject) => {
    const path = `${programsFolder()}${delimiter}${process.env.PATH ?? ""}`;
    const child = spawn("bash", ["-c", `exec 2>&1\n${line}`], {
      cwd: folder,
      env: { ...process.env, PATH: path },
      detached: true,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    const late = setTimeout(() => child.pid && process.kill(-child.pid, "SIGKILL"), LINE_LIMIT_MS);
    child.on("error", reject);
    child.on("close", (status) => {
      clearTimeout(late);
      resolve({ status, output: output.replace(PROGRESS, "") });
    });
  });
}
