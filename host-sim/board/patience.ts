// SPDX-License-Identifier: Apache-2.0
/** How long a board may compute without a pause, in real time: after a while somebody is told, in the end it has hung. */

/** A board that computes for so long is called busy. */
const BUSY_MS = 5_000;

export interface PatienceOptions {
  /** Who may hold the board where it is, for as long as they like: a debugger. */
  readonly debugger?: { readonly holdsBoard: boolean };
  /** It has been busy for so long, and there is patience left. */
  readonly onBusy?: (forMs: number) => void;
  readonly busyMs?: number;
}

/** One clock, which is set anew at each turn of the board. */
export class Patience {
  readonly #options: PatienceOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  /** Counts from now. @param onEnd - called once, after `limitMs`. */
  start(limitMs: number, onEnd: () => void): void {
    const { debugger: holder, onBusy, busyMs = BUSY_MS } = this.#options;
    const again = (): void => this.start(limitMs, onEnd);
    const end = (): void => (holder?.holdsBoard ? again() : onEnd());
    const tell = (): void => {
      if (holder?.holdsBoard) {
        again();
        return;
      }
      this.#set(limitMs - busyMs, end);
      onBusy?.(busyMs);
    };
    if (limitMs > busyMs) this.#set(busyMs, tell);
    else this.#set(limitMs, end);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #set(ms: number, act: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, ms);
  }
}
