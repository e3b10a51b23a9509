// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { makeTree, names, refusal, removeTrees, resolveIn, resolveTree } from "./support.js";

/** Which section a platform gets, of sections that are empty but for a mark. */
function chosen(platform: string, keys: readonly string[]): unknown {
  const platforms = Object.fromEntries(keys.map((key) => [key, { config: { chosen: key } }]));
  return resolveTree({ platforms }, {}, { platform }).config.chosen;
}

describe("manifest: platforms", () => {
  afterEach(removeTrees);

  it("takes the section of the exact name", () => {
    expect(chosen("host", ["lin", "host", "..."])).to.equal("host");
    expect(chosen("mps2-an505", ["host", "mps2-an505"])).to.equal("mps2-an505");
    expect(chosen("host", ["hos", "hosts", "host/x"])).to.equal(undefined);
  });

  it("falls back to ... and to nothing else", () => {
    expect(chosen("host", ["...", "lin"])).to.equal("...");
    expect(chosen("host", ["lin", "mac"])).to.equal(undefined);
  });

  it("matches families and sub-platforms, the first key that fits the longest name", () => {
    expect(chosen("esp32/six", ["esp32/*", "esp32/six", "esp32"])).to.equal("esp32/*");
    expect(chosen("esp32/six", ["esp32/six", "esp32/*"])).to.equal("esp32/six");
    expect(chosen("esp32/six", ["esp32", "*/six"])).to.equal("*/six");
    expect(chosen("esp32/six", ["esp32/two", "esp32", "..."])).to.equal("esp32");
    expect(chosen("esp32", ["esp32/*", "..."])).to.equal("...");
    expect(chosen("host", ["host/*", "*/host"])).to.equal(undefined);
  });

  it("applies a section after the manifest itself", () => {
    const project = resolveTree(
      {
        build: { DIR: "./common" },
        include: "./a.json",
        modules: { "*": "./main" },
        config: { level: 1, kept: true },
        preload: "main",
        strip: "*",
        platforms: {
          host: {
            build: { DIR: "./host" },
            include: ["./b.json"],
            modules: { port: "$(DIR)/port" },
            config: { level: 2 },
            preload: ["port"],
            strip: ["eval"],
            warning: "only for desks",
          },
          lin: { modules: { port: "./gone/port" }, "unknown key": 1, include: "./gone.json" },
        },
      },
      {
        "a.json": { config: { level: 0 } },
        "b.json": { config: { level: 0, b: true } },
        "main.ts": "",
        "host/port.ts": "",
      },
    );
    expect(project.config).to.deep.equal({ level: 2, b: true, kept: true });
    expect(names(project, project.root)).to.deep.equal({ main: "main.ts", port: "host/port.ts" });
    expect(project.preload).to.deep.equal(["main", "port"]);
    expect(project.strip).to.deep.equal(["eval"]);
    expect(project.warnings).to.deep.equal([`${project.root}/manifest.json:35: only for desks`]);
  });

  it("stops at error, with its place and the platform", () => {
    const root = makeTree({ "manifest.json": { platforms: { lin: {}, "...": { error: "radio unsupported" } } } });
    expect(refusal(() => resolveIn(root)).message).to.equal(
      `${root}/manifest.json:5: radio unsupported (platform host)`,
    );
    resolveIn(root, { platform: "lin" });
  });

  it("says on which way an error came in", () => {
    const root = makeTree({
      "manifest.json": { include: "./radio.json" },
      "radio.json": { platforms: { "...": { error: "radio unsupported" } } },
    });
    expect(refusal(() => resolveIn(root)).message).to.equal(
      `${root}/radio.json:4: radio unsupported (platform host)\n  included from ${root}/manifest.json:2`,
    );
  });

  it("refuses sections that are no object and sections inside sections", () => {
    let root = makeTree({ "manifest.json": { platforms: { lin: "x" } } });
    expect(refusal(() => resolveIn(root)).message).to.equal(
      `${root}/manifest.json:3: the section "lin" of "platforms" is an object {...}`,
    );
    root = makeTree({ "manifest.json": { platforms: { host: { platforms: {} } } } });
    expect(refusal(() => resolveIn(root)).message).to.equal(
      `${root}/manifest.json:4: "platforms" may not stand inside "platforms"`,
    );
  });
});
