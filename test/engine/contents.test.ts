// SPDX-License-Identifier: Apache-2.0
/** Stamps by content: what tells one version's engines from another's, wherever they were built. */
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { buildWithCMake } from "../../host-sim/engine/cmake.js";
import { Contents } from "../../host-sim/engine/contents.js";
import { engineFolder, mbedtlsOrigin, xsCompilePath, xsOrigin } from "../../host-sim/engine/paths.js";
import { useEngines } from "../cli/support.js";

describe("a stamp by content", () => {
  let folder: string;
  const path = (...names: string[]): string => join(folder, ...names);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "thimble-contents-test-"));
    mkdirSync(path("a", "deep"), { recursive: true });
    writeFileSync(path("a", "deep", "file.c"), "one");
    writeFileSync(path("a", "other.c"), "two");
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const stamp = (): string => new Contents().stampOf([path("a")], ["word"]);

  const CHANGES: readonly [string, () => void][] = [
    ["another text of the same length", () => writeFileSync(path("a", "deep", "file.c"), "eno")],
    ["a new file", () => writeFileSync(path("a", "new"), "")],
    ["another name", () => renameSync(path("a", "other.c"), path("a", "another.c"))],
    ["a file in another folder", () => renameSync(path("a", "other.c"), path("a", "deep", "other.c"))],
    ["a file that is gone", () => rmSync(path("a", "other.c"))],
  ];
  for (const [what, change] of CHANGES) {
    it(`changes with ${what}`, () => {
      const before = stamp();
      change();
      assert.notStrictEqual(stamp(), before);
    });
  }

  it("changes with a word", () => {
    assert.notStrictEqual(new Contents().stampOf([path("a")], ["another"]), stamp());
  });

  it("is the same at another time and in another place", () => {
    const before = stamp();
    utimesSync(path("a", "other.c"), 1, 1);
    cpSync(path("a"), path("b"), { recursive: true });
    assert.strictEqual(new Contents().stampOf([path("b")], ["word"]), before);
    assert.strictEqual(stamp(), before);
  });
});

describe("a build folder", function () {
  this.timeout(120_000);
  useEngines();
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "thimble-build-test-"));
  });
  afterEach(() => {
    delete process.env.THIMBLE_BUILD;
    rmSync(root, { recursive: true });
  });

  it("says where sources come from: what setup noted, else their folder", () => {
    process.env.THIMBLE_BUILD = root;
    assert.strictEqual(mbedtlsOrigin(), join(root, "deps", "mbedtls"));
    mkdirSync(join(root, "deps"));
    writeFileSync(join(root, "deps", ".xs.stamp"), "npm 1");
    assert.strictEqual(xsOrigin(), "npm 1");
  });

  it("that CMake made for sources elsewhere is made anew", async () => {
    const [tools, compiler] = [engineFolder("tools", "release"), xsCompilePath()];
    const cache = readFileSync(join(tools, "CMakeCache.txt"), "utf8");
    const deps = join(tools, "..", "..", "deps");
    process.env.THIMBLE_BUILD = root;
    const folder = engineFolder("tools", "release");
    mkdirSync(folder, { recursive: true });
    symlinkSync(deps, join(root, "deps"));
    writeFileSync(join(folder, "CMakeCache.txt"), cache);
    copyFileSync(compiler, join(folder, "left-over"));
    await buildWithCMake("tools", "release", () => undefined);
    assert.notInclude(readFileSync(join(folder, "CMakeCache.txt"), "utf8"), tools);
    assert.throws(() => readFileSync(join(folder, "left-over")), /ENOENT/);
  });
});
