// SPDX-License-Identifier: Apache-2.0
/** What to use instead: the tables fit what TypeScript and XS really say, and docs/from-node.md has all of them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { hintForModule, hintForThrown } from "../../host-sim/compiler/hints.js";
import { GLOBAL_HINTS } from "../../host-sim/compiler/hints-globals.js";
import {
  MODDABLE_MODULE_HINTS,
  NODE_MODULE_HINTS,
  PACKAGE_HINT,
  PACKAGE_HINTS,
} from "../../host-sim/compiler/hints-modules.js";
import { THROWN_HINTS } from "../../host-sim/compiler/hints-thrown.js";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { useEngines } from "../cli/support.js";
import { buildUnchecked } from "../compiler/linked.js";
import { BOARDS, failureOf, RELEASE, start } from "../compiler/support.js";

const MODULE_ROWS = [...NODE_MODULE_HINTS, ...MODDABLE_MODULE_HINTS, ...PACKAGE_HINTS];
/** XS has it, as another name of globalThis. TypeScript does not know it. */
const THERE = ["global"];
/** Known to TypeScript, as part of ES2022. */
const TYPED = ["SharedArrayBuffer"];
/** What is used as a namespace of types, not as a value. */
const TYPES = ["NodeJS"];

function namesOf(rows: typeof MODULE_ROWS): string[] {
  return rows.flatMap(([names]) => names);
}

/** A build tells so many errors at once. */
const AT_ONCE = 20;

/** Each line of source gets the one error that is said of it. */
async function checkEach(lines: readonly { readonly text: string; readonly said: string }[]): Promise<void> {
  for (let at = 0; at < lines.length; at += AT_ONCE) {
    const some = lines.slice(at, at + AT_ONCE);
    const source = `${some.map(({ text }) => text).join("\n")}\nexport {};\n`;
    const { message, advice, others = [] } = await failureOf({ "main.ts": source });
    const said = [`${message} ${advice}`, ...others.map((other) => other.replace(/^main\.ts:\d+:\d+: /, ""))];
    assert.deepEqual(
      said,
      some.map((line) => line.said),
    );
  }
}

describe("docs/from-node.md", () => {
  const page = readFileSync(join(packageRoot, "docs", "from-node.md"), "utf8");
  const rows = [...page.matchAll(/^\| (`.+?`(?:, `.+?`)*) \| (.+) \|$/gm)].map(
    ([, names = "", words]) => `${names} | ${words}`,
  );
  const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ");

  it("has each row of the tables, and no other", () => {
    const ofNames = [...GLOBAL_HINTS, ...MODULE_ROWS].map(([names, hint]) => `${list(names)} | ${hint}`);
    const ofThrown = THROWN_HINTS.map(({ example, hint }) => `\`${example}\` | ${hint}`);
    assert.deepEqual(rows, [...ofNames, ...ofThrown]);
    assert.include(page, PACKAGE_HINT);
  });
});

describe("a name that a board has not", function () {
  this.timeout(60_000);
  useEngines(...RELEASE);
  const names = namesOf(GLOBAL_HINTS as typeof MODULE_ROWS);

  it("is in one row only, and every hint is one line that ends", () => {
    for (const all of [names, namesOf(MODULE_ROWS)]) {
      assert.deepEqual(
        all.filter((name, i) => all.indexOf(name) < i),
        [],
      );
    }
    for (const hint of [...GLOBAL_HINTS.map(([, hint]) => hint), ...MODULE_ROWS.map(([, hint]) => hint)]) {
      assert.match(hint, /^[^\n]{10,160}\.$/);
    }
  });

  it("gets its advice at the type check, and none of TypeScript's for Node and browsers", async () => {
    const expected = GLOBAL_HINTS.flatMap(([row, hint]) =>
      row
        .filter((name) => !TYPED.includes(name))
        .map((name) => {
          const isType = TYPES.includes(name);
          const text = isType ? `export type T = ${name}.T;` : `${name};`;
          return { text, said: `Cannot find ${isType ? "namespace" : "name"} '${name}'. ${hint}` };
        }),
    );
    await checkEach(expected);
  });

  for (const board of BOARDS) {
    it(`gets it where it is thrown, too, on ${board}`, async () => {
      const tries = names.map((name) => `try { ${name}; } catch (e) { trace("${name}: ", e.message, "\\n"); }`);
      const { console } = await start(board, buildUnchecked({ main: tries.join("\n") }, false));
      const said = new Map(console.split("\n").map((line) => line.split(": ", 1).concat(line) as [string, string]));
      for (const [row, hint] of GLOBAL_HINTS) {
        for (const name of row) {
          if (THERE.includes(name)) assert.isFalse(said.has(name), name);
          else assert.strictEqual(hintForThrown(said.get(name) ?? ""), hint, name);
        }
      }
    });
  }
});

