// SPDX-License-Identifier: Apache-2.0
/** Damaged CoRIMs on every machine: refused with a code, or made again as they came. By itself, so that it fits a board's heap. */
import { corimDecoder } from "../../fuzz/decoders/corim.js";
import { fuzzDecoder, sweepDecoder } from "../../fuzz/decoders/decoder.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";

const SEED = 1;

describe("the decoder of CoRIM, fed with damage", () => {
  const decoder = corimDecoder();

  it("CoRIMs with one byte changed are refused with a code, or can be made again", () => {
    for (const sample of decoder.samples) decoder.check(sample);
    assert.isAbove(sweepDecoder(decoder, 13).codes.length, 1);
  });

  it("CoRIMs changed in many ways are refused with a code, or can be made again", () => {
    const mutated = fuzzDecoder(decoder, SEED, 150);
    assert.isAbove(mutated.executions - mutated.accepted, mutated.executions / 3);
    assert.isAbove(mutated.codes.length, 1);
  });
});
