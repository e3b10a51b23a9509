// SPDX-License-Identifier: Apache-2.0
/** One tester: the board that a spec runs on, from its start to its end, however that comes. */

import { rmSync } from "node:fs";
import {
  type LateParams,
  type LoadParams,
  type RunParams,
  type RunResult,
  SpecMethod,
  type SuiteNode,
  TesterMethod,
} from "../../sdk/testing/protocol.js";
import type { Encoded } from "../../sdk/testing/values.js";
import { BoardError } from "../board/error.js";
import { type RunResult as BoardResult, runBoard } from "../board/run.js";
import type { BoardChoice } from "../board/start.js";
import { makeScratch } from "../scratch.js";
import { Channel } from "./channel.js";
import type { StackReader } from "./decode.js";

/**
 * chai alone takes half a megabyte. As much as mps2-an505 has room for; on host, where a slot has twice the size, twice
 * that: so what fits on the one fits on the other.
 */
const HEAP_BYTES = Object.freeze({ host: 0x40_0000, "mps2-an505": 0x20_0000 });
const STACK_SLOTS = 4096;
/** So many times longer than it may be busy a function may run, with pauses, and say nothing. */
const ENDLESS_FACTOR = 3;
const WATCH_MS = 250;
/** The clock of a tester, as that of a new device: the same in each run. */
const POWER_ON_MS = Date.UTC(2026, 0, 1);

export interface TesterOptions extends BoardChoice {
  readonly image: Uint8Array;
  /** Real milliseconds that it may compute without a pause. */
  readonly busyLimitMs: number;
  readonly onConsole: (text: string) => void;
  /** `done()` of a test or hook was called again after its end. */
  readonly onLate: (params: LateParams) => void;
  /** What else it can call. */
  readonly serve?: (channel: Channel) => void;
  /** For the stacks of errors. */
  readonly readStack: StackReader;
}

/** The tester ended before it was told to. */
export class TesterEnded extends Error {
  /** A function of the spec did not end. */
  readonly isHang: boolean;
  /** Mocha puts the word before the message. */
  readonly uncaught: boolean;

  constructor(
    message: string,
    options: { isHang?: boolean; uncaught?: boolean; frames?: readonly string[]; name?: string } = {},
  ) {
    super(message);
    this.name = options.name ?? "Error";
    this.isHang = options.isHang ?? false;
    this.uncaught = options.uncaught ?? false;
    const title = options.name === undefined ? message : `${options.name}: ${message}`;
    this.stack = [title, ...(options.frames ?? [])].join("\n");
  }
}

/** Why the engine gave up, and what helps. */
const HALTS: Partial<Record<BoardResult["reason"], string>> = Object.freeze({
  memory: "the tester is out of memory: a spec keeps too much at a time",
  stack:
    "stack overflow on the tester: look for a function that calls itself, or values nested too deeply to be compared",
  keys: "too many property names on the tester: use a Map where names come from data",
});

function ofHang(busyLimitMs: number, frames: readonly string[] = []): TesterEnded {
  const words = `it kept the tester's processor busy for ${busyLimitMs / 1000} s: a loop that does not end?`;
  return new TesterEnded(words, { isHang: true, frames });
}

function ofHalt({ reason, text }: BoardResult, readStack: StackReader, busyLimitMs: number): TesterEnded {
  const [words = "", ...frames] = readStack(text).split(/\n(?= {4}at )/);
  const [, name = "Error", message = ""] = /^(?:(\w+): )?(.*)/s.exec(words) ?? [];
  if (reason === "busy") return ofHang(busyLimitMs, frames);
  if (reason === "uncaught") return new TesterEnded(message, { uncaught: true, name, frames });
  return new TesterEnded(HALTS[reason] ?? `the tester stopped (${reason}): ${words}`, { frames });
}

function ofError(error: unknown, busyLimitMs: number): TesterEnded {
  // A full disk, perhaps.
  if (!(error instanceof BoardError)) return new TesterEnded(`the tester cannot run: ${(error as Error).message}`);
  if (error.code !== "BOARD_HANG") return new TesterEnded(`${error.code}: ${error.message}`);
  return ofHang(busyLimitMs);
}

export interface Loaded {
  readonly suite?: SuiteNode;
  /** What the spec's module threw instead. */
  readonly thrown?: Encoded;
}

export class Tester {
  readonly #channel = new Channel();
  readonly #power = new AbortController();
  readonly #busyLimitMs: number;
  readonly #run: Promise<void>;
  #end: TesterEnded | undefined;

  /** Switches it on. What goes wrong then is told by the first call. */
  constructor(options: TesterOptions) {
    this.#channel.handle(SpecMethod.late, (params) => options.onLate(params as LateParams));
    options.serve?.(this.#channel);
    this.#busyLimitMs = options.busyLimitMs;
    this.#run = this.#drive(options);
  }

  /** Why it is off; undefined while it is on. */
  get end(): Error | undefined {
    return this.#end;
  }

  /** @throws TesterEnded */
  async load(params: LoadParams): Promise<Loaded> {
    return (await this.#call(TesterMethod.load, params)) as Loaded;
  }

  /** @throws TesterEnded */
  async run(params: RunParams): Promise<RunResult> {
    return (await this.#call(TesterMethod.run, params)) as RunResult;
  }

  /** Lets it do what is left over. @throws TesterEnded */
  async finish(): Promise<void> {
    await this.#call(TesterMethod.finish, null);
  }

  /** Takes its power away. */
  async close(): Promise<void> {
    this.#power.abort();
    await this.#run;
  }

  /** A timer that repeats keeps a tester awake for ever, and its time goes on and on. */
  async #call(method: string, params: unknown): Promise<unknown> {
    const limitMs = this.#busyLimitMs * ENDLESS_FACTOR;
    const watch = setInterval(() => {
      if (this.#channel.quietMs < limitMs) return;
      this.#end = new TesterEnded(`it ran for ${limitMs / 1000} s and came to no end`, { isHang: true });
      this.#power.abort();
    }, WATCH_MS);
    try {
      const result = await this.#channel.call(method, params);
      // The console is a pipe of its own: what was written before the answer is there now, and is read first.
      await new Promise((done) => setImmediate(done));
      return result;
    } finally {
      clearInterval(watch);
    }
  }

  async #drive(options: TesterOptions): Promise<void> {
    const { board, program, image, busyLimitMs, onConsole, readStack } = options;
    let folder: string | undefined;
    const removeFolder = (): void => {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    };
    process.once("exit", removeFolder);
    try {
      folder = makeScratch("tester");
      const result = await runBoard({
        board,
        program,
        ...(options.qemu === undefined ? {} : { qemu: options.qemu }),
        app: image,
        stateFolder: folder,
        clock: "virtual",
        network: this.#channel,
        heapBytes: HEAP_BYTES[board],
        stackSlots: STACK_SLOTS,
        wallClockMs: POWER_ON_MS,
        busyLimitMs,
        onConsole,
        cutPower: this.#power.signal,
      });
      this.#end ??= ofHalt(result, readStack, busyLimitMs);
    } catch (error) {
      this.#end ??= ofError(error, busyLimitMs);
    }
    removeFolder();
    process.off("exit", removeFolder);
    this.#channel.end(this.#end);
  }
}
