// SPDX-License-Identifier: Apache-2.0
/** Boot from fuses to hand-over, over the model of the silicon, under the sanitizers. */
import { rmSync } from "node:fs";
import { assert } from "chai";
import { after, before, describe, it } from "mocha";
import { useEngines } from "../cli/support.js";
import { LIFECYCLE_FLOWS } from "./flow-cases.js";
import { DAMAGE_FLOWS } from "./flow-damage.js";
import { FlowProgram } from "./flow-program.js";
import { TRIAL_FLOWS } from "./flow-trial.js";
import { TRUST_FLOWS } from "./flow-trust.js";

describe("boot, from fuses to hand-over", function () {
  this.timeout(120_000);
  useEngines({ board: "host", variant: "release" });
  const program = new FlowProgram();
  before(() => program.build());
  after(() => rmSync(program.folder, { recursive: true, force: true }));

  for (const [what, flows] of [
    ["each lifecycle", LIFECYCLE_FLOWS],
    ["damage and old releases", DAMAGE_FLOWS],
    ["trust records", TRUST_FLOWS],
    ["trials", TRIAL_FLOWS],
  ] as const) {
    it(`${what}: ${flows.length} lives of devices`, async () => {
      assert.deepEqual(await program.failures(flows), []);
    });
  }
});
