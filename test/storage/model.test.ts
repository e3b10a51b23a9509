// SPDX-License-Identifier: Apache-2.0
/** Random lives of a sealed store beside a plain Map. A failure names its seed: THIMBLE_STORE_SEED=n lives that life again. */
import { assert } from "chai";
import { after, describe, it } from "mocha";
import { LAYOUTS, type Layout, layoutName } from "./layouts.js";
import { type Kinds, live } from "./life.js";
import { sealedMount } from "./sealed-mount.js";
import { seeds } from "./settings.js";

const LIMIT_MS = 300_000;
const SEEDS = 24;
const STEPS = 400;

const KINDS: readonly (readonly [string, Kinds])[] = [
  ["power cuts", { wornMax: 0, replays: false }],
  ["power cuts and worn blocks", { wornMax: 2, replays: false }],
  ["power cuts and old copies of the flash", { wornMax: 0, replays: true }],
];

/** Each seed has its layout; neighbours have ones far apart. */
function layoutOf(seed: number): Layout {
  return LAYOUTS[(seed * 37) % LAYOUTS.length] as Layout;
}

describe("a sealed store beside a plain Map", () => {
  const total = { steps: 0, cuts: 0, full: 0, replays: 0, worn: 0, encryptions: 0 };

  for (const [name, kinds] of KINDS) {
    for (const seed of seeds(SEEDS)) {
      const layout = layoutOf(seed);
      it(`${name}, seed ${seed}: ${layoutName(layout)}`, function () {
        this.timeout(LIMIT_MS);
        const lived = live(sealedMount, layout, seed, STEPS, kinds);
        for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += lived[key];
      });
    }
  }

  it("came to cuts, a full store, worn blocks and replays", () => {
    // One life, asked for by its seed, need not have all of them.
    const least = process.env.THIMBLE_STORE_SEED === undefined ? 1 : 0;
    for (const [key, value] of Object.entries(total)) assert.isAtLeast(value, least, key);
  });

  after(() => {
    process.stdout.write(
      `      ${Object.entries(total)
        .map(([key, value]) => `${value} ${key}`)
        .join(", ")}\n`,
    );
  });
});
