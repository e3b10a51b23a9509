// SPDX-License-Identifier: Apache-2.0
/** Instructions of boot are skipped on the emulated Cortex-M33, and what must be refused still is. */
import { rmSync } from "node:fs";
import { assert } from "chai";
import { after, describe, it } from "mocha";
import { useEngines } from "../cli/support.js";
import { flowSkipCases } from "./flow-skip-cases.js";
import { skipCases } from "./skip-cases.js";
import { buildSkipProgram, PARTS, type SkipProgram, unlikeRelease } from "./skip-program.js";
import { countOf, type Skip, Skips } from "./skips.js";
import { findOccasions, skipEachOnce } from "./skips-once.js";

const LIMIT_MS = 300_000;
/** `npm run skips` takes them all, and with --once all times. */
const SAMPLE = 11;
const SAMPLE_ONCE = 250;
const FLOW_SAMPLE = 61;

describe("an instruction of boot that is skipped", function () {
  this.timeout(LIMIT_MS);
  useEngines({ board: "mps2-an505", variant: "release" });
  const programs: SkipProgram[] = [];

  async function built(parts: keyof typeof PARTS, ...options: readonly string[]): Promise<SkipProgram> {
    const program = await buildSkipProgram(PARTS[parts], ...options);
    programs.push(program);
    return program;
  }

  after(() => {
    for (const { folder } of programs) rmSync(folder, { recursive: true, force: true });
  });

  function sampleOf(program: SkipProgram, every: number, cases = skipCases()): Promise<readonly Skip[]> {
    const some = program.instructions.filter((_, i) => i % every === 0);
    return new Skips(program, cases).run(some, () => undefined);
  }

  it("lets nothing be accepted that must be refused", async () => {
    const program = await built("images");
    const functions = new Set(program.instructions.map((one) => one.function));
    assert.includeMembers([...functions], ["image_check", "find_key", "signature_check", "trust_check"]);
    const skips = await sampleOf(program, SAMPLE);
    assert.isAbove(countOf(skips, "refused"), 3000);
    assert.deepEqual(
      skips.filter(({ end }) => end === "ACCEPTED"),
      [],
    );
  });

  it("starts nothing, from fuses to hand-over, that must not be started, and gives nothing away", async () => {
    const program = await built("flow");
    const functions = new Set(program.instructions.map((one) => one.function));
    assert.includeMembers([...functions], ["boot_prepare", "load_firmware", "load_app", "fuses_read", "slots_read"]);
    const skips = await sampleOf(program, FLOW_SAMPLE, flowSkipCases());
    assert.isAbove(countOf(skips, "refused"), 700);
    assert.deepEqual(
      skips.filter(({ end }) => end === "ACCEPTED"),
      [],
    );
  });

  it("lets nothing be accepted where it is skipped at one of the times that it runs", async () => {
    const program = await built("images");
    const all = await findOccasions(program, skipCases());
    assert.isAbove(Math.max(...all.map(({ time }) => time)), 20);
    const some = all.filter((_, i) => i % SAMPLE_ONCE === 0);
    const skips = await skipEachOnce(program, skipCases(), some, () => undefined);
    assert.isAbove(countOf(skips, "refused"), 80);
    assert.deepEqual(
      skips.filter(({ end }) => end === "ACCEPTED"),
      [],
    );
  });

  it("is one that a release has: its boot program has the same instructions", async () => {
    for (const parts of ["images", "flow"] as const) {
      assert.deepEqual(await unlikeRelease(await built(parts), PARTS[parts]), []);
    }
    assert.include(await unlikeRelease(await built("images", "-O2"), PARTS.images), "image.c");
  });

  it("is enough to have a flow of one branch each start what it must not", async () => {
    const program = await built("flow", "-include", "plain-check.h");
    const skips = await sampleOf(program, 7, flowSkipCases());
    assert.isAbove(countOf(skips, "ACCEPTED"), 0);
  });

  it("is enough to get past checks that are one branch each", async () => {
    const program = await built("images", "-include", "plain-check.h");
    const skips = await sampleOf(program, 5);
    assert.isAbove(countOf(skips, "ACCEPTED"), 0);
  });

  it("is not looked at where a check is missing altogether", async () => {
    const program = await built("images", "-DTHIMBLE_WITHOUT_CHECK=image_signature");
    const error = await sampleOf(program, 1000).then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    const expected = 'with all instructions in place: "the signature of another key: IMAGE_E_SIGNATURE": ACCEPTED';
    assert.include(error?.message, expected);
  });
});
