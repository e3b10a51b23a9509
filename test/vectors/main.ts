// SPDX-License-Identifier: Apache-2.0
/** `npm run vectors`: every public vector on every machine, as a table. Fails on a failure. */
import { Command } from "commander";
import { chosenMachines, type Machine, missingFor } from "../harness/machines.js";
import { openMachine } from "./machines.js";
import { runSuite, type Tally } from "./run-suite.js";
import { casesFor, type Suite } from "./suite.js";
import { readSuites } from "./suites.js";

const MACHINES = "node,noble,host,mps2-an505";
const COLUMNS = ["total", "run", "pass", "refused", "unsupported", "failed"] as const;

function cellsOf({ total, run, passed, refused, unsupported, failed }: Tally, suite: Suite): number[] {
  const isWhole = suite.unsupported !== undefined;
  return [total, run, passed, refused, isWhole ? total : unsupported.length, failed.length];
}

async function runMachine(machine: Machine, suites: readonly Suite[], all: boolean): Promise<Map<Suite, Tally>> {
  const open = openMachine(machine);
  const tallies = new Map<Suite, Tally>();
  try {
    for (const suite of suites) {
      tallies.set(suite, await runSuite(open, suite, all ? suite.cases : casesFor(machine.name, suite)));
    }
  } finally {
    await open.close();
  }
  return tallies;
}

function printTable(machine: string, tallies: ReadonlyMap<Suite, Tally>): void {
  const width = Math.max(...[...tallies.keys()].map(({ name }) => name.length));
  const row = (name: string, cells: readonly (string | number)[]): string =>
    `${name.padEnd(width)} ${cells.map((cell) => String(cell).padStart(12)).join("")}`;
  console.log(`\n${row(machine, COLUMNS)}`);
  for (const [suite, tally] of tallies) console.log(row(suite.name, cellsOf(tally, suite)));
}

/** Reasons, each once with how many cases it has; failures, each. */
function printNamed(machine: string, tallies: ReadonlyMap<Suite, Tally>): void {
  for (const [{ name }, { unsupported, failed }] of tallies) {
    const reasons = new Map<string, string[]>();
    for (const line of unsupported) {
      const at = line.indexOf(": ");
      const reason = line.slice(at + 2);
      reasons.set(reason, [...(reasons.get(reason) ?? []), line.slice(0, at)]);
    }
    for (const [reason, ids] of reasons)
      console.log(`  unsupported on ${machine}, ${name}: ${reason} (${ids.join(", ")})`);
    for (const line of failed) console.log(`  FAILED on ${machine}, ${name} ${line}`);
  }
}

async function main(): Promise<void> {
  const { machines, all } = new Command("vectors")
    .description("Runs the public test vectors on each machine and prints what became of them.")
    .option("--machines <names>", "of node, noble, host, mps2-an505", MACHINES)
    .option("--all", "every case of the public-key files on mps2-an505 too, instead of a sample", false)
    .parse()
    .opts<{ machines: string; all: boolean }>();
  const suites = readSuites();
  let failures = 0;
  for (const machine of chosenMachines(machines)) {
    const missing = missingFor(machine);
    if (missing !== undefined) throw new Error(missing);
    const tallies = await runMachine(machine, suites, all);
    printTable(machine.name, tallies);
    printNamed(machine.name, tallies);
    for (const { failed } of tallies.values()) failures += failed.length;
  }
  console.log(failures === 0 ? "\nno failure" : `\n${failures} failures`);
  process.exitCode = failures === 0 ? 0 : 1;
}

await main();
