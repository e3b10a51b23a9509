// SPDX-License-Identifier: Apache-2.0
/** One run of a libFuzzer program and what came of it. */
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { programOf } from "./build.js";

/** An input that takes longer hangs. */
const INPUT_LIMIT_S = 20;
const MEMORY_LIMIT_MB = 2048;
const LINES_KEPT = 400;

export interface FuzzRun {
  readonly executions: number;
  /** Basic blocks that were reached, of those that lead the fuzzer. */
  readonly covered: number;
  /** Inputs that reached something new in this run. */
  readonly newInputs: number;
  readonly finding: Finding | undefined;
}

interface Finding {
  /** The sanitizer's or the target's one line. */
  readonly summary: string;
  /** The input that shows it again. */
  readonly reproducer: string;
  /** What the program wrote, its last lines. */
  readonly report: readonly string[];
}

export interface FuzzOptions {
  readonly seed: number;
  readonly inputBytesMax: number;
  /** The first receives what is found. */
  readonly corpora: readonly string[];
  /** Where a reproducer goes. */
  readonly findings: string;
  readonly executions?: number;
  readonly seconds?: number;
  /** Whether memory that is not given back is a finding. Looking for it needs ptrace, which not every container has. */
  readonly findsLeaks: boolean;
}

function numberAfter(lines: readonly string[], pattern: RegExp): number {
  for (let i = lines.length - 1; i >= 0; i--) {
    const match = pattern.exec(lines[i] as string);
    if (match) return Number(match[1]);
  }
  return 0;
}

function findingIn(lines: readonly string[], program: string, status: number | null): Finding {
  const summary = lines.find((line) => /^finding: |^SUMMARY: /.test(line)) ?? `${program} ended with status ${status}`;
  const written = lines
    .map((line) => /Test unit written to (.*)$/.exec(line)?.[1])
    .filter((path) => path !== undefined);
  return { summary, reproducer: written.at(-1) ?? "none was written", report: lines };
}

/** @param program - "fuzz-NAME" or "planted-NAME". @throws Error when it cannot be started. */
export function fuzz(program: string, options: FuzzOptions): Promise<FuzzRun> {
  const { seed, inputBytesMax, corpora, findings, executions, seconds, findsLeaks } = options;
  mkdirSync(findings, { recursive: true });
  const args = [
    `-seed=${seed}`,
    `-max_len=${inputBytesMax}`,
    `-timeout=${INPUT_LIMIT_S}`,
    `-rss_limit_mb=${MEMORY_LIMIT_MB}`,
    `-artifact_prefix=${join(findings, `${program}-`)}`,
    "-print_final_stats=1",
    `-detect_leaks=${findsLeaks ? 1 : 0}`,
    ...(executions === undefined ? [] : [`-runs=${executions}`]),
    ...(seconds === undefined ? [] : [`-max_total_time=${seconds}`]),
    ...corpora,
  ];
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ASAN_OPTIONS: `detect_leaks=${findsLeaks ? 1 : 0}` };
    const child = spawn(programOf(program), args, { env, stdio: ["ignore", "ignore", "pipe"] });
    const lines: string[] = [];
    createInterface({ input: child.stderr }).on("line", (line) => {
      if (lines.push(line) > LINES_KEPT) lines.splice(0, LINES_KEPT / 4);
    });
    child.on("error", reject);
    child.on("close", (status) => {
      resolve({
        executions: numberAfter(lines, /^stat::number_of_executed_units:\s*(\d+)/),
        covered: numberAfter(lines, /^#\d+\s.*\bcov: (\d+)/),
        newInputs: numberAfter(lines, /^stat::new_units_added:\s*(\d+)/),
        finding: status === 0 ? undefined : findingIn(lines, program, status),
      });
    });
  });
}
