// SPDX-License-Identifier: Apache-2.0
/** A tester's specs are reported as mocha reports them: the real one on Node is asked, for the same spec. */
import { join } from "node:path";
import { assert } from "chai";
import { makeApp, RUN_LIMIT_MS, useEngines } from "../cli/support.js";
import { ORACLE_SPECS } from "./oracle-specs.js";
import { hearMocha, hearTesters } from "./support.js";

describe("specs are reported as by mocha", function () {
  this.timeout(RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" }, { board: "mps2-an505", variant: "release" });

  for (const board of ["host", "mps2-an505"] as const) {
    describe(board, () => {
      for (const [title, text] of Object.entries(ORACLE_SPECS)) {
        it(title, async () => {
          const folder = makeApp({ "x.spec.ts": `// @ts-nocheck\n${text}` }, { modules: {} });
          const file = join(folder, "x.spec.ts");
          const ours = await hearTesters(folder, board, {}, file);
          const theirs = hearMocha(file);
          assert.isAbove(theirs.length, 5);
          // Whole lists are too long for a difference to be shown.
          const differs = theirs.findIndex((line, i) => line !== ours.events[i]);
          assert.strictEqual(ours.events[differs], theirs[differs]);
          assert.lengthOf(ours.events, theirs.length);
        });
      }
    });
  }
});
