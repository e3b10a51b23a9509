// SPDX-License-Identifier: Apache-2.0
/** Damaged CBOR and COSE on every machine: refused with a code, or accepted for what its maker said. */
import { cborDecoders } from "../../fuzz/decoders/cbor.js";
import { coseDecoders } from "../../fuzz/decoders/cose.js";
import { claimsDecoder } from "../../fuzz/decoders/cwt.js";
import { type Decoder, fuzzDecoder, sweepDecoder } from "../../fuzz/decoders/decoder.js";
import { diceDecoder } from "../../fuzz/decoders/dice.js";
import { keyDecoder } from "../../fuzz/decoders/key.js";
import { recipientDecoders } from "../../fuzz/decoders/recipients.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";

const SEED = 1;

function check(decoder: Decoder): void {
  for (const sample of decoder.samples) decoder.check(sample);
  const swept = sweepDecoder(decoder, decoder.isSlow ? 251 : 7);
  const mutated = fuzzDecoder(decoder, SEED, decoder.isSlow ? 6 : 150);
  assert.isAbove(mutated.executions - mutated.accepted, mutated.executions / 3, decoder.name);
  assert.isAbove(new Set([...swept.codes, ...mutated.codes]).size, 2, decoder.name);
}

describe("decoders, fed with damage", () => {
  it("CBOR of every form is refused with a code, or encodes to the same again", () => {
    for (const decoder of cborDecoders()) check(decoder);
  });

  it("COSE without recipients is refused with a code, or says what its maker said", () => {
    for (const decoder of coseDecoders(crypto)) check(decoder);
  });

  it("COSE with recipients is refused with a code, or says what its maker said", () => {
    for (const decoder of recipientDecoders(crypto)) check(decoder);
  });

  it("COSE_Key is refused with a code, or is one key", () => {
    check(keyDecoder(crypto));
  });

  it("CWT claims are refused with a code, or are read as they are written", () => {
    check(claimsDecoder());
  });

  it("DICE claims are refused with a code, or have all that the profile asks for", () => {
    check(diceDecoder(crypto));
  });
});
