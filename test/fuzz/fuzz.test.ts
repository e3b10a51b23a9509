// SPDX-License-Identifier: Apache-2.0
/** The fuzz targets in C for a number of executions that is quickly done, and each with the bugs that are planted for it. */
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { after, before, describe, it } from "mocha";
import { makeScratch } from "../../host-sim/scratch.js";
import { buildPrograms, missingForFuzzing } from "./build.js";
import { type FuzzRun, fuzz } from "./libfuzzer.js";
import { writeSeeds } from "./seeds.js";
import { TARGETS, type Target } from "./targets.js";

const BUILD_LIMIT_MS = 900_000;
const RUN_LIMIT_MS = 300_000;
const SEED = 1;

const missing = await missingForFuzzing();

/** From the seeds alone, so that a run repeats. */
function run(scratch: string, program: string, { inputBytesMax }: Target, executions: number): Promise<FuzzRun> {
  const corpus = join(scratch, program);
  mkdirSync(corpus);
  cpSync(join(scratch, "seeds"), corpus, { recursive: true });
  return fuzz(program, {
    seed: SEED,
    inputBytesMax,
    corpora: [corpus],
    findings: scratch,
    executions,
    findsLeaks: false,
  });
}

function defineTarget(target: Target): void {
  let scratch = "";

  before("build", async function () {
    this.timeout(BUILD_LIMIT_MS);
    await buildPrograms([`fuzz-${target.name}`, ...target.plants.map(({ name }) => `planted-${name}`)]);
    scratch = makeScratch("fuzz");
    await writeSeeds(target, join(scratch, "seeds"));
  });
  after(() => {
    if (scratch !== "") rmSync(scratch, { recursive: true, force: true });
  });

  it(`finds nothing in ${target.shortRuns} executions`, async function () {
    this.timeout(RUN_LIMIT_MS);
    const { executions, covered, finding } = await run(scratch, `fuzz-${target.name}`, target, target.shortRuns);
    assert.isUndefined(finding, finding?.report.join("\n"));
    assert.isAtLeast(executions, target.shortRuns);
    assert.isAtLeast(covered, target.shortCovered, "it gets to where it should");
  });

  for (const { name, what, shows, runs } of target.plants) {
    it(`finds a planted bug in at most ${runs} executions: ${what}`, async function () {
      this.timeout(RUN_LIMIT_MS);
      const { finding } = await run(scratch, `planted-${name}`, target, runs);
      assert.include(finding?.summary, shows);
    });
  }
}

describe("coverage-guided fuzzing", () => {
  if (missing !== undefined) it(`of C (${missing})`);
  else for (const target of TARGETS) describe(`${target.name}: ${target.what}`, () => defineTarget(target));
});
