// SPDX-License-Identifier: Apache-2.0
/** Random lives with damage and recoveries. A failure names its seed: THIMBLE_STORE_SEED=n lives that life again. */
import { assert } from "chai";
import { after, describe, it } from "mocha";
import { recoverLog } from "../../sdk/storage/recover.js";
import { type DamagedLife, liveDamaged, type Recover } from "./damaged-life.js";
import { LAYOUTS, type Layout, layoutName } from "./layouts.js";
import { seeds } from "./settings.js";

const LIMIT_MS = 120_000;
const SEEDS = 24;
const ROUNDS = 8;

const recover: Recover = ({ freshness, ...start }) =>
  recoverLog({ ...start, name: "storage", ...(freshness === undefined ? {} : { freshness }) });

function layoutOf(seed: number): Layout {
  return LAYOUTS[(seed * 41) % LAYOUTS.length] as Layout;
}

describe("a sealed store whose flash is damaged, recovered, and used on", function () {
  this.timeout(LIMIT_MS);
  const total: DamagedLife = {
    damages: 0,
    opened: 0,
    recoveries: 0,
    keptAll: 0,
    keptSome: 0,
    untold: 0,
    uncommitted: 0,
    nothing: 0,
  };

  for (const seed of seeds(SEEDS)) {
    const layout = layoutOf(seed);
    it(`seed ${seed}: ${layoutName(layout)}`, () => {
      const lived = liveDamaged(recover, layout, seed, ROUNDS);
      for (const key of Object.keys(total) as (keyof DamagedLife)[]) total[key] += lived[key];
    });
  }

  it("came to damage that is refused, and to recoveries that keep all and some", () => {
    const least = process.env.THIMBLE_STORE_SEED === undefined ? 1 : 0;
    for (const key of ["opened", "keptAll", "keptSome"] as const) assert.isAtLeast(total[key], least, key);
  });

  after(() => {
    const words = Object.entries(total).map(([key, value]) => `${value} ${key}`);
    process.stdout.write(`      ${words.join(", ")}\n`);
  });
});
