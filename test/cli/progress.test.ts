// SPDX-License-Identifier: Apache-2.0
/** Progress where stderr is no terminal, as it is here. */
import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { makeApp, RUN_LIMIT_MS, thimble, useEngines } from "./support.js";

const PROGRESS = new URL("../../cli/progress.js", import.meta.url).href;

/** What a program writes to stderr that has `progress`, and `wait` for milliseconds. */
function writtenBy(steps: string): string {
  const program = `import { Progress } from ${JSON.stringify(PROGRESS)};
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const progress = new Progress();
${steps}
progress.done();`;
  return spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" }).stderr;
}

describe("progress without a terminal", function () {
  this.timeout(RUN_LIMIT_MS);
  useEngines();

  it("is a line for a step that lasts, one for all its parts", () => {
    const steps = 'progress.update("long: 10 %"); await wait(700); progress.update("long: 90 %"); await wait(2000);';
    expect(writtenBy(steps)).to.equal("long ...\n");
  });

  it("is none for a short step, whatever was before, and none after the end", () => {
    const steps = `progress.update("long"); await wait(1500); for (const step of ["a", "b", "c"]) progress.update(step);
progress.done(); await wait(1500);`;
    expect(writtenBy(steps)).to.equal("long ...\n");
  });

  it("is none of a build", async () => {
    const { stderr } = await thimble(["build", makeApp({ "main.ts": "trace(1);\n" })]);
    expect(stderr).to.equal("");
  });
});
