// SPDX-License-Identifier: Apache-2.0
/** Patience with a board that computes. */
import { assert } from "chai";
import { Patience } from "../../host-sim/board/patience.js";

describe("patience with a busy board", () => {
  it("tells that it is busy, then that it has hung", async () => {
    const heard: string[] = [];
    const patience = new Patience({ busyMs: 5, onBusy: (ms) => heard.push(`busy for ${ms}`) });
    await new Promise<void>((done) => patience.start(20, done));
    assert.deepEqual(heard, ["busy for 5"]);
  });

  it("tells only of the hang where the limit comes first", async () => {
    const patience = new Patience({ busyMs: 20, onBusy: () => assert.fail("busy") });
    await new Promise<void>((done) => patience.start(20, done));
  });

  it("does neither while a debugger holds the board, and both once it has let it go", async () => {
    let asked = 0;
    const heard: string[] = [];
    const patience = new Patience({
      busyMs: 2,
      onBusy: () => heard.push(`busy when asked ${asked}`),
      debugger: {
        get holdsBoard() {
          return ++asked < 5;
        },
      },
    });
    await new Promise<void>((done) => patience.start(4, done));
    assert.deepEqual([heard, asked], [["busy when asked 5"], 6]);
  });

  it("asks the board twice where it is, and gives up on one that does not answer", async () => {
    let asked = 0;
    const patience = new Patience({ askWhere: () => asked++ });
    const isOver = [patience.isOver];
    await new Promise<void>((done) => patience.start(1, done));
    assert.deepEqual([...isOver, patience.isOver, asked], [false, true, 2]);
  });

  it("forgets all that when the board becomes idle", async () => {
    const patience = new Patience({ busyMs: 2, onBusy: () => assert.fail("busy") });
    patience.start(4, () => assert.fail("hung"));
    patience.stop();
    await new Promise((done) => setTimeout(done, 20));
  });
});
