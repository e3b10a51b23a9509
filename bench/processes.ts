// SPDX-License-Identifier: Apache-2.0
/** Programs that are started to be timed. */
import { spawn } from "node:child_process";

interface Ran {
  /** From start to end. */
  readonly ms: number;
  /** From start to the first byte on stdout. */
  readonly firstMs: number;
  readonly stdout: string;
}

/** Runs `node ARGS`. @throws Error - it did not end with status 0. */
export function runNode(args: readonly string[]): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    let firstMs = Number.NaN;
    let stdout = "";
    let stderr = "";
    child.stdout.once("data", () => {
      firstMs = performance.now() - start;
    });
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (status) => {
      if (status === 0) resolve({ ms: performance.now() - start, firstMs, stdout });
      else reject(new Error(`node ${args.join(" ")} ended with status ${status}:\n${stderr}`));
    });
  });
}
