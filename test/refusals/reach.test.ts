// SPDX-License-Identifier: Apache-2.0
/** What app code reaches for in vain: natives, internal modules, code from text. */
import { assert } from "chai";
import { buildApp } from "../../host-sim/compiler/app.js";
import type { CompileError } from "../../host-sim/compiler/compile-error.js";
import { readFirmware } from "../../host-sim/compiler/firmware.js";
import { makeApp, useEngines } from "../cli/support.js";
import { BOARDS, linesOf, nameOf } from "./boards.js";

/** Each is evaluated on the board; it must throw this. */
const FROM_TEXT: Readonly<Record<string, string>> = {
  "direct eval": `eval("1")`,
  "indirect eval": `(0, eval)("1")`,
  "eval by another name": `globalThis["ev" + "al"]("1")`,
  "new Function": `new Function("return 1")`,
  "Function called": `Function("return 1")`,
  "Function.prototype.constructor": `(() => 1).constructor("return 1")`,
  "constructor of a constructor": `[].constructor.constructor("return 1")()`,
  "a firmware function's constructor": `trace.constructor("return 1")`,
  GeneratorFunction: `Object.getPrototypeOf(function* () {}).constructor("yield 1")`,
  AsyncFunction: `Object.getPrototypeOf(async () => 1).constructor("await 1")`,
  AsyncGeneratorFunction: `Object.getPrototypeOf(async function* () {}).constructor("yield 1")`,
  "Reflect.construct": `Reflect.construct(Function, ["return 1"], Object)`,
  "a subclass of Function": `new (class extends Function {})("return 1")`,
  ModuleSource: `new ModuleSource("export default 1")`,
};

/** Each is imported on the board; none may be found. */
const SPECIFIERS = [
  "thimble:native",
  "thimble:native.js",
  "./thimble:native",
  "thimble:runtime",
  "xs_thimble_flash_read",
  "thimble/preload",
  "#0",
  "#1.js",
  "#",
  "../timer",
  "a/../timer",
  "timer\\0x",
  "",
  ".",
  "/",
];

const NATIVE_CALLS: readonly [what: string, source: string, message: RegExp][] = [
  ["native", 'native("xs_thimble_flash_read").call(undefined, 0, 4);', /Cannot find name 'native'/],
  ["Native", 'class A extends Native("xs_x") {}', /Cannot find name 'Native'/],
  [
    "native after @ts-ignore",
    '// @ts-ignore\nnative("xs_thimble_flash_read").call(undefined, 0, 4);',
    /native is for firmware/,
  ],
  [
    "native with a declaration",
    'declare function native(n: string): any;\nnative("xs_x").call(0);',
    /native is for firmware/,
  ],
  ["thimble:native", 'import * as n from "thimble:native";\ntrace(String(n));', /thimble:native/],
  [
    "thimble:native after @ts-ignore",
    '// @ts-ignore\nimport * as n from "thimble:native";\ntrace(String(n));',
    /thimble:native/,
  ],
  ["the host function syntax of XS", '// @ts-ignore\nfunction xs_x() @ "xs_thimble_flash_read";', /./],
];

async function buildError(source: string, name = "main.ts"): Promise<CompileError> {
  try {
    await buildApp(makeApp({ [name]: `${source}\nexport {};\n` }), { board: "host", debug: false });
  } catch (error) {
    return error as CompileError;
  }
  throw new Error("it built");
}

describe("what an app reaches for in vain", function () {
  this.timeout(60_000);
  useEngines(...BOARDS);

  for (const [what, source, message] of NATIVE_CALLS) {
    it(`${what}: an error at build time, with file and line`, async () => {
      const error = await buildError(source);
      assert.match(error.message, message);
      assert.strictEqual(error.place?.file, "main.ts");
      assert.isAtLeast(error.place?.line ?? 0, 1);
    });
  }

  it("an import of an internal module: an error at build time", async () => {
    const internal = readFirmware().modules.filter((name) => name.startsWith("thimble:"));
    assert.isNotEmpty(internal);
    for (const name of internal) assert.include((await buildError(`import "${name}";`, "main.js")).message, name);
  });

  it("the name of a firmware module for one of its own: an error at build time", async () => {
    const modules = { main: "./main", timer: "./mine" };
    const app = makeApp({ "main.js": "", "mine.js": "export default 1;" }, { modules });
    let message = "";
    await buildApp(app, { board: "host", debug: false }).catch((error: Error) => {
      message = error.message;
    });
    assert.match(message, /the firmware has the module "timer" already/);
  });

  for (const machine of BOARDS) {
    describe(nameOf(machine), () => {
      it("code from text, by any of its names", async () => {
        const names = Object.keys(FROM_TEXT);
        const source = Object.values(FROM_TEXT).map(
          (code) => `try { trace("got ", ${code}, "\\n"); } catch (e) { trace(e.name, ": ", e.message, "\\n"); }`,
        );
        const lines = await linesOf(machine, source.join("\n"));
        const refusal = "SyntaxError: no parser on the device: code from text is not supported";
        assert.deepEqual(
          Object.fromEntries(names.map((name, i) => [name, lines[i]])),
          Object.fromEntries(names.map((name) => [name, refusal])),
        );
      });

      it("native by a name that the compiler does not see", async () => {
        const source = `for (const name of ["native", "Native", "xs_thimble_flash_read", "require", "process"])
          trace(typeof globalThis[name], "\\n");`;
        assert.deepEqual([...new Set(await linesOf(machine, source))], ["undefined"]);
      });

      it("a dynamic import of what there is not, of internal modules, and of what leaves the root", async () => {
        const internal = readFirmware().modules.filter((name) => name.startsWith("thimble:"));
        const names = [
          ...SPECIFIERS.map((name) => JSON.stringify(name).replace("\\\\0", "\\0")),
          ...internal.map((name) => JSON.stringify(name)),
        ];
        const source = `for (const name of [${names.join(", ")}])
          await import(name).then(() => trace("got ", name, "\\n"), (e) => trace(e.name, "\\n"));
          await import("x".repeat(300)).then(() => trace("got\\n"), (e) => trace(e.name, "\\n"));`;
        const lines = await linesOf(machine, source);
        assert.deepEqual([...new Set(lines.slice(0, -1))], ["ReferenceError"]);
        assert.strictEqual(lines.at(-1), "RangeError");
        assert.lengthOf(lines, names.length + 1);
      });

      it("another realm, where firmware modules could be loaded over modules and globals of its own", async () => {
        const source = `trace(typeof Compartment, " ", Object.hasOwn(globalThis, "Compartment"), "\\n");
          trace(Reflect.ownKeys(globalThis).filter((key) => /compartment|realm/i.test(String(key))).length, "\\n");`;
        assert.deepEqual(await linesOf(machine, source), ["undefined false", "0"]);
      });
    });
  }
});
