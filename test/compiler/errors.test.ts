// SPDX-License-Identifier: Apache-2.0
/** What an author does wrong: one clear message, with the file and the line where it is. */
import { assert } from "chai";
import { useEngines } from "../cli/support.js";
import { build, type Failure, type Files, failureOf, MODULES } from "./support.js";

const OK = { "src/main.ts": "trace(1);\n" };
/** Files beside main, where the error is said to be, and what is said. */
type Case = readonly [what: string, files: Files, place: string, message: RegExp];

const COMPILE: readonly Case[] = [
  ["a syntax error", { "src/main.ts": "trace(1);\nconst x = 1 +;\n" }, "src/main.ts:2", /expected/i],
  ["a string that does not end", { "src/main.ts": '\n\ntrace("a\n);\n' }, "src/main.ts:3", /unterminated/i],
  ["a syntax error in another module", { ...OK, "src/b.ts": "export {\n" }, "src/b.ts:2", /expected/],
  ["a syntax error in JavaScript", { "src/main.js": "trace(1);\n\nif (;\n" }, "src/main.js:3", /expected/i],
  [
    "what only XS refuses in JavaScript",
    { "src/main.js": "trace(1);\nlet a;\n\nlet a;\n" },
    "src/main.js:4",
    /duplicate/,
  ],
  [
    "what only XS refuses after types were taken out",
    { ...OK, "src/b.js": "/*\n*/ function f() {}\nlet x\nbreak;\n" },
    "src/b.js:4",
    /break/,
  ],
  [
    "a type error",
    { "src/main.ts": "interface A {\n a: 1 }\nconst a: A = {};\ntrace(a);\n" },
    "src/main.ts:3",
    /'a' is missing/,
  ],
  [
    "a type error in a module that main does not import",
    { ...OK, "src/b.ts": "\nexport const n: string = 1;\n" },
    "src/b.ts:2",
    /not assignable/,
  ],
  ["a global of Node or of browsers", { "src/main.ts": "\nsetTimeout(() => {}, 1);\n" }, "src/main.ts:2", /setTimeout/],
  ["console, which boards do not have", { "src/main.ts": "console.log(1);\n" }, "src/main.ts:1", /console/],
  ["what ES2022 does not have", { "src/main.ts": "\n\ntrace([2, 1].toSorted());\n" }, "src/main.ts:3", /toSorted/],
  ["a missing relative module", { "src/main.ts": 'trace(1);\nimport "./gone.js";\n' }, "src/main.ts:2", /gone/],
  [
    "a missing named module",
    { "src/main.ts": '\nimport { x } from "acme/gone";\ntrace(x);\n' },
    "src/main.ts:2",
    /acme\/gone/,
  ],
  [
    "a missing module of a re-export",
    { ...OK, "src/b.ts": 'export {};\nexport * from "./gone.js";\n' },
    "src/b.ts:2",
    /gone/,
  ],
  [
    "a missing module in JavaScript",
    { "src/main.js": '\nimport x from "./gone";\ntrace(x);\n' },
    "src/main.js:2",
    /"\.\/gone"/,
  ],
  ["a module of Node", { "src/main.js": '\n\nimport "node:fs";\n' }, "src/main.js:3", /"node:fs"/],
  [
    "a file beside the app that no manifest names",
    { "src/main.ts": 'import "../other.js";\n', "other.ts": "export {};" },
    "src/main.ts:1",
    /other/,
  ],
  [
    "JSON by its file name",
    { "src/main.ts": 'import t from "./t.json";\ntrace(t);\n', "src/t.json": "1" },
    "src/main.ts:1",
    /name in the manifest: "t"/,
  ],
  [
    "JSON that is none",
    { "src/main.js": 'import t from "t";\ntrace(t);\n', "src/t.json": '{\n "a": 1,\n}\n' },
    "src/t.json:2",
    /nothing follows this comma but '\}'/,
  ],
  [
    "JSON that is a program",
    { "src/main.js": 'import t from "t";\ntrace(t);\n', "src/t.json": '1;\ntrace("ran")\n' },
    "src/t.json:1",
    /JSON/,
  ],
  [
    "an internal module of the firmware",
    { "src/main.js": '\nimport * as all from "thimble:devices/io/loop";\ntrace(all);\n' },
    "src/main.js:2",
    /thimble:/,
  ],
  [
    "the module of natives",
    { "src/main.js": 'import n from "thimble:native";\ntrace(n);\n' },
    "src/main.js:1",
    /thimble:native/,
  ],
  [
    "native, as the firmware uses it",
    { "src/main.js": '\nexport const f = () => native("xs_f").call(null);\n' },
    "src/main.js:2",
    /firmware/,
  ],
  [
    "native with another name",
    { "src/main.js": "\n\nconst name = trace.name; native(name);\n" },
    "src/main.js:3",
    /firmware/,
  ],
  [
    "Native as a base class",
    { "src/main.js": '\nclass A extends Native("xs_a") {}\ntrace(A);\n' },
    "src/main.js:2",
    /firmware/,
  ],
  [
    "native in TypeScript that declares it",
    { "src/main.ts": 'declare function native(n: string): () => void;\nnative("xs_f");\n' },
    "src/main.ts:2",
    /firmware/,
  ],
  ["XS's own form of a host function", { "src/main.js": 'trace(1);\nfunction f() @ "xs_f"\n' }, "src/main.js:2", /./],
  ["XS's own form of a host class", { "src/main.js": 'class A @ "xs_a" {}\n' }, "src/main.js:1", /./],
];

