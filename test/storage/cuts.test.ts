// SPDX-License-Identifier: Apache-2.0
/** The power fails at each operation of each scenario on each layout, in each partial length. Prints how many cuts that were. */
import { assert } from "chai";
import { after, describe, it } from "mocha";
import { extentOf } from "./cut-points.js";
import { cutScenario } from "./cuts.js";
import { LAYOUTS, layoutName } from "./layouts.js";
import { SCENARIOS } from "./scenarios.js";
import { sealedMount } from "./sealed-mount.js";
import { extent } from "./settings.js";

const LIMIT_MS = 300_000;
const CUTS_MIN = 100_000;

function count(value: number): string {
  return value.toLocaleString("en-US");
}

describe("a power cut in the sealed store", () => {
  const total = { cuts: 0, second: 0, layouts: 0 };

  for (const [number, layout] of LAYOUTS.entries()) {
    it(`leaves the old state or the new one: ${layoutName(layout)}`, function () {
      this.timeout(extent() === "more" ? 0 : LIMIT_MS);
      const failures: string[] = [];
      let cuts = 0;
      for (const [index, scenario] of SCENARIOS.entries()) {
        const counts = cutScenario(sealedMount, layout, scenario, extent() ?? extentOf(number, index));
        cuts += counts.cuts;
        total.second += counts.second;
        failures.push(...counts.failures);
      }
      total.cuts += cuts;
      total.layouts++;
      process.stdout.write(`      layout ${layoutName(layout)}: ${count(cuts)} cuts\n`);
      assert.deepEqual(failures, []);
    });
  }

  it(`was tried at ${count(CUTS_MIN)} places or more`, () => {
    assert.strictEqual(total.layouts, LAYOUTS.length);
    assert.isAtLeast(total.cuts, CUTS_MIN);
  });

  after(() => {
    const { cuts, second, layouts } = total;
    process.stdout.write(
      `      ${layouts} layouts, ${SCENARIOS.length} scenarios: ${count(cuts)} distinct cuts, ${count(second)} of them cut again\n`,
    );
  });
});
