// SPDX-License-Identifier: Apache-2.0
/** The act of `npm start` about attestation shows what README.md says that it shows. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { RUN_LIMIT_MS, useEngines } from "../cli/support.js";

const ACT = new URL("../../cli/demo/attestation.js", import.meta.url).href;

/** What it prints. */
function play(folder: string): Promise<string> {
  const script = `import { showAttestation } from ${JSON.stringify(ACT)}; await showAttestation(${JSON.stringify(folder)});`;
  return new Promise((resolve, reject) => {
    let text = "";
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script]);
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (part) => (text += part));
    child.on("error", reject);
    child.on("close", (status) => (status === 0 ? resolve(text) : reject(new Error(text))));
  });
}

describe("the act of npm start about attestation", function () {
  this.timeout(4 * RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" });

  it("accepts an honest device, and refuses what README.md lists, in this order", async () => {
    const folder = mkdtempSync(join(tmpdir(), "thimble-act-"));
    try {
      const shown = await play(folder);
      const README = readFileSync(join(packageRoot, "README.md"), "utf8");
      const listed = [...README.matchAll(/^refused: .*?: ATTEST_[A-Z]+/gm)].map(([line]) => line);
      expect(listed).to.have.length(3);
      const verdicts = [...shown.matchAll(/^(?:accepted$|refused: .*?: ATTEST_[A-Z]+)/gm)].map(([line]) => line);
      expect(verdicts).to.deep.equal(["accepted", ...listed]);
      expect(shown).to.contain("8 passing");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
