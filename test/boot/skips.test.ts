// SPDX-License-Identifier: Apache-2.0
/** Instructions of boot are skipped on the emulated Cortex-M33, and what must be refused still is. */
import { rmSync } from "node:fs";
import { assert } from "chai";
import { after, describe, it } from "mocha";
import { useEngines } from "../cli/support.js";
import { skipCases } from "./skip-cases.js";
import { buildSkipProgram, type SkipProgram } from "./skip-program.js";
import { countOf, type Skip, Skips } from "./skips.js";

const LIMIT_MS = 300_000;
/** `npm run skips` takes them all. */
const SAMPLE = 11;

describe("an instruction of boot that is skipped", function () {
  this.timeout(LIMIT_MS);
  useEngines({ board: "mps2-an505", variant: "release" });
  const programs: SkipProgram[] = [];

  async function built(...options: readonly string[]): Promise<SkipProgram> {
    const program = await buildSkipProgram(...options);
    programs.push(program);
    return program;
  }

  after(() => {
    for (const { folder } of programs) rmSync(folder, { recursive: true, force: true });
  });

  function sampleOf(program: SkipProgram, every: number): Promise<readonly Skip[]> {
    const some = program.instructions.filter((_, i) => i % every === 0);
    return new Skips(program, skipCases()).run(some, () => undefined);
  }

  it("lets nothing be accepted that must be refused", async () => {
    const program = await built();
    const functions = new Set(program.instructions.map((one) => one.function));
    assert.includeMembers([...functions], ["image_check", "find_key", "signature_check", "trust_check"]);
    const skips = await sampleOf(program, SAMPLE);
    assert.isAbove(countOf(skips, "refused"), 3000);
    assert.deepEqual(
      skips.filter(({ end }) => end === "ACCEPTED"),
      [],
    );
  });

  it("is enough to get past checks that are one branch each", async () => {
    const program = await built("-include", "plain-check.h");
    const skips = await sampleOf(program, 5);
    assert.isAbove(countOf(skips, "ACCEPTED"), 0);
  });

  it("is not looked at where a check is missing altogether", async () => {
    const program = await built("-DTHIMBLE_WITHOUT_CHECK=image_signature");
    const error = await sampleOf(program, 1000).then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    const expected = 'with all instructions in place: "the signature of another key: IMAGE_E_SIGNATURE": ACCEPTED';
    assert.strictEqual(error?.message, expected);
  });
});
