// SPDX-License-Identifier: Apache-2.0
/**
 * How long `thimble test` takes: a hundred small spec files on each board, and the start-up of one by steps beside Node's
 * own test runner with an empty file, started in turn. As a program: `node dist/bench/testing.js`.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Board } from "../host-sim/engine/paths.js";
import { median } from "./lines.js";
import { runNode } from "./processes.js";
import { duration, table, verdict } from "./table.js";

const THIMBLE = fileURLToPath(new URL("../cli/thimble.js", import.meta.url));
const STEPS = fileURLToPath(new URL("./testing-steps.js", import.meta.url));
const MANIFEST = { include: "$(MODDABLE)/examples/manifest_base.json", modules: {} };
const FILES = 100;
const RUNS = 3;
const STARTS = 10;
const TESTING_BUDGET_MS = Object.freeze({ host: 3000, "mps2-an505": 20_000 });
const BOARDS = Object.freeze(["host", "mps2-an505"] as const);

export interface TestingFigures {
  readonly board: Board;
  /** A hundred files: everything is built, and nothing is. Milliseconds; of the second the median. */
  readonly firstMs: number;
  readonly againMs: number;
  /** One file with one empty test: median of each step. */
  readonly steps: Readonly<Record<string, number>>;
  /** `node --test` of an empty file, in the same minute. */
  readonly nodeTestMs: number;
}

function smallSpec(n: number): string {
  return `import { expect } from "chai";
describe("file ${n}", () => {
  it("compares", () => { expect({ n: ${n} }).to.deep.equal({ n: ${n} }); });
  it("waits", async () => { await null; });
});
`;
}

function makeFolder(root: string, name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(root, name);
  mkdirSync(folder);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

async function measureBoard(board: Board, root: string): Promise<TestingFigures> {
  const manifest = { "manifest.json": JSON.stringify(MANIFEST) };
  const many = Object.fromEntries(Array.from({ length: FILES }, (_, n) => [`s${n}.spec.ts`, smallSpec(n)]));
  const hundred = makeFolder(root, `hundred-${board}`, { ...manifest, ...many });
  const one = makeFolder(root, `one-${board}`, { ...manifest, "a.spec.ts": 'it("is empty", () => {});\n' });
  const empty = makeFolder(root, `empty-${board}`, { "a.test.mjs": "" });
  const test = [THIMBLE, "test", hundred, "--board", board, "--reporter", "dot"];
  const { ms: firstMs } = await runNode(test);
  const again: number[] = [];
  for (let i = 0; i < RUNS; i++) again.push((await runNode(test)).ms);

  await runNode([STEPS, one, board]);
  const steps = new Map<string, number[]>();
  const nodeTest: number[] = [];
  for (let i = 0; i < STARTS; i++) {
    const { stdout } = await runNode([STEPS, one, board]);
    for (const [name, ms] of Object.entries(JSON.parse(stdout) as Record<string, number>)) {
      steps.set(name, [...(steps.get(name) ?? []), ms]);
    }
    nodeTest.push((await runNode(["--test", join(empty, "a.test.mjs")])).ms);
  }
  const medians = Object.fromEntries([...steps].map(([name, values]) => [name, median(values)]));
  return { board, firstMs, againMs: median(again), steps: medians, nodeTestMs: median(nodeTest) };
}

export async function measureTesting(progress: (text: string) => void): Promise<readonly TestingFigures[]> {
  const root = mkdtempSync(join(tmpdir(), "thimble-testing-"));
  try {
    const figures: TestingFigures[] = [];
    for (const board of BOARDS) {
      progress(`thimble test, ${FILES} files on ${board}`);
      figures.push(await measureBoard(board, root));
    }
    return figures;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

export const TESTING_METHOD = `${FILES} files of two tests with chai, ${availableParallelism()} at a time; start-up: one file, medians of ${STARTS}`;

export function describeTesting(figures: readonly TestingFigures[]): string {
  const ms = (value: number): string => duration(value * 1000);
  const names = Object.keys(figures[0]?.steps ?? {});
  const sum = ({ steps }: TestingFigures): number => Object.values(steps).reduce((all, part) => all + part, 0);
  const judged = figures.map(({ board, againMs }) => {
    const budget = TESTING_BUDGET_MS[board];
    return `  ${board}: ${verdict(againMs, budget)} ${budget / 1000} s`;
  });
  const rows = [
    ["", ...figures.map(({ board }) => board)],
    [`${FILES} files, built first`, ...figures.map(({ firstMs }) => ms(firstMs))],
    [`${FILES} files, nothing changed`, ...figures.map(({ againMs }) => ms(againMs))],
    ["one file, nothing changed", ...figures.map((figure) => ms(sum(figure)))],
    ...names.map((name) => [`  ${name}`, ...figures.map(({ steps }) => ms(steps[name] ?? Number.NaN))]),
    ["node --test, an empty file", ...figures.map(({ nodeTestMs }) => ms(nodeTestMs))],
  ];
  return `${table(rows)}\n${judged.join("\n")}`;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  console.log(describeTesting(await measureTesting((text) => console.error(text))));
  console.log(`  (${TESTING_METHOD})`);
}
