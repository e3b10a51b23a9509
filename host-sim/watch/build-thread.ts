// SPDX-License-Identifier: Apache-2.0
/**
 * Builds an app in a thread of its own, again and again: while TypeScript thinks, this thread goes on driving the device,
 * reading keys and ending when it is told to.
 */
import { Worker } from "node:worker_threads";
import type { Looked } from "../compiler/app-build.js";
import type { BuiltApp } from "../compiler/app-places.js";
import { type Answer, receiveError, type ThreadOptions } from "./build-messages.js";

export interface Attempt {
  /** What came of it. */
  readonly built: { readonly app: BuiltApp; readonly image: Uint8Array } | { readonly error: Error };
  /** What it looked at. */
  readonly looked: Looked;
  /** When it began to read, by this machine's clock. */
  readonly startedMs: number;
}

const NOTHING: Looked = Object.freeze({ files: [], folders: [], environment: {}, missing: [] });

export class BuildThread {
  readonly #options: ThreadOptions;
  readonly #onProgress: (text: string) => void;
  #worker: Worker | undefined;
  #settle: ((attempt: Attempt) => void) | undefined;

  constructor(options: ThreadOptions, onProgress: (text: string) => void) {
    this.#options = options;
    this.#onProgress = onProgress;
  }

  /** One build at a time. An error is part of what it returns, also that of a thread which died. */
  build(): Promise<Attempt> {
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#worker ??= this.#start();
      this.#worker.postMessage("build");
    });
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL("./build-worker.js", import.meta.url), { workerData: this.#options });
    worker.on("message", (answer: Answer) => this.#take(answer));
    // Its memory may be exhausted, for one: the next build has a new thread.
    worker.on("error", (error: Error) => {
      this.#worker = undefined;
      this.#settle?.({ built: { error }, looked: NOTHING, startedMs: Date.now() });
    });
    return worker;
  }

  #take(answer: Answer): void {
    switch (answer.what) {
      case "progress":
        this.#onProgress(answer.text);
        break;
      case "built": {
        const { app, image, looked, startedMs } = answer;
        this.#settle?.({ built: { app, image }, looked, startedMs });
        break;
      }
      case "failed": {
        const { error, looked, startedMs } = answer;
        this.#settle?.({ built: { error: receiveError(error) }, looked, startedMs });
        break;
      }
    }
  }
}
