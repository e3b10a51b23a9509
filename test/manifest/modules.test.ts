// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { makeTree, names, refusal, removeTrees, resolveIn, resolveTree } from "./support.js";

/** The modules of a manifest that has nothing else, in a tree of empty files. */
function modulesOf(modules: unknown, files: readonly string[]): Record<string, string> {
  const project = resolveTree({ modules }, Object.fromEntries(files.map((file) => [file, ""])));
  expect(project.warnings).to.deep.equal([]);
  return names(project, project.root);
}

describe("manifest: modules", () => {
  afterEach(removeTrees);

  it("takes a string, an array, and objects in an array", () => {
    const files = ["a.ts", "b.js", "c.mjs", "d.json", "lib/e.ts"];
    expect(modulesOf({ "*": ["./a", "./b", { source: "./c" }, "./d"], e: "./lib/e" }, files)).to.deep.equal({
      a: "a.ts",
      b: "b.js",
      c: "c.mjs",
      d: "d.json",
      e: "lib/e.ts",
    });
  });

  it("takes an extension that is named", () => {
    expect(modulesOf({ "*": "./main.ts", other: "./b.js" }, ["main.ts", "b.js"])).to.deep.equal({
      main: "main.ts",
      other: "b.js",
    });
  });

  it("renames, one by one and by folder", () => {
    const files = [
      "src/one.ts",
      "src/two.js",
      "src/three.txt",
      "src/.hidden.ts",
      "src/deep/no.ts",
      "src/folder.ts/no.txt",
      "x.y.ts",
    ];
    expect(modulesOf({ "acme/*": "./src/*", "embedded:x/*": ["./x.y"] }, files)).to.deep.equal({
      "acme/one": "src/one.ts",
      "acme/two": "src/two.js",
      "embedded:x/x.y": "x.y.ts",
    });
  });

  it("takes only what begins with the name before *, and leaves that out of the specifier", () => {
    const files = ["modA.ts", "modB.ts", "other.ts"];
    expect(modulesOf({ "m/*": "./mod*" }, files)).to.deep.equal({ "m/A": "modA.ts", "m/B": "modB.ts" });
    expect(modulesOf({ m: "./other*" }, files)).to.deep.equal({ m: "other.ts" });
  });

  it("takes no spec for a module by *", () => {
    const files = ["main.ts", "main.spec.ts", "x.ts", "spec.ts", "one.spec.js"];
    expect(modulesOf({ "*": "./*" }, files)).to.deep.equal({
      main: "main.ts",
      "one.spec": "one.spec.js",
      spec: "spec.ts",
      x: "x.ts",
    });
    expect(modulesOf({ "*": "./main.spec" }, files)).to.deep.equal({ "main.spec": "main.spec.ts" });
  });

  it("leaves out what ~ names, in whatever manifest it stands", () => {
    const project = resolveTree(
      {
        include: "./lib/manifest.json",
        modules: { "*": "./src/*", "~": ["./src/test*", "./lib/old", "./lib/native"] },
      },
      {
        "src/main.ts": "",
        "src/test1.ts": "",
        "src/test2.ts": "",
        "lib/old.ts": "",
        "lib/new.ts": "",
        "lib/native.c": "",
        "lib/manifest.json": { modules: { "lib/*": "./*" } },
      },
    );
    expect(names(project, project.root)).to.deep.equal({ "lib/new": "lib/new.ts", main: "src/main.ts" });
  });

  it("says which manifest names a module, and sorts by specifier", () => {
    const project = resolveTree(
      { include: "./lib/manifest.json", modules: { b: "./b", a: "./a" } },
      { "a.ts": "", "b.ts": "", "lib/manifest.json": { modules: { "Z/*": "./z" } }, "lib/z.ts": "" },
    );
    expect(project.modules.map(({ specifier, from }) => [specifier, from.slice(project.root.length)])).to.deep.equal([
      ["Z/z", "/lib/manifest.json"],
      ["a", "/manifest.json"],
      ["b", "/manifest.json"],
    ]);
    expect(project.inputs).to.include(join(project.root, "lib"));
  });

  it("gives a source its first name only, as mcconfig does, and warns", () => {
    const files = { "src/main.ts": "" };
    const project = resolveTree({ modules: { "*": "./src/*", again: "./src/main" } }, files);
    expect(names(project, project.root)).to.deep.equal({ main: "src/main.ts" });
    expect(project.warnings).to.deep.equal([
      `${project.root}/manifest.json:4: "./src/main" is the module "main" already, it does not become "again" too`,
    ]);
    expect(resolveTree({ modules: { "*": ["./src/*", "./src/main"] } }, files).warnings).to.deep.equal([]);
  });

  it("keeps declaration files apart", () => {
    const project = resolveTree({ modules: { "*": "./*" } }, { "a.js": "", "a.d.ts": "", "b.d.ts": "" });
    expect(names(project, project.root)).to.deep.equal({ a: "a.js" });
    expect(project.declarations.map(({ specifier }) => specifier)).to.deep.equal(["a", "b"]);
  });

  it("warns of a * and of a ~ that fit nothing", () => {
    const project = resolveTree({ modules: { "*": "./src/*", "~": "./src/x" } }, { "src/readme.md": "" });
    expect(project.warnings).to.deep.equal([
      `${project.root}/manifest.json:4: nothing to exclude at "./src/x"`,
      `${project.root}/manifest.json:3: no module fits "./src/*"`,
    ]);
  });

  it("sees through symbolic links", () => {
    const root = makeTree({
      "real/a.ts": "",
      "app/manifest.json": { modules: { "l/*": "./link/*", "r/*": "../real/*" } },
    });
    symlinkSync(join(root, "real"), join(root, "app/link"));
    expect(names(resolveIn(join(root, "app")), root)).to.deep.equal({ "l/a": "real/a.ts" });
  });

  it("gives the same for the same tree elsewhere", () => {
    const files = { "src/b.ts": "", "src/a.ts": "", "src/B.ts": "", "data/x.der": "1" };
    const manifest = { build: { NAME: "same" }, modules: { "*": "./src/*" }, data: { "*": "./data/*" }, preload: "*" };
    const shown = () => {
      const project = resolveTree(manifest, files);
      return JSON.stringify(project).replaceAll(project.root, "ROOT");
    };
    expect(shown()).to.equal(shown());
  });

  it("gives natives to a firmware, and folders of headers", () => {
    const files = { "c/a.c": "", "c/a.h": "", "c/a.ts": "", "b/b.c": "", "inc/b.h": "" };
    const modules = { "thimble:native": "./c/a", "*": ["./inc/", "./b/b"] };
    const project = resolveTree({ modules }, files, { allowNatives: true });
    const natives = ["b/b.c", "c/a.c", "c/a.h", "inc/"].map((path) => `${project.root}/${path}`);
    expect(project.natives).to.deep.equal(natives);
    expect(names(project, project.root)).to.deep.equal({ "thimble:native": "c/a.ts" });
  });
});

