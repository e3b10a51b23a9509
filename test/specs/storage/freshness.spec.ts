// SPDX-License-Identifier: Apache-2.0
import type { Freshness } from "../../../sdk/contracts/counter.js";
import { FreshnessGuard } from "../../../sdk/storage/freshness.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { CounterModel } from "../../storage/counter-model.js";
import { Power } from "../../storage/power.js";
import { thrownBy } from "../thrown.js";

const WIPE = 2 ** 26;

function made(every: number, wipeEpoch = 0, value = 0) {
  const power = new Power();
  const counter = new CounterModel(power).open();
  counter.raise(value);
  return { power, counter, guard: new FreshnessGuard({ counter, every, wipeEpoch }) };
}

describe("docs/formats/sealed-store.md, freshness", () => {
  it("has levels 1 to 65535 and wipe epochs 0 to 63", () => {
    const make = (every: unknown, wipeEpoch: unknown) =>
      thrownBy(() => new FreshnessGuard({ counter: made(1).counter, every, wipeEpoch } as Freshness));
    for (const [every, wipes] of [
      [1, 0],
      [2, 1],
      [65535, 63],
    ])
      assert.strictEqual(make(every, wipes), "nothing");
    for (const [every, wipes] of [
      [0, 0],
      [-1, 0],
      [1.5, 0],
      [65536, 0],
      ["1", 0],
      [1, -1],
      [1, 64],
      [1, 0.5],
      [1, "0"],
    ]) {
      assert.strictEqual(make(every, wipes), "RangeError", `${every}, ${wipes}`);
    }
  });

  it("is none without a counter", () => {
    const guard = new FreshnessGuard(undefined);
    guard.raise(7);
    guard.catchUp(7);
    assert.deepEqual([guard.every, guard.leastCommits()], [0, 0]);
    assert.strictEqual(made(9).guard.every, 9);
  });

  it("asks for as many commits as the counter has steps, times the level", () => {
    for (const [every, wipes, value, least] of [
      [1, 0, 0, 0],
      [1, 0, 5, 5],
      [4, 0, 5, 20],
      [4, 1, WIPE + 5, 20],
      [1, 63, 64 * WIPE - 1, WIPE - 1],
      [65535, 0, WIPE - 1, (WIPE - 1) * 65535],
    ] as const) {
      assert.strictEqual(made(every, wipes, value).guard.leastCommits(), least);
    }
  });

  it("takes any log after a wipe, and a counter of a later wipe for a fault", () => {
    assert.strictEqual(made(1, 2, 2 * WIPE - 1).guard.leastCommits(), 0);
    assert.strictEqual(made(1, 2, 2 * WIPE).guard.leastCommits(), 0);
    assert.strictEqual(
      thrownBy(() => made(1, 1, 2 * WIPE).guard.leastCommits()),
      "STORAGE_COUNTER",
    );
    assert.strictEqual(
      thrownBy(() => made(1, 0, 63 * WIPE).guard.leastCommits()),
      "STORAGE_COUNTER",
    );
  });

  it("raises the counter at every commit, or every N-th", () => {
    const one = made(1, 3);
    one.guard.raise(1);
    assert.strictEqual(one.counter.read(), 3 * WIPE + 1);
    const { power, guard, counter } = made(4);
    const before = power.operations;
    for (const [commits, value] of [
      [3, 0],
      [4, 1],
      [5, 1],
      [7, 1],
      [8, 2],
    ] as const) {
      guard.raise(commits);
      assert.strictEqual(counter.read(), value, `${commits} commits`);
    }
    assert.strictEqual(power.operations, before + 2);
  });

  it("catches up with what a power failure left, to the step below", () => {
    const { guard, counter } = made(4, 1);
    for (const [commits, steps] of [
      [3, 0],
      [4, 1],
      [11, 2],
      [12, 3],
    ] as const) {
      guard.catchUp(commits);
      assert.strictEqual(counter.read(), WIPE + steps);
    }
    assert.strictEqual(
      thrownBy(() => guard.catchUp(11)),
      "STORAGE_COUNTER",
    );
  });

  it("ends with the counter's 26 bits, and does not go on into the wipe epoch", () => {
    const { guard, counter } = made(2, 5);
    guard.raise(2 * (WIPE - 1));
    assert.strictEqual(counter.read(), 6 * WIPE - 1);
    guard.raise(2 * WIPE - 1);
    assert.strictEqual(
      thrownBy(() => guard.raise(2 * WIPE)),
      "STORAGE_COUNTER",
    );
    assert.strictEqual(
      thrownBy(() => guard.catchUp(2 * WIPE + 1)),
      "STORAGE_COUNTER",
    );
    assert.strictEqual(counter.read(), 6 * WIPE - 1);
  });
});
