// SPDX-License-Identifier: Apache-2.0
/**
 * The texts of files as one build sees them: each file is read at most once a build, and only when it may have changed
 * since the build before.
 */
import { readFileSync, type Stats, statSync } from "node:fs";

/** One text of a file. The same object as long as the text is the same. */
export interface SourceText {
  readonly text: string;
  /** Another one for each other text. */
  readonly version: string;
}

interface Entry {
  readonly stamp: string;
  /** A change after the reading has another stamp: file times are no finer than the system's tick. */
  readonly isSettled: boolean;
  readonly source: SourceText;
  build: number;
}

const TICK_MS = 20;

function stampOf({ ino, size, mtimeMs, ctimeMs }: Stats): string {
  return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
}

export class Sources {
  readonly #entries = new Map<string, Entry>();
  #build = 0;
  #versions = 0;

  /** A new build begins: files are looked at again. */
  begin(): void {
    this.#build++;
  }

  /** @returns the text, UTF-8; undefined when there is no such file, or it cannot be read. */
  read(path: string): SourceText | undefined {
    const known = this.#entries.get(path);
    if (known?.build === this.#build) return known.source;
    try {
      const stats = statSync(path);
      const stamp = stampOf(stats);
      if (known?.isSettled && known.stamp === stamp) {
        known.build = this.#build;
        return known.source;
      }
      const isSettled = Date.now() - stats.ctimeMs > TICK_MS;
      const text = readFileSync(path, "utf8");
      const source = known?.source.text === text ? known.source : { text, version: String(++this.#versions) };
      this.#entries.set(path, { stamp, isSettled, source, build: this.#build });
      return source;
    } catch {
      this.#entries.delete(path);
      return undefined;
    }
  }
}
