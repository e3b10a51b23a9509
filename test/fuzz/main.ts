// SPDX-License-Identifier: Apache-2.0
/** `npm run fuzz`: fuzzes each target for some time, or shows that each finds the bugs that are planted for it. */
import { Command, InvalidArgumentError } from "commander";
import { JOBS, type Options } from "./jobs.js";

interface Arguments extends Options {
  readonly target: readonly string[];
  readonly planted: boolean;
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError("Expected a whole number from 1.");
  return value;
}

function known(name: string, names: readonly string[]): readonly string[] {
  const all = JOBS.map((job) => job.name);
  if (!all.includes(name)) throw new InvalidArgumentError(`Expected one of ${all.join(", ")}.`);
  return [...names, name];
}

async function main(): Promise<void> {
  const { target, planted, ...options } = new Command("fuzz")
    .description("Fuzzes what reads bytes from outside. Ends with status 1 on a finding.")
    .option("--seconds <n>", "for each target", positive, 600)
    .option("--target <name>", "this one only; may be given again", known, [])
    .option("--seed <n>", "of the first mutation", positive, 1)
    .option("--planted", "instead: show that each target finds the bugs that are planted for it", false)
    .parse()
    .opts<Arguments>();
  let isGood = true;
  for (const job of JOBS) {
    if (target.length > 0 && !target.includes(job.name)) continue;
    const isJobGood = await (planted ? job.findPlanted(options) : job.fuzz(options));
    isGood &&= isJobGood;
  }
  process.exitCode = isGood ? 0 : 1;
}

try {
  await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
