// SPDX-License-Identifier: Apache-2.0
/** The attacker harness proves itself: where a check is left out, it finds edits that are accepted wrongly. */
import { assert } from "chai";
import { describe, it } from "mocha";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import type { Crypto } from "../../sdk/contracts/crypto.js";
import { recoverLog } from "../../sdk/storage/recover.js";
import { mountLog } from "../../sdk/storage/sealed-log.js";
import { AttackedDevice } from "./attack-device.js";
import { BYTE_EDITS } from "./attack-edits.js";
import { ENTRIES, type EntryId, liveOn } from "./attack-life.js";
import { PART_EDITS } from "./attack-part-edits.js";
import { REPLAYS } from "./attack-replays.js";
import { type Attacked, attackAll } from "./attack-run.js";
import { BOARDS, makeWorld } from "./attack-world.js";
import { attack, type Mount } from "./attacks.js";
import { contentsOf } from "./contents.js";
import { Random } from "./random.js";
import { emptyTags, noAdditionalData, otherError } from "./weak-crypto.js";

const LIMIT_MS = 120_000;
const EDITS = 60;
/** A life of SMALL_COMMITS commits asks for fewer, its values and the tries for changes that there are none of included. */
const NUMBERS_MAX = 1_000_000;
const SMALL_COMMITS = 20;
const SMALL_SEEDS = 20;
const SMALLEST = Object.freeze({ blockLength: 512, blocks: 12, writeAlign: 32, eraseValue: 0xff } as const);
const CLASSES = Object.freeze([...BYTE_EDITS, ...PART_EDITS, ...REPLAYS]);

/** On the board with a counter at level 1. */
function attacked(name: string, weak: { readonly makeCrypto?: () => Crypto; readonly mount?: Mount }): Attacked {
  const board = BOARDS.find(({ every }) => every === 1);
  const attackClass = CLASSES.find((one) => one.name === name);
  if (board === undefined || attackClass === undefined) throw new Error(`no class ${name}`);
  const world = makeWorld(board, 1, weak.makeCrypto);
  return attackAll([world], attackClass, EDITS, (...edit) => attack(...edit, weak.mount));
}

/** Gives so many numbers, and throws then: a loop that asks for more has no end. */
class FewNumbers extends Random {
  #left = NUMBERS_MAX;

  override word(): number {
    if (--this.#left < 0) throw new Error(`more than ${NUMBERS_MAX} numbers`);
    return super.word();
  }
}

const noFreshness: Mount = ({ freshness: _, ...options }) => mountLog(options);

const endless: Mount = (options) => {
  for (;;) options.flash.read(1, 0);
};

describe("the attacker harness of the sealed store", function () {
  this.timeout(LIMIT_MS);

  it("finds older states that a log without its counter accepts", () => {
    for (const name of ["older copy", "erased", "cut short", "cut commit"]) {
      assert.match(
        attacked(name, { mount: noFreshness }).failures.join("\n"),
        /a counter that tells|not ROLLED_BACK/,
        name,
      );
    }
  });

  it("finds contents that no tag covers", () => {
    for (const name of ["bit", "byte", "run"]) {
      const { failures } = attacked(name, { makeCrypto: () => emptyTags(createNodeCrypto()) });
      assert.match(failures.join("\n"), /a state that there never was/, name);
    }
  });

  it("finds records that are not tied to their first bytes", () => {
    const { failures } = attacked("frame", { makeCrypto: () => noAdditionalData(createNodeCrypto()) });
    assert.match(failures.join("\n"), /a state that there never was/);
  });

  it("finds other exceptions, and what does not come to an end", () => {
    const mount: Mount = ({ crypto, ...options }) => mountLog({ ...options, crypto: otherError(crypto) });
    assert.match(attacked("bit", { mount }).failures.join("\n"), /mounting: TypeError/);
    assert.match(attacked("erased", { mount: endless }).failures.join("\n"), /mounting: Endless/);
  });

  it("lives on in a store that has no room for what it wants to change", () => {
    const small = { every: 0, name: "storage", keyByte: 0x11, shape: SMALLEST };
    for (let seed = 1; seed <= SMALL_SEEDS; seed++) {
      const device = new AttackedDevice(small, seed);
      const log = mountLog(device.start());
      // One entry that takes more than half of it: there is less to delete than it may want to change at once.
      const [entry] = ENTRIES;
      log.commit([{ ...(entry as EntryId), format: 1, value: new Uint8Array(log.valueMax) }]);
      assert.isAbove(log.used, 0.55 * log.capacity);
      const full = device.moment(contentsOf(log), 1);
      const isEnough = (_: unknown, count: number) => count >= SMALL_COMMITS;
      assert.isAtLeast(liveOn(device, full, new FewNumbers(seed), isEnough).length, SMALL_COMMITS);
    }
  });

  it("finds a mount that repairs what it reads by itself", () => {
    const { failures } = attacked("block erased", { mount: (options) => recoverLog(options).log });
    assert.match(failures.join("\n"), /a state that there never was|a counter that tells/);
  });
});
