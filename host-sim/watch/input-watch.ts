// SPDX-License-Identifier: Apache-2.0
/**
 * Tells when something that a build looked at has changed. The system's events only say when to look; what is looked at
 * is each file's stamp and each folder's names, so that a file saved by renaming, one that appears and a burst of saves
 * are all the same. It looks by itself, too: some file systems send no events.
 */
import { type FSWatcher, readdirSync, type Stats, statSync, watch } from "node:fs";
import { dirname } from "node:path";

/** Saving is over when nothing has happened for so long, ... */
const SETTLE_MS = 25;
/** ... or when it has gone on for so long. */
const SETTLE_MAX_MS = 250;
/** A file that is gone may be on its way to a new name. */
const GONE_MS = 100;
const POLL_MS = 1000;
/** File times are no finer than the system's tick. */
const TICK_MS = 20;

export interface Inputs {
  readonly files: readonly string[];
  /** Folders whose names matter. */
  readonly folders: readonly string[];
  /** What was looked for in vain. */
  readonly missing: readonly string[];
}

const GONE = "";
/** No stamp is this one. */
const LATE = "changed since it was read";

function look(path: string): { readonly stamp: string; readonly changedMs: number; readonly info?: Stats } {
  try {
    const info = statSync(path);
    const { ino, size, mtimeMs, ctimeMs } = info;
    if (!info.isDirectory()) return { stamp: `${ino} ${size} ${mtimeMs} ${ctimeMs}`, changedMs: ctimeMs, info };
    // Hidden files are no part of a manifest's folder; editors put theirs there.
    const entries = readdirSync(path, { withFileTypes: true }).filter((entry) => !entry.name.startsWith("."));
    const names = entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
    return { stamp: `folder ${names.sort().join("\n")}`, changedMs: ctimeMs, info };
  } catch {
    return { stamp: GONE, changedMs: 0 };
  }
}

/** The folder where an event tells of this path: its own, or the nearest one that exists. */
function folderOf(path: string): { readonly folder: string; readonly inode: number } {
  const { info } = look(path);
  if (info?.isDirectory()) return { folder: path, inode: info.ino };
  return folderOf(dirname(path));
}

export class InputWatch {
  readonly #onChange: (paths: readonly string[]) => void;
  readonly #known = new Map<string, string>();
  #paths: ReadonlySet<string> = new Set();
  readonly #watchers = new Map<string, { readonly inode: number; readonly watcher: FSWatcher }>();
  readonly #poll: NodeJS.Timeout;
  #timer: NodeJS.Timeout | undefined;
  #firstEventMs: number | undefined;
  #isPatient = false;
  #isQuiet = true;

  /** @param onChange - told which paths changed; then nothing more until `watch` is called. */
  constructor(onChange: (paths: readonly string[]) => void) {
    this.#onChange = onChange;
    this.#poll = setInterval(() => {
      if (this.#timer === undefined) this.#look();
    }, POLL_MS);
  }

  /**
   * Watches these, and nothing else, from now on.
   * @param sinceMs - what has changed after this moment, by this machine's clock, is told, too.
   */
  watch({ files, folders, missing }: Inputs, sinceMs: number): void {
    this.#known.clear();
    // A time to come is another machine's, whose clock is ahead: it says nothing.
    const untilMs = Date.now() + TICK_MS;
    for (const path of [...files, ...folders, ...missing]) {
      const { stamp, changedMs } = look(path);
      const isLate = changedMs > sinceMs - TICK_MS && changedMs <= untilMs;
      this.#known.set(path, isLate ? LATE : stamp);
    }
    for (const path of files) if (this.#known.get(path) === GONE) this.#known.set(path, LATE);
    this.#paths = new Set([...files, ...missing].map((path) => dirname(path)).concat(folders));
    this.#listen(this.#paths);
    this.#isQuiet = false;
    if ([...this.#known.values()].includes(LATE)) this.#schedule(SETTLE_MS);
  }

  close(): void {
    clearInterval(this.#poll);
    clearTimeout(this.#timer);
    this.#listen(new Set());
  }

  #listen(paths: ReadonlySet<string>): void {
    const wanted = new Map([...paths].map(folderOf).map(({ folder, inode }) => [folder, inode]));
    for (const [folder, { inode, watcher }] of this.#watchers) {
      if (wanted.get(folder) === inode) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const [folder, inode] of wanted) {
      if (this.#watchers.has(folder)) continue;
      try {
        const watcher = watch(folder, () => this.#onEvent());
        watcher.on("error", () => this.#watchers.delete(folder));
        this.#watchers.set(folder, { inode, watcher });
      } catch {
        // No events from there (too many watches, say): looking once a second has to do.
      }
    }
  }

  #onEvent(): void {
    const nowMs = performance.now();
    this.#firstEventMs ??= nowMs;
    const leftMs = this.#firstEventMs + SETTLE_MAX_MS - nowMs;
    this.#schedule(Math.max(0, Math.min(SETTLE_MS, leftMs)));
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), ms);
  }

  #look(): void {
    this.#timer = undefined;
    this.#firstEventMs = undefined;
    if (this.#isQuiet) return;
    // A folder may have come: it tells sooner than the one above it.
    this.#listen(this.#paths);
    const now = [...this.#known].map(([path, before]) => ({ path, before, stamp: look(path).stamp }));
    const changed = now.filter(({ before, stamp }) => before !== stamp);
    if (changed.length === 0) return;
    if (changed.some(({ stamp }) => stamp === GONE) && !this.#isPatient) {
      this.#isPatient = true;
      this.#schedule(GONE_MS);
      return;
    }
    this.#isPatient = false;
    this.#isQuiet = true;
    this.#onChange(changed.map(({ path }) => path));
  }
}
