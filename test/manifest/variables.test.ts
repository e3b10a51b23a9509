// SPDX-License-Identifier: Apache-2.0
import { basename } from "node:path";
import { expect } from "chai";
import { makeTree, names, refusal, removeTrees, resolveIn, resolveTree, THIMBLE } from "./support.js";

describe("manifest: build and $(VARIABLES)", () => {
  afterEach(removeTrees);

  it("expands a variable in other variables, in includes and in sources", () => {
    const project = resolveTree(
      {
        build: { LIB: "./lib", DEEP: "$(LIB)/deep", N: 2 },
        include: "$(DEEP)/more.json",
        modules: { one: "$(LIB)/one", two: "$(DEEP)/m$(N)" },
      },
      { "lib/one.ts": "", "lib/deep/m2.ts": "", "lib/deep/more.json": { config: { more: true } } },
    );
    expect(names(project, project.root)).to.deep.equal({ one: "lib/one.ts", two: "lib/deep/m2.ts" });
    expect(project.config).to.deep.equal({ more: true });
  });

  it('takes "./" as the folder of the manifest that says so', () => {
    const project = resolveTree(
      { include: "./lib/manifest.json", modules: { a: "$(HERE)/a" } },
      { "lib/manifest.json": { build: { HERE: "./" } }, "lib/a.ts": "" },
    );
    expect(names(project, project.root)).to.deep.equal({ a: "lib/a.ts" });
  });

  it("knows THIMBLE, PLATFORM, FULLPLATFORM, SUBPLATFORM and NAME", () => {
    const manifest = {
      build: { T: "$(THIMBLE)", V: "$(PLATFORM) $(FULLPLATFORM) $(SUBPLATFORM) $(NAME)", NAME: "x $(V)" },
    };
    const tree = makeTree({ "manifest.json": { build: { NAME: "$(PLATFORM)-$(SUBPLATFORM)-$(NAME)" } } });
    expect(resolveIn(tree, { platform: "esp32/six" }).name).to.equal(`esp32-six-${basename(tree)}`);
    expect(refusal(() => resolveTree(manifest)).reason).to.contain("unknown variable $(SUBPLATFORM)");
    const project = resolveTree({ modules: { "thimble/hex": "$(THIMBLE)/sdk/bytes/hex" } });
    expect(names(project, THIMBLE)).to.deep.equal({ "thimble/hex": "sdk/bytes/hex.ts" });
  });

  it("names the project after its folder, or after NAME", () => {
    const project = resolveTree({});
    expect(project.name).to.equal(basename(project.root));
    expect(resolveTree({ build: { NAME: "sensor" } }).name).to.equal("sensor");
    for (const NAME of ["a/b", "..", "", "a\\b", "a\nb", "c:d"]) {
      expect(refusal(() => resolveTree({ build: { NAME } })).reason).to.match(/^NAME cannot be the name of a folder/);
    }
  });

  it("asks the environment, and reports what it used", () => {
    const environment = { LIBS: "lib", OTHER: "unused" };
    const project = resolveTree({ modules: { a: "./$(LIBS)/a" } }, { "lib/a.ts": "" }, { environment });
    expect(names(project, project.root)).to.deep.equal({ a: "lib/a.ts" });
    expect(project.environment).to.deep.equal({ LIBS: "lib" });
  });

  it("prefers build to the environment, and with ?= the environment to build", () => {
    const environment = { NAME: "shell", OTHER: "shell" };
    expect(resolveTree({ build: { NAME: "own" } }, {}, { environment }).name).to.equal("own");
    const project = resolveTree({ build: { "NAME ?=": "own" } }, {}, { environment });
    expect(project.name).to.equal("shell");
    expect(project.environment).to.deep.equal({ NAME: "shell" });
    expect(resolveTree({ build: { "NAME ?=": "own" } }).name).to.equal("own");
  });

  it("lets an included manifest overwrite a variable, as mcconfig does, and warns", () => {
    const project = resolveTree(
      { include: "./a.json", build: { NAME: "app" } },
      { "a.json": { build: { NAME: "a" } } },
    );
    expect(project.name).to.equal("a");
    const places = [`${project.root}/a.json:3`, `${project.root}/manifest.json:4`];
    expect(project.warnings).to.deep.equal([
      `${places[0]}: "build" sets NAME for all manifests and replaces the value of ${places[1]}`,
    ]);
  });

  it("joins C_FLAGS and LIBRARIES", () => {
    const project = resolveTree(
      { include: "./a.json", build: { C_FLAGS: "-a", NAME: "$(C_FLAGS)" } },
      { "a.json": { build: { C_FLAGS: "-b", NAME: "$(C_FLAGS)" } } },
    );
    expect(project.name).to.equal("-a -b");
  });

  const cases: readonly (readonly [Record<string, unknown>, number, string])[] = [
    [
      { modules: { a: "$(GONE)/a" } },
      3,
      'unknown variable $(GONE) in "$(GONE)/a" (set it in "build" or in the environment)',
    ],
    [
      { modules: { a: "$(MODABLE)/a" } },
      3,
      'unknown variable $(MODABLE) in "$(MODABLE)/a" (did you mean $(MODDABLE)?)',
    ],
    [
      { build: { SOURCES: "./src" }, modules: { a: "$(SOURCE)/a" } },
      6,
      'unknown variable $(SOURCE) in "$(SOURCE)/a" (did you mean $(SOURCES)?)',
    ],
    [
      { include: ["$(MODULES)/io/manifest.json"] },
      3,
      'unknown variable $(MODULES) in "$(MODULES)/io/manifest.json" ($(MODDABLE)/examples/manifest_base.json sets it: include that first)',
    ],
    [
      { build: { A: "$(toString)" } },
      3,
      'unknown variable $(toString) in "$(toString)" (set it in "build" or in the environment)',
    ],
    [{ modules: { a: "./$(A" } }, 3, '"$(" without ")" in "./$(A"'],
    [{ build: { A: [] } }, 3, 'the variable A in "build" is a string or a number'],
    [{ build: { A: 1, MODDABLE: "/x" } }, 4, '"build" may not set MODDABLE'],
    [{ build: { "THIMBLE ?=": "/x" } }, 3, '"build" may not set THIMBLE'],
    [{ build: "A=1" }, 2, '"build" is an object {...}'],
  ];
  for (const [manifest, line, reason] of cases) {
    it(`says: ${reason}`, () => {
      const root = makeTree({ "manifest.json": manifest });
      expect(refusal(() => resolveIn(root)).message).to.equal(`${root}/manifest.json:${line}: ${reason}`);
    });
  }
});
