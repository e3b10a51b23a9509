// SPDX-License-Identifier: Apache-2.0
/** What a TypeScript author writes runs: each of these is built once and gives its line on both boards. */
import { assert } from "chai";
import { useEngines } from "../cli/support.js";
import { LANGUAGE } from "./language-cases.js";
import { BOARDS, type Built, build, failureOf, RELEASE, tracesOf } from "./support.js";

describe("TypeScript on XS", function () {
  this.timeout(60_000);
  useEngines(...RELEASE);

  for (const [what, source, expected] of LANGUAGE) {
    describe(what, () => {
      let built: Built;
      for (const board of BOARDS) {
        it(`gives ${JSON.stringify(expected)} on ${board}`, async () => {
          built ??= await build({ "main.ts": source });
          assert.deepEqual(await tracesOf(board, built), [expected]);
        });
      }
    });
  }

  for (const [what, source, message] of [
    ["using", "const r = { [Symbol.dispose]() {} };\nusing u = r;\ntrace(u);\n", /dispos/i],
    ["a type assertion of an enum that is only declared", "declare const enum E { A }\ntrace(E.A);\n", /enum/i],
    ["import = require", 'import timer = require("timer");\ntrace(timer);\n', /import|module/i],
    ["with", "with ({}) {}\n", /with/],
    ["import attributes", 'import c from "mc/config" with { type: "css" };\ntrace(c);\n', /attribute/],
  ] as const) {
    it(`refuses ${what} with its line`, async () => {
      const { message: text, place } = await failureOf({ "main.ts": source });
      assert.match(text, message);
      assert.strictEqual(place?.file, "main.ts");
      assert.isAtLeast(place?.line ?? 0, 1);
    });
  }
});
