// SPDX-License-Identifier: Apache-2.0
/** Somebody at the bench, who holds buttons down and lets them go. A finger stays where it is when a board starts anew. */
import type { InputEvent } from "./recording.js";

/** A button, and the level that it drives its pin to. */
export interface Button {
  readonly isDown: boolean;
  readonly level: 0 | 1;
}

/** A board that runs, as a hand meets it. */
export interface Buttons {
  /** What a button at this pin drives it to while it is down; undefined: the app has no input there. */
  pressedLevel(pin: number): 0 | 1 | undefined;
  drive(pin: number, level: 0 | 1): void;
}

/** Of a board that is off nobody knows how its buttons are wired: to ground, as most are. */
const USUAL_LEVEL = 0;

export class Hand {
  #buttons: Buttons | undefined;
  readonly #held = new Map<number, 0 | 1>();

  /** @param buttons - of the board that runs; undefined: it ended. */
  attach(buttons: Buttons | undefined): void {
    this.#buttons = buttons;
  }

  /** What is held down, as inputs at power-on. */
  get inputs(): InputEvent[] {
    return [...this.#held].map(([channel, value]) => ({ atUs: 0, kind: "digital", channel, value }));
  }

  /**
   * Holds a button down; the next time, lets it go.
   * @returns undefined: the app that runs has no input there.
   */
  toggle(pin: number): Button | undefined {
    const held = this.#held.get(pin);
    const level = held === undefined ? this.#pressedLevel(pin) : held === 1 ? 0 : 1;
    if (level === undefined) return undefined;
    if (held === undefined) this.#held.set(pin, level);
    else this.#held.delete(pin);
    this.#buttons?.drive(pin, level);
    return { isDown: held === undefined, level };
  }

  #pressedLevel(pin: number): 0 | 1 | undefined {
    return this.#buttons === undefined ? USUAL_LEVEL : this.#buttons.pressedLevel(pin);
  }
}
