// SPDX-License-Identifier: Apache-2.0
/** `preload`: evaluated and deep-frozen before main, on both boards. */
import { assert } from "chai";
import { useEngines } from "../cli/support.js";
import { readArchive, readImage } from "./archive.js";
import { BOARDS, type Built, build, type Files, RELEASE, start, tracesOf } from "./support.js";

const FILES: Files = {
  "main.ts": `import { table, Shape, list, make } from "lib/data"; import plain, { count } from "lib/other"; import { open } from "free";
trace("main\\n");
const refused = (what: () => void): string => { try { what(); return "written"; } catch (e) { return (e as Error).name; } };
const any = (x: unknown): any => x;
trace(refused(() => any(table).a = 2), " ", refused(() => any(table).deep.er.x = 2), " ", refused(() => any(table).added = 1), " ", refused(() => delete any(table).a), "\\n");
trace(refused(() => any(Shape).prototype.area = 0), " ", refused(() => any(Shape).unit = 0), " ", refused(() => list.push(1)), " ", refused(() => any(make).x = 1), "\\n");
trace(refused(() => any(plain).x = 1), " ", refused(() => any(table).get.y = 1), " ", refused(() => any(table).symbol[any(table).key] = 1), "\\n");
trace(table.deep.er.x, new Shape().area(), list.length, make().n, count, "\\n");
const own = new Shape(); any(own).side = 5; make().n = 7; trace(own.area(), refused(() => any(open).x = 1), "\\n");
`,
  "lib/data.ts": `import "./other.js"; trace("data\\n"); const key = Symbol("k");
export const table = { a: 1, deep: { er: { x: 1 } }, key, get: () => 1, symbol: { [key]: 0 } };
export class Shape { static unit = { of: 1 }; side = 2; area() { return this.side ** 2; } }
export const list = [1, [2]];
export function make() { return { n: 3 }; }
`,
  "lib/other.ts":
    'trace("other\\n"); export const count = 4; export default Object.create({ inherited: {} }) as object;\n',
  "free.ts": 'trace("free\\n"); export const open = {};\n',
};
const MANIFEST = { modules: { "*": ["./main", "./free"], "lib/*": "./lib/*" }, preload: ["lib/*"] };
const T = "TypeError";

describe("preload", function () {
  this.timeout(60_000);
  useEngines(...RELEASE);
  let built: Built;
  before(async () => {
    built = await build(FILES, MANIFEST);
  });

  it("is a resource that names the modules in order, each with its NUL", () => {
    const { resources } = readArchive(readImage(built.bytes).payload);
    assert.strictEqual(resources.get("thimble/preload")?.toString("utf8"), "lib/data\0lib/other\0");
  });

  it("is an empty resource without any", async () => {
    const { resources } = readArchive(readImage((await build({ "main.ts": "" })).bytes).payload);
    assert.strictEqual(resources.get("thimble/preload")?.length, 0);
  });

  for (const board of BOARDS) {
    it(`evaluates its modules once, before main and what main imports, and freezes what they export, on ${board}`, async () => {
      assert.deepEqual(await tracesOf(board, built), [
        "other",
        "data",
        "free",
        "main",
        `${T} ${T} ${T} ${T}`,
        `${T} ${T} ${T} ${T}`,
        `${T} ${T} ${T}`,
        "14234",
        "25written",
      ]);
    });

    it(`freezes nothing of the app without it, on ${board}`, async () => {
      const { console } = await start(board, await build(FILES, { ...MANIFEST, preload: [] }));
      const lines = console.split("\n");
      assert.deepEqual(lines.slice(0, 4), ["other", "data", "free", "main"]);
      assert.strictEqual(lines[4], "written written written written");
    });

    it(`stops ${board} with the error of a module that throws while it is preloaded`, async () => {
      const files = { "main.ts": 'trace("main\\n");', "lib/bad.ts": 'throw new RangeError("in preload");\n' };
      const { reason, text, console } = await start(
        board,
        await build(files, { ...MANIFEST, modules: { "*": "./main", "lib/*": "./lib/*" } }),
      );
      assert.deepEqual([reason, console], ["uncaught", ""]);
      assert.match(text, /RangeError: in preload/);
    });
  }

  it("refuses a data file that would take the resource's name", async () => {
    const data = { "thimble/preload": "./data/list" };
    try {
      await build({ "main.ts": "", "data/list": "main" }, { data });
    } catch (error) {
      assert.match((error as Error).message, /thimble\/preload/);
      return;
    }
    assert.fail("it was built");
  });

  it("has data and resources as they are", async () => {
    const manifest = { data: { table: "./data/table" }, resources: { "*": "./res/*" } };
    const app = await build({ "main.ts": "", "data/table.bin": "12\0", "res/page.html": "<p>" }, manifest);
    const { resources } = readArchive(readImage(app.bytes).payload);
    assert.deepEqual(
      [...resources].slice(0, 2).map(([path, data]) => [path, data.toString("utf8")]),
      [
        ["table.bin", "12\0"],
        ["page.html", "<p>"],
      ],
    );
  });
});
