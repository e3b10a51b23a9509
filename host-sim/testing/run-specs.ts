// SPDX-License-Identifier: Apache-2.0
/** All spec files of a run: side by side, each on testers of its own, reported by one reporter in the order of the files. */
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import Mocha from "mocha";
import { readLines } from "../compiler/lines.js";
import type { BuiltSpec, BuiltSpecs } from "./built-specs.js";
import type { StackReader } from "./decode.js";
import { Front, InOrder } from "./mocha-events.js";
import type { Reporter } from "./reporters.js";
import type { SessionOptions } from "./session.js";
import { type Ran, type Selection, SpecRun } from "./spec-run.js";
import { readStackWith } from "./stacks.js";

const { constants } = Mocha.Runner;

export interface RunSpecsOptions
  extends Selection,
    Omit<SessionOptions, "image" | "module" | "file" | "onConsole" | "readStack"> {
  /** Names of files in messages begin from here. */
  readonly folder: string;
  /** How many files are run at a time. */
  readonly jobs: number;
  readonly reporter: Reporter;
  readonly reporterOptions: Readonly<Record<string, string>>;
  readonly forbidOnly: boolean;
  /** What specs write, in its place among what the reporter writes. */
  readonly onConsole: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Before the first. */
const NO_FILE = -1;
/** Of each file that runs: its runner's two, its tester's, its device's. */
const PROCESS_LISTENERS = 4;

/** `.only` is there and was forbidden. */
export class OnlyForbidden extends Error {
  readonly file: string;

  constructor(file: string) {
    super(`${file} uses .only`);
    this.file = file;
  }
}

/** The reporter threw: nothing that it says after that counts. */
export class ReporterFailed extends Error {
  constructor(cause: unknown) {
    super(`the reporter failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** @throws ReporterFailed - instead of anything that `act` throws. */
function heard<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (thrown) {
    if (thrown instanceof ReporterFailed) throw thrown;
    throw new ReporterFailed(thrown);
  }
}

/** Calls `act` for each item, so many at a time, in order. */
async function sideBySide<Item>(
  items: readonly Item[],
  jobs: number,
  act: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const left = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of left) await act(item, index);
  };
  await Promise.all(Array.from({ length: Math.min(jobs, items.length) }, work));
}

class SpecsRun {
  readonly #options: RunSpecsOptions;
  readonly #images: Uint8Array;
  /** By the file with an image's lines. */
  readonly #stackReaders = new Map<string, StackReader>();
  readonly #running = new Map<SpecRun, number>();
  /** What comes after this file is not heard: it bailed, or nobody listens any more. */
  #lastHeard = Number.POSITIVE_INFINITY;
  #reporterFailed: unknown;
  readonly #marked = new Set<BuiltSpec>();

  constructor(built: BuiltSpecs, options: RunSpecsOptions) {
    this.#options = options;
    this.#images = readFileSync(built.images);
  }

  /** The specs that are run: when some are marked with `.only`, those. */
  async choose(specs: readonly BuiltSpec[]): Promise<readonly BuiltSpec[]> {
    const suspects = specs.filter(({ mentionsOnly }) => mentionsOnly);
    await sideBySide(suspects, this.#options.jobs, async (spec, index) => {
      if (
        await this.#track(
          this.#make(spec, () => undefined),
          index,
          (run) => run.hasOnly(),
        )
      )
        this.#marked.add(spec);
    });
    const chosen = suspects.filter((spec) => this.#marked.has(spec));
    const [first] = chosen;
    if (first !== undefined && this.#options.forbidOnly) throw new OnlyForbidden(this.#nameOf(first));
    return chosen.length > 0 ? chosen : specs;
  }

  /** Whether tests are chosen by `.only`. */
  get hasOnly(): boolean {
    return this.#marked.size > 0;
  }

  async run(specs: readonly BuiltSpec[], front: Front, order: InOrder): Promise<void> {
    const ran: Ran[] = [];
    await sideBySide(specs, this.#options.jobs, async (spec, index) => {
      const say = (action: () => void): void =>
        order.say(index, () => {
          if (index <= this.#lastHeard) this.#guard(action);
        });
      if (index <= this.#lastHeard) {
        const specRun = this.#make(spec, (text) => say(() => this.#options.onConsole(text)));
        const emit = (event: string, args: unknown[]): void => say(() => front.emit(event, ...args));
        ran[index] = await this.#track(specRun, index, (run) =>
          run.run(this.#options, this.#mayMark(spec, specs), emit),
        );
        if (this.#options.bail && ran[index].failures > 0) this.abort(index);
      }
      order.done(index);
    });
    for (const [index, { failures, runner }] of ran.entries()) {
      if (index <= this.#lastHeard) front.take(failures, runner);
    }
  }

  /** A single file chooses among its own tests. */
  #mayMark(spec: BuiltSpec, all: readonly BuiltSpec[]): boolean {
    return this.#marked.has(spec) || (all.length === 1 && !this.#options.forbidOnly);
  }

  /** @throws ReporterFailed - in what it was told so far. */
  checkReporter(): void {
    if (this.#reporterFailed !== undefined) throw this.#reporterFailed;
  }

  /** Ends all files that come after this one. */
  abort(lastHeard: number): void {
    if (lastHeard >= this.#lastHeard) return;
    this.#lastHeard = lastHeard;
    for (const [run, index] of this.#running) if (index > lastHeard) void run.abort();
  }

  /** An exception in what a runner calls would leave the runner where it is, for ever. */
  #guard(action: () => void): void {
    try {
      heard(action);
    } catch (error) {
      this.#reporterFailed ??= error;
      this.abort(NO_FILE);
    }
  }

  async #track<Result>(run: SpecRun, index: number, act: (run: SpecRun) => Promise<Result>): Promise<Result> {
    this.#running.set(run, index);
    try {
      return await act(run);
    } finally {
      this.#running.delete(run);
    }
  }

  #nameOf({ file }: BuiltSpec): string {
    return relative(this.#options.folder, file);
  }

  #stackReader(file: string): StackReader {
    const known = this.#stackReaders.get(file);
    if (known !== undefined) return known;
    const reader = readStackWith(readLines(file), this.#options.folder);
    this.#stackReaders.set(file, reader);
    return reader;
  }

  #make(spec: BuiltSpec, onConsole: (text: string) => void): SpecRun {
    const { offset, length, lines } = spec.image;
    const image = this.#images.subarray(offset, offset + length);
    const { module, file } = spec;
    return new SpecRun(
      { ...this.#options, module, file, image, onConsole, readStack: this.#stackReader(lines) },
      this.#nameOf(spec),
    );
  }
}

/** The reporter hears the end; one that writes a file says when it is written. */
function finish(front: Front, reporter: Mocha.reporters.Base): Promise<void> {
  front.emit(constants.EVENT_SUITE_END, front.suite);
  front.emit(constants.EVENT_RUN_END);
  return new Promise((resolve) => {
    if (reporter.done) reporter.done(front.failures, () => resolve());
    else resolve();
  });
}

function begin(front: Front, options: RunSpecsOptions): Mocha.reporters.Base {
  const { reporter, reporterOptions } = options;
  // Reporters read one name or the other.
  const both = { reporterOption: reporterOptions, reporterOptions };
  const made = new reporter.make(front, both);
  front.emit(constants.EVENT_RUN_BEGIN);
  front.emit(constants.EVENT_SUITE_BEGIN, front.suite);
  return made;
}

/**
 * Runs specs and reports them.
 * @returns when all is ended that was started; undefined when the signal came first.
 * @throws OnlyForbidden, ReporterFailed
 */
export async function runSpecs(built: BuiltSpecs, options: RunSpecsOptions): Promise<Front | undefined> {
  const { signal, jobs } = options;
  // Node warns of more than ten, which is what a leak would look like.
  process.setMaxListeners(Math.max(process.getMaxListeners(), 10 + PROCESS_LISTENERS * jobs));
  const run = new SpecsRun(built, options);
  const onAbort = (): void => run.abort(NO_FILE);
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) onAbort();
  try {
    const specs = await run.choose(built.specs);
    const front = new Front();
    front.hasOnly = run.hasOnly;
    const { isLive } = options.reporter;
    const order = new InOrder(specs.length, isLive);
    const reporter = isLive ? heard(() => begin(front, options)) : undefined;
    await run.run(specs, front, order);
    if (signal.aborted) return undefined;
    run.checkReporter();
    await heard(() => {
      const listening = reporter ?? begin(front, options);
      order.release();
      run.checkReporter();
      return finish(front, listening);
    });
    return front;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
