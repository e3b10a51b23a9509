// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { makeTree, refusal, removeTrees, resolveIn, resolveTree } from "./support.js";

describe("manifest: config, defines, creation, strip, typescript", () => {
  afterEach(removeTrees);

  it("merges config and defines deeply, the app wins", () => {
    const values = { a: { b: { c: 1, d: 1 }, e: [1] }, f: null, g: { h: 1 }, i: false, toString: 1 };
    const own = { a: { b: { c: 2 } }, f: { x: 1 }, g: "text", i: true, j: [{ k: 1 }] };
    const expected = { a: { b: { c: 2, d: 1 }, e: [1] }, f: { x: 1 }, g: "text", i: true, toString: 1, j: [{ k: 1 }] };
    const project = resolveTree(
      { include: "./a.json", config: own, defines: own },
      { "a.json": { config: values, defines: values } },
    );
    expect(project.config).to.deep.equal(expected);
    expect(project.defines).to.deep.equal(expected);
    expect(project.warnings).to.deep.equal([]);
  });

  it("does not expand variables in config", () => {
    expect(resolveTree({ config: { a: "$(GONE)" } }).config).to.deep.equal({ a: "$(GONE)" });
  });

  it("merges arrays element by element, as mcconfig does, and warns where a rest stays", () => {
    const project = resolveTree(
      { include: "./a.json", config: { short: [9], long: [1, 2, 3], deep: [{ b: 2 }] } },
      { "a.json": { config: { short: [1, 2], long: [7], deep: [{ a: 1, b: 1 }] } } },
    );
    expect(project.config).to.deep.equal({ short: [9, 2], long: [1, 2, 3], deep: [{ a: 1, b: 2 }] });
    expect(project.warnings).to.deep.equal([
      `${project.root}/manifest.json:4: "config.short" replaces the first 1 elements of an array of 2; the rest stays`,
    ]);
  });

  it("keeps the values of one resolution apart from the next", () => {
    const tree = makeTree({ "manifest.json": { config: { a: { b: 1 } }, creation: {} } });
    const first = resolveIn(tree);
    (first.config.a as { b: number }).b = 2;
    expect(resolveIn(tree).config).to.deep.equal({ a: { b: 1 } });
  });

  it("merges creation and takes the last strip", () => {
    const project = resolveTree(
      { include: "./a.json", creation: { static: 65536, heap: { initial: 100 } }, strip: ["*", "RegExp"] },
      { "a.json": { creation: { stack: 512, heap: { initial: 1, incremental: 2 }, main: "m" }, strip: "*" } },
    );
    expect(project.creation).to.deep.equal({
      static: 65536,
      stack: 512,
      heap: { initial: 100, incremental: 2 },
      main: "m",
    });
    expect(project.strip).to.deep.equal(["*", "RegExp"]);
  });

  it("warns when nothing sets creation, as mcconfig refuses that", () => {
    const root = makeTree({ "manifest.json": {} });
    expect(resolveIn(root).warnings).to.deep.equal([
      `${root}/manifest.json: no manifest has "creation" (mcconfig, Moddable's build tool, would refuse it; include $(MODDABLE)/examples/manifest_base.json)`,
    ]);
    expect(resolveIn(root, { allowNatives: true }).warnings).to.deep.equal([]);
  });

  it("joins arrays of compiler options, the app's first, and resolves types", () => {
    const options = (compilerOptions: object) => ({ typescript: { compiler: "tsc", tsconfig: { compilerOptions } } });
    const project = resolveTree(
      { include: "./lib/a.json", ...options({ strict: true, lib: ["es2024"], types: ["./types/app"] }) },
      {
        "lib/a.json": options({ strict: false, lib: ["es2022"], types: ["./x"], outDir: "/tmp" }),
        "types/app.d.ts": "",
      },
    );
    expect(project.compilerOptions).to.deep.equal({
      strict: true,
      lib: ["es2024", "es2022"],
      types: [`${project.root}/types/app`, `${project.root}/lib/x`],
    });
    expect(project.warnings).to.deep.equal([
      `${project.root}/lib/a.json:13: the compiler option "outDir" has no effect here`,
    ]);
  });

  const tsconfig = (value: unknown) => ({ typescript: { tsconfig: value } });
  const cases: readonly (readonly [Record<string, unknown>, number, string])[] = [
    [{ config: [] }, 2, '"config" is an object {...}'],
    [{ defines: "X=1" }, 2, '"defines" is an object {...}'],
    [{ creation: { heep: 1 } }, 3, 'unknown key "creation.heep"'],
    [{ creation: { heap: { initial: 1, max: 1 } } }, 5, 'unknown key "creation.heap.max"'],
    [{ creation: { heap: 512 } }, 3, '"creation.heap" is an object {...}'],
    [{ creation: { static: -1 } }, 3, '"creation.static" is a whole number from 0 to 2147483647'],
    [{ creation: { static: 2147483648 } }, 3, '"creation.static" is a whole number from 0 to 2147483647'],
    [{ creation: { keys: { name: 1.5 } } }, 4, '"creation.keys.name" is a whole number from 0 to 2147483647'],
    [{ creation: { main: 1 } }, 3, '"creation.main" is the specifier of a module'],
    [{ strip: [1] }, 3, '"strip" is a string or an array of strings, none of them empty'],
    [{ typescript: { compiler: "tsgo" } }, 3, '"typescript.compiler" can only be "tsc"'],
    [{ typescript: { x: 1 } }, 3, 'unknown key "typescript.x"'],
    [tsconfig({ files: [] }), 4, 'the key "typescript.tsconfig.files" is not supported: only compilerOptions are read'],
    [
      tsconfig({ compilerOptions: { strickt: true } }),
      5,
      'the compiler option "strickt" is not supported: did you mean "strict"?',
    ],
    [
      tsconfig({ compilerOptions: { paths: {} } }),
      5,
      'the compiler option "paths" is not supported: name the modules in "modules"',
    ],
    [tsconfig({ compilerOptions: { lib: {} } }), 5, 'the compiler option "lib" is no object'],
    [tsconfig({ compilerOptions: { types: ["./none/x"] } }), 6, 'the folder of "./none/x" does not exist: ROOT/none'],
  ];
  for (const [manifest, line, reason] of cases) {
    it(`says: ${reason} (line ${line})`, () => {
      const root = makeTree({ "manifest.json": manifest });
      const message = `${root}/manifest.json:${line}: ${reason.replaceAll("ROOT", root)}`;
      expect(refusal(() => resolveIn(root)).message).to.equal(message);
    });
  }

  it("refuses an object where another manifest has an array", () => {
    const root = makeTree({
      "manifest.json": { include: "./a.json", config: { x: {} } },
      "a.json": { config: { x: [1] } },
    });
    expect(refusal(() => resolveIn(root)).message).to.equal(
      `${root}/manifest.json:4: "config.x" is an array in one manifest and an object in another`,
    );
  });
});
