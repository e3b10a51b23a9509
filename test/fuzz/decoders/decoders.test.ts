// SPDX-License-Identifier: Apache-2.0
/** The decoders' fuzzer finds bugs, and none in ours. */
import { assert } from "chai";
import { describe, it } from "mocha";
import { createNodeCrypto } from "../../../devices/node/crypto.js";
import { Finding, fuzzDecoder, sweepDecoder } from "./decoder.js";
import { decoders } from "./decoders.js";
import { fuzzOnBoard } from "./on-board.js";
import { findPlantedDecoder, PLANTED_DECODERS, PLANTED_RUNS } from "./planted.js";

const SEEDS = [1, 2, 3];

describe("the decoders' fuzzer", function () {
  this.timeout(60_000); // seconds of work, on a machine that may do other things as well

  for (const planted of PLANTED_DECODERS) {
    it(`finds, in ${PLANTED_RUNS} executions from any seed, a decoder that ${planted.what}`, () => {
      for (const seed of SEEDS) assert.isDefined(findPlantedDecoder(planted, seed), `seed ${seed}`);
    });
  }

  it("says which input it was, so that it can be given again", () => {
    const [planted] = PLANTED_DECODERS;
    assert.isDefined(planted);
    if (planted === undefined) return;
    const input = /input ([0-9a-f]*):/.exec(findPlantedDecoder(planted, 1) ?? "")?.[1] ?? "";
    assert.throws(() => planted.make().check(Buffer.from(input, "hex")), Finding);
  });

  it("has room for all of them on the board", async () => {
    const { executions, finding } = await fuzzOnBoard(1, 0.1);
    assert.isUndefined(finding);
    assert.isAbove(executions, 0);
  });

  for (const decoder of decoders(createNodeCrypto())) {
    it(`finds nothing in ours: ${decoder.name}`, () => {
      for (const seed of SEEDS) fuzzDecoder(decoder, seed, decoder.isSlow ? PLANTED_RUNS / 4 : PLANTED_RUNS);
      sweepDecoder(decoder, decoder.isSlow ? 5 : 1);
    });
  }
});
