// SPDX-License-Identifier: Apache-2.0
/** The act of `npm start` about attestation shows what README.md says that it shows. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { RUN_LIMIT_MS, useEngines } from "../cli/support.js";
import { play } from "./play.js";

describe("the act of npm start about attestation", function () {
  this.timeout(4 * RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" });

  it("accepts an honest device, and refuses what README.md lists, in this order", async () => {
    const folder = mkdtempSync(join(tmpdir(), "thimble-act-"));
    try {
      const shown = await play("attestation", "showAttestation", folder);
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
