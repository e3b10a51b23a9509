// SPDX-License-Identifier: Apache-2.0
/**
 * Damaged CoRIMs on every machine: refused with a code, or made again as they came. By itself, so that it fits a board's
 * heap, and in parts, so that each is far from the time that a board may compute without a pause.
 */
import { corimDecoder } from "../../fuzz/decoders/corim.js";
import { fuzzDecoder, sweepDecoder } from "../../fuzz/decoders/decoder.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";

const SEEDS = [1, 2, 3];

describe("the decoder of CoRIM, fed with damage", () => {
  const decoder = corimDecoder();

  decoder.samples.forEach((sample, index) => {
    it(`CoRIM ${index + 1} with one byte changed is refused with a code, or can be made again`, () => {
      decoder.check(sample);
      assert.isAbove(sweepDecoder({ ...decoder, samples: [sample] }, 13).codes.length, 1);
    });
  });

  for (const seed of SEEDS) {
    it(`CoRIMs changed in many ways are refused with a code, or can be made again (seed ${seed})`, () => {
      const mutated = fuzzDecoder(decoder, seed, 50);
      assert.isAbove(mutated.executions - mutated.accepted, mutated.executions / 3);
      assert.isAbove(mutated.codes.length, 1);
    });
  }
});
