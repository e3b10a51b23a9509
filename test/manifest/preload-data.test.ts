// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { DATA_LIMITS } from "../../host-sim/manifest/data.js";
import { makeTree, refusal, removeTrees, resolveIn, resolveTree } from "./support.js";

describe("manifest: preload", () => {
  afterEach(removeTrees);
  const files = { "src/a.ts": "", "src/b.js": "", "main.ts": "" };
  const modules = { "*": "./main", "lib/*": "./src/*" };

  it("takes names and patterns from all manifests, each once, sorted", () => {
    const project = resolveTree(
      { include: "./i.json", modules, preload: ["main", "lib/*"] },
      { ...files, "i.json": { preload: "lib/b" } },
    );
    expect(project.preload).to.deep.equal(["lib/a", "lib/b", "main"]);
    expect(resolveTree({ modules, preload: "*" }, files).preload).to.deep.equal(["lib/a", "lib/b", "main"]);
  });

  it("leaves out what the firmware has, and warns of what nobody has", () => {
    const include = ["$(MODDABLE)/examples/manifest_base.json", "$(MODDABLE)/modules/io/manifest.json"];
    const project = resolveTree({ include, modules, preload: ["timer", "embedded:io/*", "liv/*", "lib"] }, files);
    expect(project.preload).to.deep.equal([]);
    expect(project.warnings).to.deep.equal([
      `${project.root}/manifest.json:13: no module to preload fits "liv/*"`,
      `${project.root}/manifest.json:14: no module to preload fits "lib"`,
    ]);
  });

  it("refuses * inside a name and what is no string", () => {
    let root = makeTree({ "manifest.json": { preload: "*x" } });
    expect(refusal(() => resolveIn(root)).message).to.equal(
      `${root}/manifest.json:2: "*" stands at the end of a name: "*x"`,
    );
    root = makeTree({ "manifest.json": { preload: { main: true } } });
    expect(refusal(() => resolveIn(root)).reason).to.match(/^"preload" is a string or an array of strings/);
  });
});

describe("manifest: data and resources", () => {
  afterEach(removeTrees);

  it("names data by its key and extension, and takes it out of modules", () => {
    const project = resolveTree(
      { data: { "*": "./ca", "t/*": "./tables/*", "~": "./tables/old" }, modules: { "*": "./tables/*" } },
      { "ca.der": "1", "tables/x.json": "{}", "tables/y.ts": "", "tables/old.json": "{}" },
    );
    const shown = project.data.map(({ path, source }) => [path, source.slice(project.root.length)]);
    expect(shown).to.deep.equal([
      ["ca.der", "/ca.der"],
      ["t/x.json", "/tables/x.json"],
      ["t/y.ts", "/tables/y.ts"],
    ]);
    expect(project.modules).to.deep.equal([]);
    expect(project.inputs).to.include(`${project.root}/tables`);
  });

  it("takes resources that Moddable would not convert", () => {
    const project = resolveTree({ resources: { "*": "./r/*" } }, { "r/a.dat": "", "r/b.json": "{}", "r/c.der": "" });
    expect(project.resources.map(({ path }) => path)).to.deep.equal(["a.dat", "c.der"]);
  });

  it("warns of a * that fits nothing", () => {
    const project = resolveTree({ data: { "*": "./d/x*" } }, { "d/y.der": "" });
    expect(project.warnings).to.deep.equal([`${project.root}/manifest.json:3: no file fits "./d/x*" in "data"`]);
  });

  const image = 'images, fonts and sounds are not supported; "data" carries a file unchanged';
  const cases: readonly (readonly [Record<string, unknown>, number, string])[] = [
    [{ data: { "*": ["./gone"] } }, 4, 'no file fits "./gone" in "data"'],
    [{ data: { x: ["./a.der", "./b.der"] } }, 5, '"x.der" has two sources: ROOT/a.der and ROOT/b.der'],
    [{ resources: { "*": "./p" } }, 3, `the resource ROOT/p.png: ${image}`],
    [{ resources: { "*-alpha": "./a" } }, 3, `the resource ROOT/a.der: ${image}`],
    [{ resources: { "*-other": "./a" } }, 3, '"*" stands at the end of a name: "*-other"'],
    [{ resources: { "*": "./j" } }, 3, 'no file fits "./j" in "resources"'],
    [{ data: ["./a"] }, 2, '"data" is an object {...}'],
  ];
  for (const [manifest, line, reason] of cases) {
    it(`says: ${reason}`, () => {
      const root = makeTree({ "manifest.json": manifest, "a.der": "", "b.der": "", "p.png": "", "j.json": "{}" });
      const message = `${root}/manifest.json:${line}: ${reason.replaceAll("ROOT", root)}`;
      expect(refusal(() => resolveIn(root)).message).to.equal(message);
    });
  }

  it("has a limit for one file and one for all", () => {
    const { fileBytes, totalBytes } = DATA_LIMITS;
    const data = { data: { "*": "./d/*" } };
    const file = "x".repeat(fileBytes);
    const full = Object.fromEntries(
      Array.from({ length: totalBytes / fileBytes }, (_, index) => [`d/${index}.bin`, file]),
    );
    expect(resolveTree(data, full).data).to.have.length(4);
    expect(refusal(() => resolveTree(data, { ...full, "d/more.bin": "x" })).reason).to.equal(
      '"data" holds more than 262144 bytes',
    );
    expect(refusal(() => resolveTree(data, { "d/x.bin": `${file}x` })).reason).to.match(
      /d\/x\.bin has 65537 bytes, more than 65536$/,
    );
  });
});
