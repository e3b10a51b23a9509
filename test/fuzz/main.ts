// SPDX-License-Identifier: Apache-2.0
/** `npm run fuzz`: fuzzes each target for some time, or shows that each finds the bugs that are planted for it. */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { buildPrograms, fuzzFolder } from "./build.js";
import { type FuzzRun, fuzz } from "./libfuzzer.js";
import { writeSeeds } from "./seeds.js";
import { TARGETS, type Target } from "./targets.js";

interface Options {
  readonly seconds: number;
  readonly seed: number;
  readonly target: readonly string[];
  readonly planted: boolean;
}

const REPORT_LINES = 40;

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError("expected a whole number from 1");
  return value;
}

function describe(name: string, { executions, covered, newInputs, finding }: FuzzRun): string {
  const count = (value: number) => value.toLocaleString("en-US");
  const counts = `${count(executions)} executions, ${count(covered)} blocks covered, ${count(newInputs)} new inputs`;
  return `${name.padEnd(10)} ${counts}, ${finding === undefined ? "no crash" : "CRASH"}`;
}

/** The corpus stays from run to run, beside the seeds. */
async function fuzzTarget(target: Target, { seconds, seed }: Options): Promise<boolean> {
  const program = `fuzz-${target.name}`;
  const corpus = join(fuzzFolder(), "corpus", target.name);
  const seeds = join(fuzzFolder(), "seeds", target.name);
  const findings = join(fuzzFolder(), "findings");
  await buildPrograms([program]);
  await writeSeeds(target, seeds);
  mkdirSync(corpus, { recursive: true });
  const { inputBytesMax } = target;
  const run = await fuzz(program, { seed, inputBytesMax, corpora: [corpus, seeds], findings, seconds });
  console.log(describe(target.name, run));
  if (run.finding === undefined) return true;
  console.log(run.finding.report.slice(-REPORT_LINES).join("\n"));
  console.log(`${target.name}: ${run.finding.summary}\n  the input is kept: ${run.finding.reproducer}`);
  return false;
}

async function findPlanted(target: Target, { seed }: Options): Promise<boolean> {
  const seeds = join(fuzzFolder(), "seeds", target.name);
  await buildPrograms(target.plants.map(({ name }) => `planted-${name}`));
  await writeSeeds(target, seeds);
  let isGood = true;
  for (const { name, what, shows, runs } of target.plants) {
    const corpus = mkdtempSync(join(fuzzFolder(), "planted-"));
    cpSync(seeds, corpus, { recursive: true });
    const { inputBytesMax } = target;
    const run = await fuzz(`planted-${name}`, {
      seed,
      inputBytesMax,
      corpora: [corpus],
      findings: corpus,
      executions: runs,
    });
    rmSync(corpus, { recursive: true });
    const isFound = run.finding?.summary.includes(shows) === true;
    const outcome = isFound ? `found (${shows})` : `NOT FOUND: ${run.finding?.summary ?? `${runs} executions`}`;
    console.log(`${target.name.padEnd(10)} ${name} (${what}): ${outcome}`);
    isGood &&= isFound;
  }
  return isGood;
}

function chosen(names: readonly string[]): readonly Target[] {
  const unknown = names.find((name) => !TARGETS.some((target) => target.name === name));
  if (unknown !== undefined)
    throw new RangeError(`no such target: ${unknown} (${TARGETS.map(({ name }) => name).join(", ")})`);
  return names.length === 0 ? TARGETS : TARGETS.filter(({ name }) => names.includes(name));
}

async function main(): Promise<void> {
  const collect = (name: string, names: readonly string[]): readonly string[] => [...names, name];
  const options = new Command("fuzz")
    .description("Fuzzes what reads bytes from outside. Ends with status 1 on a finding.")
    .option("--seconds <n>", "for each target", positive, 600)
    .option("--target <name>", "this one only; may be given again", collect, [])
    .option("--seed <n>", "of the first mutation", positive, 1)
    .option("--planted", "instead: show that each target finds the bugs that are planted for it", false)
    .parse()
    .opts<Options>();
  let isGood = true;
  for (const target of chosen(options.target)) {
    isGood = (await (options.planted ? findPlanted : fuzzTarget)(target, options)) && isGood;
  }
  process.exitCode = isGood ? 0 : 1;
}

await main();
