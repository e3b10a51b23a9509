// SPDX-License-Identifier: Apache-2.0
/** The app's console on our stdout. Whoever reads it may go away (`thimble sim ... | head`): then we end as well. */
import { isOnePlace } from "./terminal.js";

export class ConsolePipe {
  #last = "\n";

  constructor() {
    process.stdout.on("error", () => process.exit(0));
  }

  readonly write = (text: string): void => {
    this.#last = text.at(-1) ?? this.#last;
    process.stdout.write(text);
  };

  /** What follows is to begin on a line of its own. */
  endLine(): void {
    if (this.#last !== "\n" && isOnePlace()) process.stderr.write("\n");
  }
}
