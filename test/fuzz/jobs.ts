// SPDX-License-Identifier: Apache-2.0
/** What `npm run fuzz` can do: for each target, fuzz it for some time, or look for the bugs that are planted for it. */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureEngines } from "../../host-sim/engine/build.js";
import { buildPrograms, fuzzFolder } from "./build.js";
import { DECODERS_ON, fuzzOnBoard } from "./decoders/on-board.js";
import { findPlantedDecoder, PLANTED_DECODERS, PLANTED_RUNS } from "./decoders/planted.js";
import { type FuzzRun, fuzz } from "./libfuzzer.js";
import { writeSeeds } from "./seeds.js";
import { TARGETS, type Target } from "./targets.js";

export interface Options {
  readonly seconds: number;
  readonly seed: number;
}

/** Both print a line for what was done, and give whether all is well. */
interface Job {
  readonly name: string;
  fuzz(options: Options): Promise<boolean>;
  findPlanted(options: Options): Promise<boolean>;
}

const REPORT_LINES = 40;
const DECODERS = "decoders";

function count(value: number): string {
  return value.toLocaleString("en-US");
}

function describe(name: string, { executions, covered, newInputs, finding }: FuzzRun): string {
  const counts = `${count(executions)} executions, ${count(covered)} blocks covered, ${count(newInputs)} new inputs`;
  return `${name.padEnd(10)} ${counts}, ${finding === undefined ? "no finding" : "FINDING"}`;
}

function describePlanted(name: string, what: string, isFound: boolean, instead: string): string {
  return `${name.padEnd(10)} ${what}: ${isFound ? "found" : `NOT FOUND: ${instead}`}`;
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
  const run = await fuzz(program, {
    seed,
    inputBytesMax,
    corpora: [corpus, seeds],
    findings,
    seconds,
    findsLeaks: true,
  });
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
      findsLeaks: false,
    });
    rmSync(corpus, { recursive: true });
    const isFound = run.finding?.summary.includes(shows) === true;
    console.log(describePlanted(target.name, what, isFound, run.finding?.summary ?? `in ${count(runs)} executions`));
    isGood &&= isFound;
  }
  return isGood;
}

/** The decoders in TypeScript, on XS under AddressSanitizer. */
async function fuzzDecoders({ seconds, seed }: Options): Promise<boolean> {
  await ensureEngines([DECODERS_ON], () => undefined);
  const run = await fuzzOnBoard(seed, seconds);
  const { executions, accepted, codes, finding } = run;
  const counts = `${count(executions)} executions, ${count(accepted)} accepted, ${codes} codes of refusal`;
  console.log(`${DECODERS.padEnd(10)} ${counts}, ${finding === undefined ? "no finding" : "FINDING"}`);
  if (finding !== undefined) console.log(`${DECODERS}: ${finding}`);
  return finding === undefined;
}

async function findPlantedDecoders({ seed }: Options): Promise<boolean> {
  let isGood = true;
  for (const planted of PLANTED_DECODERS) {
    const isFound = findPlantedDecoder(planted, seed) !== undefined;
    console.log(describePlanted(DECODERS, `a decoder that ${planted.what}`, isFound, `in ${PLANTED_RUNS} executions`));
    isGood &&= isFound;
  }
  return isGood;
}

function jobFor(target: Target): Job {
  return {
    name: target.name,
    fuzz: (options) => fuzzTarget(target, options),
    findPlanted: (options) => findPlanted(target, options),
  };
}

export const JOBS: readonly Job[] = Object.freeze([
  ...TARGETS.map(jobFor),
  { name: DECODERS, fuzz: fuzzDecoders, findPlanted: findPlantedDecoders },
]);
