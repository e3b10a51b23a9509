// SPDX-License-Identifier: Apache-2.0
/** Unchanged input rebuilds nothing; any change of what an app is made from rebuilds it. */
import {
  cpSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { buildApp } from "../../host-sim/compiler/app.js";
import type { BuildOptions } from "../../host-sim/compiler/app-places.js";
import { firmwareFolder, xsCompilePath } from "../../host-sim/engine/paths.js";
import { makeApp, useEngines } from "../cli/support.js";
import { readArchive, readImage } from "./archive.js";
import { Toolchain } from "./toolchain.js";

const HOST: BuildOptions = { board: "host", debug: false };
const FILES = {
  "src/main.ts": 'import type { Reading } from "../types/reading.js";\nconst r: Reading = 1;\ntrace(r, "\\n");\n',
  "types/reading.ts": "export type Reading = number;\n",
  "types/global.d.ts": "declare const unused: number;\n",
  "extra/manifest.json": JSON.stringify({ config: { a: 1 } }),
  "extra/table.bin": "12345",
  "manifest.json": JSON.stringify({
    build: { "WORD ?=": "default", NAME: "$(WORD)" },
    include: ["$(MODDABLE)/examples/manifest_base.json", "./extra/manifest.json"],
    modules: { "*": ["./src/*", "./types/global"] },
    data: { table: "./extra/table" },
  }),
};

/** Tells by an inode whether a build wrote the image: mtime alone could be as coarse as the machine's clock. */
function isSame(path: string, before: { ino: number; mtimeMs: number }): boolean {
  const now = statSync(path);
  return now.ino === before.ino && now.mtimeMs === before.mtimeMs;
}

describe("a build", function () {
  this.timeout(60_000);
  useEngines();
  let folder: string;
  let steps: string[];
  let image: string;
  const rebuild = async (options: Partial<BuildOptions> = {}) => {
    steps = [];
    return buildApp(folder, { ...HOST, progress: (step) => steps.push(step), ...options });
  };
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  /** Rebuilt, and so that the one after it is the unchanged one again. */
  async function expectRebuilt(what: string): Promise<void> {
    await rebuild();
    assert.isNotEmpty(steps, `${what}: not rebuilt`);
    await rebuild();
    assert.isEmpty(steps, `${what}: rebuilt twice`);
  }

  beforeEach(async () => {
    folder = makeApp(FILES);
    image = (await rebuild()).image;
    assert.isNotEmpty(steps);
  });

  it("of unchanged input writes and does nothing, and says the same", async () => {
    const before = statSync(image);
    const first = JSON.stringify(await rebuild());
    assert.isEmpty(steps);
    assert.isTrue(isSame(image, before));
    assert.strictEqual(JSON.stringify(await rebuild()), first);
  });

  const CHANGES: readonly [string, () => void][] = [
    ["a module", () => write("src/main.ts", "trace(2);\n")],
    ["a type that is no module", () => write("types/reading.ts", "export type Reading = 1 | 2 | 3;\n")],
    ["a declaration file", () => write("types/global.d.ts", "declare const unused: string;\n")],
    ["the manifest", () => write("manifest.json", FILES["manifest.json"].replace("default", "another"))],
    ["an included manifest", () => write("extra/manifest.json", '{"config":{"a":2}}')],
    ["a data file", () => write("extra/table.bin", "67890")],
    ["a new file that a pattern fits", () => write("src/added.ts", "export {};\n")],
    ["a file of the same size and another time", () => utimesSync(join(folder, "src/main.ts"), 1, 1)],
    ["an image that is gone", () => rmSync(image)],
    ["an image that was cut", () => truncateSync(image, 100)],
    ["a record that was half written", () => truncateSync(join(folder, "build/host-release/build.json"), 100)],
  ];
  for (const [what, change] of CHANGES) {
    it(`is made anew after a change of ${what}`, async () => {
      change();
      await expectRebuilt(what);
    });
  }

  it("has the added module of a pattern, and not the removed one", async () => {
    const modules = async () => [
      ...readArchive(readImage(readFileSync((await rebuild()).image)).payload).modules.keys(),
    ];
    write("src/added.ts", "export {};\n");
    assert.deepEqual(await modules(), ["added", "main", "mc/config"]);
    renameSync(join(folder, "src/added.ts"), join(folder, "src/renamed.ts"));
    assert.deepEqual(await modules(), ["main", "mc/config", "renamed"]);
    rmSync(join(folder, "src/renamed.ts"));
    assert.deepEqual(await modules(), ["main", "mc/config"]);
  });

  it("is made anew when a variable of the environment that it uses comes, changes or goes, and not for another", async () => {
    try {
      for (const value of ["one", "two"]) {
        process.env.WORD = value;
        await expectRebuilt(`WORD=${value}`);
        assert.include(readFileSync(image, "latin1"), value);
      }
      process.env.THIMBLE_TEST_OTHER = "1";
      await rebuild();
      assert.isEmpty(steps);
    } finally {
      delete process.env.WORD;
      delete process.env.THIMBLE_TEST_OTHER;
    }
    await expectRebuilt("no WORD");
    assert.include(readFileSync(image, "latin1"), "default");
  });

  it("is made anew after a build during which a source was changed", async () => {
    write("src/main.ts", "trace(3);\n");
    const late = new Date(Date.now() + 5000);
    await rebuild({ progress: (step) => step === "compiling" && utimesSync(join(folder, "src/main.ts"), late, late) });
    await rebuild();
    assert.isNotEmpty(steps);
  });

  it("is made anew with another firmware, another compiler, another build folder", async () => {
    const toolchain = new Toolchain();
    try {
      await expectRebuilt("build folder");
      writeFileSync(
        join(firmwareFolder(), "firmware.json"),
        `${readFileSync(join(firmwareFolder(), "firmware.json"))} `,
      );
      await expectRebuilt("firmware");
      utimesSync(xsCompilePath(), 1, 1);
      await expectRebuilt("compiler");
    } finally {
      toolchain.close();
    }
  });

  it("is kept for each variant and board by itself", async () => {
    const other = await rebuild({ debug: true });
    assert.isNotEmpty(steps);
    assert.notStrictEqual(other.image, image);
    await rebuild();
    assert.isEmpty(steps);
    await rebuild({ debug: true });
    assert.isEmpty(steps);
  });

  it("of a copied folder is its own", async () => {
    const copy = makeApp({});
    cpSync(folder, copy, { recursive: true, preserveTimestamps: true });
    folder = copy;
    const built = await rebuild();
    assert.isNotEmpty(steps);
    assert.isTrue(built.image.startsWith(copy));
    assert.isTrue(existsSync(built.image));
  });

  it("of one of two manifests in a folder is not the other's", async () => {
    write("src/main2.ts", 'trace("two");\n');
    write("two.json", JSON.stringify({ build: { NAME: "two" }, modules: { main: "./src/main2" } }));
    const two = await buildApp(join(folder, "two.json"), HOST);
    assert.strictEqual(two.name, "two");
    const one = await rebuild();
    assert.strictEqual(one.name, "default");
    assert.strictEqual((await buildApp(join(folder, "two.json"), HOST)).name, "two");
    assert.include(readFileSync(two.image, "latin1"), "two");
  });
});
