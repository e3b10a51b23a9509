// SPDX-License-Identifier: Apache-2.0
/** Runs specs on testers, and hears what a reporter hears. */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Mocha from "mocha";
import { type Board, enginePath } from "../../host-sim/engine/paths.js";
import { type RunSpecsOptions, runSpecs } from "../../host-sim/testing/run-specs.js";
import { buildSpecs } from "../../host-sim/testing/spec-build.js";
import { findSpecs } from "../../host-sim/testing/spec-files.js";
import { listen } from "./events.js";

const ON_NODE = fileURLToPath(new URL("./on-node.js", import.meta.url));

export interface Heard {
  readonly events: readonly string[];
  readonly console: string;
  readonly failures: number;
}

type Chosen = Partial<Omit<RunSpecsOptions, "reporter" | "onConsole" | "signal">>;

/** @param folder - of the specs. @param file - a name that is left out of messages. */
export async function hearTesters(
  folder: string,
  board: Board,
  chosen: Chosen = {},
  file = "no such name",
): Promise<Heard> {
  const specs = findSpecs(folder);
  if (specs === undefined) throw new Error(`no specs in ${folder}`);
  const built = await buildSpecs(specs, { board });
  let events: string[] = [];
  let console = "";
  class Listener extends Mocha.reporters.Base {
    constructor(runner: Mocha.Runner) {
      super(runner);
      events = listen(runner, file);
    }
  }
  const front = await runSpecs(built, {
    board,
    program: enginePath(board, "release"),
    folder: specs.folder,
    jobs: 1,
    invert: false,
    bail: false,
    forbidOnly: false,
    forbidPending: false,
    retries: -1,
    timeoutMs: 2000,
    busyLimitMs: 20_000,
    reporterOptions: {},
    ...chosen,
    reporter: { make: Listener, isLive: true },
    onConsole: (text) => {
      console += text;
    },
    signal: new AbortController().signal,
  });
  return { events, console, failures: front?.failures ?? -1 };
}

/** What the real mocha says of a spec. @param file - a spec in JavaScript's own words. */
export function hearMocha(file: string, options: Mocha.MochaOptions = {}): readonly string[] {
  const copy = file.replace(/\.spec\.ts$/, ".mjs");
  writeFileSync(copy, readFileSync(file, "utf8").replace('"chai"', JSON.stringify(import.meta.resolve("chai"))));
  try {
    const result = spawnSync(process.execPath, [ON_NODE, copy, JSON.stringify(options)], { encoding: "utf8" });
    if (result.status !== 0) throw new Error(`mocha on Node: ${result.stderr}`);
    return result.stdout.split("\n");
  } finally {
    rmSync(copy);
  }
}
