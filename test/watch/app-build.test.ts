// SPDX-License-Identifier: Apache-2.0
/** Whatever is edited, in whatever order: a build that keeps what it knows gives what a fresh one gives. */
import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { assert } from "chai";
import { AppBuild } from "../../host-sim/compiler/app-build.js";
import { appPlaces, type BuildOptions } from "../../host-sim/compiler/app-places.js";
import { CompileError } from "../../host-sim/compiler/compile-error.js";
import { makeApp, useEngines } from "../cli/support.js";

const BASE = "$(MODDABLE)/examples/manifest_base.json";
const manifest = (more: object): string =>
  JSON.stringify({
    include: [BASE, "./parts/manifest.json"],
    modules: { "*": ["./src/*", "./types/global"] },
    ...more,
  });

/** Each file with all that it may be; undefined: it is not there. The first is the one to begin with. */
const VARIANTS: Readonly<Record<string, readonly (string | undefined)[]>> = {
  "manifest.json": [
    manifest({ data: { note: "./parts/note" } }),
    manifest({ config: { depth: "deep" } }),
    manifest({ preload: ["table"], defines: { main: { async: 1 } } }),
    manifest({ typescript: { tsconfig: { compilerOptions: { noUnusedLocals: true, allowUnusedLabels: false } } } }),
    manifest({ creation: { static: 65536 } }),
    `${manifest({}).slice(0, -1)},}`,
  ],
  "parts/manifest.json": [
    '{"config":{"depth":3}}',
    '{"config":{"depth":4,"more":[1]}}',
    '{"config":{"depth":"deep"}}',
    "{",
    undefined,
  ],
  "parts/note.bin": ["12345", "67890", undefined],
  "types/reading.ts": [
    "export interface Reading { value: number }\n",
    "export interface Reading { value: string }\n",
    "export interface Reading { value: number; unit: string }\n",
    undefined,
  ],
  "types/global.d.ts": ["declare const limit: number;\n", "declare const limit: string;\n", undefined],
  "src/main.ts": [
    'import { scale } from "./scale.js";\ntrace(scale({ value: limit }), "\\n");\n',
    'import config from "mc/config";\nimport { scale } from "./scale";\nconst n: number = config.depth;\ntrace(scale({ value: n }));\n',
    'import { table } from "table";\nawait null;\nfor (const [name, n] of table) trace(name, n * 2);\n',
    'import { extra } from "extra";\ntrace(extra, "\\n");\n',
    'import data from "data";\nfunction one(): number {\n  label: return 1;\n}\ntrace(data.n + 1);\n',
    "const broken = ;\n",
    "trace(1)\n",
    undefined,
  ],
  "src/scale.ts": [
    'import type { Reading } from "../types/reading.js";\nexport const scale = (r: Reading): number => r.value * 10;\n',
    'import type { Reading } from "../types/reading.js";\nexport const scale = (r: Reading): string => String(r.value);\n',
    'export * from "./table.js";\nexport const scale = (_r: object): number => 1;\n',
    undefined,
  ],
  "src/table.ts": [
    'export const table = new Map([["a", 1]]);\n',
    'export const table = new Map([["b", 2]]);\n',
    'export const table = new Map([["a", "1"]]);\n',
    undefined,
  ],
  "src/extra.ts": [
    undefined,
    'export const extra = "one";\n',
    'export const extra = "two";\n',
    "export const other = 1;\n",
  ],
  "src/data.json": ['{"n": 1}', '{"n": "1"}', '{"n": 1,}', undefined],
};
/** The variant of main.ts that a change of a file matters to. */
const USED_BY: Readonly<Record<string, number>> = {
  "manifest.json": 4,
  "parts/manifest.json": 1,
  "src/table.ts": 2,
  "src/extra.ts": 3,
  "src/data.json": 4,
};
const STEPS = 100;

/** Deterministic, so that a failure can be repeated. */
function* randomNumbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

describe("a build that keeps what it knows", function () {
  this.timeout(120_000);
  useEngines();
  let options: BuildOptions;
  let folder: string;
  const random = randomNumbers(7);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random.next().value * list.length)] as T;

  function write(name: string, text: string | undefined): void {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    if (text === undefined) rmSync(path, { force: true });
    else writeFileSync(path, text);
  }

  /** The image, or what is wrong. */
  function outcomeOf(build: AppBuild): { image?: string; error?: string; warnings?: readonly string[] } {
    try {
      const built = build.build();
      return { image: readFileSync(built.image, "hex"), warnings: built.warnings };
    } catch (error) {
      if (error instanceof CompileError) return { error: error.describe() };
      assert.strictEqual((error as Error).name, "ManifestError", (error as Error).stack);
      return { error: (error as Error).message };
    }
  }

  const fresh = (): AppBuild => new AppBuild(appPlaces(folder, options), options);

  beforeEach(() => {
    folder = makeApp({});
    options = { board: "host", debug: false };
    for (const [name, [first]] of Object.entries(VARIANTS)) write(name, first);
  });

  for (const [name, variants] of Object.entries(VARIANTS)) {
    it(`gives what a fresh one gives, from each ${name} to each other`, () => {
      write("src/main.ts", VARIANTS["src/main.ts"]?.[USED_BY[name] ?? 0]);
      const expected = variants.map((text) => {
        write(name, text);
        return outcomeOf(fresh());
      });
      assert.isAtLeast(new Set(expected.map((outcome) => JSON.stringify(outcome))).size, Math.min(3, variants.length));
      const kept = fresh();
      for (const from of variants) {
        for (const [to, text] of variants.entries()) {
          write(name, from);
          outcomeOf(kept);
          write(name, text);
          assert.deepEqual(outcomeOf(kept), expected[to], `from ${from} to ${text}`);
        }
      }
    });
  }

  for (const debug of [false, true]) {
    it(`gives what a fresh one gives, over ${STEPS} random edits, ${debug ? "debug" : "release"}`, () => {
      options = { board: "host", debug };
      const kept = fresh();
      let images = 0;
      for (let step = 0; step < STEPS; step++) {
        const edits = Array.from({ length: pick([1, 1, 1, 2, 4]) }, () => pick(Object.keys(VARIANTS)));
        // Mostly back to what works: otherwise each step is an error on top of another.
        for (const name of edits) {
          const first = VARIANTS[name]?.[0];
          write(name, pick([pick(VARIANTS[name] ?? []), first, first]));
        }
        const actual = outcomeOf(kept);
        assert.deepEqual(actual, outcomeOf(fresh()), `step ${step}, after an edit of ${edits.join(", ")}`);
        if (actual.image !== undefined) images++;
      }
      assert.isAbove(images, STEPS / 5);
    });
  }

  it("sees an edit that leaves size and time alone", () => {
    const kept = fresh();
    write("src/main.ts", "trace(1);\n");
    utimesSync(join(folder, "src/main.ts"), 1, 1);
    const before = outcomeOf(kept);
    write("src/main.ts", "trace(2);\n");
    utimesSync(join(folder, "src/main.ts"), 1, 1);
    assert.notDeepEqual(outcomeOf(kept), before);
  });
});
