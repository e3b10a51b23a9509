// SPDX-License-Identifier: Apache-2.0
/**
 * One spec file on testers. A test may end its tester: it then fails with the reason, and the rest of the file goes on
 * on a fresh one with a fresh device, where the `before` hooks around it are run again. Only one that does
 * not end ends the file: nobody wants to wait for that again and again.
 */
import type { CurrentTest, LateParams, RunParams, RunResult, SuiteNode } from "../../sdk/testing/protocol.js";
import type { Channel } from "./channel.js";
import { Tester, TesterEnded, type TesterOptions } from "./tester.js";
import { decodeThrown } from "./thrown.js";

/** What a session plugs its testers into: a lab with a new device for each. */
export interface Bench {
  serve(channel: Channel): void;
  close(): Promise<void>;
}

export interface SessionOptions
  extends Pick<TesterOptions, "board" | "program" | "qemu" | "image" | "busyLimitMs" | "readStack"> {
  /** Module of the spec in the image. */
  readonly module: string;
  /** As messages name it. */
  readonly file: string;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly onConsole: (text: string) => void;
  readonly makeBench?: () => Bench;
}

/** A function of the spec: what it is called for, and what must have been run before it. */
export interface SpecFunction {
  readonly kind: "test" | "before" | "beforeEach" | "after" | "afterEach";
  readonly id: number;
  readonly title: string;
  /** `before` hooks of the suites that it is in, outermost first. */
  readonly befores: readonly number[];
}

/** What mocha knows of the present run of a function. */
export interface Occasion {
  readonly retry: number;
  readonly currentTest?: CurrentTest;
  /** `done()` was called again after the end. */
  readonly onLate: (error: unknown) => void;
}

/** How a function ended; `thrown`: by what, when it failed. */
export interface Ended extends Pick<RunResult, "outcome" | "retries" | "slowMs"> {
  readonly thrown?: unknown;
}

const NOT_RUN: Ended = Object.freeze({ outcome: "passed", retries: -1 });

export class SpecSession {
  readonly #options: SessionOptions;
  readonly #late = new Map<number, Occasion["onLate"]>();
  /** `before` hooks that were run. */
  readonly #befores = new Set<number>();
  #tester: Tester | undefined;
  #bench: Bench | undefined;
  /** Why nothing more is run. */
  #gone: string | undefined;
  #isClosed = false;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /**
   * Starts a tester and evaluates the spec on it.
   * @throws TesterEnded, or what the spec threw.
   */
  async load(): Promise<SuiteNode> {
    const { board, program, qemu, image, busyLimitMs, readStack, onConsole, module, file, timeoutMs, retries } =
      this.#options;
    await this.#stop();
    if (this.#isClosed) throw new TesterEnded("the run was ended");
    const bench = this.#options.makeBench?.();
    this.#bench = bench;
    const tester = new Tester({
      ...{ board, program, image, busyLimitMs, readStack, onConsole },
      ...(qemu === undefined ? {} : { qemu }),
      onLate: (params) => this.#onLate(params),
      ...(bench === undefined ? {} : { serve: (channel: Channel) => bench.serve(channel) }),
    });
    this.#tester = tester;
    const { suite, thrown } = await tester.load({ module, file, timeoutMs, retries });
    if (suite === undefined) throw decodeThrown(thrown ?? ["undefined"], this.#options.readStack);
    return suite;
  }

  /**
   * Runs a test or hook.
   * @throws TesterEnded - it ended the tester, or could not be run because something before did.
   */
  async run(fn: SpecFunction, occasion: Occasion): Promise<Ended> {
    const isCleanUp = fn.kind === "after" || fn.kind === "afterEach";
    if (this.#gone !== undefined) {
      // Hooks are silent, so that each test is named.
      if (fn.kind !== "test") return NOT_RUN;
      throw new TesterEnded(`did not run: ${this.#gone}`);
    }
    if (this.#tester === undefined || this.#tester.end !== undefined) {
      // What they would clean up has gone with the tester.
      if (isCleanUp) return NOT_RUN;
      await this.#restart(fn);
    }
    this.#late.set(fn.id, occasion.onLate);
    const { thrown, ...result } = await this.#call(fn, occasion);
    if (fn.kind === "before") this.#befores.add(fn.id);
    return thrown === undefined ? result : { ...result, thrown: decodeThrown(thrown, this.#options.readStack) };
  }

  /**
   * After the last test: what it left behind still happens.
   * @throws TesterEnded - nobody caught what was thrown there.
   */
  async finish(): Promise<void> {
    if (this.#isClosed || this.#gone !== undefined || this.#tester?.end !== undefined) return;
    await this.#tester?.finish();
  }

  /** Ends testers and device, also in the middle of a test. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#stop();
  }

  async #stop(): Promise<void> {
    const [tester, bench] = [this.#tester, this.#bench];
    this.#tester = undefined;
    this.#bench = undefined;
    await tester?.close();
    await bench?.close();
  }

  async #call(fn: SpecFunction, { retry, currentTest }: Pick<Occasion, "retry" | "currentTest">): Promise<RunResult> {
    const params: RunParams = { id: fn.id, retry, ...(currentTest === undefined ? {} : { currentTest }) };
    try {
      return await (this.#tester as Tester).run(params);
    } catch (error) {
      if (error instanceof TesterEnded && error.isHang) this.#gone = `"${fn.title}" did not end`;
      throw error;
    }
  }

  async #restart(fn: SpecFunction): Promise<void> {
    try {
      await this.load();
      for (const id of fn.befores) {
        if (!this.#befores.has(id)) continue;
        const { outcome, thrown } = await this.#call({ ...fn, id }, { retry: 0 });
        if (outcome === "failed") throw decodeThrown(thrown ?? ["undefined"], this.#options.readStack);
      }
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      this.#gone = `the tester had to be started again, and what comes before the test failed there: ${words}`;
      throw new TesterEnded(`did not run: ${this.#gone}`);
    }
  }

  #onLate({ id, thrown }: LateParams): void {
    this.#late.get(id)?.(decodeThrown(thrown, this.#options.readStack));
  }
}
