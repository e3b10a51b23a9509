// SPDX-License-Identifier: Apache-2.0
/** A thrown error says where in the TypeScript source, on both boards: debug archives carry its lines, others have a table. */
import { assert } from "chai";
import { readLines, symbolize } from "../../host-sim/compiler/lines.js";
import type { Board } from "../../host-sim/engine/paths.js";
import { useEngines } from "../cli/support.js";
import { BOARDS, build, DEBUG, type Files, RELEASE, start } from "./support.js";

/** An error is thrown on the line with this mark, and each file's first frame is expected there. */
const MARK = "/*!*/";
type Case = readonly [what: string, files: Files];

const CASES: readonly Case[] = [
  ["a plain line", { "main.ts": `trace("x");\n\n${MARK} throw new Error("here");\n` }],
  [
    "after a removed interface and types",
    {
      "main.ts": `interface A {\n  a: 1;\n  b: 2;\n}\ntype B =\n  | 1\n  | 2;\nconst b: B = 2 as B;\nconst a = {} as A;\n${MARK} throw new Error("here" + b + a);\n`,
    },
  ],
  [
    "after an enum and a namespace",
    {
      "main.ts": `export enum E {\n  A,\n  B,\n}\nexport namespace N {\n  export const x = 1;\n}\nfunction f(\n  e: E,\n) {\n${MARK}  throw new Error("here" + e + N.x);\n}\nf(E.B);\n`,
    },
  ],
  [
    "in a method of a class with fields, parameter properties and overloads",
    {
      "main.ts": `export class C {\n  a = 1;\n  #b: number;\n  constructor(\n    readonly x: number,\n    private y = 2,\n  ) {\n    this.#b = x;\n  }\n  f(): void;\n  f(n: number): void;\n  f(n?: number): void {\n    this.y += this.#b;\n${MARK}    throw new Error("here" + n);\n  }\n}\nnew C(1).f();\n`,
    },
  ],
  [
    "in a field's initializer and a static block",
    {
      "main.ts": `function fail(): number {\n${MARK}  throw new Error("here");\n}\nexport class C {\n  static {\n    fail();\n  }\n}\n`,
    },
  ],
  [
    "in an expression of several lines with types in between",
    {
      "main.ts": `const table: Record<\n  string,\n  number\n> = {\n  a: 1,\n};\nconst run = <T,>(x: T): T => {\n  if (x) {\n${MARK}    throw new Error("here" as string);\n  }\n  return x;\n};\nrun<\n  number\n>(table.a!);\n`,
    },
  ],
  [
    "after long comments and templates of several lines",
    {
      "main.ts": `/*\n * one\n */\n// two\nconst t = \`a\nb\nc\`;\n/** three */\n${MARK} throw new Error("here" + t.length);\n`,
    },
  ],
  ["by the engine itself", { "main.ts": `const o: any = null;\n\n${MARK} o.x.y;\n` }],
  [
    "in a module of a folder",
    {
      "main.ts": 'import { f } from "./lib/deep.js";\n\nf();\n',
      "lib/deep.ts": `export type T = 1;\n\nexport function f() {\n${MARK}  throw new Error("here");\n}\n`,
    },
  ],
  [
    "in JavaScript",
    {
      "main.ts": 'import "./lib/plain.js";\n',
      "lib/plain.js": `\n\n\n${MARK} throw new Error("here");\n`,
      "lib/plain.d.ts": "export {};\n",
    },
  ],
  [
    "in an async function",
    {
      "main.ts": `interface A {}\nasync function f() {\n  await null;\n${MARK}  throw new Error("here");\n}\nf();\nexport type { A };\n`,
    },
  ],
  [
    "in a timer's callback",
    {
      "main.ts": `import Timer from "timer";\nenum E { A }\n\nTimer.set(() => {\n${MARK}  throw new Error("here" + E.A);\n}, 5);\n`,
    },
  ],
  [
    "in a promise's job",
    {
      "main.ts": `declare const unused: 1;\nPromise.resolve(1).then((n) => {\n${MARK}  throw new Error("here" + n);\n});\nexport {};\n`,
    },
  ],
];

function marked(files: Files): [file: string, line: number] {
  for (const [name, text] of Object.entries(files)) {
    const line = text.split("\n").findIndex((each) => each.startsWith(MARK));
    if (line >= 0) return [name, line + 1];
  }
  throw new Error("no mark");
}

const VARIANTS = Object.freeze([
  ["release", false],
  ["debug", true],
] as const);

/** How an app ended, with positions made readable. */
async function endOf(board: Board, files: Files, manifest: Record<string, unknown>, debug: boolean) {
  const built = await build(files, manifest, debug);
  const { reason, text } = await start(board, built, { debug });
  return { reason, text: symbolize(text, readLines(built.lines)) };
}

const MANIFEST = { modules: { "*": "./main", "lib/*": "./lib/*" } };

describe("an uncaught error", function () {
  this.timeout(60_000);
  useEngines(...RELEASE, ...DEBUG);

  for (const [what, files] of CASES) {
    const [file, line] = marked(files);
    const all = { "lib/none.ts": "export {};\n", ...files };
    for (const board of BOARDS) {
      for (const [variant, debug] of VARIANTS) {
        it(`${what}: ${file}:${line} on ${board}, ${variant}`, async () => {
          const { reason, text } = await endOf(board, all, MANIFEST, debug);
          assert.strictEqual(reason, "uncaught", text);
          // Frames of the engine itself, and of the SDK, have no place in the app.
          const places = [...text.matchAll(/\((main\.ts|lib\/\w+\.[jt]s):(\d+)\)/g)].map(([place]) => place);
          assert.strictEqual(places[0], `(${file}:${line})`, text);
        });
      }
    }
  }

  for (const board of BOARDS) {
    it(`names its callers, too, on ${board}`, async () => {
      const files = {
        "main.ts": 'import { f } from "./lib/deep.js";\n\nf();\n',
        "lib/deep.ts":
          'type T = 1;\nexport function f(): void {\n  [1].forEach((_: number) => {\n    throw new Error("x");\n  });\n}\n',
      };
      for (const [, debug] of VARIANTS) {
        const { text } = await endOf(board, files, MANIFEST, debug);
        assert.deepEqual(text.split("\n"), [
          "Error: x",
          " at (lib/deep.ts:4)",
          " at forEach ()",
          " at f (lib/deep.ts:3)",
          " at (main.ts:3)",
        ]);
      }
    });

    it(`has no lines in the image of a release on ${board}: offsets, and the error's name and text`, async () => {
      const built = await build({ "main.ts": '\nthrow new RangeError("here");\n' });
      const { reason, text } = await start(board, built);
      assert.strictEqual(reason, "uncaught");
      assert.match(text, /^RangeError: here/);
      assert.match(text, /\n at \(app:\d+\)$/);
      assert.notInclude(text, "main.ts");
      assert.isFalse(Buffer.from(built.bytes).includes("main.ts"));
    });

    it(`runs a release app in the debug engine and a debug app in the release engine of ${board}`, async () => {
      const files = { "main.ts": 'trace("ran\\n");\n' };
      for (const debug of [true, false]) {
        const { console } = await start(board, await build(files, {}, debug), { debug: !debug });
        assert.strictEqual(console, "ran\n");
      }
    });
  }
});
