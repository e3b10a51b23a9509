// SPDX-License-Identifier: Apache-2.0
/** Runs jobs a few at a time and ahead of their use: mocha asks for one result after another, boards take their time. */

export interface PoolOptions {
  /** Jobs that run at the same time. */
  readonly width: number;
  /** Jobs that may be started before they are asked for. */
  readonly ahead: number;
}

interface Job {
  readonly start: () => Promise<void>;
  hasStarted: boolean;
}

export class Pool {
  readonly #options: PoolOptions;
  readonly #jobs: Job[] = [];
  #running = 0;
  #horizon = 0;
  #isOpen = true;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /**
   * Adds a job. Nothing starts before the first result is asked for.
   * @returns asks for the result: the job and those that follow it are started as there is room.
   */
  add<T>(run: () => Promise<T>): () => Promise<T> {
    let settle!: (value: Promise<T>) => void;
    const result = new Promise<T>((resolve) => {
      settle = resolve;
    });
    result.catch(() => undefined);
    const start = async () => {
      const running = (async () => run())();
      settle(running);
      await running.catch(() => undefined);
    };
    const job = { start, hasStarted: false };
    const index = this.#jobs.push(job) - 1;
    return () => {
      this.#horizon = Math.max(this.#horizon, index + 1 + this.#options.ahead);
      this.#start(job);
      this.#fill();
      return result;
    };
  }

  /** Starts no more jobs. */
  close(): void {
    this.#isOpen = false;
  }

  #fill(): void {
    for (const job of this.#jobs.slice(0, this.#horizon)) {
      if (!this.#isOpen || this.#running >= this.#options.width) return;
      this.#start(job);
    }
  }

  #start(job: Job): void {
    if (job.hasStarted) return;
    job.hasStarted = true;
    this.#running++;
    void job.start().finally(() => {
      this.#running--;
      this.#fill();
    });
  }
}
