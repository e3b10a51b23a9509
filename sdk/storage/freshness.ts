// SPDX-License-Identifier: Apache-2.0
/**
 * Holds a log against the board's counter, which says how often this device was wiped (its highest 6 bits) and how many
 * commits there were since (the rest, divided by the level). An older copy of the flash has fewer.
 */
import type { Freshness } from "../contracts/counter.js";
import { ProtocolError } from "../errors/security-error.js";

const COMMIT_BITS = 26;
const COMMIT_MAX = 2 ** COMMIT_BITS - 1;
const WIPES_MAX = 63;
const EVERY_MAX = 65535;

export class FreshnessGuard {
  readonly #freshness: Freshness | undefined;

  /** @throws RangeError - a level or a wipe epoch that there is not. */
  constructor(freshness: Freshness | undefined) {
    this.#freshness = freshness;
    if (freshness === undefined) return;
    const { every, wipeEpoch } = freshness;
    if (!Number.isInteger(every) || every < 1 || every > EVERY_MAX) throw new RangeError(`every: 1 to ${EVERY_MAX}`);
    if (!Number.isInteger(wipeEpoch) || wipeEpoch < 0 || wipeEpoch > WIPES_MAX) {
      throw new RangeError(`wipeEpoch: 0 to ${WIPES_MAX}`);
    }
  }

  /** 0: none. */
  get every(): number {
    return this.#freshness?.every ?? 0;
  }

  /** The fewest commits that the newest copy has. @throws ProtocolError STORAGE_COUNTER - also for a counter of a later wipe. */
  leastCommits(): number {
    if (this.#freshness === undefined) return 0;
    const { counter, every, wipeEpoch } = this.#freshness;
    const value = counter.read();
    const wipes = value >>> COMMIT_BITS;
    if (wipes > wipeEpoch) throw new ProtocolError("STORAGE_COUNTER", "the counter is of a later wipe than the device");
    return wipes === wipeEpoch ? (value & COMMIT_MAX) * every : 0;
  }

  /**
   * Brings the counter to where `commits` has it. It never falls.
   * @throws ProtocolError STORAGE_COUNTER - it fails, or has come to its end.
   */
  raise(commits: number): void {
    if (this.#freshness === undefined) return;
    const { counter, every, wipeEpoch } = this.#freshness;
    const steps = Math.floor(commits / every);
    if (steps > COMMIT_MAX) throw new ProtocolError("STORAGE_COUNTER", "the counter has come to its end");
    if (commits % every === 0) counter.raise(wipeEpoch * 2 ** COMMIT_BITS + steps);
  }

  /** As `raise`, for the first write of a mount: finishes what a power failure left. */
  catchUp(commits: number): void {
    if (this.#freshness !== undefined) this.raise(commits - (commits % this.#freshness.every));
  }
}

Object.freeze(FreshnessGuard.prototype);
