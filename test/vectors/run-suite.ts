// SPDX-License-Identifier: Apache-2.0
/** Runs a suite on a machine and counts. */

import type { VectorMachine } from "./machines.js";
import type { Outcome } from "./outcome.js";
import type { Case, Suite } from "./suite.js";

export interface Tally {
  /** Cases of the file. */
  readonly total: number;
  /** Cases that were run: fewer where a sample was. */
  readonly run: number;
  readonly passed: number;
  readonly refused: number;
  /** Case and reason. */
  readonly unsupported: readonly string[];
  /** Case and what went wrong. */
  readonly failed: readonly string[];
}

export async function runSuite(machine: VectorMachine, suite: Suite, cases: readonly Case[]): Promise<Tally> {
  const total = suite.cases.length;
  const whole = suite.unsupported;
  if (whole !== undefined) return { total, run: 0, passed: 0, refused: 0, unsupported: [`all: ${whole}`], failed: [] };
  const counts = { passed: 0, refused: 0 };
  const unsupported: string[] = [];
  const failed: string[] = [];
  for (const { id, data, unsupported: why } of cases) {
    const outcome: Outcome =
      why === undefined ? await machine.run(suite.runner, data) : { kind: "unsupported", text: why };
    if (outcome.kind === "unsupported") unsupported.push(`${id}: ${outcome.text}`);
    else if (outcome.kind === "failed") failed.push(`${id}: ${outcome.text}`);
    else counts[outcome.kind]++;
  }
  return { total, run: cases.length, ...counts, unsupported, failed };
}
