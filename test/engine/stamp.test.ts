// SPDX-License-Identifier: Apache-2.0
/** Stamps: what tells whether an engine is up to date. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { ensureEngines } from "../../host-sim/engine/build.js";
import { buildRoot, packageRoot, xsFolder } from "../../host-sim/engine/paths.js";
import { hasStamp, stampOf, writeStamp } from "../../host-sim/engine/stamp.js";
import { useEngines } from "../cli/support.js";

describe("a stamp", () => {
  let folder: string;
  const path = (...names: string[]): string => join(folder, ...names);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "thimble-stamp-test-"));
    mkdirSync(path("a", "deep"), { recursive: true });
    writeFileSync(path("a", "deep", "file.c"), "one");
    writeFileSync(path("single"), "two");
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const stamp = (): string => stampOf([path("a"), path("single")], ["word"]);

  const CHANGES: readonly [string, () => void][] = [
    ["a file in a folder in a folder", () => writeFileSync(path("a", "deep", "file.c"), "1")],
    ["only the time of a file", () => utimesSync(path("single"), 1, 1)],
    ["a new file", () => writeFileSync(path("a", "new"), "")],
    ["another name", () => renameSync(path("a", "deep", "file.c"), path("a", "deep", "other.c"))],
    ["a file that is gone", () => rmSync(path("a", "deep", "file.c"))],
  ];
  for (const [what, change] of CHANGES) {
    it(`changes with ${what}`, () => {
      const before = stamp();
      assert.strictEqual(stamp(), before);
      change();
      assert.notStrictEqual(stamp(), before);
    });
  }

  it("changes with a word", () => {
    assert.notStrictEqual(stampOf([path("a")], ["one"]), stampOf([path("a")], ["two"]));
  });

  it("is kept in a file, and no other stands for it", () => {
    assert.isFalse(hasStamp(path("kept", "stamp"), "x"));
    writeStamp(path("kept", "stamp"), "x");
    assert.isTrue(hasStamp(path("kept", "stamp"), "x"));
    assert.isFalse(hasStamp(path("kept", "stamp"), "y"));
  });
});

describe("engines that are up to date", function () {
  this.timeout(60_000);
  useEngines({ board: "host", variant: "release" }, { board: "mps2-an505", variant: "release" });

  it("are not built again: no step is reported", async () => {
    const steps: string[] = [];
    await ensureEngines(
      [
        { board: "host", variant: "release" },
        { board: "mps2-an505", variant: "release" },
      ],
      (step) => steps.push(step),
    );
    assert.deepEqual(steps, []);
  });

  it("lie where THIMBLE_BUILD says, from the sources that MODDABLE names", () => {
    const before = { ...process.env };
    try {
      process.env.THIMBLE_BUILD = "/somewhere";
      process.env.MODDABLE = "/sdk";
      assert.deepEqual([buildRoot(), xsFolder()], ["/somewhere", "/sdk/xs"]);
      delete process.env.MODDABLE;
      assert.strictEqual(xsFolder(), "/somewhere/deps/xs");
      delete process.env.THIMBLE_BUILD;
      assert.strictEqual(buildRoot(), join(packageRoot, "build"));
    } finally {
      for (const name of ["THIMBLE_BUILD", "MODDABLE"]) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    }
  });
});
