// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { inRoot } from "../../scripts/setup/paths.mjs";

/** Runs a test file of the given text through scripts/mocha.mjs in a process of its own; returns the outcome that it prints last. */
function outcomeOf(folder, text) {
  const path = join(folder, "sample.test.cjs");
  writeFileSync(path, text);
  const args = ["--no-config", "--reporter", inRoot("scripts/reporter.cjs"), "--fail-zero", "--spec", path];
  const program = `
    import { runMocha } from ${JSON.stringify(pathToFileURL(inRoot("scripts/mocha.mjs")).href)};
    console.log(JSON.stringify(await runMocha(${JSON.stringify(args)})));`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
  return JSON.parse(stdout.trimEnd().split("\n").at(-1));
}

describe("npm test: the last line", () => {
  let folder;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "thimble-test-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [what, text, line, ok] of [
    ["a pass and a skip", 'it("a", () => {}); it("b");', "1 passed, 0 failed, 1 skipped", true],
    ["a failure", 'it("a", () => {}); it("b", () => { throw new Error("b"); });', "1 passed, 1 failed", false],
    ["no test at all", "", "0 passed, 0 failed", false],
    ["only skipped tests", 'it("b");', "0 passed, 0 failed, 1 skipped", false],
    ["a run that dies", 'it("a", () => {}); it("b", () => process.exit(0));', "0 passed, 1 failed", false],
    ["a file that does not load", 'throw new Error("no");', "0 passed, 1 failed", false],
  ]) {
    it(`after ${what} is "${line}"`, () => {
      expect(outcomeOf(folder, text)).to.deep.equal({ line, ok });
    });
  }
});
