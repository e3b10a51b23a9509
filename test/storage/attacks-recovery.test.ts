// SPDX-License-Identifier: Apache-2.0
/** A store whose flash somebody has changed is recovered: what nobody touched is there, and nothing that never was. */
import { assert } from "chai";
import { before, describe, it } from "mocha";
import { BYTE_EDITS } from "./attack-edits.js";
import { PART_EDITS } from "./attack-part-edits.js";
import { type Known, know, recover } from "./attack-recovery.js";
import { REPLAYS } from "./attack-replays.js";
import { ATTACK_EDITS, ATTACK_SEED, attackAll, countsOf, shown } from "./attack-run.js";
import { BOARDS, makeWorld } from "./attack-world.js";
import type { World } from "./attacks.js";

const LIMIT_MS = 300_000;
/** A recovery takes several times as long as an attack. */
const SHARE = 8;

describe(`recovery of a sealed store after an attack, seed ${ATTACK_SEED}`, function () {
  this.timeout(LIMIT_MS);
  const known = new Map<World, Known>();

  before(() => {
    for (const board of BOARDS) {
      const world = makeWorld(board, ATTACK_SEED);
      known.set(world, know(world));
    }
  });

  for (const attackClass of [...BYTE_EDITS, ...PART_EDITS, ...REPLAYS]) {
    it(`keeps what verifies after: ${attackClass.name}`, () => {
      const count = Math.ceil(ATTACK_EDITS / SHARE);
      const attacked = attackAll([...known.keys()], attackClass, count, (world, edit, random) =>
        recover(known.get(world) as Known, edit, random, attackClass.name !== "another life"),
      );
      console.log(`      recovery ${attackClass.name}: ${countsOf(attacked)}`);
      assert.isEmpty(attacked.failures, shown(attacked));
    });
  }
});
