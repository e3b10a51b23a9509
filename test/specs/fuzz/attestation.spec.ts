// SPDX-License-Identifier: Apache-2.0
/** Damaged claims and tokens on every machine: refused with a code, or accepted for what was signed. */
import { eatDecoder, psaClaimsDecoder, tokenDecoder } from "../../fuzz/decoders/attestation.js";
import { type Decoder, fuzzDecoder, sweepDecoder } from "../../fuzz/decoders/decoder.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";

const SEED = 1;

function check(decoder: Decoder): void {
  for (const sample of decoder.samples) decoder.check(sample);
  const swept = sweepDecoder(decoder, decoder.isSlow ? 997 : 61);
  const mutated = fuzzDecoder(decoder, SEED, decoder.isSlow ? 6 : 80);
  assert.isAbove(mutated.executions - mutated.accepted, mutated.executions / 3, decoder.name);
  assert.isAbove(new Set([...swept.codes, ...mutated.codes]).size, 2, decoder.name);
}

describe("decoders of attestation, fed with damage", () => {
  it("claims of EAT are refused with a code, or are read as they are written", () => {
    check(eatDecoder());
  });

  it("claims of PSA are refused with a code, or are whole", () => {
    check(psaClaimsDecoder());
  });

  it("tokens are refused with a code, or were signed", () => {
    check(tokenDecoder(crypto));
  });
});
