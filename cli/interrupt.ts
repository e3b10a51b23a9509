// SPDX-License-Identifier: Apache-2.0
/** Ctrl-C: the first asks the run to end at its next idle moment; a busy board or a second one ends it at once. */
import { ExitStatus } from "./exit-status.js";

const GRACE_MS = 2000;

export class Interrupt {
  readonly #controller = new AbortController();
  #status: number | undefined;

  readonly #onSignal = (name: NodeJS.Signals): void => {
    const status = name === "SIGTERM" ? ExitStatus.terminated : ExitStatus.interrupted;
    // A board's process ends with ours: host-sim/board/board-process.ts.
    if (this.#status !== undefined) process.exit(status);
    this.#status = status;
    this.#controller.abort();
    setTimeout(() => process.exit(status), GRACE_MS).unref();
  };

  constructor() {
    process.on("SIGINT", this.#onSignal);
    process.on("SIGTERM", this.#onSignal);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Exit status of an interrupted run; undefined when it was not interrupted. */
  get status(): number | undefined {
    return this.#status;
  }

  close(): void {
    process.off("SIGINT", this.#onSignal);
    process.off("SIGTERM", this.#onSignal);
  }
}
