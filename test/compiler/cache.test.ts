// SPDX-License-Identifier: Apache-2.0
/** Compiled modules are kept by content: what was compiled once is not compiled again, and nothing stale is used. */
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { buildApp } from "../../host-sim/compiler/app.js";
import { compileModule } from "../../host-sim/compiler/compile.js";
import { makeApp, useEngines } from "../cli/support.js";
import { MODULES } from "./support.js";
import { Toolchain } from "./toolchain.js";

const PLAIN = { debug: false, allowNatives: false } as const;
const FILES = { "src/main.ts": 'import "./other.js";\ntrace(1);\n', "src/other.ts": "export const other = 1;\n" };

describe("the cache of compiled modules", function () {
  this.timeout(60_000);
  useEngines();
  let toolchain: Toolchain;
  beforeEach(() => {
    toolchain = new Toolchain();
  });
  afterEach(() => toolchain.close());

  it("starts no compiler for an unchanged app, nor for one that was built elsewhere", async () => {
    const folder = makeApp(FILES, { modules: MODULES });
    const built = await buildApp(folder, { board: "host", debug: false });
    const before = toolchain.cached;
    toolchain.disable();
    assert.deepEqual(await buildApp(folder, { board: "host", debug: false }), built);
    const elsewhere = await buildApp(makeApp(FILES, { modules: MODULES }), { board: "host", debug: false });
    assert.deepEqual(elsewhere.modules, built.modules);
    assert.deepEqual(toolchain.cached, before);
  });

  it("shows that the compiler does not start: a new text fails", () => {
    toolchain.disable();
    assert.throws(() => compileModule({ name: "a.ts", text: "trace(1);" }, PLAIN), /EACCES/);
  });

  it("compiles only the module that changed", async () => {
    const folder = makeApp(FILES, { modules: MODULES });
    await buildApp(folder, { board: "host", debug: false });
    const before = toolchain.cached;
    writeFileSync(join(folder, "src/other.ts"), "export const other = 2;\n");
    await buildApp(folder, { board: "host", debug: false });
    assert.lengthOf(
      toolchain.cached.filter((name) => !before.includes(name)),
      1,
    );
  });

  it("leaves no scratch files, also after an error", () => {
    compileModule({ name: "a.ts", text: "trace(1);" }, PLAIN);
    assert.throws(() => compileModule({ name: "a.js", text: "let a; let a;" }, PLAIN));
    assert.deepEqual(
      toolchain.cached.filter((name) => !/^[0-9a-f]{64}\.xsb$/.test(name)),
      [],
    );
  });

  it("tells apart what gives other byte code: text, name, lines, natives", () => {
    const text = 'trace("a");\n';
    compileModule({ name: "a.ts", text }, PLAIN);
    compileModule({ name: "a.ts", text: `${text}\n` }, PLAIN);
    compileModule({ name: "b.ts", text }, PLAIN);
    compileModule({ name: "a.ts", text }, { ...PLAIN, debug: true });
    compileModule({ name: "a.ts", text }, { ...PLAIN, allowNatives: true });
    assert.lengthOf(toolchain.cached, 5);
  });

  it("does not let an app have a native that a firmware module of the same text compiled", () => {
    const source = { name: "a.ts", text: 'export const f = () => native("xs_f").call(undefined);\n' };
    compileModule(source, { ...PLAIN, allowNatives: true });
    assert.throws(() => compileModule(source, PLAIN), /native/);
  });

  for (const [what, length] of [
    ["empty", 0],
    ["cut inside an atom", 30],
    ["cut between atoms", 12],
  ] as const) {
    it(`does not use a file that is ${what}: it is compiled again`, () => {
      const source = { name: "a.ts", text: 'export const text = "x".repeat(3);\n' };
      const good = compileModule(source, PLAIN);
      const file = join(toolchain.cache, toolchain.cached[0] ?? "");
      const bytes = readFileSync(file);
      truncateSync(file, length);
      assert.deepEqual(compileModule(source, PLAIN), good);
      assert.isTrue(readFileSync(file).equals(bytes));
    });
  }

  it("is not used by another compiler", () => {
    const source = { name: "a.ts", text: "trace(1);" };
    compileModule(source, PLAIN);
    const [name] = toolchain.cached;
    toolchain.close();
    toolchain = new Toolchain();
    compileModule(source, PLAIN);
    assert.notDeepEqual(toolchain.cached, [name]);
  });
});
