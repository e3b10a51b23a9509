// SPDX-License-Identifier: Apache-2.0
import { describe, it } from "../../harness/spec.js";
import { live } from "./log-cuts.js";

const SHAPE = Object.freeze({ blockLength: 1024, blocks: 12, writeAlign: 32, eraseValue: 0xff } as const);

describe("the sealed log, cut off 130 times in two lives, on 1024x12 align 32", () => {
  for (const seed of [21, 22]) {
    it(`has the old or the new state each time, seed ${seed}`, () => live({ shape: SHAPE, seed, cuts: 65 }));
  }
});
