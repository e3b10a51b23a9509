// SPDX-License-Identifier: Apache-2.0
/** `thimble sim --debug` as a child process that a test talks to while it runs. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { RUN_LIMIT_MS } from "../cli/support.js";
import { DebugClient } from "./client.js";

const THIMBLE = fileURLToPath(new URL("../../cli/thimble.js", import.meta.url));

export class Sim {
  stdout = "";
  stderr = "";
  /** The exit status. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;
  #wake: () => void = () => undefined;

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const child = spawn(process.execPath, [THIMBLE, "sim", ...args], {
      env: { ...process.env, XSBUG_HOST: "", XSBUG_PORT: "", ...env },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
      this.#wake();
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
      this.#wake();
    });
    const late = setTimeout(() => child.kill("SIGKILL"), RUN_LIMIT_MS);
    this.ended = new Promise((resolve) => {
      child.on("close", (status) => {
        clearTimeout(late);
        this.#wake();
        resolve(status);
      });
    });
  }

  async #until<T>(find: () => T | undefined): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      if (this.#child.exitCode !== null) throw new Error(`it ended: ${this.stderr}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Waits until the app has written this. */
  async wrote(text: string): Promise<void> {
    await this.#until(() => this.stdout.includes(text) || undefined);
  }

  /** Waits until the command has said this. */
  async said(text: string): Promise<void> {
    await this.#until(() => this.stderr.includes(text) || undefined);
  }

  /** The port that it waits on for a debugger. */
  async port(): Promise<number> {
    return await this.#until(() => {
      const [, port] = /waiting for a debugger on 127\.0\.0\.1:(\d+)\n/.exec(this.stderr) ?? [];
      return port === undefined ? undefined : Number(port);
    });
  }

  /** Connects as soon as it waits. */
  async attach(): Promise<DebugClient> {
    return await DebugClient.connect(await this.port());
  }

  /** Ctrl-C on a terminal: to the whole group. */
  interrupt(): void {
    if (this.#child.pid !== undefined) process.kill(-this.#child.pid, "SIGINT");
  }

  /** To it alone, with no chance to clean up. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }
}

/** Whether a process runs with this word, a folder of a test for instance, on its command line. */
export function isRunningWith(word: string): boolean {
  return spawnSync("ps", ["-A", "-o", "args="], { encoding: "utf8" }).stdout.includes(word);
}

/** The number of the first line that has this mark. */
export function lineOf(source: string, mark: string): number {
  const at = source.split("\n").findIndex((line) => line.includes(mark));
  if (at < 0) throw new Error(`no line with ${mark}`);
  return at + 1;
}
