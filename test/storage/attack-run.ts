// SPDX-License-Identifier: Apache-2.0
/** A class of edits tried on several devices, and what came of it. */
import type { AttackClass } from "./attack-edits.js";
import { boardName } from "./attack-world.js";
import type { Edit, World } from "./attacks.js";
import { Random, seedOf } from "./random.js";

/** THIMBLE_STORE_SEED: another seed; 1 without it. THIMBLE_STORE_RUNS: so many times as many edits. */
export const ATTACK_SEED = Number(process.env.THIMBLE_STORE_SEED ?? 1);
/** Edits of a class on one device. */
export const ATTACK_EDITS = 60 * Number(process.env.THIMBLE_STORE_RUNS ?? 1);

export interface Attacked {
  readonly edits: number;
  /** By outcome. */
  readonly counts: ReadonlyMap<string, number>;
  readonly failures: readonly string[];
}

/** @param attempt - its outcome; what it throws is a failure. */
export function attackAll(
  worlds: readonly World[],
  { name, edits }: AttackClass,
  count: number,
  attempt: (world: World, edit: Edit, random: Random) => string,
): Attacked {
  const counts = new Map<string, number>();
  const failures: string[] = [];
  let tried = 0;
  for (const world of worlds) {
    const where = boardName(world.device.board);
    const random = new Random(seedOf(name, where, ATTACK_SEED));
    for (const edit of edits(world, random, count)) {
      tried++;
      try {
        const outcome = attempt(world, edit, random);
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      } catch (error) {
        failures.push(`${where}: ${edit.what}: ${error}`);
        world.device.flash.misuses.length = 0;
        world.device.nonces.repeats.length = 0;
      }
    }
  }
  return { edits: tried, counts, failures };
}

/** One line: edits, and how many of each outcome. */
export function countsOf({ edits, counts }: Attacked): string {
  const outcomes = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([outcome, count]) => `${count} ${outcome}`);
  return `${edits} edits, ${outcomes.join(", ")}`;
}

/** The first of them, for the message of a test. */
export function shown({ failures, edits }: Attacked): string {
  return `${failures.length} of ${edits} edits\n${failures.slice(0, 5).join("\n")}\n`;
}
