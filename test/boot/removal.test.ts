// SPDX-License-Identifier: Apache-2.0
/** Each check of boot is left out once, and the cases of boot-c.test.ts must notice. */
import { assert } from "chai";
import { after, before, describe, it } from "mocha";
import { useEngines } from "../cli/support.js";
import { type Check, Removal, readChecks } from "./removal.js";
import { signatureCases } from "./signature-cases.js";

const LIMIT_MS = 600_000;

describe("a check of boot that is left out", function () {
  this.timeout(LIMIT_MS);
  useEngines({ board: "host", variant: "release" });
  const removals: Removal[] = [];

  async function prepared(...cases: ConstructorParameters<typeof Removal>): Promise<Removal> {
    const removal = new Removal(...cases);
    removals.push(removal);
    await removal.prepare();
    return removal;
  }

  after(() => {
    for (const removal of removals) removal.close();
  });

  let all: Removal;
  before(async () => {
    all = await prepared();
  });

  it("is noticed, whichever it is", async () => {
    const checks = readChecks();
    assert.isAtLeast(checks.length, 71);
    assert.deepEqual(await all.survivors(checks, () => undefined), []);
  });

  it("is not noticed by cases that have nothing to do with it", async () => {
    const blind = await prepared(signatureCases());
    const check = readChecks().find(({ id }) => id === "image_magic") as Check;
    assert.deepEqual(await blind.survivors([check], () => undefined), [check]);
  });
});