describe("a module that a board has not", function () {
  this.timeout(60_000);
  useEngines(...RELEASE);

  it("gets its advice at the type check: of Node with and without node:, of Moddable, of npm", async () => {
    const names = namesOf(MODULE_ROWS).map((name) => (name.endsWith("/") ? `${name}x` : name));
    const others = ["node:fs", "lodash/fp", "@acme/anything", "./other", "../other.js", "thimble/x"];
    const expected = [...names, ...others].map((name, i) => ({
      text: `import x${i} from "${name}"; x${i};`,
      said: `Cannot find module '${name}'. ${hintForModule(name)}`,
    }));
    await checkEach(expected);
  });

  it("gets it from the build of JavaScript, and where import() is refused", async () => {
    const { message, advice } = await failureOf({ "main.js": 'import fs from "fs";\nfs.x;\n' });
    assert.strictEqual(message, 'there is no module "fs": neither the manifest nor the firmware has it');
    assert.strictEqual(advice, hintForModule("fs"));
    const { text } = await start("host", buildUnchecked({ main: 'await import("axios");\n' }, false));
    assert.strictEqual(hintForThrown(text.split("\n")[0] ?? ""), hintForModule("axios"));
    const computed = 'ReferenceError: module "thimble/cose/mac0" not found';
    assert.match(hintForThrown(computed) ?? "", /^An app carries the modules of the SDK that its sources name: /);
  });

  it("is told apart: hardware, packages, files of the app", () => {
    assert.strictEqual(hintForModule("node:dgram"), 'Use "embedded:io/socket/udp".');
    assert.match(hintForModule("embedded:sensor/Temperature/X"), /not modelled yet/);
    assert.match(hintForModule("embedded:io/unheard-of"), /not modelled yet/);
    assert.strictEqual(hintForModule("left-pad"), PACKAGE_HINT);
    assert.strictEqual(hintForModule("@scope/name/x.js"), PACKAGE_HINT);
    assert.match(hintForModule("./sensor.js"), /"modules" of the manifest/);
  });

  it("is offered what its name is close to, of what the app could import", async () => {
    const files = { "src/main.ts": "", "src/lib/helper.ts": "export const x = 1;\n", "src/lib/b.ts": "" };
    const cases = {
      'import Timer from "timr"; Timer;': 'Did you mean "timer"?',
      'import "embedded:io/digitl";': 'Did you mean "embedded:io/digital"?',
      'import config from "mc/confg"; config;': 'Did you mean "mc/config"?',
      'import "thimble/cbor/encoder";': 'Did you mean "thimble/cbor/encode"?',
      'import "thimble/cbor";': '"thimble/cbor" is a folder: name one of its modules (docs/modules.md).',
      'import { x } from "./lib/helpr"; x;': 'Did you mean "./lib/helper"?',
      'import { x } from "./lib/helper.ts"; x;': 'Write "./lib/helper": a module is named without its extension.',
      'import "embedded:io/touch";':
        "It is not modelled yet. Put it in a module of your own, and give the simulator another one.",
      'import "embedded:io/oscilloscope";': "It is not modelled yet.",
      'import "left-pad";': PACKAGE_HINT,
    };
    for (const [text, said] of Object.entries(cases)) {
      const manifest = { modules: { "*": "./src/main", "lib/*": "./src/lib/*" } };
      const { advice, place } = await failureOf({ ...files, "src/main.ts": `${text}\n` }, manifest);
      assert.deepEqual([advice, place?.line, place?.column], [said, 1, text.indexOf('"') + 1], text);
    }
    const main = { "src/main.ts": "", "src/lib/b.ts": 'import { x } from "./helpr";\ntrace(String(x));\n' };
    const { advice } = await failureOf(
      { ...files, ...main },
      { modules: { "*": "./src/main", "lib/*": "./src/lib/*" } },
    );
    assert.strictEqual(advice, 'Did you mean "./helper"?');
  });
});

