// SPDX-License-Identifier: Apache-2.0
/** Code that ships and its twin with lines: nothing may differ but what is known to. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import type { ByteCode } from "../../host-sim/compiler/byte-code.js";
import { compileModule } from "../../host-sim/compiler/compile.js";
import { engineInfo } from "../../host-sim/compiler/engine-info.js";
import { findPositions } from "../../host-sim/compiler/positions.js";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { useEngines } from "../cli/support.js";
import { LANGUAGE } from "./language-cases.js";

function compile(text: string, debug: boolean, name = "main.ts"): ByteCode {
  return compileModule({ name, text }, { debug, allowNatives: true });
}

describe("lines found in a twin", function () {
  this.timeout(120_000);
  useEngines();

  it("are there for each module of the SDK, each piece of language, and what npm has", () => {
    const folders = ["sdk", "devices/io", "devices/psa", "examples", "node_modules/chai", "node_modules/@noble/curves"];
    const files = folders.flatMap((folder) =>
      readdirSync(join(packageRoot, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => /(?<!\.d)\.(ts|js)$/.test(name))
        .map((name) => readFileSync(join(packageRoot, folder, name), "utf8")),
    );
    for (const text of [...files, ...LANGUAGE.map(([, source]) => source)]) {
      const { positions, code } = compile(text, false);
      assert.strictEqual(positions?.file, "main.ts");
      const { pairs = [] } = positions ?? {};
      const lines = text.split("\n").length;
      pairs.forEach((value, i) => {
        if (i % 2) assert.isAtMost(value, lines);
        else assert.isTrue(value < code.length && value > (pairs[i - 2] ?? -1));
      });
    }
  });

  it("follow XS's optimizer, which sees through no LINE", () => {
    // An empty statement has a line and no code: `return` branches to an end in one and is an end in the other.
    const text =
      "export function f(x: number) {\n  for (let i = 0; ; i++) {\n    if (x) return x;\n    ;\n  }\n  ;\n}\nf(1);\n";
    assert.doesNotThrow(() => findPositions(compile(text, false), compile(text, true), engineInfo()));
  });

  for (const [what, one, other] of [
    ["a name", "let a = 1;", "let b = 1;"],
    ["a number", "f(1);", "f(2);"],
    ["an instruction more", "f(1);", "f(1, 2);"],
    ["a statement less", "f(1); g(1);", "f(1);"],
    ["a statement more", "f(1);", "f(1); g(1);"],
  ] as const) {
    it(`refuse a twin of another source: ${what}`, () => {
      const [release, twin] = [compile(`// @ts-nocheck\n${one}`, false), compile(`// @ts-nocheck\n${other}`, true)];
      assert.throws(() => findPositions(release, twin, engineInfo()), RangeError, /^positions: /);
    });
  }
});
