// SPDX-License-Identifier: Apache-2.0
import { describe, it } from "../../harness/spec.js";
import { live } from "./log-cuts.js";

const SHAPE = Object.freeze({ blockLength: 512, blocks: 24, writeAlign: 1, eraseValue: 0xff } as const);

describe("the sealed log, cut off 130 times in two lives, on 512x24 align 1", () => {
  for (const seed of [31, 32]) {
    it(`has the old or the new state each time, seed ${seed}`, () => live({ shape: SHAPE, seed, cuts: 65 }));
  }
});