describe("manifest: modules that are refused", () => {
  afterEach(removeTrees);
  const cases: readonly (readonly [unknown, number, string])[] = [
    [
      { "*": ["./a", "./gone"] },
      5,
      'there is no module "./gone": looked for gone.ts, gone.js, gone.mjs, gone.json in ROOT',
    ],
    [
      { x: "./d/mian" },
      3,
      'there is no module "./d/mian": looked for mian.ts, mian.js, mian.mjs, mian.json in ROOT/d (did you mean "./d/main"?)',
    ],
    [
      { x: "./d/mian.ts" },
      3,
      'there is no module "./d/mian.ts": looked for mian.ts in ROOT/d (did you mean "./d/main.ts"?)',
    ],
    [{ x: "./gone.ts" }, 3, 'there is no module "./gone.ts": looked for gone.ts in ROOT'],
    [{ x: "./A" }, 3, 'there is no module "./A": looked for A.ts, A.js, A.mjs, A.json in ROOT'],
    [
      { x: "./readme" },
      3,
      'there is no module "./readme": looked for readme.ts, readme.js, readme.mjs, readme.json in ROOT',
    ],
    [
      { x: "./manifest" },
      3,
      'there is no module "./manifest": looked for manifest.ts, manifest.js, manifest.mjs, manifest.json in ROOT',
    ],
    [{ x: "a" }, 3, '"a" is no path: a path has a "/", as in "./a"'],
    [{ x: "./none/a" }, 3, 'the folder of "./none/a" does not exist: ROOT/none'],
    [{ "*": "./two" }, 3, 'the module "two" has two sources: ROOT/two.js and ROOT/two.ts (exclude one with "~")'],
    [{ x: ["./a", "./b"] }, 5, 'the module "x" has two sources: ROOT/a.ts and ROOT/b.ts (exclude one with "~")'],
    [{ "*": "./n" }, 3, "natives belong to firmware: an app has none (ROOT/n.c)"],
    [{ "*": "./c/*" }, 3, "natives belong to firmware: an app has none (ROOT/c/x.h)"],
    [{ "*": ["./a", "./c/"] }, 5, "natives belong to firmware: an app has none (ROOT/c/)"],
    [{ "*x": "./a" }, 3, '"*" stands at the end of a name: "*x"'],
    [{ "*": "./*.ts" }, 3, '"*" stands for a file\'s whole name or its end, without extension: "*.ts"'],
    [{ "*": "./*a" }, 3, '"*" stands for a file\'s whole name or its end, without extension: "*a"'],
    [{ "*": "./a*" }, 3, '"" cannot be the name of a module'],
    [{ "../x": "./a" }, 3, '"../x" cannot be the name of a module'],
    [{ "x/": "./a" }, 3, '"x/" cannot be the name of a module'],
    [{ "x y": "./a" }, 3, '"x y" cannot be the name of a module'],
    [{ "x\u0000": "./a" }, 3, '"x\u0000" cannot be the name of a module'],
    [{ "mc/config": "./a" }, 3, 'the name of the module "mc/config" is reserved'],
    [{ "thimble:native": "./a" }, 3, 'the name of the module "thimble:native" is reserved'],
    [{ "*": { source: "./a" } }, 3, 'an object as a source in "modules" stands in an array [{...}]'],
    [
      { "*": [{ source: "./a", transform: "cdv" }] },
      6,
      'the key "transform" of a source in "modules" is not supported',
    ],
    [{ "*": [{}] }, 4, 'an object as a source has a "source"'],
    [{ "*": 1 }, 3, 'a source in "modules" is a string or an array of strings, none of them empty'],
    ["./a", 2, '"modules" is an object {...}'],
  ];
  for (const [modules, line, reason] of cases) {
    it(`says: ${reason}`, () => {
      const root = makeTree({
        "manifest.json": { modules },
        "a.ts": "",
        "b.ts": "",
        "two.ts": "",
        "two.js": "",
        "readme.md": "",
        "n.c": "",
        "n.ts": "",
        "c/x.h": "",
        "d/main.ts": "",
        "d/manifest.ts": "",
      });
      mkdirSync(join(root, "A"));
      expect(refusal(() => resolveIn(root)).message).to.equal(
        `${root}/manifest.json:${line}: ${reason.replaceAll("ROOT", root)}`,
      );
    });
  }
});
