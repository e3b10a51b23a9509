// SPDX-License-Identifier: Apache-2.0
/** Progress on stderr: a spinner on a terminal; elsewhere plain lines, and only for steps that take more than a second. */
import { createRequire } from "node:module";
import type { Spinner } from "nanospinner";

const QUIET_MS = 1000;
const FRACTION = /:? \d+ %$/;

/** Where the spinner can move its cursor. It looks at stdout for that, and prints line after line otherwise. */
function canSpin(): boolean {
  // A terminal of unknown width has 0 columns, which the spinner would divide by.
  const isTerminal = process.stderr.isTTY && process.stderr.columns > 0 && process.stdout.isTTY;
  return isTerminal && process.env.TERM !== "dumb" && process.env.CI === undefined;
}

export class Progress {
  #spinner: Spinner | undefined;
  #step = "";
  #timer: NodeJS.Timeout | undefined;

  /** Told what is being done now. Bound: it is handed on as a function. */
  readonly update = (text: string): void => {
    if (canSpin()) this.#spin(text);
    else this.#printLate(text.replace(FRACTION, ""));
  };

  /** Takes the spinner away. */
  done(): void {
    this.#spinner?.clear().stop();
    this.#spinner = undefined;
    clearTimeout(this.#timer);
    this.#step = "";
  }

  #spin(text: string): void {
    if (this.#spinner === undefined) {
      // Loaded here: most runs have nothing to wait for.
      const { createSpinner } = createRequire(import.meta.url)("nanospinner") as typeof import("nanospinner");
      this.#spinner = createSpinner(text, { stream: process.stderr }).start();
    }
    // Rendered at once: the next step may keep this process busy.
    this.#spinner.update({ text }).render();
  }

  /** A step that keeps this process busy ends before its line is due: nobody could do anything about it. */
  #printLate(step: string): void {
    if (step === this.#step) return;
    this.#step = step;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => process.stderr.write(`${step} ...\n`), QUIET_MS).unref();
  }
}
