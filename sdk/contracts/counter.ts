// SPDX-License-Identifier: Apache-2.0
/**
 * The counter contract: a number of 32 bits that only rises, apart from the flash, so that an old copy of the flash can be
 * told from the present one. PSA has no word for it (docs/deviations.md). Types only.
 */

/**
 * Errors of both methods: ProtocolError STORAGE_COUNTER - the counter does not answer, or its value is not what was written;
 * STORAGE_UNAVAILABLE - there is no sealed store in this state of the device, or in this start.
 */
export interface MonotonicCounter {
  /**
   * A step that a power failure interrupted is brought to its end first.
   * @returns 0 to 2^32 - 1; 0 when new.
   */
  read(): number;

  /**
   * Raises the counter in one step and looks that it is there. Its own value: nothing happens.
   * @param value - at most 2^32 - 1. Below the present value: ProtocolError STORAGE_COUNTER, nothing changed.
   */
  raise(value: number): void;
}

/** What a board says of its counter to a sealed store. */
export interface Freshness {
  readonly counter: MonotonicCounter;
  /**
   * The freshness level: the counter rises at every commit (1), or at every N-th, 2 to 65535. An older copy of the flash
   * is refused when it lacks N commits or more.
   */
  readonly every: number;
  /**
   * How often this device was wiped: 0 to 63. After a wipe an empty partition is what is expected; without one it is an
   * older copy.
   */
  readonly wipeEpoch: number;
}
