// SPDX-License-Identifier: Apache-2.0
/** Damaged messages of provisioning on every machine: refused with a code, or written again as they came. */
import { fuzzDecoder, sweepDecoder } from "../../fuzz/decoders/decoder.js";
import { identityDecoders } from "../../fuzz/decoders/identity.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";

const SEED = 1;

describe("decoders of provisioning, fed with damage", () => {
  for (const decoder of identityDecoders()) {
    it(`${decoder.name} are refused with a code, or have one encoding`, () => {
      for (const sample of decoder.samples) decoder.check(sample);
      const swept = sweepDecoder(decoder, 7);
      const mutated = fuzzDecoder(decoder, SEED, 150);
      assert.isAbove(mutated.executions - mutated.accepted, mutated.executions / 3, decoder.name);
      assert.isAbove(new Set([...swept.codes, ...mutated.codes]).size, 2, decoder.name);
    });
  }
});
