// SPDX-License-Identifier: Apache-2.0
/** Boards that start again by themselves: by their software, or because their watchdog was not kicked. */
import { BoardError } from "./error.js";
import type { SessionResult } from "./session.js";

/** As often within WITHIN_US of the device's time is a loop: no app gets anywhere in it. */
const RESETS_MAX = 16;
const WITHIN_US = 60_000_000;

export interface Reset {
  readonly cause: "software" | "watchdog";
  readonly timeUs: number;
  /** Of a watchdog that bit a busy app: the board's words, where it was. */
  readonly text: string;
}

/** @returns undefined: it ended otherwise, or was to stop anyway. */
export function resetOf({ reason, stoppedBy, timeUs, text }: Omit<SessionResult, "pins">): Reset | undefined {
  if (stoppedBy !== undefined) return undefined;
  if (reason === "resetSoftware") return { cause: "software", timeUs, text };
  if (reason === "resetWatchdog") return { cause: "watchdog", timeUs, text };
  return undefined;
}

/** The resets since power-on. */
export class Resets {
  readonly #timesUs: number[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** @throws BoardError RESET_LOOP - it was one too many. */
  push({ cause, timeUs }: Reset): void {
    this.#count++;
    const times = this.#timesUs;
    times.push(timeUs);
    if (times.length < RESETS_MAX) return;
    const firstUs = times.shift() ?? 0;
    if (timeUs - firstUs > WITHIN_US) return;
    const message = `the board reset itself ${RESETS_MAX} times within a minute of its time, the last time by its ${cause}`;
    throw new BoardError("RESET_LOOP", message);
  }
}
