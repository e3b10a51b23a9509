// SPDX-License-Identifier: Apache-2.0
/**
 * One suite, several machines: every test/specs spec on Node (once more with noble where it uses crypto), in the
 * simulator and on the emulated Cortex-M33; specs of board modules on boards only. THIMBLE_MACHINES chooses machines, THIMBLE_SPECS another folder.
 */
import { readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { after, before, describe, it } from "mocha";
import { CompileError } from "../../host-sim/compiler/compile-error.js";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { buildSpecApp } from "../harness/app.js";
import { stubBoardModules } from "../harness/board-stubs.js";
import { collectSpec } from "../harness/collect.js";
import { defineMissing, defineOnNode, defineReported } from "../harness/define.js";
import { useBackEnd } from "../harness/machine.js";
import { type BoardMachine, chosenMachines, type Machine, missingFor } from "../harness/machines.js";
import { Pool } from "../harness/pool.js";
import { runOnBoard } from "../harness/run-spec.js";
import { type Survey, survey } from "../harness/survey.js";
import { type Suite, testsOf } from "../harness/tree.js";
import { failAll, judge, type Verdict } from "../harness/verdict.js";

interface Spec {
  /** Path below the folder of specs, without its ending. */
  readonly name: string;
  readonly source: string;
  readonly survey: Survey;
  readonly root: Suite | undefined;
  readonly error: unknown;
}

/** The folder of specs, below the package's. */
const folder = process.env.THIMBLE_SPECS ?? "test/specs";
const pool = new Pool({ width: 2, ahead: 4 });
const apps = new Map<Spec, Uint8Array>();

async function loadSpec(path: string): Promise<Spec> {
  const name = path.replace(/\.spec\.ts$/, "");
  const source = resolve(packageRoot, folder, path);
  const file = join(packageRoot, "dist", relative(packageRoot, source)).replace(/\.ts$/, ".js");
  const spec = { name, source, survey: survey(source) };
  if (spec.survey.needsBoard) stubBoardModules();
  try {
    return { ...spec, root: await collectSpec(file), error: undefined };
  } catch (error) {
    return { ...spec, root: undefined, error };
  }
}

async function loadSpecs(): Promise<Spec[]> {
  const paths = readdirSync(resolve(packageRoot, folder), { recursive: true, encoding: "utf8" });
  const specs: Spec[] = [];
  for (const path of paths.filter((name) => name.endsWith(".spec.ts")).sort()) specs.push(await loadSpec(path));
  if (specs.length === 0) throw new RangeError(`no spec in ${folder}`);
  return specs;
}

function appOf(spec: Spec): Uint8Array {
  const app = apps.get(spec) ?? buildSpecApp(spec.source);
  apps.set(spec, app);
  return app;
}

/** An app that cannot be built, for what its board lacks, fails every test of its spec. */
async function runSpec(machine: BoardMachine, spec: Spec, root: Suite): Promise<Verdict> {
  const known = testsOf(root);
  try {
    return judge(known, await runOnBoard(machine, appOf(spec)));
  } catch (error) {
    const reason = error instanceof CompileError ? error.describe() : String(error);
    return failAll(known, `the spec cannot run here: ${reason}`);
  }
}

function defineSpec(machine: Machine, spec: Spec): void {
  const { root } = spec;
  if (root === undefined) return;
  describe(spec.name, () => {
    if (machine.kind === "node") {
      before(() => useBackEnd(machine.name));
      defineOnNode(root);
    } else {
      const where = `${machine.name}, ${relative(packageRoot, spec.source)}`;
      defineReported(
        root,
        where,
        pool.add(() => runSpec(machine, spec, root)),
      );
    }
  });
}

function isFor(machine: Machine, { survey: { usesCrypto, needsBoard } }: Spec): boolean {
  if (machine.kind === "board") return true;
  return !needsBoard && (machine.name === "node" || usesCrypto);
}

const specs = await loadSpecs();

describe("specs", () => {
  after(() => pool.close());
  for (const { name, error } of specs) {
    if (error === undefined) continue;
    it(`${name} loads`, () => {
      throw error;
    });
  }
  for (const machine of chosenMachines()) {
    describe(`on ${machine.name}`, () => {
      const missing = missingFor(machine);
      if (missing !== undefined) defineMissing("runs the specs", missing);
      else for (const spec of specs) if (isFor(machine, spec)) defineSpec(machine, spec);
    });
  }
});
