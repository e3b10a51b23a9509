// SPDX-License-Identifier: Apache-2.0
/** `thimble doctor`: what this machine has, what is missing, and what to do about it. */
import type { Check } from "./doctor-check.js";
import { checkAll } from "./doctor-checks.js";
import { ExitStatus } from "./exit-status.js";
import { colorsFor, printJson } from "./terminal.js";

export interface DoctorArguments {
  readonly json: boolean;
}

function describe(check: Check, width: number): string {
  const colors = colorsFor(process.stdout);
  const { state, title, detail, advice } = check;
  const mark = { ok: colors.green, missing: colors.red, optional: colors.dim }[state](state.padEnd(8));
  const lines = [`${mark} ${title.padEnd(width)}  ${state === "optional" ? colors.dim(detail) : detail}`];
  const paint = state === "missing" ? colors.yellow : colors.dim;
  if (state !== "ok" && advice !== undefined) lines.push(`${" ".repeat(9)}${paint(advice)}`);
  return lines.join("\n");
}

/** @returns 0 only when everything that is needed is there. */
export async function doctor({ json }: DoctorArguments): Promise<number> {
  const checks = await checkAll();
  const missing = checks.filter(({ state }) => state === "missing");
  if (json) printJson({ ok: missing.length === 0, checks });
  else {
    const width = Math.max(...checks.map(({ title }) => title.length));
    const verdict = missing.length === 0 ? "everything that is needed is there" : `${missing.length} missing`;
    process.stdout.write(`${[...checks.map((check) => describe(check, width)), verdict].join("\n")}\n`);
  }
  return missing.length === 0 ? ExitStatus.ok : ExitStatus.failed;
}
