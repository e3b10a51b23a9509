// SPDX-License-Identifier: Apache-2.0
import { describe, it } from "../../harness/spec.js";
import { live } from "./log-cuts.js";

const SHAPE = Object.freeze({ blockLength: 512, blocks: 17, writeAlign: 4, eraseValue: 0x00 } as const);

describe("the sealed log, cut off 130 times in two lives, on 512x17 align 4", () => {
  for (const seed of [13, 14]) {
    it(`has the old or the new state each time, seed ${seed}`, () => live({ shape: SHAPE, seed, cuts: 65 }));
  }
});
