// SPDX-License-Identifier: Apache-2.0
import { describe, it } from "../../harness/spec.js";
import { live } from "./log-cuts.js";

const SHAPE = Object.freeze({ blockLength: 512, blocks: 16, writeAlign: 16, eraseValue: 0xff } as const);

describe("the sealed log, cut off 130 times in two lives, on 512x16 align 16", () => {
  for (const seed of [3, 4]) {
    it(`has the old or the new state each time, seed ${seed}`, () => live({ shape: SHAPE, seed, cuts: 65 }));
  }
});
