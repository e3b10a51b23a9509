// SPDX-License-Identifier: Apache-2.0
/** Ctrl-C: the first asks the run to end at its next idle moment; a busy board or a second one ends it at once. */
import { ExitStatus } from "./exit-status.js";

const GRACE_MS = 2000;
const STATUSES: Partial<Record<NodeJS.Signals, number>> = {
  SIGHUP: ExitStatus.hungUp,
  SIGINT: ExitStatus.interrupted,
  SIGTERM: ExitStatus.terminated,
};

/** Under `nohup` there is no terminal that could hang up on us. */
function signals(): NodeJS.Signals[] {
  return process.stdin.isTTY ? ["SIGINT", "SIGTERM", "SIGHUP"] : ["SIGINT", "SIGTERM"];
}

export class Interrupt {
  readonly #controller = new AbortController();
  readonly #signals = signals();
  #status: number | undefined;

  /** What a signal does; a key may do the same. */
  readonly raise = (name: NodeJS.Signals): void => {
    const status = STATUSES[name] ?? ExitStatus.interrupted;
    // A board's process ends with ours: host-sim/board/board-process.ts.
    if (this.#status !== undefined) process.exit(status);
    this.#status = status;
    this.#controller.abort();
    setTimeout(() => process.exit(status), GRACE_MS).unref();
  };

  constructor() {
    for (const name of this.#signals) process.on(name, this.raise);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Exit status of an interrupted run; undefined when it was not interrupted. */
  get status(): number | undefined {
    return this.#status;
  }

  close(): void {
    for (const name of this.#signals) process.off(name, this.raise);
  }
}
