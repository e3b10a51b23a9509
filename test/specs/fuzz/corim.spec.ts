// SPDX-License-Identifier: Apache-2.0
/** Damaged CoRIMs on every machine: refused with a code, or made again as they came. By itself, so that it fits a board's heap. */
import { corimDecoder } from "../../fuzz/decoders/corim.js";
import { fuzzDecoder, sweepDecoder } from "../../fuzz/decoders/decoder.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";

const SEED = 1;

describe("the decoder of CoRIM, fed with damage", () => {
  it("CoRIMs are refused with a code, or can be made again", () => {
    const decoder = corimDecoder();
    for (const sample of decoder.samples) decoder.check(sample);
    const swept = sweepDecoder(decoder, 7);
    const mutated = fuzzDecoder(decoder, SEED, 150);
    assert.isAbove(mutated.executions - mutated.accepted, mutated.executions / 3, decoder.name);
    assert.isAbove(new Set([...swept.codes, ...mutated.codes]).size, 2, decoder.name);
  });
});
