// SPDX-License-Identifier: Apache-2.0
/** Apps of several modules: how they find one another and what passes between them, on both boards. */
import { assert } from "chai";
import { useEngines } from "../cli/support.js";
import { BOARDS, type Built, build, type Files, MODULES, RELEASE, start, tracesOf } from "./support.js";

const LINE = '"\\n"';
const CASES: readonly (readonly [what: string, files: Files, expected: readonly string[]])[] = [
  [
    "live bindings, also through a re-export and a namespace",
    {
      "main.ts": `import { count, bump, again } from "./b.js"; import * as all from "./b.js"; import def, { type T } from "./a.js";
const t: T = 1; bump(); bump(); trace(count, again, all.count, def(), t, Object.keys(all).join(), ${LINE});`,
      "a.ts":
        "export type T = number; export let count = 0; export function bump() { count++; } export default () => count * 10;",
      "b.ts":
        'export * from "./a.js"; export { count as again } from "./a.js"; export * as inner from "./a.js"; export type { T } from "./a.js";',
    },
    ["222201again,bump,count,inner"],
  ],
  [
    "types imported without saying so, beside values",
    {
      "main.ts": `import { Point, zero } from "./p.js"; import { Colour } from "./p.js";
const p: Point = zero; const c: Colour | undefined = undefined; trace(p.x, c, ${LINE});`,
      "p.ts": "export interface Point { x: number } export type Colour = 1 | 2; export const zero: Point = { x: 0 };",
    },
    ["0undefined"],
  ],
  [
    "a circle of imports, with functions and a name that is not ready",
    {
      "main.ts": `import { even } from "./even.js"; trace(even(10), ${LINE});`,
      "even.ts":
        'import { odd, seen } from "./odd.js"; export const ready = true; export function even(n: number): boolean { return n === 0 || odd(n - 1); } trace(seen, "\\n");',
      "odd.ts":
        'import { even, ready } from "./even.js"; export let seen = ""; try { seen = String(ready); } catch (e) { seen = (e as Error).name; } export const odd = (n: number): boolean => n !== 0 && even(n - 1);',
    },
    ["ReferenceError", "true"],
  ],
  [
    "tagged templates of the same text and place in two modules",
    {
      "main.ts": `import { one } from "./one.js"; import { two } from "./sub/one.js"; import { keep, kept } from "./tag.js";
const here = () => keep\`a\${1}b\`; one(); two(); here(); one(); two(); here();
trace(kept[0] === kept[3], kept[1] === kept[4], kept[2] === kept[5], new Set(kept).size, kept.map((k) => k.raw.join("")).join(), ${LINE});`,
      "one.ts": `import { keep } from "./tag.js"; export const one = () => keep\`a\${1}b\`;`,
      "sub/one.ts": `import { keep } from "../tag.js"; export const two = () => keep\`x\${1}y\`;`,
      "tag.ts":
        "export const kept: TemplateStringsArray[] = []; export const keep = (t: TemplateStringsArray, ..._: unknown[]) => { kept.push(t); };",
    },
    ["truetruetrue3ab,xy,ab,ab,xy,ab"],
  ],
  [
    "names at the top of modules without imports, which are their own",
    {
      "main.ts": `import "./a.js"; import "./b.js"; const own = "m"; trace(own, typeof (globalThis as any).own, ${LINE});`,
      "a.ts": `const own = 1; trace(own, ${LINE});`,
      "b.ts": `const own = "b"; trace(own, String(this), ${LINE});`,
    },
    ["1", "bundefined", "mundefined"],
  ],
  [
    "JSON, plain JavaScript and .mjs, enums of other modules, side effects in order",
    {
      "main.ts": `import "./first.js"; import table from "table" with { type: "json" }; import { plain } from "./plain.js"; import { E } from "./e.js"; import "./last.js";
trace(table.rows.length, table["a b"].ü, table.nothing === null, plain(2), E.B, ${LINE});`,
      "table.json": '{ "rows": [1, 2.5, -3e2], "a b": { "ü": "\\u00fc\\n" }, "nothing": null }',
      "plain.js": "export function plain(x) { return x ** 3; }\n",
      "plain.d.ts": "export function plain(x: number): number;\n",
      "e.ts": "export const enum E { A = 1, B }\n",
      "first.ts": `trace("first", ${LINE});`,
      "last.ts": `trace("last", ${LINE}); export {};`,
    },
    ["first", "last", "3ü", "true82"],
  ],
  [
    "imports without extension, by .ts and .js, by the manifest's name, and from deeper folders",
    {
      "main.ts": `import { a } from "./deep/er/a"; import { a as b } from "./deep/er/a.js"; import { a as c } from "deep/er/a"; trace(a === b && b === c, a(), ${LINE});`,
      "deep/er/a.ts": 'import { top } from "../../top.js"; export const a = () => top;',
      "top.ts": 'export const top = "top";',
    },
    ["truetop"],
  ],
  [
    "dynamic import, the same module once, and one that is missing",
    {
      "main.ts": `const one = await import("./lazy.js"); const two = await import("./lazy.js"); const name: string = "./no" + "ne.js";
let error = ""; try { await import(name); } catch (e) { error = String(e); } trace(one === two, one.x, error !== "", ${LINE});`,
      "lazy.ts": `trace("lazy", ${LINE}); export const x = 4;`,
    },
    ["lazy", "true4true"],
  ],
  [
    "top-level await in a dependency, before main",
    {
      "main.ts": `import { v } from "./slow.js"; import { order } from "./order.js"; order.push("main"); trace(v, order.join(), ${LINE});`,
      "slow.ts":
        'import Timer from "timer"; import { order } from "./order.js"; export const v = await new Promise<number>((done) => Timer.set(() => done(7), 5)); order.push("slow");',
      "order.ts": "export const order: string[] = [];",
    },
    ["7slow,main"],
  ],
];

describe("modules", function () {
  this.timeout(60_000);
  useEngines(...RELEASE);

  for (const [what, files, expected] of CASES) {
    describe(what, () => {
      let built: Built;
      const patterns = ["./src/*"];
      const sub = Object.keys(files).some((name) => name.startsWith("sub/")) ? { "sub/*": "./src/sub/*" } : {};
      const deep = "deep/er/a.ts" in files ? { "deep/er/*": "./src/deep/er/*" } : {};
      for (const board of BOARDS) {
        it(`work on ${board}`, async () => {
          const sources = Object.fromEntries(Object.entries(files).map(([name, text]) => [`src/${name}`, text]));
          built ??= await build(sources, { modules: { "*": patterns, ...sub, ...deep } });
          assert.deepEqual(await tracesOf(board, built), expected);
        });
      }
    });
  }

  for (const board of BOARDS) {
    it(`that throw while they are loaded stop ${board} with the error`, async () => {
      const files = {
        "src/main.ts": 'import "./bad.js";\ntrace("main");\n',
        "src/bad.ts": 'throw new RangeError("while loading");\n',
      };
      const { reason, text, console } = await start(board, await build(files, { modules: MODULES }));
      assert.deepEqual([reason, console], ["uncaught", ""]);
      assert.match(text, /RangeError: while loading/);
    });
  }
});
