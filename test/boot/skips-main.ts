// SPDX-License-Identifier: Apache-2.0
/** `npm run skips`: skips each instruction of boot's decisions in turn and prints what came of what must be refused. */
import { rmSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { ensureEngines } from "../../host-sim/engine/build.js";
import type { Case } from "./cases.js";
import { flowSkipCases } from "./flow-skip-cases.js";
import { skipCases } from "./skip-cases.js";
import { buildSkipProgram, type Instruction, PARTS, type SkipProgram } from "./skip-program.js";
import { countOf, type End, type Skip, Skips } from "./skips.js";
import { findOccasions, skipEachOnce } from "./skips-once.js";

const ENDS: readonly End[] = ["refused", "crashed", "hung", "ACCEPTED"];

interface Arguments {
  readonly function?: string;
  readonly sample: number;
  readonly once?: boolean;
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError("Expected a whole number from 1.");
  return value;
}

function chosen(all: readonly Instruction[], options: Arguments): readonly Instruction[] {
  return all.filter((one) => options.function === undefined || one.function === options.function);
}

/** Of what options ask for. */
async function skipIn(
  program: SkipProgram,
  cases: readonly Case[],
  instructions: readonly Instruction[],
  { sample, once }: Arguments,
  most: number,
): Promise<readonly Skip[]> {
  const sampleOf = <T>(all: readonly T[]): readonly T[] => all.filter((_, i) => i % sample === 0);
  const progress = (all: readonly unknown[], what: string) => (count: number) => {
    if (count % 100 === 0 || count === all.length) process.stderr.write(`\r${count} of ${all.length} ${what}`);
  };
  if (once) {
    const times = sampleOf(await findOccasions({ ...program, instructions }, cases, most));
    return await skipEachOnce(program, cases, times, progress(times, "times"));
  }
  const some = sampleOf(instructions);
  return await new Skips(program, cases).run(some, progress(some, "instructions"));
}

function printRow(name: string, ...values: readonly (number | string)[]): void {
  console.log(name.padEnd(24) + values.map((value) => String(value).padStart(13)).join(""));
}

function printTable(skips: readonly Skip[]): void {
  const row = (name: string, some: readonly Skip[]): void => {
    const instructions = new Set(some.map(({ instruction }) => instruction)).size;
    printRow(name, instructions, ...ENDS.map((end) => countOf(some, end)));
  };
  printRow("function", "instructions", ...ENDS);
  for (const name of new Set(skips.map(({ instruction }) => instruction.function))) {
    row(
      name,
      skips.filter(({ instruction }) => instruction.function === name),
    );
  }
  row("all", skips);
  for (const { instruction, end, ...skip } of skips) {
    if (end !== "ACCEPTED") continue;
    console.log(
      `${end}  ${instruction.function}  0x${instruction.address.toString(16)}  ${instruction.text}  ${skip.case}`,
    );
  }
}

async function main(): Promise<boolean> {
  const options = new Command("skips")
    .description("Skips instructions of devices/boot on the emulated Cortex-M33. Ends with status 1 when boot accepts.")
    .option("--function <name>", "of this function only")
    .option("--sample <n>", "every n-th instruction; with --once every n-th time", positive, 1)
    .option("--once", "those that run several times: at one of these times, each in turn (an hour)")
    .parse()
    .opts<Arguments>();
  await ensureEngines([{ board: "mps2-an505", variant: "release" }], () => undefined);
  const started = Date.now();
  const skips: Skip[] = [];
  let known: readonly string[] = [];
  for (const [parts, cases, most] of [
    [PARTS.images, skipCases(), Number.POSITIVE_INFINITY],
    // The log of slots is read in a loop of 512, and nothing in it is trusted.
    [PARTS.flow, flowSkipCases(), 8],
  ] as const) {
    const program = await buildSkipProgram(parts);
    try {
      const instructions = chosen(program.instructions, options);
      known = [...known, ...new Set(program.instructions.map((one) => one.function))];
      if (instructions.length === 0) continue;
      skips.push(...(await skipIn(program, cases, instructions, options, most)));
      process.stderr.write("\n");
    } finally {
      rmSync(program.folder, { recursive: true, force: true });
    }
  }
  if (options.function !== undefined && !known.includes(options.function)) {
    throw new Error(`devices/boot has no function ${options.function}; there are ${known.join(", ")}`);
  }
  printTable(skips);
  const accepted = countOf(skips, "ACCEPTED");
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(`accepted ${accepted} of ${skips.length} starts with an instruction skipped, in ${seconds} s`);
  return accepted === 0;
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
