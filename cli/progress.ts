// SPDX-License-Identifier: Apache-2.0
/** Progress on stderr: a spinner on a terminal; elsewhere plain lines, and only for what takes more than a second. */
import { createRequire } from "node:module";
import type { Spinner } from "nanospinner";

const QUIET_MS = 1000;
const FRACTION = /:? \d+ %$/;

export class Progress {
  readonly #startMs = performance.now();
  #spinner: Spinner | undefined;
  #shown = "";

  /** Told what is being done now. Bound: it is handed on as a function. */
  readonly update = (text: string): void => {
    // A terminal of unknown width has 0 columns, which the spinner would divide by.
    if (process.stderr.isTTY && process.stderr.columns > 0) this.#spin(text);
    else this.#print(text);
  };

  /** Takes the spinner away. */
  done(): void {
    this.#spinner?.clear().stop();
    this.#spinner = undefined;
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

  #print(text: string): void {
    const step = text.replace(FRACTION, "");
    if (step === this.#shown || performance.now() - this.#startMs < QUIET_MS) return;
    this.#shown = step;
    process.stderr.write(`${step} ...\n`);
  }
}
