// SPDX-License-Identifier: Apache-2.0
/** Runs test/machines/specs.test.js in a mocha of its own and reads its report. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../host-sim/engine/paths.js";

interface JsonTest {
  readonly fullTitle: string;
  readonly err: { readonly message?: string; readonly stack?: string };
}

interface JsonReport {
  readonly passes: readonly JsonTest[];
  readonly failures: readonly JsonTest[];
  readonly pending: readonly JsonTest[];
}

export interface Nested {
  /** By full title: "passed", "pending", or message and stack of the failure. */
  readonly results: ReadonlyMap<string, string>;
  readonly status: number | null;
  /** All that it printed. */
  readonly output: string;
}

/** @param environment - beside this process' own; without what a surrounding `npm test` set for its own mocha. */
export async function runSpecsNested(environment: Readonly<Record<string, string>>): Promise<Nested> {
  const folder = mkdtempSync(join(tmpdir(), "thimble-nested-"));
  const file = join(folder, "report.json");
  try {
    const { THIMBLE_TEST_STATS: _, ...inherited } = process.env;
    const mocha = join(packageRoot, "node_modules", "mocha", "bin", "mocha.js");
    const specs = join(packageRoot, "dist", "test", "machines", "specs.test.js");
    const options = ["--no-config", "--reporter", "json", "--reporter-option", `output=${file}`];
    const child = spawn(process.execPath, [mocha, ...options, specs], {
      cwd: packageRoot,
      env: { ...inherited, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    const status = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    });
    const { passes, failures, pending } = JSON.parse(readFileSync(file, "utf8")) as JsonReport;
    const results = new Map<string, string>();
    for (const test of passes) results.set(test.fullTitle, "passed");
    for (const test of pending) results.set(test.fullTitle, "pending");
    for (const { fullTitle, err } of failures) results.set(fullTitle, err.stack ?? err.message ?? "failed");
    return { results, status, output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
