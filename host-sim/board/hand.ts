// SPDX-License-Identifier: Apache-2.0
/** Somebody at the bench, who holds buttons down and lets them go while a board runs. */

import type { Button } from "./pins.js";

/** A run, as a hand meets it. */
export interface Buttons {
  /** @returns undefined: the app has no input there. */
  toggle(pin: number): Button | undefined;
}

export class Hand {
  #buttons: Buttons | undefined;

  /** @param buttons - of the board that runs; undefined: it ended. */
  attach(buttons: Buttons | undefined): void {
    this.#buttons = buttons;
  }

  /**
   * Holds a button down; the next time, lets it go.
   * @returns undefined: no board runs, or its app has no input there.
   */
  toggle(pin: number): Button | undefined {
    return this.#buttons?.toggle(pin);
  }
}
