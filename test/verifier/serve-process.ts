// SPDX-License-Identifier: Apache-2.0
/** `thimble attest serve` as a process of its own, and what it writes. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { packageRoot } from "../../host-sim/engine/paths.js";

/** What it writes with --json. */
export interface Line {
  readonly event: string;
  readonly [fact: string]: unknown;
}

export interface ServeOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export class ServeProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  /** @param args - of `thimble`. */
  constructor(args: readonly string[], { env, ...options }: ServeOptions) {
    const child = spawn(process.execPath, [join(packageRoot, "dist/cli/thimble.js"), ...args], {
      ...options,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  async text(): Promise<string> {
    return (await this.#lines.next()).value as string;
  }

  async line(): Promise<Line> {
    return JSON.parse(await this.text()) as Line;
  }

  /** Whoever read what it writes goes away. */
  leave(): void {
    this.#child.stdout?.destroy();
  }

  /** As Ctrl-C does it. @returns its status. */
  end(): Promise<number | null> {
    return new Promise((resolve) => {
      this.#child.once("exit", resolve);
      this.#child.kill("SIGINT");
    });
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }
}
