// SPDX-License-Identifier: Apache-2.0
/** The app in README.md builds without a warning and does on both boards what the page says. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { RUN_LIMIT_MS, thimble, useEngines } from "./support.js";

const page = readFileSync(join(packageRoot, "README.md"), "utf8");

function block(language: string): string {
  const text = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "ms").exec(page)?.[1];
  if (text === undefined) throw new Error(`README.md has no ${language} block`);
  return text;
}

describe("README.md", function () {
  this.timeout(RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" }, { board: "mps2-an505", variant: "release" });
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "thimble-readme-"));
    writeFileSync(join(folder, "manifest.json"), block("json"));
    writeFileSync(join(folder, "main.ts"), block("ts"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const board of ["host", "mps2-an505"]) {
    it(`has an app that runs on ${board}`, async () => {
      const { status, stdout, stderr } = await thimble(["sim", folder, "--board", board, "--until", "3000"]);
      expect(stdout).to.match(/^led 1, signed: d284[0-9a-f]{16}\.\.\.\nled 0, signed: /);
      expect(stderr).to.not.match(/warning/);
      expect(status).to.equal(0);
    });
  }
});
