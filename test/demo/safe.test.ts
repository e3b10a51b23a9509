// SPDX-License-Identifier: Apache-2.0
/** The act of `npm start` about the sealed store: what the safe says, in this order; and the example's own specs. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { RUN_LIMIT_MS, thimble, useEngines } from "../cli/support.js";
import { play } from "./play.js";

describe("the act of npm start about a safe", function () {
  this.timeout(4 * RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" });

  it("counts wrong codes, and stays shut when its flash was changed or put back", async () => {
    const folder = mkdtempSync(join(tmpdir(), "thimble-act-"));
    try {
      const shown = await play("storage", "showStorage", folder);
      const said = [...shown.matchAll(/^safe: ([a-z ]+, [A-Z_]+|[a-z]+, \d)/gm)].map(([, what]) => what);
      expect(said).to.deep.equal([
        "wrong, 1",
        "stays shut, STORAGE_DAMAGED",
        "wrong, 0",
        "stays shut, STORAGE_ROLLED_BACK",
        "locked, 0",
      ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("is an example whose specs pass", async () => {
    const { status, stdout } = await thimble(["test", join(packageRoot, "examples", "safe")]);
    expect(stdout).to.contain("2 passing");
    expect(status).to.equal(0);
  });
});