/** A program for each row of the table, in its order. */
const THROWING = [
  'const e = new Error(""); e.name = "MyError";',
  "const o = {}; o.toString = () => 1;",
  "Math.PI = 3;",
  "Array.prototype.last = 1;",
  "delete Math.abs;",
  'Object.defineProperty(Array.prototype, "last", { value: 1 });',
  'new Error("").stack = "";',
  "const fixed = 1; fixed = 2;",
  "undeclared = 1;",
  "later; const later = 1;",
  "undefined.property;",
  "const o = {}; o.misspelt();",
  "new (() => 1)();",
  "JSON.parse('{\"a\":1');",
  'eval("1");',
];

describe("what XS throws with few words", function () {
  this.timeout(60_000);
  useEngines(...RELEASE);

  for (const board of BOARDS) {
    it(`gets a reason and a way out, each row of the table, on ${board}`, async () => {
      const tries = THROWING.map((text) => `try { ${text} } catch (e) { trace(String(e), "\\n"); }`);
      const { console } = await start(board, buildUnchecked({ main: tries.join("\n") }, false));
      assert.deepEqual(
        console
          .split("\n")
          .slice(0, -1)
          .map((said) => hintForThrown(said)),
        THROWN_HINTS.map(({ hint }) => hint),
      );
    });
  }

  it("is of frozen objects alike: preloaded modules, modules of the firmware, assigned or by a built-in", async () => {
    const lib = "export const table = { a: 1 }; export const list = [2, 1];\n";
    const main = `import Timer from "timer"; import { table, list } from "./lib";
for (const f of [() => { table.a = 2; }, () => { table.b = 2; }, () => list.push(3), () => list.sort(), () => { Timer.set = 1; },
  () => Object.assign(Math, { x: 1 }), () => { globalThis.Array = 1; }, () => { Error.prototype.x = 1; }]) {
  try { f(); trace("nothing\\n"); } catch (e) { trace(String(e), "\\n"); }
}`;
    const { console } = await start("host", buildUnchecked({ main, lib }, false, {}, ["lib"]));
    const hints = console
      .split("\n")
      .slice(0, -1)
      .map((said) => hintForThrown(said));
    assert.lengthOf(hints, 8);
    for (const hint of hints) assert.match(hint ?? "", /^The object is frozen\./);
  });

  it("is of the object that a line of source changes", () => {
    const first = (property: string, line: string): string | undefined =>
      hintForThrown(`TypeError: set ${property}: not writable`, line)?.split(" Built-ins ")[0];
    assert.strictEqual(first("push", "Array.prototype.push = function () {};"), "Array.prototype is frozen.");
    assert.strictEqual(first("PI", "  Math.PI += 1;"), "Math is frozen.");
    assert.strictEqual(first("a", "f(table.a++)"), "table is frozen.");
    assert.match(
      hintForThrown("delete abs: no permission (strict mode)", "delete Math.abs") ?? "",
      /^Math is frozen\./,
    );
    for (const line of [
      "",
      "list.push(1)",
      "if (Math.PI === 3) f();",
      "f((Math.PI) => 1)",
      "a.PIN = 1",
      "Object.assign(m)",
    ]) {
      assert.strictEqual(first("PI", line), "The object is frozen.", line);
    }
    assert.match(hintForThrown("TypeError: set ((: not writable", "x.(( = 1") ?? "", /^x is frozen\./);
  });

  it("gets none where the words are the app's own, or say enough", () => {
    for (const message of ["Error: too far", "RangeError: out of range count", "SyntaxError: invalid character", ""]) {
      assert.isUndefined(hintForThrown(message));
    }
  });
});
