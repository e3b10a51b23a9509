// SPDX-License-Identifier: Apache-2.0
/** Lines that are broken where the source goes on to another: the same program, and each line of one line of source. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import ts from "typescript";
import { breakLines, encodeLines } from "../../host-sim/compiler/source-lines.js";
import { stripTypes } from "../../host-sim/compiler/strip.js";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { LANGUAGE } from "./language-cases.js";
import { unfold } from "./probes.js";

/** A program as its syntax tree prints: where lines end does not show, what they mean does. */
function meaning(code: string): string {
  const source = ts.createSourceFile("main.js", code, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  return ts.createPrinter({ removeComments: true }).printFile(source).replace(/\s+/g, "");
}

function broken(text: string, name = "main.ts") {
  const { code, map } = stripTypes(text, { name, allowNatives: true });
  return { code, ...{ result: breakLines(code, map) } };
}

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: they are sources.
/** Where a line break has a meaning, or might have one for some parser. */
const DELICATE = [
  "let i = 0;\nfunction f() {\n  return (\n    i\n  );\n}",
  "let i = 0;\nconst f = (\n  a: number,\n) =>\n  a;\nf(\n  1,\n);",
  "const f = async (\n  a: number,\n) =>\n  a;\nexport default f;",
  "function* g() {\n  yield (\n    1\n  );\n}\nfor (;;) {\n  break;\n}",
  "let i = 0;\n(\n  i\n)++;\n++(\n  i\n);",
  "class A {\n  static\n  x = 1;\n  get\n  y() { return 1; }\n  async\n  z() {}\n}",
  "const t = `a${\n  1 +\n  2\n}b\nc${\n3}`;\nconst r = /a/\n  .test(\n    t);",
  "throw (\n  new Error(\n    'x'\n  )\n);",
];
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: they are sources.

describe("lines that are broken as the source's are", function () {
  this.timeout(60_000);
  const files = ["sdk", "devices/io", "devices/psa", "examples"].flatMap((folder) =>
    readdirSync(join(packageRoot, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
      .map((name) => readFileSync(join(packageRoot, folder, name), "utf8")),
  );
  const sources = [...DELICATE, ...LANGUAGE.map(([, text]) => text), ...files];

  it("mean the same, in delicate places, in each piece of language, in all of the SDK", () => {
    // `native` takes a literal, and nothing around it.
    const unfolded = sources.filter((text) => !text.includes("native(")).map(unfold);
    for (const text of [...sources, ...unfolded]) {
      const { code, result } = broken(text);
      assert.strictEqual(meaning(result.code), meaning(code));
      assert.strictEqual(result.code.split("\n").length, result.lines.length);
    }
  });

  it("are of the line that they are found on in the source", () => {
    const text = "const f = (...x: number[]) => x;\nf(\n  1,\n  f(2)\n    .at(3)!,\n);\n";
    const { code, lines } = broken(text).result;
    const found = code.split("\n").map((line, i) => [line.trim(), lines[i]]);
    assert.deepInclude(found, ["1,", 3]);
    assert.deepInclude(found, ["f(2)", 4]);
    assert.deepInclude(found, [".at(3))", 5]);
  });

  it("are told to XS as a source map with one segment a line", () => {
    const { mappings } = JSON.parse(encodeLines([1, 1, 20, 3], "main.ts")) as { mappings: string };
    assert.strictEqual(mappings, "AAAA;AAAA;AAmBA;AAjBA");
  });
});
