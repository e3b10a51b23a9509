// SPDX-License-Identifier: Apache-2.0
/** What a person is told of a run that goes on and on: what keeps it, and how to end it. Each line once. */

/** After so long in virtual time without an end. */
const ENDLESS_MS = 5000;
const LOOK_MS = 1000;
const ENDLESS = "still running, in virtual time: Ctrl-C ends it, --until sets an end, --time real keeps to the clock";

export function describeBusy(forMs: number): string {
  return `the app has been busy for ${forMs / 1000} s without a pause: a loop that does not end?`;
}

export class LongRun {
  readonly #say: (text: string) => void;
  readonly #startMs = performance.now();
  readonly #looks: NodeJS.Timeout;
  #hasTurned = false;
  #isIdle = false;
  #hasSaidBusy = false;

  /** @param isEndless - nothing of what the user asked for ends the run. */
  constructor(isEndless: boolean, say: (text: string) => void) {
    this.#say = say;
    this.#looks = setInterval(() => this.#look(), LOOK_MS).unref();
    if (!isEndless) this.close();
  }

  /** For the run. */
  readonly events = {
    onTurn: (_timeUs: number, isIdle: boolean): void => {
      this.#hasTurned = true;
      this.#isIdle = isIdle;
    },
    onBusy: (forMs: number): void => {
      if (this.#hasSaidBusy) return;
      this.#hasSaidBusy = true;
      this.#say(`${describeBusy(forMs)} Ctrl-C ends it`);
    },
  };

  close(): void {
    clearInterval(this.#looks);
  }

  /** Of a board that is busy, virtual time is not what there is to know. */
  #look(): void {
    const isAwake = this.#hasTurned || this.#isIdle;
    this.#hasTurned = false;
    if (!isAwake || performance.now() - this.#startMs < ENDLESS_MS) return;
    this.close();
    this.#say(ENDLESS);
  }
}
