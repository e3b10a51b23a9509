// SPDX-License-Identifier: Apache-2.0
/** One tester: the board that a spec runs on, from its start to its end, however that comes. */

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
import { Channel } from "./channel.js";

/**
 * chai alone takes half a megabyte. As much as mps2-an505 has room for; on host, where a slot has twice the size, twice
 * that: so what fits on the one fits on the other.
 */
const HEAP_BYTES = Object.freeze({ host: 0x40_0000, "mps2-an505": 0x20_0000 });
const STACK_SLOTS = 4096;
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
  /** Turns code offsets in a board's words into places in sources. */
  readonly symbolize: (text: string) => string;
}

/** The tester ended before it was told to. */
export class TesterEnded extends Error {
  /** The processor was kept busy for longer than is allowed. */
  readonly isHang: boolean;
  /** Mocha puts the word before the message. */
  readonly uncaught: boolean;

  constructor(message: string, options: { isHang?: boolean; uncaught?: boolean; stack?: string } = {}) {
    super(message);
    this.isHang = options.isHang ?? false;
    this.uncaught = options.uncaught ?? false;
    this.stack = options.stack ?? message;
  }
}

const HALTS: Partial<Record<BoardResult["reason"], string>> = Object.freeze({
  memory: "the tester is out of memory",
  stack: "stack overflow on the tester",
  keys: "too many property names on the tester: use a Map where names come from data",
});

function ofHalt({ reason, text }: BoardResult, symbolize: (text: string) => string): TesterEnded {
  if (reason === "uncaught") {
    const stack = symbolize(text);
    const [message = ""] = stack.split("\n");
    return new TesterEnded(message, { uncaught: true, stack });
  }
  const words = HALTS[reason] ?? `the tester stopped (${reason})`;
  return new TesterEnded(`${words}: ${text}`);
}

function ofError(error: unknown, busyLimitMs: number): Error {
  if (!(error instanceof BoardError)) return error as Error;
  if (error.code !== "BOARD_HANG") return new TesterEnded(`${error.code}: ${error.message}`);
  const seconds = busyLimitMs / 1000;
  return new TesterEnded(`it kept the tester's processor busy for ${seconds} s: a loop that does not end?`, {
    isHang: true,
  });
}

export interface Loaded {
  readonly suite?: SuiteNode;
  /** What the spec's module threw instead. */
  readonly thrown?: Encoded;
}

export class Tester {
  readonly #channel = new Channel();
  readonly #power = new AbortController();
  readonly #run: Promise<void>;
  #end: Error | undefined;

  /** Switches it on. What goes wrong then is told by the first call. */
  constructor(options: TesterOptions) {
    this.#channel.handle(SpecMethod.late, (params) => options.onLate(params as LateParams));
    options.serve?.(this.#channel);
    this.#run = this.#drive(options);
  }

  /** Why it is off; undefined while it is on. */
  get end(): Error | undefined {
    return this.#end;
  }

  /** @throws TesterEnded */
  async load(params: LoadParams): Promise<Loaded> {
    return (await this.#channel.call(TesterMethod.load, params)) as Loaded;
  }

  /** @throws TesterEnded */
  async run(params: RunParams): Promise<RunResult> {
    return (await this.#channel.call(TesterMethod.run, params)) as RunResult;
  }

  /** Takes its power away. */
  async close(): Promise<void> {
    this.#power.abort();
    await this.#run;
  }

  async #drive(options: TesterOptions): Promise<void> {
    const { board, program, image, busyLimitMs, onConsole, symbolize } = options;
    try {
      const result = await runBoard({
        board,
        program,
        ...(options.qemu === undefined ? {} : { qemu: options.qemu }),
        app: image,
        clock: "virtual",
        network: this.#channel,
        heapBytes: HEAP_BYTES[board],
        stackSlots: STACK_SLOTS,
        wallClockMs: POWER_ON_MS,
        busyLimitMs,
        onConsole,
        cutPower: this.#power.signal,
      });
      this.#end = ofHalt(result, symbolize);
    } catch (error) {
      this.#end = ofError(error, busyLimitMs);
    }
    this.#channel.end(this.#end);
  }
}
