// SPDX-License-Identifier: Apache-2.0
/** Runs a line as a reader would type it: `thimble` and `npx thimble` are this checkout's. Output comes as on a terminal, in one. */
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expectShown, shownOf } from "./shown.js";

const THIMBLE = fileURLToPath(new URL("../../cli/thimble.js", import.meta.url));
/** A line that takes longer is ended, and then its status is null. */
const LINE_LIMIT_MS = 120_000;
/** After Ctrl-C. */
const END_LIMIT_MS = 30_000;
const POLL_MS = 100;

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
/** How a checkout calls itself; who has it installed sees what was typed. */
const CHECKOUT = /\bnode \S*dist\/cli\/thimble\.js\b/g;

function readOutput(line: string, output: string): string {
  const name = line.startsWith("npx ") ? "npx thimble" : "thimble";
  return output.replace(PROGRESS, "").replace(CHECKOUT, name);
}

/** A line in a shell of its own, in a group of its own, which Ctrl-C reaches as a whole. */
function startLine(
  line: string,
  folder: string,
): { child: ChildProcess; onOutput: (take: (text: string) => void) => void } {
  const path = `${programsFolder()}${delimiter}${process.env.PATH ?? ""}`;
  const child = spawn("bash", ["-c", `exec 2>&1\n${line}`], {
    cwd: folder,
    env: { ...process.env, PATH: path },
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  return { child, onOutput: (take) => child.stdout.setEncoding("utf8").on("data", take) };
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid !== undefined) process.kill(-pid, signal);
}

export function runLine(line: string, folder: string): Promise<LineResult> {
  return new Promise((resolve, reject) => {
    const { child, onOutput } = startLine(line, folder);
    let output = "";
    onOutput((text) => {
      output += text;
    });
    const late = setTimeout(() => signalGroup(child, "SIGKILL"), LINE_LIMIT_MS);
    child.on("error", reject);
    child.on("close", (status) => {
      clearTimeout(late);
      resolve({ status, output: readOutput(line, output) });
    });
  });
}

/** A command that goes on until Ctrl-C: a page shows what it writes bit by bit. */
export class RunningLine {
  readonly line: string;
  readonly #patienceMs: number;
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  /** What no block has shown yet. */
  #output = "";
  #onNews: () => void = () => undefined;

  /** @param patienceMs - what it has not written after so long is missing. */
  constructor(line: string, folder: string, patienceMs: number) {
    this.line = line;
    this.#patienceMs = patienceMs;
    const { child, onOutput } = startLine(line, folder);
    this.#child = child;
    onOutput((text) => {
      this.#output += text;
      this.#onNews();
    });
    this.#ended = new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  }

  /** Waits until it has written what is shown. @throws AssertionError - it has not, after a while. */
  async expect(shown: string): Promise<void> {
    const endMs = performance.now() + this.#patienceMs;
    for (;;) {
      const came = readOutput(this.line, this.#output);
      const length = shownOf(shown, came);
      if (length !== undefined) {
        this.#output = came.slice(length);
        return;
      }
      if (performance.now() > endMs) expectShown(`$ ${this.line}`, shown, came);
      await new Promise<void>((resolve) => {
        this.#onNews = resolve;
        setTimeout(resolve, POLL_MS);
      });
    }
  }

  /** Ctrl-C. @returns the exit status. */
  async interrupt(): Promise<number | null> {
    signalGroup(this.#child, "SIGINT");
    const late = setTimeout(() => signalGroup(this.#child, "SIGKILL"), END_LIMIT_MS);
    return await this.#ended.finally(() => clearTimeout(late));
  }
}
