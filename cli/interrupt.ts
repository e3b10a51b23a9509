// SPDX-License-Identifier: Apache-2.0
/** Ctrl-C: the first asks the run to end at its next idle moment, and a busy board is not waited for; a second one ends it at once. */
import { ExitStatus } from "./exit-status.js";

/** A board that does not become idle within this time loses its power. */
export const STOP_GRACE_MS = 1000;
/** Whatever else keeps us. */
const GRACE_MS = 5000;
const STATUSES: Partial<Record<NodeJS.Signals, number>> = {
  SIGHUP: ExitStatus.hungUp,
  SIGINT: ExitStatus.interrupted,
  SIGTERM: ExitStatus.terminated,
};

/** Node takes back what `nohup` says: unheard, SIGHUP ends the process, and nothing is cleaned up. */
const SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

export class Interrupt {
  readonly #controller = new AbortController();
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
    for (const name of SIGNALS) process.on(name, this.raise);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Exit status of an interrupted run; undefined when it was not interrupted. */
  get status(): number | undefined {
    return this.#status;
  }

  close(): void {
    for (const name of SIGNALS) process.off(name, this.raise);
  }
}

/** For a run: the signal that asks its board to stop, and the one that takes its power when it is busy. */
export function stopping(signal: AbortSignal): { signal: AbortSignal; cutPower: AbortSignal } {
  const cut = new AbortController();
  signal.addEventListener("abort", () => setTimeout(() => cut.abort(), STOP_GRACE_MS).unref(), { once: true });
  return { signal, cutPower: cut.signal };
}