const MANIFEST: readonly (readonly [what: string, manifest: object, line: number, message: RegExp])[] = [
  ["a key that is not supported", { modules: MODULES, modulez: {} }, 6, /modulez/],
  ["a module that is not there", { modules: { "*": "./src/*", b: "./src/gone" } }, 5, /src\/gone/],
  ["an include that is not there", { include: "./gone.json", modules: MODULES }, 2, /gone\.json/],
  ["no main among the modules", { modules: { "*": "./other" } }, 3, /"main"/],
  ["C in an app", { modules: { "*": ["./src/*", "./c/native"] } }, 6, /native/i],
  ["a module of the firmware's internal names", { modules: { "*": "./src/*", "thimble:x": "./other" } }, 5, /reserved/],
];

function placeOf({ place }: Failure): string {
  return place ? `${place.file}:${place.line}` : "";
}

describe("errors of an app", function () {
  this.timeout(60_000);
  useEngines();

  for (const [what, files, expected, message] of COMPILE) {
    it(`${what}: ${expected}`, async () => {
      for (const debug of [false, true]) {
        const failure = await failureOf(files, { modules: MODULES }, debug);
        assert.deepEqual([failure.name, placeOf(failure)], ["CompileError", expected], failure.message);
        assert.match(failure.message, message);
        assert.notInclude(failure.message, process.cwd());
      }
    });
  }

  for (const [what, manifest, line, message] of MANIFEST) {
    it(`${what}: manifest.json:${line}`, async () => {
      const files = { ...OK, "c/native.c": "", "other.ts": "export {};\n" };
      const failure = await failureOf(files, { include: [], modules: {}, ...manifest });
      assert.deepEqual([failure.name, failure.line], ["ManifestError", line], failure.message);
      assert.match(failure.file ?? "", /manifest\.json$/);
      assert.match(failure.message, message);
    });
  }

  it("no main: manifest.json, line 1 where it has no modules; and what is advised makes one", async () => {
    for (const [manifest, line] of [
      ["{}", 1],
      ['{\n "config": {}\n}', 1],
      ['{\n "config": {},\n "modules": { "*": "./app" }\n}', 3],
    ] as const) {
      const failure = await failureOf({ "app.ts": "trace(1);\n", "manifest.json": manifest });
      assert.deepEqual([failure.name, failure.line], ["ManifestError", line], failure.message);
      assert.match(
        failure.message,
        /manifest\.json:\d: the manifest has no module "main": .*"main": "\.\/app" is app\.ts$/,
      );
    }
    const { modules } = await build({ "app.ts": "trace(1);\n" }, { modules: { main: "./app" } });
    assert.include(modules, "main");
  });

  it("a module that would replace one of the firmware: named, and its file", async () => {
    const files = { ...OK, "mine.ts": "export default 1;\n" };
    const failure = await failureOf(files, { include: [], modules: { ...MODULES, "thimble/cbor/encode": "./mine" } });
    assert.strictEqual(failure.name, "CompileError");
    assert.match(failure.message, /thimble\/cbor\/encode.*firmware/);
    assert.strictEqual(placeOf(failure), "mine.ts:1");
  });

  it("several errors: the first in front, the others one a line, at most twenty", async () => {
    const lines = Array.from({ length: 30 }, (_, i) => `trace(gone${i});\n`).join("");
    const failure = await failureOf({ "src/main.ts": lines }, { modules: MODULES });
    assert.strictEqual(placeOf(failure), "src/main.ts:1");
    assert.lengthOf(failure.others ?? [], 20);
    assert.match(failure.others?.[0] ?? "", /^src\/main\.ts:2:7: /);
  });

  it("leaves an author's own native alone", async () => {
    const files = {
      "src/main.ts": 'const native = (name: string) => ({ call: () => name });\ntrace(native("xs_f").call(), "\\n");\n',
    };
    const failure = await failureOf({ ...files, "src/b.ts": "let" }, { modules: MODULES });
    assert.strictEqual(failure.place?.file, "src/b.ts");
  });
});
