// SPDX-License-Identifier: Apache-2.0
/**
 * How long a board may compute without a pause, in real time: after a while somebody is told, in the end the board is
 * asked where its app is. One that does not answer has hung.
 */

/** A board that computes for so long is called busy. */
const BUSY_MS = 5_000;
/** It answers at once, or has to look closer: devices/runtime/busy.c. */
const SECOND_QUESTION_MS = 400;
const ANSWER_MS = 1_000;

export interface PatienceOptions {
  /** Who may hold the board where it is, for as long as they like: a debugger. */
  readonly debugger?: { readonly holdsBoard: boolean };
  /** It has been busy for so long, and there is patience left. */
  readonly onBusy?: (forMs: number) => void;
  readonly busyMs?: number;
  /** Asks the board where its app is. */
  readonly askWhere?: () => void;
}

/** One clock, which is set anew at each turn of the board. */
export class Patience {
  readonly #options: PatienceOptions;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  /** The board was asked. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Counts from now. @param onEnd - called once, after `limitMs` and the time for an answer. */
  start(limitMs: number, onEnd: () => void): void {
    this.#isOver = false;
    const { debugger: holder, onBusy, busyMs = BUSY_MS } = this.#options;
    const again = (): void => this.start(limitMs, onEnd);
    const end = (): void => (holder?.holdsBoard ? again() : this.#ask(onEnd));
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

  #ask(onEnd: () => void): void {
    this.#isOver = true;
    const { askWhere } = this.#options;
    if (askWhere === undefined) {
      onEnd();
      return;
    }
    askWhere();
    this.#set(SECOND_QUESTION_MS, () => {
      askWhere();
      this.#set(ANSWER_MS - SECOND_QUESTION_MS, onEnd);
    });
  }

  #set(ms: number, act: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, ms);
  }
}
