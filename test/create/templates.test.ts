// SPDX-License-Identifier: Apache-2.0
/** Each template, as it comes: its types hold, it builds and runs, and it passes its own specs on both boards. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { templateNames } from "../../cli/templates.js";
import { RUN_LIMIT_MS, thimble, useEngines } from "../cli/support.js";
import { makeProject, removeFolders, tsc } from "./support.js";

const BOARDS = ["host", "mps2-an505"] as const;

for (const template of templateNames) {
  describe(`the template ${template}`, function () {
    this.timeout(RUN_LIMIT_MS);
    useEngines(...BOARDS.map((board) => ({ board, variant: "release" }) as const));
    let app = "";
    before(async () => {
      app = await makeProject(template);
    });
    after(removeFolders);

    it("has no error in an editor", () => {
      expect(tsc(app)).to.equal("");
    });

    for (const board of BOARDS) {
      it(`builds without a warning and runs on ${board}`, async () => {
        const { status, stdout } = await thimble(["sim", "--board", board, "--until", "3000", "--json"], { cwd: app });
        const { ok, console, warnings } = JSON.parse(stdout);
        expect({ ok, status, warnings }).to.deep.equal({ ok: true, status: 0, warnings: [] });
        expect(console).to.match(new RegExp(`^${template}: `));
      });

      it(`passes its specs on ${board}, one with a power cut among them`, async () => {
        const { status, stdout, stderr } = await thimble(["test", "--board", board], { cwd: app });
        expect(status, stdout + stderr).to.equal(0);
        expect(stdout).to.match(/✔ .*power cut/);
        expect(stdout).to.match(/^ +\d+ passing/m);
      });
    }
  });
}

describe("the spec of the template sensor", function () {
  this.timeout(RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" });
  after(removeFolders);

  for (const [what, from, to, spec] of [
    ["forgets the limit", 'store.write("limit", value);', "", "keeps the limit"],
    [
      "removes the old limit first",
      'store.write("limit"',
      'store.delete("limit");\n      store.write("limit"',
      "wherever",
    ],
    ["believes each reading", "median(readings) > settings.limit", "(readings.at(-1) ?? 0) > settings.limit", "wild"],
  ] as const) {
    it(`fails for an app that ${what}`, async () => {
      const app = await makeProject("sensor");
      for (const file of ["main.ts", "settings.ts"]) {
        const path = join(app, file);
        writeFileSync(path, readFileSync(path, "utf8").replace(from, to));
      }
      const { status, stdout } = await thimble(["test"], { cwd: app });
      expect(status).to.equal(1);
      expect(stdout).to.match(new RegExp(`1\\) .*${spec}`));
    });
  }
});
