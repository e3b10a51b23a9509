// SPDX-License-Identifier: Apache-2.0
/** Firmware modules bind C functions by `native("xs_name").call(...)`, in that form only. */
import { assert } from "chai";
import { compileModule } from "../../host-sim/compiler/compile.js";
import { CompileError } from "../../host-sim/compiler/compile-error.js";
import { listImports, stripTypes } from "../../host-sim/compiler/strip.js";
import { useEngines } from "../cli/support.js";

const FIRMWARE = { debug: false, allowNatives: true } as const;
const strip = (text: string, allowNatives = true) => stripTypes(text, { name: "devices/x.ts", allowNatives });

describe("native in a firmware module", () => {
  useEngines();

  it("becomes a call of a host function that is declared once, after the module's own lines", () => {
    const text =
      'declare const n: any;\nexport const f = (a: number) => native("xs_b").call(null, a);\nnative("xs_a").call(f);\nnative("xs_b").call(f);\n';
    const { code, natives } = strip(text);
    assert.deepEqual(natives, ["xs_b", "xs_a"]);
    assert.notInclude(code, "native");
    assert.match(code, /xs_b\.call\(null, a\)/);
    assert.deepEqual(code.match(/function \w+\(\) @ "\w+"/g), ['function xs_b() @ "xs_b"', 'function xs_a() @ "xs_a"']);
  });

  it("keeps the receiver and the arguments, also those that hold a native call themselves", () => {
    const { code } = strip(
      'export class A { m(...x: number[]) { return native("xs_o").call(this, native("xs_i").call(this, 1), ...x); } }',
    );
    assert.match(code, /xs_o\.call\(this, xs_i\.call\(this, 1\), \.\.\.x\)/);
  });

  it("is in the byte code's table of host functions", () => {
    const { hosts } = compileModule(
      { name: "a.ts", text: 'native("xs_one").call(1);\nnative("xs_two").call(1);\n' },
      FIRMWARE,
    );
    assert.sameMembers(
      hosts.map(({ name }) => name),
      ["xs_one", "xs_two"],
    );
  });

  it("leaves no table and no host function in a module without", () => {
    assert.deepEqual(compileModule({ name: "a.ts", text: "trace(1);\n" }, FIRMWARE).hosts, []);
  });

  for (const [what, use] of [
    ["a name that is not a literal", "const n = 'xs_a';\nnative(n).call(null);"],
    ["a template as name", "\nnative(`xs_a`).call(null);"],
    ["a name put together", '\nnative("xs_" + "a").call(null);'],
    ["no name", "\nnative().call(null);"],
    ["two arguments", '\nnative("xs_a", 1).call(null);'],
    ["the function without a call", '\nconst f = native("xs_a");'],
    ["a call without a receiver", '\nnative("xs_a")();'],
    ["apply", '\nnative("xs_a").apply(null, []);'],
    ["bind", '\nnative("xs_a").bind(null);'],
    ["a name that is not xs_...", '\nnative("system").call(null);'],
    ["a name that is no C name", '\nnative("xs_a-b").call(null);'],
    ["a class of the newer XS", '\nclass A extends Native("xs_a") {}'],
    ["call by an index", '\nnative("xs_a")["call"](null);'],
  ] as const) {
    it(`is refused with its line: ${what}`, () => {
      try {
        strip(use);
      } catch (error) {
        assert.instanceOf(error, CompileError);
        assert.deepEqual(
          [(error as CompileError).place?.file, (error as CompileError).place?.line],
          ["devices/x.ts", 2],
        );
        return;
      }
      assert.fail("it was compiled");
    });
  }

  it("is refused in an app's module in every form, also the right one", () => {
    for (const use of [
      'native("xs_a").call(null)',
      "native(x)",
      'class extends Native("xs_a") {}',
      '(() => native("xs_a"))()',
    ]) {
      assert.throws(() => strip(`(${use});`, false), CompileError, /firmware modules/);
    }
  });

  it("is the author's own where the file declares the name, and binds nothing", () => {
    for (const own of [
      "function native(n) { return n; }",
      "import { native } from './a.js';",
      "const { native } = x;",
      "import native from './a.js';",
    ]) {
      for (const allowNatives of [true, false]) {
        assert.deepEqual(strip(`${own}\nnative("xs_a").call(null);\n`, allowNatives).natives, []);
      }
    }
  });

  it("cannot be written in XS's own syntax in an app", () => {
    const text = 'function f() @ "xs_thimble_clock_us"\ntrace(f());\n';
    assert.throws(() => compileModule({ name: "a.js", text }, { debug: false, allowNatives: false }), CompileError);
  });

  it("does not change the list of imports: types and type-only exports are none", () => {
    const text =
      'import type { A } from "a";\nimport { type B } from "b";\nimport C from "c";\nexport type { D } from "d";\nexport * from "e";\nimport "f";\n';
    assert.deepEqual(listImports(text, "x.ts"), ["b", "c", "e", "f"]);
  });
});
