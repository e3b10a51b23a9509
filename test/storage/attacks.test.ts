// SPDX-License-Identifier: Apache-2.0
/** Somebody changes the flash while the device is off: each class of edits is detected, and no edit is accepted wrongly. */
import { assert } from "chai";
import { before, describe, it } from "mocha";
import { BYTE_EDITS } from "./attack-edits.js";
import { PART_EDITS } from "./attack-part-edits.js";
import { REPLAYS } from "./attack-replays.js";
import { BOARDS, boardName, makeWorld } from "./attack-world.js";
import { attack, type Outcome, type World } from "./attacks.js";
import { Random, seedOf } from "./random.js";

const LIMIT_MS = 300_000;
const SEED = Number(process.env.THIMBLE_STORE_SEED ?? 1);
/** Edits of a class on one board. */
const EDITS = 80 * Number(process.env.THIMBLE_STORE_RUNS ?? 1);
const FAILURES_SHOWN = 5;

describe(`attacks on the flash of a sealed store, seed ${SEED}`, function () {
  this.timeout(LIMIT_MS);
  const worlds: World[] = [];

  before(() => {
    for (const board of BOARDS) worlds.push(makeWorld(board, SEED));
  });

  for (const { name, edits } of [...BYTE_EDITS, ...PART_EDITS, ...REPLAYS]) {
    it(`detects: ${name}`, () => {
      const counts = new Map<Outcome, number>();
      const failures: string[] = [];
      let tried = 0;
      for (const world of worlds) {
        const where = boardName(world.device.board);
        const random = new Random(seedOf(name, where, SEED));
        for (const edit of edits(world, random, EDITS)) {
          tried++;
          try {
            const outcome = attack(world, edit, random);
            counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
          } catch (error) {
            failures.push(`${where}: ${edit.what}: ${error}`);
            world.device.flash.misuses.length = 0;
            world.device.nonces.repeats.length = 0;
          }
        }
      }
      const outcomes = [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(", ");
      console.log(`      attack ${name}: ${tried} edits, ${outcomes}`);
      const shown = failures.slice(0, FAILURES_SHOWN).join("\n");
      assert.isEmpty(failures, `${failures.length} of ${tried} edits\n${shown}\n`);
      const detected = tried - (counts.get("newest") ?? 0) - (counts.get("older") ?? 0);
      assert.isAbove(detected, 0, "nothing was detected");
    });
  }
});
