// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { makeTree, refusal, removeTrees, resolveIn, resolveTree } from "./support.js";

describe("manifest: include", () => {
  afterEach(removeTrees);

  it("takes a string or an array, relative to the manifest that includes", () => {
    const project = resolveTree(
      { include: "./a/one.json", config: { app: true } },
      {
        "a/one.json": { include: ["./b/two.json", "../three.json"], config: { one: true } },
        "a/b/two.json": { config: { two: true } },
        "three.json": { config: { three: true } },
      },
    );
    expect(project.config).to.deep.equal({ two: true, three: true, one: true, app: true });
    expect(project.inputs).to.deep.equal(
      ["a/b/two.json", "a/one.json", "manifest.json", "three.json"].map((path) => join(project.root, path)),
    );
  });

  it("merges what is included first, so that the app wins", () => {
    const project = resolveTree(
      { include: ["./a.json", "./b.json"], config: { who: "app", wifi: { ssid: "app" } } },
      {
        "a.json": { config: { who: "a", wifi: { ssid: "a", channel: 1 }, only: "a" } },
        "b.json": { config: { who: "b", only: "b" } },
      },
    );
    expect(project.config).to.deep.equal({ who: "app", wifi: { ssid: "app", channel: 1 }, only: "b" });
  });

  it("reads each manifest once, at its first place", () => {
    const project = resolveTree(
      { include: ["./a.json", "./b.json", "./a.json", "./link.json"], config: {} },
      {
        "a.json": { config: { who: "a" }, modules: { "*": "./m" } },
        "b.json": { include: "./a.json", config: { who: "b" } },
        "link.json": "{}",
        "m.ts": "",
      },
    );
    expect(project.config).to.deep.equal({ who: "b" });
    expect(project.modules).to.have.length(1);
  });

  it("knows a manifest behind a symbolic link again", () => {
    const root = makeTree({ "manifest.json": { include: ["./a.json", "./link.json"], creation: {} }, "a.json": {} });
    symlinkSync(join(root, "a.json"), join(root, "link.json"));
    expect(resolveIn(root).inputs).to.deep.equal([join(root, "a.json"), join(root, "manifest.json")]);
  });

  it("refuses a circle and shows it", () => {
    const root = makeTree({
      "manifest.json": { include: "./a.json" },
      "a.json": { include: "./b.json" },
      "b.json": '{\n  "include": [\n    "./a.json"\n  ]\n}',
    });
    const error = refusal(() => resolveIn(root));
    expect(error.file).to.equal(join(root, "b.json"));
    expect(error.line).to.equal(3);
    expect(error.reason).to.equal(
      `manifests include one another in a circle: ${["a", "b", "a"].map((n) => join(root, `${n}.json`)).join(" -> ")}`,
    );
    expect(error.message).to.equal(
      `${root}/b.json:3: ${error.reason}\n  included from ${root}/a.json:2\n  included from ${root}/manifest.json:2`,
    );
  });

  it("refuses a manifest that includes itself", () => {
    const root = makeTree({ "manifest.json": { include: "./manifest.json" } });
    expect(refusal(() => resolveIn(root)).reason).to.contain("in a circle");
  });

  it("asks for a manifest that is misspelt whether its neighbour was meant", () => {
    const files = { "lib/bytes.json": "{}", "lib/other.json": "{}", "lib/byte.txt": "" };
    for (const [text, meant] of [
      ["./lib/byte.json", "./lib/bytes.json"],
      ["$(THIMBLE)/manifests/byte.json", "$(THIMBLE)/manifests/bytes.json"],
    ] as const) {
      const { reason } = refusal(() => resolveTree({ include: [text] }, files));
      expect(reason).to.match(/^the included manifest does not exist: .*byte\.json\): did you mean/);
      expect(reason.split(": ").at(-1)).to.equal(`did you mean "${meant}"?`);
    }
    for (const text of ["./lib/gone.json", "./nowhere/bytes.json"]) {
      expect(refusal(() => resolveTree({ include: [text] }, files)).reason).to.not.include("did you mean");
    }
  });

  it("refuses a manifest that does not exist, with the line of the include", () => {
    const root = makeTree({ "manifest.json": { include: ["./a.json", "./gone.json"] }, "a.json": {} });
    expect(refusal(() => resolveIn(root)).message).to.equal(
      `${root}/manifest.json:4: the included manifest does not exist: ./gone.json (${root}/gone.json)`,
    );
  });

  it("refuses a folder, git and values that are no path", () => {
    const cases: readonly (readonly [unknown, string])[] = [
      ["./a", '"include" names a folder, not a manifest: ./a'],
      [
        [{ git: "https://example.com/x.git" }],
        "an include from git is not supported: fetch it and include its manifest by path",
      ],
      [7, '"include" is a string or an array of strings, none of them empty'],
      [[""], '"include" is a string or an array of strings, none of them empty'],
    ];
    for (const [include, reason] of cases) {
      const root = makeTree({ "manifest.json": { include }, "a/x.json": {} });
      expect(refusal(() => resolveIn(root)).reason).to.equal(reason);
    }
  });

  it("names the place of bad JSON and the way there", () => {
    const root = makeTree({ "manifest.json": { include: "./a.json" }, "a.json": '{\n  "config": {,}\n}' });
    expect(refusal(() => resolveIn(root)).message).to.equal(
      `${root}/a.json:2:14: expected a key in double quotes, got ','\n  included from ${root}/manifest.json:2`,
    );
  });

  it("refuses a file that is not UTF-8, one over a megabyte and a root that is no object", () => {
    const root = makeTree({ "manifest.json": "" });
    const file = join(root, "manifest.json");
    writeFileSync(file, new Uint8Array([0x7b, 0xff, 0x7d]));
    expect(refusal(() => resolveIn(root)).reason).to.equal("the file is not UTF-8 text");
    writeFileSync(file, `{}${" ".repeat((1 << 20) - 1)}`);
    expect(refusal(() => resolveIn(root)).reason).to.equal("a manifest has at most 1048576 bytes");
    writeFileSync(file, `{}${" ".repeat((1 << 20) - 2)}`);
    resolveIn(root);
    writeFileSync(file, "[]");
    expect(refusal(() => resolveIn(root)).message).to.equal(`${file}:1: a manifest is an object {...}`);
  });

  it("goes 64 manifests deep, no deeper", () => {
    const chain = (length: number): string => {
      const files: Record<string, unknown> = {};
      for (let i = 0; i < length; i++) {
        files[i === 0 ? "manifest.json" : `${i}.json`] = i + 1 < length ? { include: `./${i + 1}.json` } : {};
      }
      return makeTree(files);
    };
    resolveIn(chain(64));
    expect(refusal(() => resolveIn(chain(65))).reason).to.equal("too many includes (at most 512, 64 deep)");
  });

  it("takes the manifest's file or its folder, and says when there is none", () => {
    const root = makeTree({ "manifest.json": {} });
    expect(resolveIn(root, { platform: "host" }).inputs).to.deep.equal(resolveIn(root).inputs);
    mkdirSync(join(root, "empty"));
    const error = refusal(() => resolveIn(join(root, "empty")));
    expect(error.message).to.match(/^.*\/empty\/manifest\.json: there is no such manifest \(`thimble create` /);
    expect(error.line).to.equal(undefined);
  });

  it("says what it got in the place of a manifest: a folder of that name, a module", () => {
    const root = makeTree({ "manifest.json/x.json": {}, "main.ts": 1 });
    for (const path of [root, join(root, "manifest.json")]) {
      expect(refusal(() => resolveIn(path)).reason).to.equal("this is a folder, and a manifest is a file");
    }
    expect(refusal(() => resolveIn(join(root, "main.ts"))).reason).to.match(/^this is a module: an app is a folder /);
  });
});
