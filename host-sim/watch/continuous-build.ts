// SPDX-License-Identifier: Apache-2.0
/** Builds an app, and builds it again whenever something that the build looked at has changed. */
import { existsSync } from "node:fs";
import type { ThreadOptions } from "./build-messages.js";
import { type Attempt, BuildThread } from "./build-thread.js";
import { type Inputs, InputWatch } from "./input-watch.js";

export interface BuildEvents {
  /** A step of a build begins. */
  onProgress(text: string): void;
  /** @param changed - what made this build necessary; empty for the first. */
  onAttempt(attempt: Attempt, changed: readonly string[]): void;
}

export class ContinuousBuild {
  readonly #thread: BuildThread;
  readonly #events: BuildEvents;
  readonly #alsoWatched: readonly string[];
  readonly #watch = new InputWatch((changed) => void this.#build(changed));
  /** What the last build that succeeded looked at. */
  #good: Inputs = { files: [], folders: [], missing: [] };
  #isClosed = false;

  /** @param alsoWatched - files that are no part of the build, and whose change is told in the same way. */
  constructor(options: ThreadOptions, events: BuildEvents, alsoWatched: readonly string[] = []) {
    this.#thread = new BuildThread(options, events.onProgress);
    this.#events = events;
    this.#alsoWatched = alsoWatched;
  }

  start(): void {
    void this.#build([]);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#watch.close();
    await this.#thread.close();
  }

  async #build(changed: readonly string[]): Promise<void> {
    const attempt = await this.#thread.build();
    if (this.#isClosed) return;
    const { built, looked, startedMs } = attempt;
    if (!("error" in built)) this.#good = looked;
    // What a failed build did not come to may be what mends it.
    const files = [...new Set([...looked.files, ...this.#good.files, ...this.#alsoWatched])];
    const folders = [...new Set([...looked.folders, ...this.#good.folders])];
    const missing = [...files, ...folders].filter((path) => !existsSync(path)).concat(looked.missing);
    const exists = (path: string): boolean => !missing.includes(path);
    this.#watch.watch({ files: files.filter(exists), folders: folders.filter(exists), missing }, startedMs);
    this.#events.onAttempt(attempt, changed);
  }
}
