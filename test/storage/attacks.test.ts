// SPDX-License-Identifier: Apache-2.0
/** Somebody changes the flash while the device is off: each class of edits is detected, and no edit is accepted wrongly. */
import { assert } from "chai";
import { before, describe, it } from "mocha";
import { BYTE_EDITS } from "./attack-edits.js";
import { PART_EDITS } from "./attack-part-edits.js";
import { REPLAYS } from "./attack-replays.js";
import { ATTACK_EDITS, ATTACK_SEED, attackAll, countsOf, shown } from "./attack-run.js";
import { BOARDS, makeWorld } from "./attack-world.js";
import { attack, type World } from "./attacks.js";

const LIMIT_MS = 300_000;
const REFUSALS: readonly string[] = Object.freeze(["DAMAGED", "FOREIGN", "ROLLED_BACK"]);

describe(`attacks on the flash of a sealed store, seed ${ATTACK_SEED}`, function () {
  this.timeout(LIMIT_MS);
  let worlds: readonly World[] = [];

  before(() => {
    worlds = BOARDS.map((board) => makeWorld(board, ATTACK_SEED));
  });

  for (const attackClass of [...BYTE_EDITS, ...PART_EDITS, ...REPLAYS]) {
    it(`detects: ${attackClass.name}`, () => {
      const attacked = attackAll(worlds, attackClass, ATTACK_EDITS, (...edit) => attack(...edit));
      console.log(`      attack ${attackClass.name}: ${countsOf(attacked)}`);
      assert.isEmpty(attacked.failures, shown(attacked));
      const detected = REFUSALS.reduce((sum, code) => sum + (attacked.counts.get(code) ?? 0), 0);
      assert.isAbove(detected, 0, "nothing was detected");
    });
  }
});
